"""Who may send when: a small burst, then one a second, the most urgent first."""

from __future__ import annotations

import asyncio

import pytest

from bot import backoff
from bot.pacing import Bucket, Pacer, Rank


def test_a_burst_then_one_a_second() -> None:
    bucket = Bucket(every_s=1.0, burst=3)
    for _ in range(3):
        assert bucket.wait_s(100.0) <= 0
        bucket.take(100.0)
    assert bucket.wait_s(100.0) == pytest.approx(1.0)
    assert bucket.wait_s(101.0) <= 0
    bucket.take(101.0)
    assert bucket.wait_s(101.0) == pytest.approx(1.0)


def test_a_quiet_time_fills_it_again_and_no_more() -> None:
    bucket = Bucket(every_s=1.0, burst=2)
    bucket.take(0.0)
    bucket.take(0.0)
    bucket.take(1000.0)
    bucket.take(1000.0)
    assert bucket.wait_s(1000.0) == pytest.approx(1.0)


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


async def test_the_most_urgent_goes_first() -> None:
    clock = Clock()
    pacer = Pacer(every_s=0.001, burst=1, clock=clock)
    pacer.hold(10)
    order: list[str] = []

    async def send(name: str, rank: Rank) -> None:
        await pacer.turn(1, rank)
        order.append(name)
        clock.now_s += 1

    waiting = [("caption", Rank.CAPTION), ("clip", Rank.CLIP), ("answer", Rank.ANSWER), ("alert", Rank.ALERT)]
    tasks = [asyncio.create_task(send(name, rank)) for name, rank in waiting]
    await asyncio.sleep(0)
    assert order == []
    clock.now_s = 20
    assert pacer.held_s == 0
    tasks.append(asyncio.create_task(send("second alert", Rank.ALERT)))
    async with asyncio.timeout(60):
        # The clock stands still for whoever sleeps: a newcomer's arrival lets the first in line look again.
        while not all(task.done() for task in tasks):
            newcomer = asyncio.create_task(pacer.turn(1, Rank.CAPTION))
            await asyncio.sleep(0.01)
            newcomer.cancel()
            await asyncio.gather(newcomer, return_exceptions=True)
    assert order[:2] in (["alert", "second alert"], ["second alert", "alert"])
    assert order[2:] == ["answer", "clip", "caption"]


async def test_what_can_wait_leaves_some_of_the_burst_to_an_alert_and_to_who_asks() -> None:
    clock = Clock()
    pacer = Pacer(every_s=1000, burst=5, clock=clock)
    passed: list[str] = []

    async def send(name: str, rank: Rank) -> None:
        await pacer.turn(1, rank)
        passed.append(name)

    edits = [asyncio.create_task(send(f"caption {number}", Rank.CAPTION)) for number in range(9)]
    clips = [asyncio.create_task(send(f"clip {number}", Rank.CLIP)) for number in range(9)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(passed) == 4, "all waited for the clock would pass but one"
    await asyncio.wait_for(send("alert", Rank.ALERT), 60)
    clock.now_s += 1000
    await asyncio.wait_for(send("answer", Rank.ANSWER), 60)
    assert passed[-2:] == ["alert", "answer"]
    for task in (*edits, *clips):
        task.cancel()
    await asyncio.gather(*edits, *clips, return_exceptions=True)


@pytest.mark.parametrize("burst", [1, 2, 3, 5])
def test_nothing_waits_for_ever_however_small_the_burst(burst: int) -> None:
    bucket = Bucket(every_s=1.0, burst=burst)
    now_s = 0.0
    for _ in range(20):
        now_s += max(0.0, bucket.wait_s(now_s, left=2))
        bucket.take(now_s)
    assert now_s <= 19.0, "in the long run one a second, as for all others"


async def test_chats_do_not_wait_for_each_other() -> None:
    clock = Clock()
    pacer = Pacer(every_s=1000, burst=1, clock=clock)
    await pacer.turn(1, Rank.ALERT)
    await pacer.turn(2, Rank.ALERT)


async def test_who_gives_up_leaves_the_line() -> None:
    pacer = Pacer(every_s=0.01, burst=1)
    await pacer.turn(1, Rank.ALERT)
    pacer.hold(1000)
    tired = asyncio.create_task(pacer.turn(1, Rank.ALERT))
    await asyncio.sleep(0)
    tired.cancel()
    await asyncio.gather(tired, return_exceptions=True)
    pacer._held_until_s = 0.0
    await pacer.turn(1, Rank.CAPTION)


def test_backoff_grows_to_its_cap_and_is_spread() -> None:
    assert [backoff.delay_s(attempt, 1, 60, 1.0) for attempt in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.delay_s(3, 1, 60, 0.0) == 4
    assert backoff.delay_s(10_000, 1, 60, 1.0) == 60
