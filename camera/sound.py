"""Makes AAC of any sound that a camera sends, its times kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.audio.resampler import AudioResampler

from camera.model import Packet, Track

LARGEST_SLIP_S = 0.06
"""Sound that comes earlier or later than what was before it ends begins anew at its own time; less is jitter."""

_FRAME = 1024
"""Samples of one AAC packet, and how much the encoder puts before the first (ISO/IEC 14496-3, 4.5.2.1)."""

_LAYOUTS = {1: "mono", 2: "stereo"}
_BITS_PER_S = {(16_000, 1): 32_000, (16_000, 2): 48_000, (48_000, 1): 64_000, (48_000, 2): 96_000}


class SoundEncoder:
    """Decodes one track and encodes it as AAC, mono or stereo, 16 or 48 kHz; used by one thread."""

    def __init__(self, source: Track) -> None:
        """Raises av.FFmpegError, ValueError or TypeError when FFmpeg cannot decode such a track."""
        decoder = av.CodecContext.create(source.codec, "r")
        if not isinstance(decoder, av.AudioCodecContext):
            raise TypeError(f"{source.codec} is no sound")
        decoder.sample_rate, decoder.extradata = source.sample_rate, source.extradata or None
        if source.channels in _LAYOUTS:
            decoder.layout = _LAYOUTS[source.channels]
        self._decoder = decoder
        self._source = source
        self._rate = 16_000 if source.sample_rate <= 16_000 else 48_000
        self._channels = min(2, max(1, source.channels))
        self._mono_shift_s = 0.0
        self._begin(float("-inf"))
        extradata = self._encoder.extradata or b""
        self.track = Track(
            "aac", Fraction(1, self._rate), extradata=extradata, sample_rate=self._rate, channels=self._channels
        )

    def encode(self, packet: Packet) -> list[Packet]:
        """What is ready; it lags by about two packets. Raises av.FFmpegError on a damaged one, and may go on."""
        begun_s = float(packet.pts * packet.track.time_base)
        self._mono_shift_s = packet.mono_s - begun_s
        made: list[Packet] = []
        for sound in self._decoder.decode(av.Packet(packet.data)):
            if abs(begun_s - self._end_s) > LARGEST_SLIP_S:
                made += self.finish()
                self._begin(begun_s)
            begun_s += sound.samples / sound.sample_rate
            self._end_s += sound.samples / sound.sample_rate
            sound.pts = None  # the resampler would fill or cut by its own rules
            made += self._encoded(sound)
        return made

    def finish(self) -> list[Packet]:
        """The rest; what comes after it begins anew."""
        if not self._samples:
            return []
        made = [*self._encoded(None), *self._packets(self._encoder.encode(None))]
        self._begin(float("-inf"))
        return made

    def _begin(self, at_s: float) -> None:
        self._end_s = at_s
        self._zero_pts = round(at_s * self._rate) if at_s >= 0 else 0
        self._samples = 0
        layout = _LAYOUTS[self._channels]
        self._resampler = AudioResampler("fltp", layout, self._rate, frame_size=_FRAME)
        encoder = av.CodecContext.create("aac", "w")
        if not isinstance(encoder, av.AudioCodecContext):
            raise TypeError("this build of FFmpeg has no AAC")
        encoder.sample_rate, encoder.layout, encoder.format = self._rate, layout, "fltp"
        encoder.bit_rate = _BITS_PER_S[self._rate, self._channels]
        encoder.time_base = Fraction(1, self._rate)
        encoder.open()
        self._encoder = encoder

    def _encoded(self, sound: av.AudioFrame | None) -> Iterator[Packet]:
        for frame in self._resampler.resample(sound):
            frame.pts, frame.time_base = self._samples, Fraction(1, self._rate)
            self._samples += frame.samples
            yield from self._packets(self._encoder.encode(frame))

    def _packets(self, packets: list[av.Packet[Any]]) -> Iterator[Packet]:
        for packet in packets:
            if packet.pts is None or packet.pts < 0:
                continue  # nothing but what the encoder puts before the first sample
            pts = self._zero_pts + packet.pts
            mono_s = pts / self._rate + self._mono_shift_s
            yield Packet(bytes(packet), pts, pts, False, mono_s, self.track)
