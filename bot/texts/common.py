"""Sentences that belong to no single command: greetings, hints, refusals, questions."""

from __future__ import annotations

from collections.abc import Iterable

from bot.formatting import escaped
from bot.language import Text, Words, t
from bot.parsing import Why
from bot.texts.foreign import told

YES_DISARM = Text("Yes, disarm")
YES_ARM = Text("Yes, arm")
YES_CHANGE = Text("Yes, change it")
YES_NOW = Text("Yes, now")
NO = Text("No")

LEFT_AS_IT_WAS = Text("Nothing changed.")
QUESTION_EXPIRED = Text("That question had expired, so here it is again.")
BUTTON_UNKNOWN = Text("This button is from an older version. Please send the command again.")
WRONG = Text("Something went wrong here, sorry. The program's log has the details; please try again.")
TYPE_HINT = Text("I only understand commands. /help lists them.")

_WHY = {
    Why.DURATION: Text(
        "I did not understand that length of time. Try <code>/disarm 3h</code>, <code>90 min</code> or"
        " <code>1 day</code>."
    ),
    Why.PAUSE_SHORT: Text("A pause lasts at least one minute."),
    Why.PAUSE_LONG: Text("A pause lasts at most 30 days, so that it is never forgotten."),
    Why.CAMERAS: Text("One length of time for all that you name: <code>/disarm front garden 3h</code>."),
    Why.DAY: Text(
        "I did not understand that day. Try <code>/clips yesterday</code>, <code>/clips mon</code> or"
        " <code>/clips 2026-11-23</code>."
    ),
    Why.DAY_AHEAD: Text("That day is still to come."),
    Why.WHEN: Text(
        "I did not understand when. Try <code>/clips yesterday evening</code>, <code>/clips front friday</code>,"
        " <code>/clips 24.12.</code>, <code>/clips 18:00-20:00</code>, <code>/clips last night</code> or"
        " <code>/clips kept</code>."
    ),
    Why.EVENT: Text("I did not understand that clip. Try <code>/clip e42</code>, or /clips for a list."),
    Why.MUTE: Text(
        "I did not understand that. Try <code>/mute 2h</code>, <code>/mute until 7:00</code>,"
        " <code>/mute 22:00-7:00</code> or <code>/mute off</code>."
    ),
    Why.PRIVACY: Text(
        "I did not understand that. Try <code>/privacy pixelated</code>, <code>/privacy remove 24h</code> or"
        " <code>/privacy 2h</code>."
    ),
    Why.REMOVAL: Text(
        "Between 1 and 48 hours: Telegram lets a bot delete its messages for 48 hours at most. Try"
        " <code>/privacy remove 24h</code>."
    ),
    Why.RETENTION: Text(
        "I did not understand that. Try <code>/retention 30d</code>, <code>/retention 20GB</code> or"
        " <code>/retention archive 90d 50GB</code>. Nothing changed."
    ),
    Why.NEGATIVE: Text("That is less than nothing. Nothing changed."),
    Why.TOO_LITTLE: Text("That is too little: at least 1 day, or 1 MB. Nothing changed."),
    Why.TOO_MUCH: Text(
        "That is too much: at most 36500 days, or 1000 TB; <code>off</code> lifts a limit. Nothing changed."
    ),
    Why.TWICE: Text("That names the same limit twice. Nothing changed."),
    Why.RECORD: Text("I did not understand that. Try <code>/record 30s</code> or <code>/record front 2m</code>."),
    Why.RECORD_LENGTH: Text(
        "A recording lasts from 5 seconds to 10 minutes. Try <code>/record 2m</code>; sent again while it goes on, it"
        " lasts longer."
    ),
    Why.PIN: Text("I did not understand that. Try <code>/pin on</code> or <code>/pin off</code>. Nothing changed."),
    Why.DIGEST: Text(
        "I did not understand that time. Try <code>/digest 21:00</code>, <code>/digest off</code> or"
        " <code>/digest now</code>. Nothing changed."
    ),
    Why.SCHEDULE: Text(
        "I did not understand that schedule. Say days, then times, with commas between:"
        " <code>/schedule weekdays 8:00 to 17:30, nights</code>, or <code>/schedule off</code>. Nothing changed."
    ),
    Why.ZONES: Text(
        "I did not understand that. Try <code>/zones front ignore B2-C4</code>,"
        " <code>ignore D4 17:00-19:00</code>, <code>watch B2</code>, <code>name porch B2-C4</code>,"
        " <code>mask A1</code> or <code>clear</code>; /zones shows the grid. Nothing changed."
    ),
    Why.SENSITIVITY: Text("Low, normal or high: <code>/sensitivity front low</code>. Nothing changed."),
    Why.PLACE: Text(
        "There is no such place in the picture: squares go from A1 to J6, rectangles are written"
        " <code>B2-C4</code>. /zones shows them. Nothing changed."
    ),
    Why.BAD_NAME: Text(
        "A place's name has letters first, at most 24 of them, and is no square: <code>porch</code>. Nothing changed."
    ),
    Why.NO_NAME: Text("No place is called that; /zones shows the names there are. Nothing changed."),
    Why.TOO_MANY_PLACES: Text(
        "That would be more than 16; <code>/zones front clear</code> begins anew. Nothing changed."
    ),
}


