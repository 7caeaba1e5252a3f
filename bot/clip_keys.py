"""The buttons below /clips, its picture index, and an event that was opened in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import event_keys
from bot.keyboards import button, in_rows, parts
from bot.language import Words
from bot.ports import Around, EventPage, EventView
from bot.search import Search
from bot.texts import alerts as alert_texts
from bot.texts import clips as texts
from bot.when import When

PER_INDEX = 12
"""Small pictures that can still be told apart on a phone."""


def page(shown: EventPage, today: date, zone: tzinfo) -> InlineKeyboardMarkup | None:
    """One button per event, then pages, then the pictures, then days. None: there is nothing to press."""
    events = in_rows([button(texts.event_label(event, zone), "clip", event.event_id) for event in shown.events], 2)
    pictures = [button(texts.PICTURES, "index", _argument(shown.search, 0))] if shown.events else []
    found = [row for row in (*events, _turn(shown, "clips"), pictures, _days(shown, today, "clips")) if row]
    return InlineKeyboardMarkup(found) if found else None


def index(shown: EventPage, first: int, today: date) -> InlineKeyboardMarkup:
    """Below the pictures: one number for each event, then pages, then days."""
    token = shown.search.token
    numbers = [
        button(str(number), "open", f"{event.event_id}.{token}") for number, event in enumerate(shown.events, first)
    ]
    found = (*in_rows(numbers, 6), _turn(shown, "index-to"), _days(shown, today, "index-to"))
    return InlineKeyboardMarkup([row for row in found if row])


def card(event: EventView, around: Around, token: str, *, is_owner: bool) -> InlineKeyboardMarkup:
    """Below an event that was opened in the index: its neighbours, the way back, and what one does with it."""
    turn = []
    if around.newer:
        turn.append(button(texts.newer_card(around.number - 1), "open", f"{around.newer}.{token}"))
    turn.append(button(texts.PICTURES, "index-to", f"{token}.{(around.number - 1) // PER_INDEX}"))
    if around.older:
        turn.append(button(texts.older_card(around.number + 1), "open", f"{around.older}.{token}"))
    more = parts(event, 2)
    return InlineKeyboardMarkup(
        [*(_wishes(event, token) if is_owner else []), *(more.inline_keyboard if more else ()), turn]
    )


def _wishes(event: EventView, token: str) -> Sequence[Sequence[InlineKeyboardButton]]:
    place = event_keys.INDEX + token
    if event.delete_utc is not None:
        return [[button(alert_texts.UNDO_DELETE, "unbin", f"{event.event_id}.{place}")]] if event.has_copies else []
    if not event.has_copies:
        return []
    return [
        [*event_keys.wishes(event, place), button(alert_texts.DELETE, "bin", f"{event.event_id}.{place}")],
    ]


def _turn(shown: EventPage, verb: str) -> list[InlineKeyboardButton]:
    turn = []
    if shown.page > 0:
        turn.append(button(texts.NEWER_PAGE, verb, _argument(shown.search, shown.page - 1)))
    if shown.page + 1 < shown.pages:
        turn.append(button(texts.OLDER_PAGE, verb, _argument(shown.search, shown.page + 1)))
    return turn


def _days(shown: EventPage, today: date, verb: str) -> list[InlineKeyboardButton]:
    def leads(label: Words, day: date) -> InlineKeyboardButton:
        return button(label, verb, _argument(replace(shown.search, when=When(day=day)), 0))

    days = []
    if shown.older_day:
        days.append(leads(texts.older_label(shown.older_day, today), shown.older_day))
    if shown.newer_day:
        days.append(leads(texts.newer_label(shown.newer_day, today), shown.newer_day))
    return days


def _argument(search: Search, number: int) -> str:
    """What a paging button carries."""
    return f"{search.token}.{number}"
