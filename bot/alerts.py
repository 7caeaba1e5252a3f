"""What an event's living message shows, and what it needs next. Pure."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, tzinfo
from enum import StrEnum

from telegram import InlineKeyboardMarkup

from bot import event_keys
from bot.ports import ArchiveState, ClipView, EventView, Letter
from bot.privacy import Look
from bot.texts import alerts as texts
from bot.texts.common import copy_note
from bot.wire import UPLOAD_LIMIT_BYTES


class Step(StrEnum):
    """What a letter needs next."""

    NOTICE = "notice"
    PHOTO = "photo"
    """The first message of an event."""
    CLIP = "clip"
    """The photo becomes the clip."""
    CAPTION = "caption"
    DIGEST = "digest"
    """The first message of a digest."""
    SHEET = "sheet"
    """A digest has counted up."""
    DAY = "day"
    """The digest of a day."""


def step(letter: Letter, event: EventView | None, hopeless: Container[int]) -> Step:
    """`hopeless`: ids of clips that Telegram does not take. A message always begins as a photo, even when the clip is
    ready already: the photo is there at once."""
    if letter.cause is not None:
        return Step.DIGEST if letter.message_id is None else Step.SHEET
    if letter.until_utc is not None:
        return Step.DAY
    if not letter.event_id:
        return Step.NOTICE
    if letter.message_id is None:
        return Step.PHOTO
    part = first_part(event) if event and letter.look is Look.FULL else None
    if part is not None and not letter.holds_clip and part.clip_id not in hopeless:
        return Step.CLIP
    return Step.CAPTION


def first_part(event: EventView) -> ClipView | None:
    """The part that the message becomes; None: there is none, or none of its copies is left."""
    there = (part for part in event.parts if part.local or part.archive is ArchiveState.VERIFIED)
    return next(there, None)


def photo_caption(event: EventView, now_utc: datetime, zone: tzinfo, note: str = "") -> str:
    """Under the first photo; `note` explains a second copy, see `twice_note`; empty: there is nothing to explain."""
    text = _caption(event, now_utc, zone)
    return f"{text}\n{note}" if note else text


def twice_note(silences: int, *, durable: bool) -> str:
    """What a first message says of itself when it may be one of two: `silences` earlier tries may have arrived, or the
    next life of the program will not know of this one (not `durable`)."""
    if silences:
        return str(texts.SENT_AGAIN)
    return "" if durable else str(texts.MAY_COME_TWICE)


def clip_caption(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    """Under the clip."""
    text = _caption(event, now_utc, zone)
    part = first_part(event)
    if part is None:
        return text
    return text + copy_note(part.codec, smaller=part.size_bytes > UPLOAD_LIMIT_BYTES, veiled=part.veiled)


def bare_caption(event: EventView, note: str, now_utc: datetime, zone: tzinfo) -> str:
    """Where the clip should be and cannot; `note` says why, empty: nothing to say."""
    text = _caption(event, now_utc, zone)
    return f"{text}\n{note}" if note else text


def keyboard(event: EventView, look: Look) -> InlineKeyboardMarkup | None:
    """Below the message; every edit has to bring it again."""
    return event_keys.alert(event, look)


def _caption(event: EventView, now_utc: datetime, zone: tzinfo) -> str:
    if event.parts:
        return texts.recorded(event, now_utc, zone)
    if event.ended_utc is None:
        return texts.recording(event, now_utc, zone)
    return texts.no_clip(event, now_utc, zone)
