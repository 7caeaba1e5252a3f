"""One source from packets and gray frames to events and clips."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from camera.config import CameraConfig
from camera.detection import Detection
from camera.errors import SourceLost
from camera.model import GrayFrame, Packet, State
from camera.motion import Motion, Reason
from camera.pipeline import NO_PICTURE_S
from tests.camera.footage import FPS, decoded, packets, stored_units
from tests.camera.script import Script, jpeg, visit
from tests.camera.watched import Watched, watched

ZERO_MONO_S = 500.0
NOW_MONO_S, NOW_UTC = 600.0, datetime(2026, 5, 1, 12, tzinfo=UTC)


class StoppedClock:
    def mono_s(self) -> float:
        return NOW_MONO_S

    def wall_utc(self) -> datetime:
        return NOW_UTC


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Watched]:
    with watched(CameraConfig("front", "scene", tmp_path), StoppedClock()) as rig:
        yield rig


def test_a_visit_becomes_an_alert_a_clip_and_an_end_in_this_order(rig: Watched) -> None:
    rig.play(visit(zero_mono_s=ZERO_MONO_S))
    assert rig.recorder.flush(60)
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]
    assert rig.states == [State.WATCHING, State.RECORDING, State.WATCHING]
    start, end = rig.heard.starts[0], rig.heard.ends[0]
    assert 7.0 <= start.mono_s - ZERO_MONO_S <= 7.3
    assert start.wall_utc == NOW_UTC + timedelta(seconds=start.mono_s - NOW_MONO_S)
    assert start.event_id == rig.heard.parts[0].event_id == end.event_id == "e1"
    assert end.wall_utc - start.wall_utc == pytest.approx(
        timedelta(seconds=end.motion_s), abs=timedelta(milliseconds=1)
    )
    assert end.motion_s == pytest.approx(1.9, abs=0.4)


def test_the_clip_is_the_cameras_packets_from_the_key_frame_before_the_pre_roll_to_the_post_roll(rig: Watched) -> None:
    items = list(visit(zero_mono_s=ZERO_MONO_S))
    rig.play(iter(items))
    assert rig.recorder.flush(60)
    start, end, part = rig.heard.starts[0], rig.heard.ends[0], rig.heard.parts[0]
    sent = [item for item in items if isinstance(item, Packet)]
    wanted_from_s = start.mono_s - rig.config.pre_roll_s
    first = max(i for i, packet in enumerate(sent) if packet.is_keyframe and packet.mono_s <= wanted_from_s)
    until_s = start.mono_s + end.motion_s + rig.config.post_roll_s
    expected = [packet.data for packet in sent[first:] if packet.mono_s < until_s - 1e-6]
    assert stored_units(part.path) == expected
    assert decoded(part.path) == len(expected)
    assert part.duration_s == pytest.approx(len(expected) / FPS)
    assert part.wall_utc == NOW_UTC + timedelta(seconds=sent[first].mono_s - NOW_MONO_S)


def test_the_alert_goes_out_with_the_frame_that_confirms_the_motion(rig: Watched) -> None:
    frames = 0
    for item in visit(zero_mono_s=ZERO_MONO_S):
        rig.pipeline.take(item)
        frames += isinstance(item, GrayFrame)
        if rig.heard.starts:
            break
    start = rig.heard.starts[0]
    first_moved = round((start.mono_s - ZERO_MONO_S) * FPS)
    assert frames - 1 - first_moved <= 4  # of the first trace, long before the visitor is wholly in the picture
    assert start.still() in {jpeg(number) for number in range(first_moved, frames)}


def test_finish_closes_an_event_in_progress_once_and_takes_nothing_more(rig: Watched) -> None:
    items = visit(zero_mono_s=ZERO_MONO_S)
    while not rig.heard.starts:
        rig.pipeline.take(next(items))
    rig.pipeline.finish()
    rig.pipeline.finish()
    shown = len(rig.frames)
    rig.play(items)
    assert rig.recorder.flush(60)
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]
    assert len(rig.frames) == shown


def test_run_once_finishes_the_event_when_the_source_is_lost(rig: Watched) -> None:
    beats: list[None] = []
    script = Script((item for item, _ in zip(visit(), range(2 * 8 * FPS), strict=False)), SourceLost("Unplugged."))
    with pytest.raises(SourceLost, match="Unplugged"):
        rig.pipeline.run_once(script, threading.Event(), lambda: beats.append(None))
    assert rig.recorder.flush(60)
    assert rig.heard.names == ["event_started", "part_finished", "event_ended"]
    assert len(beats) == 2 * 8 * FPS


def test_packets_without_any_picture_are_a_lost_source(rig: Watched) -> None:
    sent = packets(int(NO_PICTURE_S + 2) * FPS)
    with pytest.raises(SourceLost, match="picture"):
        rig.play(iter(sent))


def test_a_black_picture_is_said_and_what_moves_ends_it(rig: Watched) -> None:
    (packet,) = [item for item in visit(1) if isinstance(item, Packet)][:1]
    black = np.full((180, 320), 16, np.uint8)
    for second in range(70):
        rig.pipeline.take(replace(packet, mono_s=ZERO_MONO_S + second))
        rig.pipeline.take(GrayFrame(black, ZERO_MONO_S + second, lambda: b""))
    assert rig.states == [State.WATCHING, State.BLIND]
    rig.play(visit(12, 5, 8, zero_mono_s=ZERO_MONO_S + 70))
    assert rig.states == [State.WATCHING, State.BLIND, State.WATCHING, State.RECORDING]


def test_a_detector_can_be_replaced(rig: Watched, tmp_path: Path) -> None:
    class Always:
        def look(self, _luma: object, _t_s: float, *, alone: bool = False) -> Motion:
            assert not alone
            return Motion(True, 0.5, None, Reason.MOTION)

        def glance(self, luma: object) -> bool:
            raise AssertionError(luma)

        def goes_on(self, shots: object) -> bool:
            raise AssertionError(shots)

        def set(self, detection: Detection) -> None:
            raise AssertionError(detection)

    pipeline = rig.made(StoppedClock(), detector=Always())
    for item in visit(1):
        pipeline.take(item)
    pipeline.finish()
    assert [start.event_id for start in rig.heard.starts] == ["e1"]


def test_every_picture_is_wanted_until_all_is_quiet_and_when_something_comes_not_while_it_stays(rig: Watched) -> None:
    wanted, followed = [], []
    for item in visit(20, 8, 13):
        rig.pipeline.take(item)
        if isinstance(item, GrayFrame):
            wanted.append(rig.pipeline.wants_all)
            followed.append(rig.pipeline.follows)
    assert wanted[0]
    assert not wanted[7 * FPS]
    assert all(wanted[int(8.5 * FPS) : 10 * FPS])
    assert all(followed[11 * FPS : 13 * FPS])
    assert not any(wanted[11 * FPS : 13 * FPS])
    assert not any(followed[15 * FPS :])
    assert rig.states[-1] is State.RECORDING  # a pause: the event ends ten seconds after the motion
    assert not wanted[-1]


def test_a_few_pictures_show_whether_what_moved_goes_on(rig: Watched) -> None:
    items = [item for item in visit(20, 8, 13) if isinstance(item, GrayFrame)]
    for frame in items[: int(11.5 * FPS)]:
        rig.pipeline.take(frame)
    for at_s, goes_on in ((12.4, True), (14.0, False)):
        number = round(at_s * FPS)
        shots = [(frame.luma, frame.mono_s) for frame in items[number : number + 3]]
        assert rig.pipeline.goes_on(shots) is goes_on


def test_a_picture_that_was_held_back_is_looked_at_but_not_shown_as_now(rig: Watched) -> None:
    (packet,) = [item for item in visit(1) if isinstance(item, Packet)][:1]
    rig.pipeline.take(replace(packet, mono_s=ZERO_MONO_S + 4))
    for age_s in (3.0, 1.0, 0.2, 0.0):
        rig.pipeline.take(GrayFrame(np.zeros((180, 320), np.uint8), ZERO_MONO_S + 4 - age_s, lambda: b""))
    assert [frame.mono_s for frame in rig.frames] == [ZERO_MONO_S + 3.8, ZERO_MONO_S + 4]


def test_a_suspicion_is_told_before_the_event_and_not_with_each_frame(tmp_path: Path) -> None:
    rig = Watched(CameraConfig("front", "scene", tmp_path), StoppedClock())
    rig.play(visit())
    rig.pipeline.finish()
    rig.recorder.close()
    assert rig.heard.suspected_cameras == ["front"]
    assert rig.heard.starts[0].confirmed_mono_s > rig.heard.starts[0].mono_s
    assert rig.heard.starts[0].judged_mono_s == NOW_MONO_S
