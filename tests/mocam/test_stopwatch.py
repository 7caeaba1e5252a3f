"""The time of an alert, stage by stage; by a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from camera.model import EventStart
from mocam.doctor.alerts import judged
from mocam.doctor.finding import Level
from mocam.stopwatch import MOST_RUNNING, Stopwatch
from mocam.store import Store
from storage.alert_times import KEPT, AlertTime, look, within_ms
from storage.errors import DiskRefuses

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def start(event_id: str = "e1", judged_mono_s: float = 10.3) -> EventStart:
    return EventStart(event_id, "front", NOON, 10.0, lambda: b"", None, 10.2, judged_mono_s)


def run(stopwatch: Stopwatch, clock: Clock, event_id: str = "e1") -> None:
    clock.now_s = 10.34
    stopwatch.pictured(event_id)
    clock.now_s = 10.4
    stopwatch.written(event_id)
    stopwatch.sent(event_id, 10.45, 10.7)


def test_stages_follow_each_other() -> None:
    kept: list[AlertTime] = []
    clock = Clock()
    stopwatch = Stopwatch(kept.append, clock)
    stopwatch.started(start())
    run(stopwatch, clock)
    assert kept == [AlertTime(200, 100, 40, 60, 50, 250)]
    assert kept[0].whole_ms == 700


def test_the_first_photo_of_an_event_counts() -> None:
    kept: list[AlertTime] = []
    clock = Clock()
    stopwatch = Stopwatch(kept.append, clock)
    stopwatch.started(start())
    run(stopwatch, clock)
    stopwatch.sent("e1", 11.0, 12.0)
    stopwatch.sent("e2", 11.0, 12.0)
    assert len(kept) == 1


def test_a_camera_whose_clock_runs_ahead_makes_no_stage_negative() -> None:
    kept: list[AlertTime] = []
    clock = Clock()
    stopwatch = Stopwatch(kept.append, clock)
    stopwatch.started(EventStart("e1", "front", NOON, 10.0, lambda: b"", None, 10.5, 10.3))
    run(stopwatch, clock)
    assert kept == [AlertTime(500, 0, 0, 0, 0, 200)]


def test_what_was_not_measured_whole_is_left_out() -> None:
    kept: list[AlertTime] = []
    stopwatch = Stopwatch(kept.append, Clock())
    stopwatch.started(start())
    stopwatch.sent("e1", 11.0, 12.0)
    stopwatch.started(start("e2", judged_mono_s=0.0))
    run(stopwatch, Clock(), "e2")
    assert kept == []


def test_alerts_that_never_arrive_are_forgotten() -> None:
    kept: list[AlertTime] = []
    clock = Clock()
    stopwatch = Stopwatch(kept.append, clock)
    for number in range(MOST_RUNNING + 1):
        stopwatch.started(start(f"e{number}"))
    run(stopwatch, clock, "e0")
    run(stopwatch, clock, "e1")
    assert len(kept) == 1


def test_a_disk_that_takes_nothing_costs_the_figure_alone() -> None:
    def refuses(_: AlertTime) -> None:
        raise DiskRefuses("The disk is read-only.")

    clock = Clock()
    stopwatch = Stopwatch(refuses, clock)
    stopwatch.started(start())
    run(stopwatch, clock)


def test_the_last_alerts_are_kept_and_can_be_read_by_another_program(store: Store) -> None:
    for ms in range(KEPT + 5):
        store.alert_times.add(AlertTime(ms, 0, 0, 0, 0, 0))
    found = store.alert_times.newest_first()
    assert [one.decision_ms for one in found] == list(range(KEPT + 4, 4, -1))
    assert look(store.files.database_path) == found


@pytest.mark.parametrize(
    ("values", "share", "told"),
    [([], 0.5, 0), ([7], 0.95, 7), ([3, 1, 2], 0.5, 2), (list(range(1, 101)), 0.95, 95), ([1, 2, 3, 4], 0.5, 2)],
)
def test_within(values: list[int], share: float, told: int) -> None:
    assert within_ms(values, share) == told


def test_check_tells_the_whole_and_each_stage() -> None:
    said = judged([AlertTime(200, 10, 20, 30, 40, 50), AlertTime(300, 10, 20, 30, 40, 50)]).said.splitlines()
    assert said[0] == "first moved frame to photo: 0.35 s, 95 % within 0.45 s (the last 2)"
    assert said[1] == "decision  0.20 s, 95 % within 0.30 s: is it something that moves"
    assert len(said) == 7


def test_check_names_the_stage_that_takes_the_time() -> None:
    finding = judged([AlertTime(200, 10, 20, 30, 40, 4000)])
    assert finding.level is Level.WARN
    assert "Telegram" in finding.remedy
    assert judged([]).level is Level.OK
