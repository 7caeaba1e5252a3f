"""Takes one letter of the outbox one step further, and writes back what became of it.

The policies, in one place:
- not sent: again, with backoff, for ever. While nobody can be reached, all letters wait together (`line`).
- unknown (it left, no answer came; rarely a 5xx too): an edit again, since it makes no second copy. A first message is
  looked for by its number first (`lost`), and taken over when it is there. Where that cannot be told it is sent again,
  saying so; if that is unknown too, as a text without picture; then once an hour, so that no event is ever lost.
- too large: a smaller copy, then a caption that says so. Refused: the alert without its picture or clip; refused even
  so, a few times more, in case it was not Telegram that spoke.
- the owner deleted the message: given up quietly. The owner blocked the bot: kept, and tried now and then.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial

from bot import alerts, backoff, proposal_keys
from bot.alerts import Step
from bot.delivery import Outcome, Undelivered
from bot.desk import House
from bot.digests import DigestPosts
from bot.language import speaking
from bot.line import Line
from bot.lost import Lost
from bot.names import file_name
from bot.notes import Notes
from bot.pacing import Rank
from bot.ports import EventView, Letter, Unavailable
from bot.privacy import Look, stricter
from bot.texts import alerts as texts
from bot.timing import Timing
from bot.uploads import video_in_place
from bot.wire import PHOTO_LIMIT_BYTES, UPLOAD_LIMIT_BYTES, Address, Wire

_log = logging.getLogger(__name__)

MOST_CLIP_TRIES = 3
"""Uploads of one clip that ended without an answer, or fetches of it that failed."""
MOST_REFUSALS = 8
"""Of a first message, before it is given up."""

_RANKS = {
    Step.NOTICE: Rank.ALERT,
    Step.PHOTO: Rank.ALERT,
    Step.DIGEST: Rank.ALERT,
    Step.CLIP: Rank.CLIP,
    Step.CAPTION: Rank.CAPTION,
    Step.SHEET: Rank.CAPTION,
    Step.DAY: Rank.CAPTION,
}


_Note = Callable[[], str]
"""A sentence below an alert, made in the language of each chat."""


@dataclass(frozen=True, slots=True)
class Work:
    """A letter, its event as it is now, and the step it needs."""

    letter: Letter
    event: EventView | None
    step: Step


@dataclass(frozen=True, slots=True)
class _Shown:
    message_id: int
    wanted: int
    holds_clip: bool


class Letters:
    """Loop only. Raises Unavailable when the outbox or the catalogue cannot be had."""

    def __init__(
        self, house: House, wire: Wire, line: Line, zone: tzinfo, timing: Timing, *, now_utc: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._wire = wire
        self._line = line
        self._zone = zone
        self._timing = timing
        self._now_utc = now_utc
        self._lost = Lost(wire, house.outbox)
        self._digests = DigestPosts(house, wire, self._lost, zone)
        self._refusals = Notes[int]()
        """Of first messages, by letter."""
        self._hopeless = Notes[_Note]()
        """Why, by clip that Telegram does not take."""
        self._clip_tries = Notes[int]()
        self._closed = Notes[str]()
        """Letters that can never be shown or edited again, though their events may change."""
        self._unwritten: dict[int, _Shown] = {}
        """Delivered, but the outbox could not be told. Bounded by what the outbox hands out at once."""
        self._sounded: dict[int, tuple[datetime, bool]] = {}
        """When a message last made a sound in a chat, and whether it was late. Bounded by the owners."""
        self.given_up = 0
        """First messages that never reached the chat, since the start."""

    async def begin(self) -> None:
        """Before the first letter of this life."""
        await self._lost.begin()

    async def plan(self, letter: Letter) -> Work | None:
        """What it needs now; None: it was settled without sending."""
        if letter.letter_id in self._unwritten:
            await self._write(letter)
            return None
        event = await self._house.clips.event(letter.event_id) if letter.event_id else None
        if hopeless := self._hopeless_letter(letter, event):
            await self._house.outbox.give_up(letter.letter_id, hopeless)
            return None
        now = await self._house.privacy.of(letter.chat_id)
        letter = replace(letter, look=stricter(letter.look, now.look))
        return Work(letter, event, alerts.step(letter, event, self._hopeless))

    def _hopeless_letter(self, letter: Letter, event: EventView | None) -> str:
        """Why it is not worth a call; empty: it is."""
        if letter.letter_id in self._closed:
            return self._closed[letter.letter_id] or "given up before"
        if letter.chat_id not in self._house.owners.ids():
            return "not an owner's chat any more"
        return "the event is gone" if letter.event_id and event is None else ""

    async def deliver(self, work: Work) -> None:
        """One step, and its result written to the outbox."""
        steps = {
            Step.NOTICE: self._notice,
            Step.PHOTO: self._photo,
            Step.CLIP: self._clip,
            Step.CAPTION: self._caption,
            Step.DIGEST: self._digest,
            Step.SHEET: self._digest,
            Step.DAY: self._digest,
        }
        to = Address(work.letter.chat_id, self._rank(work), await self._is_silent(work), work.letter.event_id)
        try:
            with speaking(self._house.languages.of(work.letter.chat_id)):
                shown = await steps[work.step](work, to)
        except Undelivered as exc:
            await self._failed(work, exc)
            return
        except asyncio.CancelledError:
            # The program stops in the middle of it; the next start must know that it may have arrived.
            if work.letter.message_id is None:
                stopped = Undelivered(Outcome.UNKNOWN, "the program was stopped")
                await self._defer(work.letter, 0.0, stopped, unknown=True)
            raise
        self._line.worked()
        self._unwritten[work.letter.letter_id] = shown
        if work.letter.message_id is None and not to.silent:
            self._sounded[to.chat_id] = (self._now_utc(), self._is_late(work.letter))
        self._lost.forget(work.letter.letter_id)
        self._refusals.pop(work.letter.letter_id, None)
        await self._write(work.letter)

    def _rank(self, work: Work) -> Rank:
        """What has waited for the network long enough goes behind what the owner asks now."""
        rank = _RANKS[work.step]
        return Rank.CLIP if rank is Rank.ALERT and self._is_late(work.letter) else rank

    async def _is_silent(self, work: Work) -> bool:
        """An edit makes no sound in any case."""
        if work.letter.silent or work.letter.message_id is not None:
            return work.letter.silent
        quiet = await self._house.quiet.of(work.letter.chat_id)
        camera = work.event.camera if work.event else ""
        if quiet.silences(camera, self._now_utc(), self._zone, urgent=work.letter.urgent):
            if work.event:
                await self._house.outbox.hushed(work.letter.letter_id)
            return True
        return self._arrives_with_another(work.letter)

    def _arrives_with_another(self, letter: Letter) -> bool:
        """What waited for the network arrives all at once: one sound is enough."""
        sounded = self._sounded.get(letter.chat_id)
        if sounded is None:
            return False
        since_s = (self._now_utc() - sounded[0]).total_seconds()
        return 0 <= since_s < self._timing.together_s and (sounded[1] or self._is_late(letter))

    def _is_late(self, letter: Letter) -> bool:
        return (self._now_utc() - letter.created_utc).total_seconds() > self._timing.backlog_s

    async def _write(self, letter: Letter) -> None:
        shown = self._unwritten[letter.letter_id]
        await self._house.outbox.shown(letter.letter_id, shown.message_id, shown.wanted, holds_clip=shown.holds_clip)
        del self._unwritten[letter.letter_id]

    # -- the steps -------------------------------------------------------------------------------------------------

    async def _notice(self, work: Work, to: Address) -> _Shown:
        text, keyboard = work.letter.text, proposal_keys.of_notice(work.letter.key)
        if work.letter.message_id is None:
            message_id = await self._lost.found(work.letter, to, text, keyboard)
            if message_id is None:
                again = f"\n{texts.SENT_AGAIN}" if self._lost.silences(work.letter) else ""
                await self._lost.mark(work.letter)
                sending = self._wire.text(to, text + again, keyboard)
                message_id = await self._lost.sending(work.letter, sending, captioned=False)
            return _Shown(message_id, work.letter.wanted, holds_clip=False)
        await self._wire.edit_text(to, work.letter.message_id, text, keyboard)
        return _Shown(work.letter.message_id, work.letter.wanted, holds_clip=False)

    async def _photo(self, work: Work, to: Address) -> _Shown:
        event = _event(work)
        message_id = await self._first_message(work, event, to)
        # The clip is there already: one step less is shown than wanted, so that the letter stays due.
        missing = 1 if alerts.first_part(event) and work.letter.look is Look.FULL else 0
        return _Shown(message_id, work.letter.wanted - missing, holds_clip=False)

    async def _first_message(self, work: Work, event: EventView, to: Address) -> int:
        keyboard, look = alerts.keyboard(event, work.letter.look), work.letter.look
        plain = alerts.photo_caption(event, self._now_utc(), self._zone)
        if found := await self._lost.found(work.letter, to, plain, keyboard):
            if look is not Look.TEXT:
                await self._wire.pictured(to, [found])
            return found
        silences = self._lost.silences(work.letter)
        note = alerts.twice_note(silences, durable=await self._lost.mark(work.letter))
        caption = alerts.photo_caption(event, self._now_utc(), self._zone, note)
        if look is Look.TEXT or silences > 1:
            text = caption if look is Look.TEXT else f"{caption}\n{texts.PICTURE_UNSURE}"
            return await self._lost.sending(work.letter, self._wire.text(to, text, keyboard), captioned=False)
        try:
            return await self._lost.sending(work.letter, self._picture(event, look, to, caption), captioned=True)
        except Unavailable as exc:
            _log.warning("no snapshot for %s: %s", event.event_id, exc)
        except Undelivered as exc:
            if exc.outcome not in (Outcome.TOO_LARGE, Outcome.REFUSED):
                raise
            _log.warning("Telegram did not take the snapshot of %s: %s", event.event_id, exc.reason)
        text = f"{caption}\n{texts.NO_PICTURE}"
        return await self._lost.sending(work.letter, self._wire.text(to, text, keyboard), captioned=False)

    async def _picture(self, event: EventView, look: Look, to: Address, caption: str) -> int:
        picture = await self._house.pictures.alert(event, look)
        if len(picture) > PHOTO_LIMIT_BYTES:
            raise Undelivered(Outcome.TOO_LARGE, "over Telegram's limit for photos")
        name = file_name(event.camera, event.event_id, ".jpg")
        return await self._wire.photo(to, picture, name, caption, alerts.keyboard(event, look))

    async def _clip(self, work: Work, to: Address) -> _Shown:
        event, message_id = _event(work), _message_id(work)
        part = alerts.first_part(event)
        if part is None:
            return await self._bare(work, to, str)
        try:
            note = await self._fitting_clip(event, part.clip_id, to, message_id)
        except Unavailable as exc:
            tries = self._clip_tries.get(work.letter.letter_id, 0) + 1
            if self._clip_tries.put(work.letter.letter_id, tries) < MOST_CLIP_TRIES:
                raise Undelivered(Outcome.NOT_SENT, str(exc)) from exc
            note = partial(texts.unavailable, str(exc))
        if note is None:
            return _Shown(message_id, work.letter.wanted, holds_clip=True)
        return await self._bare(work, to, self._hopeless.put(part.clip_id, note))

    async def _fitting_clip(self, event: EventView, clip_id: int, to: Address, message_id: int) -> _Note | None:
        """Smaller once more if it must be; returns why Telegram does not take it, None: it did."""
        note: _Note | None = None
        for limit_bytes in (UPLOAD_LIMIT_BYTES, UPLOAD_LIMIT_BYTES // 2):
            try:
                await self._into_clip(event, clip_id, limit_bytes, to, message_id=message_id)
            except Undelivered as exc:
                if exc.outcome not in (Outcome.TOO_LARGE, Outcome.REFUSED):
                    raise
                _log.warning("Telegram did not take the clip of %s: %s", event.event_id, exc)
                too_large = exc.outcome is Outcome.TOO_LARGE
                note = partial(str, texts.CLIP_TOO_LARGE if too_large else texts.CLIP_REFUSED)
            else:
                return None
        return note

    async def _into_clip(
        self, event: EventView, clip_id: int, limit_bytes: int, to: Address, *, message_id: int
    ) -> None:
        async with self._house.clips.media(clip_id, limit_bytes) as media:
            await self._wire.edit_media(
                to,
                message_id,
                video_in_place(media, file_name(event.camera, event.event_id, ".mp4")),
                alerts.clip_caption(event, self._now_utc(), self._zone),
                alerts.keyboard(event, Look.FULL),
            )

    async def _caption(self, work: Work, to: Address) -> _Shown:
        if not work.letter.holds_clip:
            part = alerts.first_part(_event(work))
            return await self._bare(work, to, self._hopeless.get(part.clip_id, str) if part else str)
        event, message_id = _event(work), _message_id(work)
        caption = alerts.clip_caption(event, self._now_utc(), self._zone)
        await self._wire.edit_caption(to, message_id, caption, alerts.keyboard(event, Look.FULL))
        return _Shown(message_id, work.letter.wanted, holds_clip=True)

    async def _bare(self, work: Work, to: Address, note: _Note) -> _Shown:
        """The message as it is without its clip: a photo's caption, or the text that stands for a missing photo."""
        event, message_id = _event(work), _message_id(work)
        caption = alerts.bare_caption(event, note(), self._now_utc(), self._zone)
        keyboard, captioned = alerts.keyboard(event, work.letter.look), work.letter.look is not Look.TEXT
        await self._wire.edit_words(to, message_id, caption, keyboard, captioned=captioned)
        return _Shown(message_id, work.letter.wanted, holds_clip=False)

    async def _digest(self, work: Work, to: Address) -> _Shown:
        message_id = await self._digests.post(work.letter, to, self._now_utc())
        return _Shown(message_id, work.letter.wanted, holds_clip=False)

    # -- what failed -----------------------------------------------------------------------------------------------

    async def _failed(self, work: Work, exc: Undelivered) -> None:
        letter, first = work.letter, work.letter.message_id is None
        if exc.retryable or exc.outcome is Outcome.UNKNOWN:
            self._line.failed(away=exc.away)
        if exc.outcome is Outcome.HOLD:
            await self._defer(letter, exc.hold_s, exc)
        elif exc.outcome is Outcome.BLOCKED:
            await self._defer(letter, self._timing.blocked_retry_s, exc)
        elif exc.away:
            # The line's wait is the wait: first come, first served when it is back.
            await self._defer(letter, 0.0, exc)
        elif exc.outcome is Outcome.UNKNOWN:
            await self._silent(work, exc)
        elif exc.retryable:
            # A 5xx may come from a gateway behind which the message was stored.
            await self._defer(letter, self._delay_s(letter), exc, unknown=first and exc.outcome is Outcome.FAILED)
        elif first and exc.outcome is not Outcome.GONE:
            await self._refused(letter, exc)
        else:
            _log.info("letter %d stays as the chat shows it: %s", letter.letter_id, exc)
            if exc.outcome is Outcome.GONE:
                self._closed.put(letter.letter_id, exc.reason)
            await self._house.outbox.give_up(letter.letter_id, exc.reason)

    async def _silent(self, work: Work, exc: Undelivered) -> None:
        letter = work.letter
        silences = self._lost.silent(letter)
        if letter.message_id is None:
            beyond = self._lost.beyond_search(letter)
            delay_s = self._timing.unsure_retry_s if beyond else self._delay_s(letter)
            await self._defer(letter, delay_s, exc, unknown=True)
            return
        if work.step is Step.CLIP and silences >= MOST_CLIP_TRIES:
            part = alerts.first_part(_event(work))
            self._hopeless.put(part.clip_id if part else 0, partial(str, texts.CLIP_REFUSED))
        await self._defer(letter, self._delay_s(letter), exc)

    async def _refused(self, letter: Letter, exc: Undelivered) -> None:
        refusals = self._refusals.put(letter.letter_id, self._refusals.get(letter.letter_id, 0) + 1)
        if refusals < MOST_REFUSALS:
            await self._defer(letter, self._delay_s(letter), exc)
        else:
            await self._give_up(letter, exc)

    async def _defer(self, letter: Letter, delay_s: float, exc: Undelivered, *, unknown: bool = False) -> None:
        _log.info("letter %d waits %.0f s: %s", letter.letter_id, max(delay_s, self._line.wait_s), exc)
        await self._house.outbox.defer(letter.letter_id, delay_s, exc.reason, unknown=unknown or letter.unknown)

    async def _give_up(self, letter: Letter, exc: Undelivered) -> None:
        self.given_up += 1
        self._closed.put(letter.letter_id, exc.reason)
        _log.error(
            "letter %d never reached the chat (%s): %s",
            letter.letter_id,
            letter.event_id or letter.cause or "notice",
            exc,
        )
        await self._house.outbox.give_up(letter.letter_id, exc.reason)

    def _delay_s(self, letter: Letter) -> float:
        jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
        return backoff.delay_s(letter.attempts, self._timing.retry_first_s, self._timing.retry_longest_s, jitter)


def _event(work: Work) -> EventView:
    if work.event is None:
        raise ValueError("this step belongs to an event")
    return work.event


def _message_id(work: Work) -> int:
    if work.letter.message_id is None:
        raise ValueError("this step edits a message")
    return work.letter.message_id
