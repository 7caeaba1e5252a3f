"""RTSP as real cameras and networks are: lossy, restarted, with clocks that jump and streams that bend the rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import av
import pytest

from camera.errors import SourceLost
from camera.model import GrayFrame, Packet
from camera.ring import Ring
from camera.sources import Source, open_source
from tests.camera.rtsp_proxy import Mangle, rtsp_proxy
from tests.camera.source_contract import (
    Expected,
    Seen,
    check_key_frames,
    check_packets,
    config_of,
    decoded,
    hold_to_contract,
    look,
)
from tests.camera.source_devices import rtsp_server
from tests.camera.source_videos import FPS, write_video

STEP_S = 1 / FPS


class Stamps:
    """Changes the time stamps of a camera's RTP packets from a certain one on."""

    def __init__(self, after: int, change: Callable[[int], int]) -> None:
        self._after, self._change = after, change

    def __call__(self, rtp: bytes) -> list[bytes]:
        self._after -= 1
        if self._after > 0:
            return [rtp]
        stamp = self._change(int.from_bytes(rtp[4:8])) % 2**32
        return [rtp[:4] + stamp.to_bytes(4) + rtp[8:]]


class Repeats:
    """Sends SPS and PPS again between the two slices of each picture."""

    def __init__(self) -> None:
        self._sets: dict[int, bytes] = {}
        self._more = 0

    def __call__(self, rtp: bytes) -> list[bytes]:
        unit, last_of_picture = rtp[12:], bool(rtp[1] & 0x80)
        kind = unit[0] & 31
        if kind in (7, 8):
            self._sets[kind] = unit
        sent = [self._numbered(rtp)]
        ends = kind in (1, 5) or (kind == 28 and unit[1] & 0x40)
        if ends and not last_of_picture and len(self._sets) == 2:
            for kind in (7, 8):
                self._more += 1
                sent.append(self._numbered(rtp[:12] + self._sets[kind]))
        return sent

    def _numbered(self, rtp: bytes) -> bytes:
        number = (int.from_bytes(rtp[2:4]) + self._more) % 2**16
        return rtp[:2] + number.to_bytes(2) + rtp[4:]


class Loss:
    """Loses one packet in `every`."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._count = 0

    def __call__(self, rtp: bytes) -> list[bytes]:
        self._count += 1
        return [] if self._count % self._every == 0 else [rtp]


class Damage:
    """Turns bytes of the picture in one packet of `every` upside down; its head stays whole."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._count = 0

    def __call__(self, rtp: bytes) -> list[bytes]:
        self._count += 1
        if self._count % self._every or len(rtp) < 60:
            return [rtp]
        return [rtp[:40] + bytes(byte ^ 0xFF for byte in rtp[40:])]


