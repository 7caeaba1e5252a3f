"""Sentences that belong to no single command: greetings, hints, refusals, questions."""

from __future__ import annotations

from collections.abc import Iterable

from bot.formatting import escaped
from bot.parsing import Why

YES_DISARM = "Yes, disarm"
YES_ARM = "Yes, arm"
YES_CHANGE = "Yes, change it"
NO = "No"

LEFT_AS_IT_WAS = "Nothing changed."
QUESTION_EXPIRED = "That question had expired, so here it is again."
BUTTON_UNKNOWN = "This button is from an older version. Please send the command again."
WRONG = "Something went wrong here, sorry. The program's log has the details; please try again."
TYPE_HINT = "I only understand commands. /help lists them."

_WHY = {
    Why.DURATION: "I did not understand that length of time. Try <code>/disarm 3h</code>, <code>90 min</code> or"
    " <code>1 day</code>.",
    Why.PAUSE_SHORT: "A pause lasts at least one minute.",
    Why.PAUSE_LONG: "A pause lasts at most 30 days, so that it is never forgotten.",
    Why.CAMERAS: "One length of time for all that you name: <code>/disarm front garden 3h</code>.",
    Why.DAY: "I did not understand that day. Try <code>/clips yesterday</code>, <code>/clips mon</code> or"
    " <code>/clips 2026-11-23</code>.",
    Why.DAY_AHEAD: "That day is still to come.",
    Why.EVENT: "I did not understand that clip. Try <code>/clip e42</code>, or /clips for a list.",
    Why.MUTE: "I did not understand that. Try <code>/mute 2h</code>, <code>/mute until 7:00</code>,"
    " <code>/mute 22:00-7:00</code> or <code>/mute off</code>.",
    Why.PRIVACY: "I did not understand that. Try <code>/privacy pixelated</code>, <code>/privacy remove 24h</code> or"
    " <code>/privacy 2h</code>.",
    Why.REMOVAL: "Between 1 and 48 hours: Telegram lets a bot delete its messages for 48 hours at most. Try"
    " <code>/privacy remove 24h</code>.",
    Why.RETENTION: "I did not understand that. Try <code>/retention 30d</code>, <code>/retention 20GB</code> or"
    " <code>/retention archive 90d 50GB</code>. Nothing changed.",
    Why.NEGATIVE: "That is less than nothing. Nothing changed.",
    Why.TOO_LITTLE: "That is too little: at least 1 day, or 1 MB. Nothing changed.",
    Why.TOO_MUCH: "That is too much: at most 36500 days, or 1000 TB; <code>off</code> lifts a limit. Nothing changed.",
    Why.TWICE: "That names the same limit twice. Nothing changed.",
    Why.SCHEDULE: "I did not understand that schedule. Say days, then times, with commas between:"
    " <code>/schedule weekdays 8:00 to 17:30, nights</code>, or <code>/schedule off</code>. Nothing changed.",
    Why.ZONES: "I did not understand that. Try <code>/zones front ignore B2-C4</code>,"
    " <code>ignore D4 17:00-19:00</code>, <code>watch B2</code>, <code>name porch B2-C4</code>, <code>mask A1</code> or"
    " <code>clear</code>;"
    " /zones shows the grid. Nothing changed.",
    Why.PLACE: "There is no such place in the picture: squares go from A1 to J6, rectangles are written"
    " <code>B2-C4</code>. /zones shows them. Nothing changed.",
    Why.BAD_NAME: "A place's name has letters first, at most 24 of them, and is no square: <code>porch</code>. Nothing"
    " changed.",
    Why.NO_NAME: "No place is called that; /zones shows the names there are. Nothing changed.",
    Why.TOO_MANY_PLACES: "That would be more than 16; <code>/zones front clear</code> begins anew. Nothing changed.",
}


def not_understood(why: Why) -> str:
    """What is wrong with what was typed, and how it would be right."""
    return _WHY[why]


def copy_note(codec: str, *, smaller: bool, veiled: bool = False) -> str:
    """How what is sent differs from the clip that is kept; empty: not at all."""
    if veiled:
        how = ", and smaller" if smaller else ""
        return f"\n<i>Copy with your mask{how}; the recording is kept as the camera sent it.</i>"
    if smaller:
        return "\n<i>Smaller copy; the original is kept.</i>"
    if codec == "h264":
        return ""
    original = {"hevc": "H.265"}.get(codec, codec)
    return f"\n<i>Copy that every phone plays; the original in {escaped(original)} is kept.</i>"


def unavailable(reason: str) -> str:
    """A sentence from the rest of the program: why not, and what to do."""
    return escaped(reason)


def help_text(commands: Iterable[tuple[str, str]]) -> str:
    """`commands`: usage such as `/clip [id]`, and what it does."""
    lines = "\n".join(f"{escaped(usage)} · {escaped(summary)}" for usage, summary in commands)
    return (
        f"<b>What I can do</b>\n{lines}\n\n"
        "When something moves you get a picture at once; the same message becomes the clip when it is finished.\n"
        "Telegram can read what is sent here. The archive only you can read."
    )


def welcome(state: str) -> str:
    """The answer to /start of an owner; `state` says whether it watches."""
    return f"Hello! {state}\n/status shows how things are, /snapshot what it looks like now, /help the rest."


def unknown_command(word: str, near: str | None) -> str:
    """`near` is the closest command there is."""
    hint = f"Did you mean /{near}?" if near else "/help lists what I understand."
    return f"I do not know <code>/{escaped(word[:40])}</code>. {hint}"


YES_NOW = "Yes, now"


def late_command(text: str, asked: str, *, again: bool) -> str:
    """Before a command that could not be heard in time; `again`: it is too long for a button."""
    ask = "Send it again if it should still be done." if again else "Should it be done now?"
    return f"You sent <code>{escaped(text[:200])}</code> at {asked}, and I could not hear you until now. {ask}"


def late_press(label: str) -> str:
    """Before obeying a press that may be old."""
    return f"<b>{escaped(label)}</b> was pressed while I could not hear you. Should it be done now?"


def obeyed_late(text: str) -> str:
    """In place of the question."""
    return f"<code>{escaped(text[:200])}</code>, now:"


def run_label(command: str) -> str:
    """A button that runs the command."""
    return f"/{command}"


def stranger(who: str, times: int) -> str:
    """A notice for the owners; `who` is a name and a number."""
    tried = "Somebody" if times == 1 else f"Somebody, {times} times in all,"
    return (
        f"{tried} tried to use this bot: {escaped(who)}. They got no answer.\n"
        "Was it you with another account? Add its number to TELEGRAM_OWNER_IDS."
    )


CONFLICT = (
    "Another program is using this bot's token, so commands may not reach me. Alerts still come.\n"
    "If that is not you, ask @BotFather for a new token (/revoke) and put it into the settings."
)