def not_understood(why: Why) -> str:
    """What is wrong with what was typed, and how it would be right."""
    return str(_WHY[why])


def copy_note(codec: str, *, smaller: bool, veiled: bool = False) -> str:
    """How what is sent differs from the clip that is kept; empty: not at all."""
    if veiled and smaller:
        return "\n" + t("<i>Copy with your mask, and smaller; the recording is kept as the camera sent it.</i>")
    if veiled:
        return "\n" + t("<i>Copy with your mask; the recording is kept as the camera sent it.</i>")
    if smaller:
        return "\n" + t("<i>Smaller copy; the original is kept.</i>")
    if codec == "h264":
        return ""
    original = {"hevc": "H.265"}.get(codec, codec)
    return "\n" + t("<i>Copy that every phone plays; the original in {codec} is kept.</i>", codec=escaped(original))


def unavailable(reason: str) -> str:
    """A sentence from the rest of the program: why not, and what to do."""
    return told(reason)


def command_lines(commands: Iterable[tuple[Words, Words]]) -> str:
    """`commands`: usage such as `/clip [id]`, and what it does."""
    return "\n".join(f"{escaped(str(usage))} · {escaped(str(summary))}" for usage, summary in commands)


def help_text(commands: Iterable[tuple[Words, Words]]) -> str:
    """For an owner: usage and summary of every command."""
    return t(
        "<b>What I can do</b>\n{lines}\n\n"
        "When something moves you get a picture at once; the same message becomes the clip when it is finished.\n"
        "Telegram can read what is sent here. The archive only you can read.",
        lines=command_lines(commands),
    )


def welcome(state: str) -> str:
    """The answer to /start of an owner; `state` says whether it watches."""
    return t(
        "Hello! {state}\n/status shows how things are, /snapshot what it looks like now, /help the rest.", state=state
    )


def unknown_command(word: str, near: str | None) -> str:
    """`near` is the closest command there is."""
    hint = t("Did you mean /{command}?", command=near) if near else t("/help lists what I understand.")
    return t("I do not know <code>/{word}</code>. {hint}", word=escaped(word[:40]), hint=hint)


def late_command(text: str, asked: str, *, again: bool) -> str:
    """Before a command that could not be heard in time; `again`: it is too long for a button."""
    ask = t("Send it again if it should still be done.") if again else t("Should it be done now?")
    return t(
        "You sent <code>{text}</code> at {when}, and I could not hear you until now. {ask}",
        text=escaped(text[:200]),
        when=asked,
        ask=ask,
    )


def late_press(label: str) -> str:
    """Before obeying a press that may be old."""
    return t("<b>{label}</b> was pressed while I could not hear you. Should it be done now?", label=escaped(label))


def obeyed_late(text: str) -> str:
    """In place of the question."""
    return t("<code>{text}</code>, now:", text=escaped(text[:200]))


def run_label(command: str) -> str:
    """A button that runs the command."""
    return f"/{command}"


def stranger(who: str, times: int) -> str:
    """A notice for the owners; `who` is a name and a number."""
    tried = (
        t("Somebody tried to use this bot: {who}. They got no answer.", who=escaped(who))
        if times == 1
        else t(
            "Somebody, {times} times in all, tried to use this bot: {who}. They got no answer.",
            times=times,
            who=escaped(who),
        )
    )
    return f"{tried}\n" + t("Was it you with another account? Add its number to TELEGRAM_OWNER_IDS.")


CONFLICT = Text(
    "Another program is using this bot's token, so commands may not reach me. Alerts still come.\n"
    "If that is not you, ask @BotFather for a new token (/revoke) and put it into the settings."
)
