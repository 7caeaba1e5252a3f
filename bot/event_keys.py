"""The buttons below an event's message, and below a clip that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback import ALL_CAMERAS, camera_key, pack
from bot.keyboards import day_argument, parts
from bot.language import Words
from bot.ports import EventView
from bot.privacy import Look
from bot.texts import alerts as texts
from bot.texts import mute as mute_texts

ALERT, CLIP, INDEX = "a", "c", "i"
"""Where a button stands: below the living message, which changes by itself, below a clip that was sent, or below an
event that was opened in the picture index, where what was searched for follows."""
MUTES_S = (3600, 4 * 3600)
TOMORROW = 0
"""Instead of a length: until the morning."""

_Row = Sequence[InlineKeyboardButton]


def _button(label: Words, verb: str, argument: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(str(label), callback_data=pack(verb, argument))


def alert(event: EventView, look: Look = Look.FULL) -> InlineKeyboardMarkup | None:
    """What one does with an event; while it goes on also a look at now. None: nothing is left to do.

    Where the chat is not to see all of it unasked, it can be asked for.
    """
    if not _is_alive(event):
        return None
    if event.delete_utc is not None:
        return InlineKeyboardMarkup([_undo(event, ALERT)])
    if event.by_hand:
        return InlineKeyboardMarkup([*([] if look is Look.FULL else [_asked(event)]), *_of_recording(event)])
    last = [_button(texts.SNAPSHOT_NOW, "snap", camera_key(event.camera))] if event.ended_utc is None else []
    last += [_button(texts.DELETE, "bin", f"{event.event_id}.{ALERT}"), _button(texts.MORE, "more", event.event_id)]
    first = [*wishes(event, ALERT), _button(texts.MUTE, "hush", event.event_id)]
    return InlineKeyboardMarkup([*([] if look is Look.FULL else [_asked(event)]), first, last, *_parts(event)])


def _of_recording(event: EventView) -> Sequence[_Row]:
    """Of one that somebody asked for: nobody mutes it or calls it a false alarm."""
    last = [_button(texts.DELETE, "bin", f"{event.event_id}.{ALERT}"), _button(texts.MORE, "more", event.event_id)]
    if event.ended_utc is None:
        return [[_button(texts.STOP, "stop", event.event_id)], last]
    return [[*wishes(event, ALERT), *last], *_parts(event)]


def more(event: EventView, zone: tzinfo) -> InlineKeyboardMarkup:
    """In place of those: the rarer things."""
    day = event.started_utc.astimezone(zone).date()
    first = [_button(texts.SNAPSHOT_NOW, "snap", camera_key(event.camera))]
    if event.has_copies:
        first.append(_button(texts.SEND_CLIP, "clip", event.event_id))
    days = [_button(texts.CLIPS_OF_DAY, "day", day_argument(day, 0))]
    days.append(_button(texts.ZONES, "zones", camera_key(event.camera)))
    return InlineKeyboardMarkup([first, days, *_parts(event), [_button(texts.LESS, "less", event.event_id)]])


def mutes(event: EventView, several: bool) -> InlineKeyboardMarkup:
    """In place of those: for how long; with several cameras for this one or for all."""
    choices = [(key, name) for key, name in ((camera_key(event.camera), event.camera), (ALL_CAMERAS, ""))]
    rows = [
        [
            _button(
                mute_texts.choice(name if several else "", seconds), "hush-for", f"{event.event_id}.{seconds}.{key}"
            )
            for seconds in (*MUTES_S, TOMORROW)
        ]
        for key, name in (choices if several else choices[1:])
    ]
    return InlineKeyboardMarkup([*rows, [_button(texts.LESS, "less", event.event_id)]])


def clip(event: EventView) -> InlineKeyboardMarkup | None:
    """Below a clip that was asked for."""
    if not _is_alive(event):
        return None
    if event.delete_utc is not None:
        return InlineKeyboardMarkup([_undo(event, CLIP)])
    return InlineKeyboardMarkup([[*wishes(event, CLIP)], [_button(texts.DELETE, "bin", f"{event.event_id}.{CLIP}")]])


def shown(event: EventView) -> InlineKeyboardMarkup:
    """Below a picture that was asked for."""
    return InlineKeyboardMarkup([[_button(texts.HIDE, "hide", event.event_id)]])


def _asked(event: EventView) -> _Row:
    show = [_button(texts.SHOW, "show", event.event_id)] if event.snapshot is not None else []
    return [*show, *([_button(texts.SEND_CLIP, "clip", event.event_id)] if event.has_copies else [])]


def _is_alive(event: EventView) -> bool:
    return event.ended_utc is None or event.has_copies


def wishes(event: EventView, place: str) -> _Row:
    """Keep, and false alarm where somebody may think so."""
    keep, false = (
        (texts.KEPT, 0) if event.kept else (texts.KEEP, 1),
        ((texts.FALSE_ALARM_NOT, 0) if event.false_alarm else (texts.FALSE_ALARM, 1)),
    )
    row = [_button(keep[0], "star", f"{event.event_id}.{place}.{keep[1]}")] if event.has_copies else []
    return row if event.by_hand else [*row, _button(false[0], "false", f"{event.event_id}.{place}.{false[1]}")]


def _undo(event: EventView, place: str) -> _Row:
    return [_button(texts.UNDO_DELETE, "unbin", f"{event.event_id}.{place}")]


def _parts(event: EventView) -> Sequence[_Row]:
    found = parts(event, 2)
    return found.inline_keyboard if found else ()
