"""/disarm: closes the cameras for a while, after one question."""

from __future__ import annotations

from datetime import timedelta

from bot import keyboards, parsing
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.texts import common
from bot.texts import status as texts

DEFAULT_PAUSE = timedelta(hours=12)


async def disarm(desk: Desk, ask: Ask) -> None:
    """Asks: for how long, until when."""
    pause = parsing.duration(ask.argument) if ask.argument else DEFAULT_PAUSE
    await _ask(desk, ask, int(pause.total_seconds()), "")


async def disarm_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button; expired, or from before a restart, it asks again."""
    seconds = parsing.seconds(ask.argument)
    if not desk.confirmed(ask, _about(seconds)):
        await _ask(desk, ask, seconds, f"{common.QUESTION_EXPIRED}\n")
        return
    until_utc = desk.now_utc() + timedelta(seconds=seconds)
    await desk.house.arming.disarm(until_utc)
    await desk.show(ask, texts.disarmed(moment_text(until_utc, desk.now_utc(), desk.zone)), keyboards.arm())


async def _ask(desk: Desk, ask: Ask, seconds: int, before: str) -> None:
    now_utc = desk.now_utc()
    until = moment_text(now_utc + timedelta(seconds=seconds), now_utc, desk.zone)
    text = before + texts.disarm_question(seconds, until, desk.asked_long_ago(ask))
    keyboard = keyboards.question(common.YES_DISARM, "disarm-yes", str(seconds))
    await desk.question(ask, text, keyboard, _about(seconds), in_place=True)


def _about(seconds: int) -> str:
    return f"disarm {seconds}"
