"""Two streams as one source: what each gives, what happens when one goes; scripted streams and a real server."""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camera.config import CameraConfig
from camera.errors import SourceLost, SourceRefused
from camera.gate import Thrift
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source
from camera.sources.base import spare, thrift
from camera.sources.libav import VideoInput
from camera.sources.paired import PairedSource
from camera.sources.whole import VideoPacket
from tests.camera.footage import packets
from tests.camera.source_contract import (
    PACKETS,
    Expected,
    check_closed,
    check_grays,
    check_key_frames,
    check_packets,
    check_still,
    config_of,
    look,
)
from tests.camera.source_devices import rtsp_server
from tests.camera.source_videos import HEIGHT, WIDTH, write_video

PATIENCE_S = 90.0


class Stream:
    """Gives what it was told to, then fails or waits until it is closed."""

    def __init__(self, items: list[Packet | GrayFrame], then: Exception | None = None) -> None:
        self._items = deque(items)
        self._then = then
        self.begun = False
        self.closed = threading.Event()

    def give(self, *items: GrayFrame) -> None:
        self._items += items

    def read(self) -> Packet | GrayFrame:
        self.begun = True
        if self._items:
            return self._items.popleft()
        if self._then is None:
            self.closed.wait(0.05)
            return gray(0.0)
        raise self._then

    def close(self) -> None:
        self.closed.set()


class Sparing(Stream):
    watcher: object = None
    thrift = Thrift.PEEKS

    def spare(self, watcher: object) -> None:
        self.watcher = watcher


def gray(mono_s: float) -> GrayFrame:
    return GrayFrame(np.zeros((180, 320), np.uint8), mono_s, lambda: b"small")


@contextlib.contextmanager
def paired(main: Stream, small: Stream) -> Iterator[PairedSource]:
    source = PairedSource("cam", main, small)
    try:
        yield source
    finally:
        source.close()


def with_small(port: int, **more: str) -> CameraConfig:
    config = config_of(f"rtsp://127.0.0.1:{port}/file")
    return replace(config, detect_source=f"rtsp://127.0.0.1:{port}/low", **more)  # type: ignore[arg-type]  # words


def read_until(source: Source, kind: type[Packet] | type[GrayFrame]) -> Packet | GrayFrame:
    while not isinstance(item := source.read(), kind):
        pass
    return item


def read_until_lost(source: Source) -> SourceLost:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return exc


