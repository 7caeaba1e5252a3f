"""Encodes decoded pictures to H.264, for cameras that do not deliver it themselves."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, VideoReformatter

from camera.errors import SourceRefused
from camera.mask import Mask, black_frame
from camera.model import Packet, Track

TIME_BASE = Fraction(1, 90_000)
"""Of every packet that is encoded here; fine enough for any frame rate."""

KEY_FRAME_EVERY_S = 1.0
"""Also the most that a clip's pre-roll grows by, since a clip begins at a key frame."""

_SETTINGS = {
    "tune": "zerolatency",  # one packet out for each picture in: no B-frames, no look-ahead
    "forced-idr": "1",
    "sc_threshold": "0",  # key frames come by the clock, not by a light that is switched on
    "x264-params": "log-level=none",
}


class Encoder:
    """libx264, one picture in and one packet out; used by one thread.

    Packets are Annex B with SPS and PPS before every key frame, so that they can be decoded from any key frame.
    """

    def __init__(
        self,
        width: int,
        height: int,
        fps: float,
        *,
        preset: str = "veryfast",
        crf: int = 23,
        mask: Mask | None = None,
    ) -> None:
        """`width` and `height` of the pictures to come; an odd size is made even. `fps` only guides the bit rate.

        `mask` is black; when it changes, the track does too, with a key frame.

        Raises SourceRefused when this build of FFmpeg has no libx264.
        """
        self._width, self._height = width & ~1, height & ~1
        self._mask = mask or Mask()
        self._zones = self._mask.zones
        self.track = Track("h264", TIME_BASE, self._width, self._height, mask=str(self._zones))
        self._fps = max(1, round(fps))
        self._settings = {**_SETTINGS, "preset": preset, "crf": str(crf)}
        self._context: av.VideoCodecContext | None = None
        self._reformatter = VideoReformatter()
        self._last_key_pts: int | None = None
        if "libx264" not in av.codecs_available:
            raise SourceRefused("This build of PyAV cannot encode H.264. Install the 64-bit wheel of `av` from PyPI.")

    def encode(self, picture: av.VideoFrame, pts: int, mono_s: float) -> list[Packet]:
        """The packets of one picture; `pts` in TIME_BASE, above the last, is written into it. Raises SourceRefused."""
        frame = self._masked(self._fitting(picture))
        frame.pts, frame.time_base = pts, TIME_BASE
        frame.pict_type = PictureType.I if self._key_is_due(pts) else PictureType.NONE
        try:
            self._context = self._context or self._opened(frame)
            packets = self._context.encode(frame)
        except av.FFmpegError as exc:
            raise SourceRefused(f"A picture of {self._width}x{self._height} could not be encoded as H.264.") from exc
        return [self._packet(packet, mono_s) for packet in packets]

    def _masked(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self._mask.zones != self._zones:
            self._zones = self._mask.zones
            self.track = replace(self.track, mask=str(self._zones))
            self._last_key_pts = None
        return black_frame(frame, self._zones) if self._zones else frame

    def _fitting(self, picture: av.VideoFrame) -> av.VideoFrame:
        """The picture as 4:2:0 of even size and limited range, which every player shows right."""
        full = picture.color_range == ColorRange.JPEG or picture.format.name.startswith("yuvj")
        if (picture.format.name, picture.width, picture.height, full) == (
            "yuv420p",
            self._width,
            self._height,
            False,
        ):
            return picture
        return self._reformatter.reformat(
            picture,
            width=self._width,
            height=self._height,
            format="yuv420p",
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            threads=1,
        )

    def _key_is_due(self, pts: int) -> bool:
        """By the time between pictures, not by their number: a camera may slow down in the dark."""
        if self._last_key_pts is not None and (pts - self._last_key_pts) * TIME_BASE < KEY_FRAME_EVERY_S:
            return False
        self._last_key_pts = pts
        return True

    def _opened(self, first: av.VideoFrame) -> av.VideoCodecContext:
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = self._width, self._height, "yuv420p"
        context.time_base, context.framerate = TIME_BASE, Fraction(self._fps)
        context.thread_count, context.max_b_frames = 1, 0
        context.gop_size = 10 * self._fps
        context.colorspace, context.color_range = first.colorspace, ColorRange.MPEG
        context.options = dict(self._settings)
        context.open()
        return context

    def _packet(self, packet: av.Packet[Any], mono_s: float) -> Packet:
        if packet.pts is None:
            raise SourceRefused("libx264 returned a packet without a time.")
        dts = packet.pts if packet.dts is None else packet.dts
        return Packet(bytes(packet), packet.pts, dts, packet.is_keyframe, mono_s, self.track)
