"""The microphone beside a camera: read through the real ALSA library, whose `file` plugin stands in for the device.

What the microphone hears comes through a pipe at its own speed. There is no sound card in any of this.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from av import FFmpegError
from numpy.typing import NDArray

from camera.clock import Anchor
from camera.config import CameraConfig
from camera.model import EventEnd, GrayFrame, Packet
from camera.recorder import Recorder
from camera.sources import microphone, open_source
from camera.sources.microphone import RATE, Microphone, SampleClock, Stretch, WithMicrophone
from camera.sources.usb_devices import microphone_of
from tests.camera import footage
from tests.camera.reports import TIMEOUT_S, Heard
from tests.camera.sounding import clicks_in, flashes_at, flashes_in, packets_of, write_sounding
from tests.camera.source_contract import Expected, check_packets, config_of, look
from tests.camera.source_devices import DEVICE, fake_usb

SECONDS = 4
CHUNK = RATE // 50

CONF = """
pcm.mic {{ type plug slave.pcm {{ type file slave.pcm {{ type null }} file "/dev/null" infile "{pipe}" format raw }} }}
"""


def clicks(seconds: int) -> NDArray[np.int16]:
    """Quiet, with a click at each flash of the sounding film."""
    samples = np.random.default_rng(1).normal(0, 30, seconds * RATE)
    for at_s in flashes_at(seconds):
        at, length = round(at_s * RATE), round(0.02 * RATE)
        samples[at : at + length] += 20_000 * np.sin(np.arange(length) * 2 * np.pi * 1000 / RATE)
    return samples.astype(np.int16)


@contextlib.contextmanager
def playing(folder: Path, samples: NDArray[np.int16]) -> Iterator[threading.Event]:
    """The device `mic` of an ALSA configuration in `folder` hears these samples once the event is set."""
    pipe, conf = folder / "pipe", folder / "asound.conf"
    os.mkfifo(pipe)
    conf.write_text(CONF.format(pipe=pipe))
    begin, end = threading.Event(), threading.Event()

    def play() -> None:
        with contextlib.suppress(BrokenPipeError), pipe.open("wb", buffering=0) as out:
            begin.wait(TIMEOUT_S)
            begun_s = time.monotonic()
            for at in range(0, len(samples), CHUNK):
                if end.wait(max(0.0, begun_s + (at + CHUNK) / RATE - time.monotonic())):
                    return
                out.write(samples[at : at + CHUNK].tobytes())
            end.wait(TIMEOUT_S)

    player = threading.Thread(target=play, daemon=True)
    player.start()
    try:
        yield begin
    finally:
        end.set()
        begin.set()
        player.join(TIMEOUT_S)


class Film:
    """A source that plays the pictures of a film at their own speed."""

    def __init__(self, packets: list[Packet], begin: threading.Event) -> None:
        self._packets = iter(packets)
        self._begin = begin
        self._zero_mono_s: float | None = None

    def read(self) -> Packet | GrayFrame:
        packet = next(self._packets)
        media_s = float(packet.pts * packet.track.time_base)
        if self._zero_mono_s is None:
            self._begin.set()
            self._zero_mono_s = time.monotonic()
        time.sleep(max(0.0, self._zero_mono_s + media_s - time.monotonic()))
        return replace(packet, mono_s=self._zero_mono_s + media_s)

    def close(self) -> None:
        pass


def test_a_clip_has_the_microphones_sound_in_time_with_the_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some tries: a machine that has no time for the microphone for a moment hears it late, or not all of it."""
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        seen, found = flashes_and_clicks(folder, monkeypatch)
        apart_s = [min(abs(click - flash) for flash in seen) for click in found]
        if len(seen) == SECONDS and len(found) >= SECONDS / 2 and max(apart_s) < 0.1:
            break
    assert len(seen) == SECONDS
    assert len(found) >= SECONDS / 2
    assert max(apart_s) < 0.1, "the click is heard when the flash is seen"


def flashes_and_clicks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], list[float]]:
    """When they come in a clip that is recorded now, in its seconds."""
    # Pictures wait for their sound: those of the last two seconds may still do so when the film is over.
    film = packets_of(write_sounding(folder / "film.mp4", "libx264", "aac", seconds=SECONDS + 2), sound=False)
    heard = Heard()
    recorder = Recorder(CameraConfig("front", "/dev/video0", folder), heard)
    recorder.start()
    with playing(folder, clicks(SECONDS + 4)) as begin:
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder / "asound.conf"))
        source = WithMicrophone(Film(film, begin), Microphone("mic"))
        packets: list[Packet] = []
        with contextlib.suppress(StopIteration):
            while True:
                item = source.read()
                assert isinstance(item, Packet)
                packets.append(item)
        source.close()
    assert not packets[0].track.is_sound
    sounds = [packet for packet in packets if packet.track.is_sound]
    assert all(after.pts > before.pts for before, after in pairwise(sounds))
    recorder.begin("e1", Anchor(packets[0].mono_s, datetime(2026, 5, 1, tzinfo=UTC)), packets, float("inf"))
    recorder.end(packets[-1].mono_s + 1, EventEnd("e1", "front", datetime(2026, 5, 1, tzinfo=UTC), 1.0))
    assert recorder.close(TIMEOUT_S)
    (part,) = heard.parts
    seen, found = (
        [at_s for at_s in found if at_s < SECONDS] for found in (flashes_in(part.path), clicks_in(part.path))
    )
    return seen, found


