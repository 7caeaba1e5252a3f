"""What the scene writes down, read back; and the plan that a seed makes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.rclone import found_binary
from tests.chaos.cloud import Cloud
from tests.chaos.plan import DISK, Trouble, lives
from tests.chaos.truth import Film, gate_visits, visits
from tests.storage.dav import PASSWORD
from tests.support_clock import TestClock


def line(what: str, at_s: float) -> str:
    return f"2026-11-25 21:00:00 DEBUG camera.sources.scene: {what} at {at_s:.3f} s of the monotonic clock\n"


def shown(seconds: float, at_s: float) -> str:
    return line(f"visitor shown for {seconds:.2f} s", at_s)


def test_visits_of_a_life() -> None:
    log = line("first picture", 100) + line("visitor comes", 102.4) + shown(0.33, 102.73) + shown(3, 105.4)
    log += line("visitor gone", 105.6) + line("visitor comes", 110.5) + shown(1.33, 111.9)
    whole, cut = visits(3, log, 112.0, 5.0)
    assert (whole.comes_s, whole.cut, whole.promised) == (102.4, False, True)
    assert whole.seen_s == pytest.approx(3)
    assert (cut.comes_s, cut.cut, cut.promised) == (110.5, True, False)
    assert visits(3, log, 108.0, 5.0)[0].cut, "its clip was not whole yet"


def test_slow_motion_is_no_sight() -> None:
    log = line("first picture", 100) + line("visitor comes", 105) + shown(0.67, 109)
    (visit,) = visits(1, log, 111, 5)
    assert visit.seen_s == pytest.approx(0.67), "though the clock went on for six seconds"


def test_a_camera_that_was_opened_anew_has_visitors_of_its_own() -> None:
    log = line("first picture", 100) + line("visitor comes", 102) + shown(1, 103) + line("first picture", 103)
    log += line("visitor comes", 103.5) + shown(2.5, 106) + line("visitor gone", 106.0)
    first, second = visits(1, log, 200, 5)
    assert (first.until_s, first.cut) == (103, True)
    assert second.seen_s == pytest.approx(1.5), "the first second and a half it still learnt the background"


def test_the_gate_begins_anew_whenever_it_is_opened() -> None:
    log = "".join(
        f"2026 DEBUG camera.supervisor: camera gate {state} at {at_s:.3f} s of the monotonic clock\n"
        for state, at_s in [("starting", 99), ("watching", 100), ("recording", 102.7), ("watching", 108),
                            ("blind", 120), ("watching", 130)]
    )  # fmt: skip
    found = gate_visits(2, log, 134.0, 5.0, [(111.5, 125.0)], Film(2.4, 3.0, 8.0))
    assert [(visit.comes_s, round(visit.until_s, 3), visit.cut, visit.promised) for visit in found] == [
        (102.4, 105.4, False, True),
        (110.4, 111.0, True, False),
        (118.4, 120.0, True, False),
        (132.4, 133.5, True, False),
    ]


def test_the_film_begins_when_its_server_plays_it() -> None:
    log = "camera gate watching at 102.0 s of the monotonic clock\n"
    visit, *_ = gate_visits(2, log, 134.0, 5.0, [], Film(2.4, 3.0, 8.0), [60.0, 100.0, 120.0])
    assert (visit.comes_s, round(visit.seen_s, 3)) == (102.4, 1.9), "the camera still learnt the background"


def test_nobody_is_seen_after_the_end() -> None:
    log = "camera gate watching at 100.0 s of the monotonic clock\n"
    visit, *_ = gate_visits(2, log, 102.6, 5.0, [], Film(2.4, 3.0, 8.0))
    assert (visit.comes_s, visit.until_s) == (102.4, 102.6), "or the first visitor of the next life would be missing"


def test_nothing_is_promised_of_a_camera_that_was_made_to_fail() -> None:
    log = "camera gate watching at 100.0 s of the monotonic clock\n"
    found = gate_visits(2, log, 134.0, 5.0, [(109.0, 120.0)], Film(2.4, 3.0, 8.0))
    assert [visit.spoilt for visit in found] == [False, True, True, True]
    assert [visit.promised for visit in found] == [True, False, False, False]


def test_a_seed_makes_the_same_lives_again() -> None:
    everything = frozenset(Trouble)
    assert lives(5, 50, everything) == lives(5, 50, everything)
    assert lives(5, 50, everything) != lives(6, 50, everything)
    assert lives(5, 50, everything)[:10] == lives(5, 10, everything)
    met = {fault.trouble for life in lives(1, 250, everything) for fault in life.faults}
    assert met == everything
    without = {fault.trouble for life in lives(1, 250, everything - {*DISK}) for fault in life.faults}
    assert not without & {*DISK}


def test_a_process_lives_by_the_clocks_it_is_given(tmp_path: Path) -> None:
    code = (
        "import asyncio, time, datetime\n"
        "def say(): print(time.monotonic(), datetime.datetime.now().timestamp(), flush=True)\n"
        "async def main():\n"
        "    sleeping = asyncio.create_task(asyncio.sleep(5000))\n"
        "    await asyncio.sleep(0)\n"
        "    say()\n"
        "    await sleeping\n"
        "    say()\n"
        "asyncio.run(main())\n"
    )
    clock = TestClock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ | clock.environment
    ) as child:
        assert child.stdout
        mono_s, wall_s = map(float, child.stdout.readline().split())
        clock.jump(6000)
        after_mono_s, after_wall_s = map(float, child.stdout.readline().split())
        assert child.wait(60) == 0
    assert 6000 <= after_mono_s - mono_s < 6600
    assert 6000 <= after_wall_s - wall_s < 6600


async def test_what_is_deleted_in_the_cloud_is_kept_aside(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path / "cloud")
    await cloud.start()
    try:
        (cloud.folder / "cameras").mkdir()
        (cloud.folder / "cameras/a clip").write_bytes(b"content")
        process = await asyncio.create_subprocess_exec(
            found_binary(), "deletefile", "cloud:cameras/a clip", env=os.environ | {"RCLONE_CONFIG": str(cloud.config)}
        )
        assert await asyncio.wait_for(process.wait(), 60) == 0
    finally:
        await cloud.stop()
    [deletion] = cloud.deletions
    assert deletion.name == "cameras/a clip"
    assert deletion.kept
    assert deletion.kept.read_bytes() == b"content"
    assert PASSWORD not in deletion.name
