"""/disarm: closes the cameras, or one of them, for a while, after one question."""

from __future__ import annotations

from datetime import timedelta

from bot import choice, keyboards, parsing
from bot.choice import Choice
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.parsing import NotUnderstood, Why
from bot.people import Act, stamp
from bot.texts import common
from bot.texts import status as texts

DEFAULT_PAUSE = timedelta(hours=12)


async def disarm(desk: Desk, ask: Ask) -> None:
    """Asks: which camera (without a name: all), for how long, until when."""
    names = desk.camera_names()
    chosen, rest = choice.split_several(ask.argument, names)
    try:
        pause = parsing.duration(rest) if rest else DEFAULT_PAUSE
    except NotUnderstood:
        if chosen is not None:
            several = any(choice.of_word(word, names) for word in rest.split())
            if several:
                raise NotUnderstood(Why.CAMERAS) from None
        if (stray := _stray(rest, names)) is None:
            raise
        await _say_unknown(desk, ask, *stray)
    else:
        await _ask(desk, ask, chosen or choice.everything(names), int(pause.total_seconds()), "")


async def disarm_pressed(desk: Desk, ask: Ask) -> None:
    """The button of a camera: asks about that one."""
    seconds, chosen = _of_button(desk, ask)
    await _ask(desk, ask, chosen, seconds, "")


async def disarm_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button; expired, or from before a restart, it asks again."""
    seconds, chosen = _of_button(desk, ask)
    if not chosen.names or not await desk.confirmed(ask, _about(seconds, chosen)):
        await _ask(desk, ask, chosen, seconds, f"{common.QUESTION_EXPIRED}\n")
        return
    until_utc = desk.now_utc() + timedelta(seconds=seconds)
    await desk.house.arming.disarm(chosen.names, until_utc)
    until = moment_text(until_utc, desk.now_utc(), desk.zone)
    await desk.note(ask, Act.DISARMED, f"{', '.join(chosen.names)} until {stamp(until_utc)}")
    text = texts.disarmed(chosen.named, until)
    await desk.show(ask, text, keyboards.to_arm(chosen.named) or keyboards.arm())


def _stray(text: str, names: list[str]) -> tuple[str, timedelta] | None:
    """A word that was meant as a camera, and the pause beside it: it is nearly a name, or the rest is a length."""
    words = text.split()
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        try:
            pause = parsing.duration(" ".join(rest)) if rest else DEFAULT_PAUSE
        except NotUnderstood:
            continue
        if rest or choice.near(word, names):
            return word, pause
    return None


async def _say_unknown(desk: Desk, ask: Ask, word: str, pause: timedelta) -> None:
    names = desk.camera_names()
    offer = choice.near(word, names)
    keyboard = keyboards.to_disarm(offer or names, int(pause.total_seconds())) if offer or len(names) > 1 else None
    await desk.say(ask, texts.no_such_camera(word, offer, names), keyboard)


async def _ask(desk: Desk, ask: Ask, chosen: Choice, seconds: int, before: str) -> None:
    if not chosen.names:
        await desk.show(ask, texts.CAMERA_GONE)
        return
    now_utc = desk.now_utc()
    until = moment_text(now_utc + timedelta(seconds=seconds), now_utc, desk.zone)
    text = before + texts.disarm_question(chosen.named, seconds, until, desk.asked_long_ago(ask))
    others = [] if chosen.named else desk.camera_names()
    keyboard = keyboards.disarm_question(seconds, chosen.key, others if len(others) > 1 else [])
    await desk.question(ask, text, keyboard, _about(seconds, chosen), in_place=True)


def _of_button(desk: Desk, ask: Ask) -> tuple[int, Choice]:
    """What `3600.KEY` means; a button of the first version has no key."""
    seconds, _, key = ask.argument.partition(".")
    return parsing.seconds(seconds), choice.of_key(key, desk.camera_names())


def _about(seconds: int, chosen: Choice) -> str:
    return f"disarm {seconds} {chosen.key}"