def a_usb_camera_is_heard() -> None:
    source = open_source(replace(config_of(DEVICE), microphone="mic"))
    seen = look(source, 60)
    while len(seen.sounds) <= 30 and len(seen.items) < 600:  # a loaded machine may have heard little of it so far
        seen.items.append(source.read())
    source.close()
    check_packets(seen, Expected(codec="mjpeg"))
    assert len(seen.sounds) > 30
    ends = [
        (packet.mono_s, float(packet.pts * packet.track.time_base)) for packet in (seen.packets[-1], seen.sounds[-1])
    ]
    assert abs((ends[0][0] - ends[1][0]) - (ends[0][1] - ends[1][1])) < 0.05, "one line of time"


def test_a_usb_camera_with_its_microphone(tmp_path: Path) -> None:
    environment = fake_usb(tmp_path, "MJPG") | {"ALSA_CONFIG_PATH": str(tmp_path / "asound.conf")}
    with playing(tmp_path, clicks(8)) as begin:
        begin.set()
        command = [sys.executable, "-m", "tests.camera.test_microphone", a_usb_camera_is_heard.__name__]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_microphone_that_is_not_there_costs_no_picture_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("ALSA_CONFIG_PATH", raising=False)
    film = packets_of(write_sounding(tmp_path / "film.mp4", "libx264", "aac", seconds=1), sound=False)
    listener = Microphone("hw:CARD=Nowhere,DEV=0")
    source = WithMicrophone(Film(film, threading.Event()), listener)
    with contextlib.suppress(StopIteration):
        while True:
            assert not isinstance(source.read(), GrayFrame)
    source.close()
    assert os.environ["ALSA_CONFIG_PATH"].endswith("alsa.conf")
    assert "hw:CARD=Nowhere,DEV=0 cannot be read" in caplog.text


def test_a_microphone_that_fails_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "FIRST_PAUSE_S", 0.01)
    tries, enough = [], threading.Event()

    def fail(device: str) -> None:
        tries.append(device)
        if len(tries) == 3:
            enough.set()
        raise FFmpegError(5, "gone")

    listener = Microphone("hw:1,0", fail)  # type: ignore[arg-type]  # it never returns
    assert enough.wait(TIMEOUT_S)
    listener.close()


def test_sound_from_before_the_first_picture_is_left_out() -> None:
    class Told(Microphone):
        def __init__(self, *stretches: Stretch) -> None:
            self._stretches = iter(stretches)  # type: ignore[assignment]

        def take(self) -> Iterator[Stretch]:
            yield from self._stretches

    (picture,) = [replace(packet, mono_s=50.0) for packet in footage.packets(1)]
    early, kept, again = (Stretch(b"\0\0", mono_s) for mono_s in (49.0, 50.01, 50.01))
    source = WithMicrophone(Film([], threading.Event()), Told(early, kept, again))
    source._place(picture)
    (sound,) = source._heard
    assert sound.pts == round(RATE * (float(picture.pts * picture.track.time_base) + 0.01))


def test_the_clock_of_the_samples_keeps_to_the_least_delay() -> None:
    clock, rng = SampleClock(), np.random.default_rng(4)
    begun = [clock.begun_mono_s(0.02, 10 + 0.02 * (number + 1) + rng.uniform(0, 0.04)) for number in range(500)]
    errors = [at - (10 + 0.02 * number) for number, at in enumerate(begun)]
    assert max(errors) < 0.05
    assert max(errors[200:]) - min(errors[200:]) < 1e-6, "jitter of arrival is not heard"


def test_samples_that_the_device_lost_move_the_clock_within_two_seconds() -> None:
    clock = SampleClock()
    for number in range(100):
        clock.begun_mono_s(0.02, 10 + 0.02 * (number + 1))
    late = [clock.begun_mono_s(0.02, 10.5 + 0.02 * (number + 1)) for number in range(100, 250)]
    assert late[-1] == pytest.approx(10.5 + 0.02 * 249)


def test_the_microphone_of_a_usb_camera_is_found_by_its_device(tmp_path: Path) -> None:
    bus = tmp_path / "devices/pci/usb1/1-1"
    for interface, port in (("1-1:1.0", "1-1"), ("1-1:1.2", "1-1"), ("1-2:1.0", "1-2"), ("1-2:1.1", "1-2")):
        (bus.parent / port / interface).mkdir(parents=True)
    onboard = tmp_path / "devices/pci/onboard"
    onboard.mkdir()
    for name, device in (("video0", bus / "1-1:1.0"), ("video2", bus.parent / "1-2/1-2:1.0"), ("video9", onboard)):
        _entry(tmp_path / "class/video4linux" / name, device)
    cards = {"card0": (onboard, "PCH", "c"), "card1": (bus / "1-1:1.2", "C920", "c")}
    cards |= {"card2": (bus.parent / "1-2/1-2:1.1", "Speaker", "p")}
    for number, (name, (device, label, kind)) in enumerate(cards.items()):
        _entry(tmp_path / "class/sound" / name, device)
        (tmp_path / "class/sound" / name / "id").write_text(f"{label}\n")
        (tmp_path / "class/sound" / name / f"pcmC{number}D0{kind}").mkdir()
    assert microphone_of(Path("/dev/video0"), tmp_path) == "hw:CARD=C920,DEV=0"
    assert microphone_of(Path("/dev/video2"), tmp_path) == "", "that one only speaks"
    assert microphone_of(Path("/dev/video9"), tmp_path) == "", "not on USB"


def _entry(folder: Path, device: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "device").symlink_to(device)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
