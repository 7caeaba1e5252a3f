"""What stirred and was no event: told once, then ever more seldom, and never when it became one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camera.clock import SystemClock
from camera.config import CameraConfig
from camera.detection import Detection
from camera.dismissals import EVERY_S, SELDOM_S, Cause, Dismissal, Dismissals
from camera.grid import Zones
from camera.motion import CellDetector, Motion, Reason, nothing
from tests.camera.footage import film, mover
from tests.camera.script import visit
from tests.camera.watched import watched

STEP_S = 1 / 15


def told(frames: Iterable[tuple[Reason, float]], *, in_event: bool = False) -> list[tuple[float, Dismissal]]:
    """Each reason for so many seconds, one after the other; what was told, and when."""
    dismissals, now_s, found = Dismissals(), 0.0, []
    for reason, seconds in frames:
        for _ in range(round(seconds / STEP_S)):
            now_s += STEP_S
            found += [(now_s, one) for one in dismissals.see(nothing(reason), now_s, in_event=in_event)]
    return found


def test_a_stir_is_told_when_it_is_over() -> None:
    ((when_s, one),) = told([(Reason.QUIET, 1), (Reason.SMALL, 1), (Reason.QUIET, 5)])
    assert one.cause is Cause.SMALL
    assert one.last_s - one.first_s > 0.8
    assert 4 < when_s < 4.5


def test_what_is_shorter_than_a_moment_is_noise_but_light_is_told() -> None:
    assert told([(Reason.DOUBT, 0.2), (Reason.QUIET, 5)]) == []
    ((_, one),) = told([(Reason.LIGHT, 0.08), (Reason.QUIET, 5)])
    assert one.cause is Cause.LIGHT


def test_a_stir_that_became_an_event_is_not_told() -> None:
    dismissals = Dismissals()
    for number in range(10):
        assert dismissals.see(nothing(Reason.DOUBT), number * STEP_S, in_event=False) == []
    moved = Motion(True, 0.1, (0, 0, 1, 1), Reason.MOTION)
    later = [dismissals.see(moved, 0.7, in_event=False)]
    later += [dismissals.see(nothing(Reason.QUIET), 1 + number, in_event=False) for number in range(100)]
    assert not any(later)


def test_what_goes_on_is_told_ever_more_seldom_and_counted() -> None:
    gusts = [(Reason.DOUBT, 1.0), (Reason.QUIET, 9.0)] * (6 * 60 * 6)
    found = told(gusts)
    gaps_s = [later[0] - earlier[0] for earlier, later in itertools.pairwise(found)]
    assert len(found) < 20, "six hours of wind"
    assert gaps_s[0] < 2 * EVERY_S
    assert gaps_s[-1] >= SELDOM_S
    assert sum(one.times for _, one in found) > 1900, "none is lost but those that wait"


def test_after_a_calm_hour_it_is_told_at_once_again() -> None:
    windy = [(Reason.DOUBT, 1.0), (Reason.QUIET, 9.0)]
    found = told([*windy * 100, (Reason.QUIET, 7200.0), *windy])
    last, before = found[-1], found[-2]
    assert last[0] - before[0] > 3600
    assert last[1].times == 1


@given(st.lists(st.tuples(st.sampled_from(Reason), st.floats(0.1, 20)), max_size=40))
def test_no_cause_is_told_more_often_than_once_a_minute(frames: list[tuple[Reason, float]]) -> None:
    found = told(frames)
    for cause in Cause:
        times_s = [when_s for when_s, one in found if one.cause is cause]
        assert all(later - earlier >= EVERY_S - 1e-6 for earlier, later in itertools.pairwise(times_s))


def test_where_nothing_is_watched_two_key_frames_are_enough() -> None:
    seen = [nothing(Reason.IGNORED if number in (2, 3) else Reason.QUIET) for number in range(12)]
    dismissals = Dismissals()
    found = [one for number, motion in enumerate(seen) for one in dismissals.see(motion, number * 4.0, in_event=False)]
    assert [(one.cause, one.first_s, one.last_s) for one in found] == [(Cause.ZONE, 8.0, 12.0)]


def test_what_moves_where_nothing_is_watched_is_seen_as_that() -> None:
    detector = CellDetector(detection=Detection(ignore=Zones.parse("A1-J6")))
    reasons = [detector.look(luma, t_s).reason for luma, t_s in film(6, mover(3, 5))]
    assert Reason.IGNORED in reasons
    assert Reason.MOTION not in reasons
    quiet = CellDetector(detection=Detection(ignore=Zones.parse("A1-J6")))
    assert Reason.IGNORED not in [quiet.look(luma, t_s).reason for luma, t_s in film(6)]


def test_a_watched_visit_is_an_event_also_when_another_place_is_ignored() -> None:
    detector = CellDetector(detection=Detection(ignore=Zones.parse("J1-J6")))
    assert Reason.MOTION in [detector.look(luma, t_s).reason for luma, t_s in film(6, mover(3, 5))]


def test_a_camera_reports_what_it_dismissed_with_its_time(tmp_path: Path) -> None:
    clock = SystemClock()
    zero_mono_s, zero_utc = clock.mono_s() - 24, clock.wall_utc() - timedelta(seconds=24)
    with watched(CameraConfig("front", "", tmp_path, ignore="A1-J6"), clock) as camera:
        for item in visit(24, 7, 9, zero_mono_s=zero_mono_s):
            camera.pipeline.take(item)
            if item.mono_s > zero_mono_s + 3:
                assert not camera.pipeline.wants_all, "it costs no more than a quiet one"
    heard = camera.heard
    assert heard.starts == []
    (stir,) = heard.stirs
    assert (stir.camera, stir.cause, stir.times) == ("front", "zone", 1)
    assert 1 <= (stir.last_utc - stir.first_utc).total_seconds() <= 4
    assert 6.5 < (stir.first_utc - zero_utc).total_seconds() < 8.5
