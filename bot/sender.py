"""Empties the outbox into the chat: three lanes, so that a long clip never delays a photo."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace

from bot.alerts import Step
from bot.letters import Letters, Work
from bot.line import Line
from bot.ports import Outbox, Unavailable
from bot.sweeper import Sweeper
from bot.timing import Timing

_log = logging.getLogger(__name__)

LANES = {
    Step.NOTICE: "first",
    Step.PHOTO: "first",
    Step.DIGEST: "first",
    Step.SHEET: "light",
    Step.DAY: "light",
    Step.CAPTION: "light",
    Step.CLIP: "heavy",
}
"""`first`: what the owner must hear now; `light`: caption edits; `heavy`: uploads of clips."""
LEAST_LOOK_S = 0.2
"""The outbox may say `now` for a letter that a lane holds already."""
FRESH_S = 0.1
"""What was planned so short a time ago, and did not change in the outbox since, is not planned anew: an alert waits for
no question twice."""


@dataclass(slots=True)
class _Lane:
    work: asyncio.Queue[tuple[Work, float]] = field(default_factory=asyncio.Queue)
    """With the moment in which each was planned. Bounded by what the outbox hands out at once, since a letter is in one
    lane at most."""


class Sender:
    """`run` until cancelled. Loop only; the outbox is durable, so whatever is lost here comes again."""

    def __init__(self, outbox: Outbox, letters: Letters, sweeper: Sweeper, line: Line, timing: Timing) -> None:
        self._outbox = outbox
        self._letters = letters
        self._sweeper = sweeper
        self._line = line
        self._timing = timing
        self._wake = asyncio.Event()
        self._in_hand: set[int] = set()
        self._on_its_way: set[int] = set()
        """Of those in hand, the ones that no digest may take up any more."""
        self._choosing = asyncio.Lock()
        """Held while a digest takes up letters, and while a letter sets out: it must not do both."""
        self._closing = False
        self._clock = time.monotonic

    def wake(self) -> None:
        """Something new is in the outbox, or the network is back."""
        self._wake.set()

    async def settle(self, patience_s: float) -> None:
        """Begins nothing new, and waits so long for what is on its way."""
        self._closing = True
        try:
            async with asyncio.timeout(patience_s):
                while self._in_hand:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            _log.warning("stopped while %d letters were on their way", len(self._in_hand))

    async def run(self) -> None:
        """One task looks into the outbox, one works per lane, one takes out of the chat what must leave it."""
        self._in_hand.clear()
        self._on_its_way.clear()
        await self._letters.begin()
        lanes = {name: _Lane() for name in LANES.values()}
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                group.create_task(self._work(lane))
            group.create_task(self._look(lanes))
            group.create_task(self._sweeper.run())

    async def _look(self, lanes: dict[str, _Lane]) -> None:
        while True:
            self._wake.clear()
            delay_s = self._timing.idle_s
            try:
                await self._hand_out(lanes)
                next_s = await self._outbox.next_due_s()
                delay_s = delay_s if next_s is None else min(delay_s, max(LEAST_LOOK_S, next_s))
                delay_s = max(delay_s, self._line.wait_s)
            except Unavailable as exc:
                _log.warning("the outbox cannot be read: %s", exc)
            try:
                async with asyncio.timeout(delay_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _hand_out(self, lanes: dict[str, _Lane]) -> None:
        if self._line.wait_s:
            return
        async with self._choosing:
            await self._outbox.gather(frozenset(self._on_its_way))
        for letter in await self._outbox.due():
            if self._closing or letter.letter_id in self._in_hand:
                continue
            begun_s = self._clock()
            work = await self._letters.plan(letter)
            if work is not None:
                self._in_hand.add(letter.letter_id)
                lanes[LANES[work.step]].work.put_nowait((work, begun_s))

    async def _work(self, lane: _Lane) -> None:
        while True:
            work, planned_s = await lane.work.get()
            try:
                await self._fresh(work, planned_s)
            except Unavailable as exc:  # a disk that refuses; the letter comes again
                _log.warning("letter %d waits: %s", work.letter.letter_id, exc)
                await asyncio.sleep(self._timing.retry_first_s)
            except Exception:  # noqa: BLE001 - the named border of a lane: one letter must not stop the others
                _log.exception("letter %d could not be handled", work.letter.letter_id)
                await asyncio.sleep(self._timing.retry_first_s)
            finally:
                self._on_its_way.discard(work.letter.letter_id)
                self._in_hand.discard(work.letter.letter_id)
                self._wake.set()

    async def _fresh(self, work: Work, planned_s: float) -> None:
        """It may have waited in its lane: with the event as it is now, or back to the outbox if the step changed."""
        if self._closing or self._line.wait_s:
            return
        async with self._choosing:
            waited = self._clock() - planned_s > FRESH_S
            if waited and work.letter.message_id is None:  # it may have become late in its lane
                await self._outbox.gather(frozenset(self._on_its_way))
            letter = await self._outbox.current(work.letter.letter_id)
            if letter is None:
                return
            self._on_its_way.add(letter.letter_id)
        same = not waited and replace(letter, look=work.letter.look) == work.letter
        now = work if same else await self._letters.plan(letter)
        if now is not None and now.step is work.step:
            await self._letters.deliver(now)