def seen_through(video: Path, mangle: Mangle, count: int, transport: str = "tcp") -> Seen:
    """So many packets of a camera behind a bad network."""
    with rtsp_server(video) as (port, _), rtsp_proxy(port, mangle) as near:
        source = open_source(replace(config_of(f"rtsp://127.0.0.1:{near}/file"), transport=transport))
        seen = look(source, count)
        source.close()
    return seen


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a healthy camera."""
    return write_video(tmp_path_factory.mktemp("camera") / "served.mp4", frames=100)


def steps_s(packets: list[Packet]) -> list[float]:
    """Seconds from each picture to the next in order of display."""
    pts = sorted(packet.pts for packet in packets)
    return [float((after - before) * packets[0].track.time_base) for before, after in itertools.pairwise(pts)]


def read_until_lost(source: Source) -> SourceLost:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return exc


@pytest.mark.parametrize(("codec", "transport"), [("libx264", "udp"), ("libx265", "udp"), ("libx265", "tcp")])
def test_both_codecs_keep_the_contract_over_both_transports(tmp_path: Path, codec: str, transport: str) -> None:
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    video = write_video(tmp_path / "served.mp4", codec, frames=100, options=quiet)
    delivered = "hevc" if codec == "libx265" else "h264"
    with rtsp_server(video) as (port, _):
        hold_to_contract(f"rtsp://127.0.0.1:{port}/file", Expected(codec=delivered), transport=transport)


def test_packets_lost_on_udp_cost_pictures_and_nothing_else(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=250, options={"crf": "5", "slice-max-size": "1000"})
    seen = seen_through(video, Loss(30), 150, "udp")
    check_packets(seen, Expected())
    assert len(seen.grays) > 100


@pytest.mark.parametrize("every", [20, 1])
def test_damaged_pictures_are_the_only_thing_that_damage_costs(video: Path, every: int) -> None:
    seen = seen_through(video, Damage(every), 70)
    check_packets(seen, Expected(known_colours=False))
    assert len(seen.packets) == 70, "a clip keeps what came: a player may make more of it"
    assert len(seen.grays) > 20


@pytest.mark.parametrize("seconds", [5, 100_000, -0.5, -5])
def test_a_clock_that_jumps_leaves_no_gap_and_no_tangle(video: Path, seconds: float) -> None:
    seen = seen_through(video, Stamps(40, lambda stamp: stamp + round(seconds * 90_000)), 70)
    check_packets(seen, Expected())
    assert max(steps_s(seen.packets)) < 0.9
    assert sum(step < STEP_S / 4 for step in steps_s(seen.packets)) <= 1
    ran_s = seen.packets[-1].mono_s - seen.packets[0].mono_s
    assert ran_s < 70 * STEP_S + 2


def test_a_clock_that_stands_still_is_replaced_by_ours(video: Path) -> None:
    frozen: list[int] = []

    def stand_still(stamp: int) -> int:
        frozen[:] = frozen or [stamp]
        return frozen[0]

    seen = seen_through(video, Stamps(45, stand_still), 80)
    check_packets(seen, Expected())
    assert sum(steps_s(seen.packets)) > 60 * STEP_S


def test_the_clock_of_rtp_runs_over_after_13_hours(video: Path) -> None:
    first: list[int] = []

    def nearly_over(stamp: int) -> int:
        first[:] = first or [stamp]
        return stamp - first[0] + 2**32 - 90_000

    seen = seen_through(video, Stamps(0, nearly_over), 60)
    assert max(steps_s(seen.packets)) == pytest.approx(STEP_S, abs=0.001)


def test_slices_with_parameter_sets_between_them_stay_one_picture(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=100, options={"x264-params": "slices=2"})
    seen = seen_through(video, Repeats(), 50)
    check_packets(seen, Expected())
    check_key_frames(seen)
    assert max(steps_s(seen.packets)) == pytest.approx(STEP_S, abs=0.001)
    assert min(steps_s(seen.packets)) == pytest.approx(STEP_S, abs=0.001)


def test_parameter_sets_that_stand_in_the_description_alone_are_enough(video: Path) -> None:
    with rtsp_server(video, sets_once=True) as (port, _):
        hold_to_contract(f"rtsp://127.0.0.1:{port}/file", Expected())


def test_b_frames_keep_their_order_from_the_first_picture_on(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=100, b_frames=2)
    seen = seen_through(video, lambda rtp: [rtp], 60)
    with av.open(str(video)) as container:
        film = [packet for packet in container.demux(video=0) if packet.pts is not None]
    order = [round(float((packet.pts or 0) * packet.time_base) * FPS) for packet in film][:58]
    base = seen.packets[0].track.time_base
    assert [round(float((p.pts - seen.packets[0].pts) * base) * FPS) for p in seen.packets][:58] == order
    check_packets(seen, Expected())


def test_with_a_key_frame_every_ten_seconds_pre_roll_is_whole_and_a_late_reader_waits_for_one(tmp_path: Path) -> None:
    rare = {"x264-params": f"keyint={10 * FPS}:min-keyint={10 * FPS}:scenecut=0"}
    video = write_video(tmp_path / "served.mp4", frames=20 * FPS, options=rare)
    with (
        rtsp_server(video, shared=True) as (port, _),
        rtsp_proxy(port, lambda rtp: [rtp]) as near,
        ThreadPoolExecutor(1) as later,
    ):
        address = f"rtsp://127.0.0.1:{near}/file"
        source = open_source(config_of(address))
        ring, packets = Ring(5.0), [first_packet(source)]
        ring.add(packets[0])
        late = later.submit(first_of, address)
        kept: list[list[Packet]] = []
        while packets[-1].mono_s - packets[0].mono_s < 16:
            item = source.read()
            if isinstance(item, Packet):
                ring.add(item)
                packets.append(item)
                kept += [ring.since(item.mono_s - 5.0)] if len(packets) % FPS == 0 else []
        begun = late.result()
        source.close()
    keys = [packet for packet in packets if packet.is_keyframe]
    assert [float((key.pts - keys[0].pts) * key.track.time_base) for key in keys] == pytest.approx([0, 10], abs=0.001)
    for pre_roll in kept:
        wanted_s = max(pre_roll[-1].mono_s - 5.0, keys[0].mono_s)
        at = packets.index([key for key in keys if key.mono_s <= wanted_s][-1])
        assert pre_roll == packets[at : at + len(pre_roll)], "from the last key frame before the moment on, whole"
    assert {pre_roll[0].pts for pre_roll in kept} == {key.pts for key in keys}
    assert begun.is_keyframe
    assert len(decoded([begun])) == 1
    assert abs(begun.mono_s - keys[1].mono_s) < 2, "it waited for the second key frame"


def first_packet(source: Source) -> Packet:
    item = source.read()
    assert isinstance(item, Packet)
    return item


def first_of(address: str) -> Packet:
    """What a second reader gets first."""
    source = open_source(config_of(address))
    begun = first_packet(source)
    source.close()
    return begun


def test_a_new_picture_size_is_a_loss_and_the_next_opening_has_it(tmp_path: Path) -> None:
    sizes = [(640, 360), (320, 192)]
    video = tmp_path / "served.h264"
    video.write_bytes(b"".join(b"".join(annex_b(tmp_path, size)) for size in sizes))
    with rtsp_server(video) as (port, _):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        assert "changed its picture size" in str(read_until_lost(source))
        source.close()


def annex_b(folder: Path, size: tuple[int, int]) -> list[bytes]:
    video = write_video(folder / f"{size[0]}.mp4", frames=50, size=size)
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        as_sent = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", stream)
        return [bytes(out) for packet in container.demux(stream) for out in as_sent.filter(packet)]


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_server_that_is_killed_is_a_loss_and_started_again_it_delivers(tmp_path: Path, transport: str) -> None:
    video = write_video(tmp_path / "served.mp4", frames=500)
    with rtsp_server(video) as (port, server):
        config = replace(config_of(f"rtsp://127.0.0.1:{port}/file"), transport=transport)
        source = open_source(config)
        source.read()
        server.kill()
        server.wait()
        read_until_lost(source)
        source.close()
        with rtsp_server(video, port=port):
            source = open_source(config)
            assert any(isinstance(item, GrayFrame) for item in look(source, 5).items)
            source.close()
