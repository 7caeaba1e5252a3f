"""The buttons below messages; what each carries is in `callback`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback import ALL_CAMERAS, camera_key, pack
from bot.daily import DayEvent, DayView
from bot.language import Words
from bot.language import languages as all_languages
from bot.people import GuestView
from bot.ports import ArchiveView, Armed, EventView, Gathered
from bot.privacy import ChatPrivacy
from bot.quiet import Quiet
from bot.rules import Change, Kind, Place, spelled
from bot.texts import alerts as alert_texts
from bot.texts import archive as archive_texts
from bot.texts import audit as audit_texts
from bot.texts import clips as clip_texts
from bot.texts import common as common_texts
from bot.texts import daily as daily_texts
from bot.texts import digests as digest_texts
from bot.texts import guests as guest_texts
from bot.texts import language as language_texts
from bot.texts import mute as mute_texts
from bot.texts import pin as pin_texts
from bot.texts import privacy as privacy_texts
from bot.texts import retention as retention_texts
from bot.texts import status as status_texts

MOST_PART_BUTTONS = 24
_LABEL_LENGTH = 32


def button(label: Words, verb: str, argument: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(str(label)[:_LABEL_LENGTH], callback_data=pack(verb, argument))


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def question(yes: Words, verb: str, argument: str = "") -> InlineKeyboardMarkup:
    """Yes and No."""
    return InlineKeyboardMarkup([[button(yes, verb, argument), button(common_texts.NO, "no")]])


def status(state: Armed) -> InlineKeyboardMarkup:
    """Below /status: what one does next; of several disarmed cameras each can be armed alone."""
    arming = [button(status_texts.ARM, "run", "arm")] if state.until_utc else []
    if state.cameras:
        arming.append(button(status_texts.DISARM, "run", "disarm"))
    several = len(state.cameras) + len(state.until_utc) > 1
    return InlineKeyboardMarkup(
        [
            [
                button(status_texts.STILLS, "stills"),
                button(status_texts.SNAPSHOT, "run", "snapshot"),
                button(status_texts.CLIPS, "run", "clips"),
            ],
            [*arming, button(status_texts.REFRESH, "status")],
            *(_arm_rows(list(state.until_utc)) if several else []),
        ]
    )


def look() -> InlineKeyboardMarkup:
    """For a guest: what one looks at."""
    return InlineKeyboardMarkup(
        [
            [button(status_texts.SNAPSHOT, "run", "snapshot"), button(status_texts.CLIPS, "run", "clips")],
            [button(status_texts.REFRESH, "status")],
        ]
    )


def guests(found: Sequence[GuestView], links: int) -> InlineKeyboardMarkup:
    """Ends each guest; takes links back; invites one more."""
    rows = in_rows([button(guest_texts.end_label(one), "guest-end", str(one.user_id)) for one in found], 2)
    if links:
        rows.append([button(guest_texts.WITHDRAW, "guest-end")])
    rows.append([button(guest_texts.DAY, "guest", "86400"), button(guest_texts.WEEK, "guest", "604800")])
    return InlineKeyboardMarkup(rows)


def older_log(before: int | None) -> InlineKeyboardMarkup | None:
    """Older lines of the audit log; None: there are none."""
    return None if before is None else InlineKeyboardMarkup([[button(audit_texts.OLDER, "log", str(before))]])


def disarm_question(seconds: int, key: str, names: Sequence[str]) -> InlineKeyboardMarkup:
    """Yes and No, and instead of all cameras each of `names` alone."""
    yes = question(common_texts.YES_DISARM, "disarm-yes", f"{seconds}.{key}")
    only = [button(status_texts.only_label(name), "disarm", f"{seconds}.{camera_key(name)}") for name in names]
    return InlineKeyboardMarkup([*yes.inline_keyboard, *in_rows(only, 2)])


def to_disarm(names: Sequence[str], seconds: int) -> InlineKeyboardMarkup:
    """Which camera was meant."""
    buttons = [button(name, "disarm", f"{seconds}.{camera_key(name)}") for name in names]
    return InlineKeyboardMarkup(in_rows(buttons, 2))


def to_arm(names: Sequence[str]) -> InlineKeyboardMarkup | None:
    """Arms one of these cameras; None: there is none."""
    return InlineKeyboardMarkup(_arm_rows(names)) if names else None


def _arm_rows(names: Sequence[str]) -> list[list[InlineKeyboardButton]]:
    return in_rows([button(status_texts.arm_label(name), "arm", camera_key(name)) for name in names], 2)


def arm() -> InlineKeyboardMarkup:
    """Ends a pause."""
    return InlineKeyboardMarkup([[button(status_texts.ARM, "run", "arm")]])


def languages(chosen: str) -> InlineKeyboardMarkup:
    """Each by its own name, and as Telegram is set."""
    buttons = [
        button(language_texts.label(language, chosen=language == chosen), "language", language)
        for language in (*all_languages(), language_texts.AUTO)
    ]
    return InlineKeyboardMarkup(in_rows(buttons, 2))


def late(text: str) -> InlineKeyboardMarkup | None:
    """Does now what was asked long ago; None: it is too long for a button."""
    try:
        return question(common_texts.YES_NOW, "late", text)
    except ValueError:
        return None


def again(label: str, data: str) -> InlineKeyboardMarkup:
    """The same button once more, and No."""
    once_more = InlineKeyboardButton(label[:_LABEL_LENGTH], callback_data=data)
    return InlineKeyboardMarkup([[once_more, button(common_texts.NO, "no")]])


def run(command: str, argument: str = "") -> InlineKeyboardMarkup:
    """Runs a command that was meant, with what was typed behind it, if that fits on a button."""
    text = f"{command} {argument}".strip()
    try:
        meant = button(common_texts.run_label(text), "late" if argument else "run", text)
    except ValueError:
        meant = button(common_texts.run_label(command), "run", command)
    return InlineKeyboardMarkup([[meant]])


def cameras(names: Sequence[str]) -> InlineKeyboardMarkup:
    """Which camera, or all."""
    buttons = [button(name, "snap", camera_key(name)) for name in names]
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [button(clip_texts.ALL, "snap", ALL_CAMERAS)]])


def record(names: Sequence[str], seconds: int) -> InlineKeyboardMarkup:
    """Which camera to record, or all."""
    buttons = [button(name, "record", f"{seconds}.{camera_key(name)}") for name in names]
    everything = button(clip_texts.ALL, "record", f"{seconds}.{ALL_CAMERAS}")
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [everything]])


def day_argument(day: date, page: int) -> str:
    """What a paging button carries."""
    return f"{day:%Y%m%d}.{page}"


def parts(event: EventView, first: int) -> InlineKeyboardMarkup | None:
    """Buttons for the parts from number `first` on; None: there are none."""
    more = [part for part in event.parts if part.part >= first][:MOST_PART_BUTTONS]
    buttons = [button(alert_texts.part_label(part.part), "part", f"{event.event_id}.{part.part}") for part in more]
    return InlineKeyboardMarkup(in_rows(buttons, 3)) if buttons else None


def digest(letter_id: int, gathered: Gathered, events: Sequence[EventView], per_page: int) -> InlineKeyboardMarkup:
    """One number for each event of the page, which sends its clip; then all pages, so that none is further than two
    taps away."""
    numbers = [
        button(str(number), "clip", event.event_id) for number, event in enumerate(events, gathered.first_number)
    ]
    pages = [
        button(
            digest_texts.page_label(
                page * per_page + 1, min((page + 1) * per_page, gathered.count), here=page == gathered.page
            ),
            "sheet",
            f"{letter_id}.{page}",
        )
        for page in range(gathered.pages)
    ]
    return InlineKeyboardMarkup([*in_rows(numbers, 6), *(in_rows(pages, 4) if gathered.pages > 1 else [])])


def day(shown: DayView, best: Sequence[DayEvent], now_utc: datetime, zone: tzinfo) -> InlineKeyboardMarkup | None:
    """Below the digest of a day: its numbered moments, then its clips; nothing when nothing moved."""
    if not shown.events:
        return None
    numbers = [button(str(number), "clip", event.event_id) for number, event in enumerate(best, 1)]
    last = shown.until_utc.astimezone(zone).date()
    clips = button(daily_texts.clips_label(shown, now_utc, zone), "day", day_argument(last, 0))
    pictures = button(clip_texts.PICTURES, "index", day_argument(last, 0))
    return InlineKeyboardMarkup([*in_rows(numbers, 6), [clips, pictures]])


def pin(*, on: bool) -> InlineKeyboardMarkup:
    """Below /pin: the other way."""
    return InlineKeyboardMarkup([[button(pin_texts.OFF, "pin", "off") if on else button(pin_texts.ON, "pin", "on")]])


DIGEST_TIMES = (time(8), time(18), time(21))


def digest_times(at: time | None) -> InlineKeyboardMarkup:
    """Below /digest: usual times, the way back, and the digest of now."""
    times = [button(daily_texts.time_label(one), "digest", f"{one:%H%M}") for one in DIGEST_TIMES if one != at]
    off = [button(daily_texts.OFF, "digest", "off")] if at else []
    return InlineKeyboardMarkup([[*times, *off], [button(daily_texts.NOW, "digest", "now")]])


def archive(view: ArchiveView) -> InlineKeyboardMarkup | None:
    """Below /archive; a drill only where there is something to try."""
    if not view.on:
        return None
    drill = [button(archive_texts.DRILL, "drill")] if view.clips else []
    return InlineKeyboardMarkup([[*drill, button(status_texts.REFRESH, "archive")]])


def mute(quiet: Quiet) -> InlineKeyboardMarkup:
    """Below /mute: usual lengths, the usual quiet hours, and the way back."""
    lengths = [button(mute_texts.choice("", seconds), "mute", str(seconds)) for seconds in (3600, 8 * 3600, 0)]
    label, hours = (
        (mute_texts.hours_label(), "hours") if quiet.hours is None else (str(mute_texts.NO_HOURS), "no-hours")
    )
    rows = [lengths, [button(label, "mute", hours)]]
    if quiet.until_utc:
        rows.append([button(mute_texts.UNMUTE, "mute", "on")])
    return InlineKeyboardMarkup(rows)


def privacy(now: ChatPrivacy) -> InlineKeyboardMarkup:
    """Below /privacy and the greeting of a new owner: levels, when pictures go, and closed cameras."""
    looks = [
        button(privacy_texts.look_label(look, now.look), "privacy", f"look.{look}") for look in privacy_texts.LOOKS
    ]
    removals = [
        button(privacy_texts.removal_label(hours, now.remove_after_h), "privacy", f"remove.{hours}h")
        for hours in privacy_texts.REMOVALS_H
    ]
    stay = button(privacy_texts.STAY, "privacy", "stay")
    close = button(privacy_texts.CLOSE_LABEL, "privacy", "close.7200")
    return InlineKeyboardMarkup([*in_rows(looks, 2), removals, [stay], [close]])


_CHOICES: tuple[tuple[tuple[Kind, float | None], ...], ...] = (
    ((Kind.DAYS, 7.0), (Kind.DAYS, 30.0), (Kind.DAYS, 90.0)),
    ((Kind.BYTES, 20e9), (Kind.BYTES, 50e9), (Kind.BYTES, None)),
)


def retention(archive_on: bool) -> InlineKeyboardMarkup:
    """Common choices."""
    places = list(Place) if archive_on else [Place.HERE]
    rows = [
        [
            button(retention_texts.button(change), "keep", spelled((change,)))
            for change in (Change(place, kind, value) for kind, value in row)
        ]
        for place in places
        for row in _CHOICES
    ]
    return InlineKeyboardMarkup(rows)
