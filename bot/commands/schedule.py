"""/schedule: when each camera is armed, in words; a change is shown as it was understood and asked about first."""

from __future__ import annotations

from bot import choice, keyboards
from bot.choice import Choice
from bot.desk import Ask, Desk
from bot.people import Act
from bot.schedule import MOST_LENGTH, Schedule, parse, spelled
from bot.texts import common
from bot.texts import schedule as texts
from bot.texts.status import CAMERA_GONE

OFF = ("off", "none", "always", "clear")


async def schedule(desk: Desk, ask: Ask) -> None:
    """Without words: what holds now. With words: the question before a change."""
    names = desk.camera_names()
    if not ask.argument:
        state, known = await desk.house.arming.state(), await desk.house.arming.schedules()
        await desk.say(ask, texts.overview(names, known, state, desk.now_utc(), desk.zone))
        return
    chosen, words = choice.split_leading(ask.argument, names)
    await _ask(desk, ask, chosen or choice.everything(names), _understood(words), "")


async def schedule_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button; expired, or from before a restart, it cannot be answered: its words were in the question."""
    await desk.questions.settled(ask.chat_id)
    wanted = desk.questions.words(ask.chat_id, ask.message_id or 0)
    if wanted is None or not await desk.confirmed(ask, wanted):
        await desk.show(ask, texts.EXPIRED)
        return
    key, _, words = wanted.partition(" ")
    chosen = choice.of_key(key, desk.camera_names())
    if not chosen.names:
        await desk.show(ask, CAMERA_GONE)
        return
    new = parse(words) if words else None
    await desk.house.arming.set_schedule(chosen.names, new)
    await desk.note(ask, Act.SCHEDULE, f"{', '.join(chosen.named) or choice.ALL}: {words or 'off'}")
    state = await desk.house.arming.state()
    await desk.show(ask, texts.done(chosen.named, new, state, desk.now_utc(), desk.zone))


def _understood(words: str) -> Schedule | None:
    return None if words.strip().lower() in OFF else parse(words)


async def _ask(desk: Desk, ask: Ask, chosen: Choice, wanted: Schedule | None, before: str) -> None:
    about = f"{chosen.key} {spelled(wanted) if wanted else ''}"
    if len(about) > MOST_LENGTH:
        await desk.say(ask, texts.TOO_LONG)
        return
    keyboard = keyboards.question(common.YES_CHANGE, "sched-yes")
    await desk.question(ask, before + texts.question(chosen.named, wanted), keyboard, about)