def test_it_keeps_the_contract_with_the_main_streams_packets(tmp_path: Path) -> None:
    main = write_video(tmp_path / "main.mp4", frames=150)
    low = write_video(tmp_path / "low.mp4", frames=150, size=(WIDTH // 2, HEIGHT // 2))
    threads = set(threading.enumerate())
    with rtsp_server(main, low=low) as (port, _):
        source = open_source(with_small(port))
        seen = look(source, PACKETS * 2)  # the small stream starts later
        still = seen.grays[-1].still()
        source.close()
    check_packets(seen, Expected())
    check_grays(seen, Expected())
    check_still(still, Expected())
    check_key_frames(seen)
    check_closed(source, threads)


def test_a_main_stream_is_never_decoded_but_for_a_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    original = VideoInput.decode

    def decode(video: VideoInput, packet: VideoPacket | None) -> list[av.VideoFrame]:
        decoded.append(video.codec)
        return original(video, packet)

    monkeypatch.setattr(VideoInput, "decode", decode)
    main = write_video(tmp_path / "main.mp4", "libx265", frames=100, options={"x265-params": "log-level=none"})
    low = write_video(tmp_path / "low.mp4", frames=100, size=(WIDTH // 2, HEIGHT // 2))
    with rtsp_server(main, low=low) as (port, _):
        source = open_source(with_small(port))
        seen = look(source, 20)
        check_still(seen.grays[-1].still(), Expected())
        source.close()
    assert set(decoded) == {"h264"}
    assert {packet.track.codec for packet in seen.packets} == {"hevc"}


def test_a_small_picture_never_overtakes_the_main_stream() -> None:
    film = packets(8, annex_b=True)
    small = Stream([gray(film[-1].mono_s + 5 + n / 15) for n in range(20)])
    with_gray: list[GrayFrame] = []
    main = Stream(list(film), None)
    with paired(main, small) as source:
        while not with_gray:
            item = source.read()
            if isinstance(item, GrayFrame):
                with_gray.append(item)
    assert with_gray[0].mono_s <= film[-1].mono_s


@pytest.mark.parametrize("at", [19, 16, 15, 12, 2], ids=lambda at: f"picture {at}")
def test_a_still_is_the_main_streams_picture_of_its_moment_though_looked_at_later(at: int) -> None:
    film = packets(20, annex_b=True, size=(320, 192))
    main, small = Stream(list(film)), Stream([])
    with paired(main, small) as source:
        for _ in film:
            read_until(source, Packet)
        small.give(gray(film[at].mono_s + 0.01))
        found = read_until(source, GrayFrame)
        while found.mono_s < film[0].mono_s:
            found = read_until(source, GrayFrame)
        assert isinstance(found, GrayFrame)
        picture = cv2.imdecode(np.frombuffer(found.still(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoded = [frame for packet in film for frame in decoder.decode(av.Packet(packet.data))]
    decoded += decoder.decode(None)
    shown = [cv2.cvtColor(one.to_ndarray(format="bgr24").astype(np.uint8), cv2.COLOR_BGR2GRAY) for one in decoded]
    assert int(np.argmin([difference(picture, one) for one in shown])) == at


def test_of_the_small_stream_as_much_is_given_as_who_watches_needs_and_nothing_is_read_before_he_is_known() -> None:
    small = Sparing([])
    with paired(Stream(list(packets(8, annex_b=True))), small) as source:
        spare(source, watcher := object())  # type: ignore[arg-type]  # nobody asks it anything here
        assert not small.begun
        read_until(source, GrayFrame)
        assert small.watcher is watcher
        assert thrift(source) is Thrift.PEEKS


def test_what_the_small_stream_held_back_comes_whole_and_in_order() -> None:
    film = packets(90, annex_b=True)
    small = Stream([])
    with paired(Stream(list(film)), small) as source:
        for _ in film:
            read_until(source, Packet)
        held = [film[0].mono_s + number / 15 for number in range(64)]
        small.give(*(gray(at_s) for at_s in held))
        found: list[float] = []
        while len(found) < len(held):
            at_s = read_until(source, GrayFrame).mono_s
            found += [at_s] if at_s >= held[0] else []
    assert found == held


def test_what_was_never_read_is_closed_all_the_same() -> None:
    main, small = Stream([]), Stream([])
    with paired(main, small):
        pass
    assert main.closed.is_set()
    assert small.closed.is_set()


def difference(one: object, other: object) -> float:
    return float(np.abs(np.asarray(one, np.float64) - np.asarray(other, np.float64)).mean())


@pytest.mark.parametrize("which", ["main", "small"])
def test_the_loss_of_one_is_the_loss_of_both_in_its_own_words(which: str) -> None:
    lost = SourceLost(f"The {which} stream is gone.")
    main = Stream(list(packets(3, annex_b=True)), lost if which == "main" else None)
    small = Stream([], lost if which == "small" else None)
    with paired(main, small) as source:
        assert str(read_until_lost(source)) == f"The {which} stream is gone."
    assert main.closed.wait(PATIENCE_S)
    assert small.closed.wait(PATIENCE_S)


def test_a_new_picture_size_is_a_loss_though_nobody_decodes() -> None:
    before, after = packets(5, annex_b=True), packets(5, annex_b=True, size=(320, 192), first_mono_s=101)
    after = [replace(packet, track=before[0].track) for packet in after]
    with paired(Stream([*before, *after]), Stream([], None)) as source:
        assert "changed its picture size" in str(read_until_lost(source))


def test_parameter_sets_that_change_without_the_size_are_no_loss() -> None:
    film = packets(5, annex_b=True)
    other = [replace(film[0], data=film[0].data.replace(b"\0\0\0\1\x68", b"\0\0\0\1\x09\x10\0\0\0\1\x68", 1))]
    with paired(Stream([*film, *other]), Stream([], None)) as source:
        for _ in range(6):
            read_until(source, Packet)


def test_a_wrong_small_address_is_named_as_such_without_its_password(tmp_path: Path) -> None:
    main, secret = write_video(tmp_path / "main.mp4", frames=50), "".join(["hun", "ter22"])
    with rtsp_server(main) as (port, _), pytest.raises(SourceRefused, match=r"DETECT_SOURCE.*no stream") as refused:
        open_source(replace(with_small(port), detect_source=f"rtsp://me:{secret}@127.0.0.1:{port}/low"))
    assert secret not in "".join(traceback.format_exception(refused.value))


def test_a_main_stream_that_cannot_be_copied_is_refused(tmp_path: Path) -> None:
    low = write_video(tmp_path / "low.mp4", frames=50)
    main = write_video(tmp_path / "main.mp4", "mpeg4", frames=50)
    with (
        rtsp_server(main, low=low) as (port, _),
        pytest.raises(SourceRefused, match=r"sends mpeg4; .* H\.264 or H\.265"),
    ):
        open_source(with_small(port))
