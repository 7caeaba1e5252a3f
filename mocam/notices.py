"""What the owner must hear without having asked: a camera gone blind, an archive in trouble, a pause that ended."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from bot import proposal_keys
from bot.language import ENGLISH, speaking
from bot.ports import DrillView
from bot.proposals import ProposalView
from bot.texts import archive as archive_texts
from bot.texts import notices as texts
from bot.texts import privacy as privacy_texts
from bot.texts import proposals as proposal_texts
from camera.model import State, Status
from mocam.blindness import BLIND_FOR_S, SEES_FOR_S, Blind, Blindness, StillBlind, Unsteady
from mocam.closing import Opened
from mocam.spare import Spare
from storage.coverage import Coverage
from storage.errors import StorageError
from storage.gaps import Gap
from storage.outbox import Outbox
from storage.quiet import QuietTimes
from storage.rescue import Rebuilt

log = logging.getLogger(__name__)

WARNED_FOR = timedelta(days=1)
"""A warning that clips will be lost holds so long; then it comes again."""


class Notices:
    """Puts notices into the outbox, each once; a later one on the same subject replaces one that was not sent yet."""

    def __init__(
        self,
        outbox: Outbox,
        recipients: Callable[[], Collection[int]],
        wake: Callable[[], None],
        zone: tzinfo,
        blind_for_s: float = BLIND_FOR_S,
        sees_for_s: float = SEES_FOR_S,
        *,
        disk_refuses: Callable[[], None] = lambda: None,
        spare: Spare | None = None,
        language: Callable[[int], str] = lambda _: ENGLISH,
        in_memory: bool = False,
        quiet: QuietTimes | None = None,
    ) -> None:
        """`in_memory`: that is where clips are kept. `disk_refuses` is called, on the loop, when something could not be
        written: room must be made at once. `spare` delivers what the disk does not take; `language` of a chat, `quiet`
        its quiet hours."""
        self._language = language
        self._quiet = quiet
        self._in_memory = in_memory
        self._disk_refuses = disk_refuses
        self._spare = spare or Spare()
        self._last_chats: Collection[int] = ()
        self._outbox = outbox
        self._recipients = recipients
        self._wake = wake
        self._zone = zone
        self._blind_for_s, self._sees_for_s = blind_for_s, sees_for_s
        self._blindness: dict[str, Blindness] = {}
        self._loop = asyncio.get_running_loop()
        self._waits: dict[str, asyncio.TimerHandle] = {}
        self._told_recording: set[str] = set()
        self._writing: set[asyncio.Task[None]] = set()
        self._in_order = asyncio.Lock()
        """One is written after the other: else what is over might be told after its end."""
        self._warned_mono_s = float("-inf")
        """When the warning of a loss last went out from memory."""

    def camera_state(self, status: Status) -> None:
        """Follows one camera; on the loop."""
        new = Blindness(self._blind_for_s, self._sees_for_s)
        blindness = self._blindness.setdefault(status.camera, new)
        now_mono_s = time.monotonic()
        since_mono_s = min(status.since_mono_s or now_mono_s, now_mono_s)
        match status.state:
            case State.BLIND:
                blindness.blind(since_mono_s, status.detail)
            case State.STARTING:
                return
            case State.DISARMED:
                blindness.forget()
            case _:
                blindness.sees(since_mono_s)
        if status.state is not State.BLIND:
            self._follow_recording(status)
        self._look(status.camera)

    def _look(self, camera: str) -> None:
        """Tells what is due of a camera and comes back when more may be."""
        if wait := self._waits.pop(camera, None):
            wait.cancel()
        blindness, now_mono_s = self._blindness[camera], time.monotonic()
        if word := blindness.due(now_mono_s):
            now_utc = datetime.now(UTC)

            def wall_utc(mono_s: float) -> datetime:
                return now_utc - timedelta(seconds=now_mono_s - mono_s)

            match word:
                case Blind(since_mono_s, reason):
                    text = partial(texts.blind, camera, wall_utc(since_mono_s), now_utc, reason, self._zone)
                case StillBlind(since_mono_s, reason):
                    text = partial(texts.still_blind, camera, now_mono_s - since_mono_s, reason)
                case Unsteady(blind_s, within_s, reason):
                    text = partial(texts.unsteady, camera, blind_s, within_s, reason)
                case _:
                    span = (wall_utc(word.from_mono_s), wall_utc(word.to_mono_s))
                    text = partial(texts.sees_again, camera, span, word.blind_s, now_utc, self._zone)
            self._put(text, f"blind:{camera}", urgent=isinstance(word, StillBlind))
        next_mono_s = blindness.next_s(now_mono_s)
        if next_mono_s is not None:
            later = asyncio.get_running_loop().call_later(max(0.0, next_mono_s - now_mono_s), self._look, camera)
            self._waits[camera] = later

    def _follow_recording(self, status: Status) -> None:
        """A camera that sees has something to say only when the disk refuses its clips."""
        key = f"recording:{status.camera}"
        if status.detail and status.camera not in self._told_recording:
            self._told_recording.add(status.camera)
            self._disk_refuses()
            self._put(partial(texts.recording_trouble, status.camera, status.detail), key)
        elif not status.detail and status.camera in self._told_recording:
            self._told_recording.discard(status.camera)
            self._put(partial(texts.records_again, status.camera), key)

    def archive_trouble(self, sentence: str | None) -> None:
        """None: it works again."""
        self._put(partial(texts.archive_trouble, sentence) if sentence else texts.archive_works_again, "archive")

    def drilled(self, done: DrillView) -> None:
        """A scheduled restore drill ended: silent when all is well."""
        text = partial(archive_texts.drilled, done, datetime.now(UTC), self._zone)
        self._put(text, "drill", silent=done.passed)

    def kit_missing(self) -> None:
        """Nobody has proved to hold the recovery kit."""
        self._put(partial(str, texts.KIT_MISSING), "kit", silent=True)

    def disk_trouble(self, sentence: str) -> None:
        """The disk takes no rows or files any more, or (empty) takes them again."""
        if sentence:
            self._disk_refuses()
        self._put(partial(texts.disk_refuses, sentence) if sentence else partial(str, texts.DISK_TAKES_AGAIN), "disk")

    def unarchived_deleted(self, event_ids: Collection[str]) -> None:
        """The disk floor took clips that were nowhere else."""
        self._put(partial(texts.unarchived_deleted, event_ids, in_memory=self._in_memory), "")

    def kept_in_memory(self, *, archive_on: bool) -> None:
        """Said once, when it begins: what a power cut takes."""
        text = texts.KEPT_IN_MEMORY if archive_on else texts.KEPT_IN_MEMORY_ALONE
        self._put(partial(str, text), "memory", silent=True)

    def gone_with_memory(self, event_ids: Collection[str]) -> None:
        """Clips that were nowhere else when the memory was lost."""
        self._put(partial(texts.gone_with_memory, event_ids), "memory-gone")

    def warned_of_loss(self) -> bool:
        """Whether the owner has heard that clips which are nowhere else are about to go; tells them when not. In a
        worker thread."""
        try:
            chats = self._recipients()
            if not chats:
                return True
            self._last_chats = chats
            told = self._outbox.told("loss", datetime.now(UTC) - WARNED_FOR)
            if told is None:
                self._outbox.notices(self._loss_ahead(chats), key="loss")
                self._loop.call_soon_threadsafe(self._wake)
        except StorageError as exc:  # it is asked before room is made: a full disk must not keep that from happening
            log.warning("the warning of a loss goes out from memory: %s", exc)
            self._loop.call_soon_threadsafe(self._warn_from_memory)
            return False
        return bool(told)

    def _warn_from_memory(self) -> None:
        now_mono_s = self._loop.time()
        if now_mono_s - self._warned_mono_s < WARNED_FOR.total_seconds():
            return
        self._warned_mono_s = now_mono_s
        self._spare.notice(self._loss_ahead(self._last_chats), "loss")
        self._wake()

    def _loss_ahead(self, chats: Collection[int]) -> dict[int, str]:
        return self._said(partial(str, texts.MEMORY_LOSS_AHEAD if self._in_memory else texts.LOSS_AHEAD), chats)

    def archive_fills(self, full_utc: datetime, bytes_a_day: int) -> None:
        """There will be no room in the archive, within a week."""
        text = partial(texts.archive_fills, full_utc, bytes_a_day, datetime.now(UTC), self._zone)
        self._put(text, "archive-fills")

    def disk_fills(self, full_utc: datetime, bytes_a_day: int, *, archive_on: bool) -> None:
        """There will be no room here, within a week."""
        now_utc = datetime.now(UTC)
        text = partial(texts.disk_fills, full_utc, bytes_a_day, now_utc, self._zone, archive_on=archive_on)
        self._put(text, "disk-fills")

    def only_copies_go(self, first_utc: datetime) -> None:
        """For the first time a rule deletes, and there is no archive."""
        text = partial(texts.only_copies_go, first_utc, datetime.now(UTC), self._zone)
        self._put(text, "only-copies", silent=True)

    def catalogue_rebuilt(self, rebuilt: Rebuilt, adopted: Collection[str]) -> None:
        """At the start the catalogue was damaged or gone; these events' clips were taken in again."""
        self._put(
            partial(
                texts.catalogue_rebuilt, rebuilt.why, adopted, rebuilt.copied_utc, datetime.now(UTC), self._zone,
                lost_rows=rebuilt.lost_rows, put_aside=rebuilt.aside is not None,
            ),
            "catalogue",
        )  # fmt: skip

    def opened(self, opened: Opened) -> None:
        """Closed cameras open again: what was read meanwhile."""
        text = partial(
            privacy_texts.opened,
            opened.since_utc,
            opened.until_utc,
            opened.frames_read,
            opened.restarted,
            opened.armed,
            datetime.now(UTC),
            self._zone,
        )
        self._put(text, "opened", silent=not any(opened.frames_read.values()))

    def learned_from_archive(self, clips: int) -> None:
        """After the catalogue was made anew: so many clips were found in the archive alone."""
        if clips:
            self._put(partial(texts.learned_from_archive, clips), "catalogue-archive")

    def armed_again(self, cameras: Sequence[str]) -> None:
        """The pause of these ended by itself."""
        self._put(partial(texts.armed_again, cameras), f"armed:{','.join(cameras)}", silent=True)

    def was_off(self, gaps: Sequence[Gap]) -> None:
        """Nobody watched for a while: MoCam did not run."""
        spans = {(gap.from_utc, gap.to_utc) for gap in gaps}
        from_utc, to_utc = min(begun for begun, _ in spans), max(end for _, end in spans)
        cameras = sorted({gap.camera for gap in gaps})
        text = partial(texts.was_off, cameras, (from_utc, to_utc), gaps[0].reason, datetime.now(UTC), self._zone)
        self._put(text, "off")

    def covered(self, from_utc: datetime, to_utc: datetime, found: Sequence[Coverage]) -> None:
        """The figure of the week; silent."""
        lines = [
            texts.Seen(
                one.camera,
                one.armed_s,
                one.lost_s,
                None if one.longest is None else (one.longest.from_utc, one.longest.to_utc),
                "" if one.longest is None else one.longest.reason,
            )
            for one in found
        ]
        self._put(partial(texts.covered, (from_utc, to_utc), lines, self._zone), "covered", silent=True)

    def long_disarmed(self, camera: str, until_utc: datetime) -> None:
        """Once a day while a pause goes on: nobody should forget it."""
        text = partial(texts.long_disarmed, camera, until_utc, datetime.now(UTC), self._zone)
        self._put(text, f"paused:{camera}", silent=True)

    def proposed(self, view: ProposalView) -> None:
        """Something could be ignored; silent, with buttons."""
        key = proposal_keys.notice_key(view.camera, view.number)
        self._put(lambda: proposal_texts.offer(view), key, silent=True)

    def _put(self, text: Callable[[], str], key: str, *, silent: bool = False, urgent: bool = False) -> None:
        """`text` is made once for each chat, in its language, as things are now: a notice tells what was, so it is not
        worded anew when it is sent late. `urgent`: for chats whose quiet hours it is, and with a
        sound."""
        task = asyncio.get_running_loop().create_task(
            self._write(text, key, silent=silent, urgent=urgent), name="notice"
        )
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, text: Callable[[], str], key: str, *, silent: bool, urgent: bool) -> None:
        async with self._in_order:
            said = {} if urgent else self._said(text, self._last_chats)
            try:
                self._last_chats = await asyncio.to_thread(self._recipients)
                hushed = await asyncio.to_thread(self._hushed, self._last_chats) if urgent else self._last_chats
                said = self._said(text, hushed)
                await asyncio.to_thread(self._outbox.notices, said, silent=silent, urgent=urgent, key=key)
            except StorageError as exc:
                log.error("a notice goes out from memory: %s", exc)
                self._spare.notice(said, key, silent=silent)
        self._wake()

    def _hushed(self, chats: Collection[int]) -> Collection[int]:
        """Those whose quiet hours it is. In a worker thread."""
        if self._quiet is None:
            return ()
        now_utc = datetime.now(UTC)
        local = now_utc.astimezone(self._zone)
        return [chat for chat in chats if self._quiet.of(chat, now_utc).in_hours(local.hour * 60 + local.minute)]

    def _said(self, text: Callable[[], str], chats: Collection[int]) -> dict[int, str]:
        """The text for each chat."""
        said = {}
        for chat_id in chats:
            with speaking(self._language(chat_id)):
                said[chat_id] = text()
        return said
