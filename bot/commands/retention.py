"""/retention: shows, explains and changes how long clips are kept; a change is asked about first."""

from __future__ import annotations

from bot import keyboards, rules
from bot.desk import Ask, Desk
from bot.people import Act
from bot.rules import Change, Place
from bot.texts import common
from bot.texts import retention as texts


async def retention(desk: Desk, ask: Ask) -> None:
    """Without words: the overview. With words: the question before a change."""
    if ask.argument:
        await _ask(desk, ask, rules.parse(ask.argument), "")
        return
    port = desk.house.retention
    now, usage = await port.rules(), await port.usage()
    ahead = await port.outlook(now)
    text = texts.overview(now, usage, await port.preview(now), ahead, desk.now_utc(), desk.zone)
    await desk.say(ask, text, keyboards.retention(usage.archive_on))


async def keep_pressed(desk: Desk, ask: Ask) -> None:
    """A common choice; the overview with its buttons stays, the question comes below."""
    await _ask(desk, ask, rules.parse(ask.argument), "")


async def keep_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button; expired, or from before a restart, it asks again."""
    changes = rules.parse(ask.argument)
    if not await desk.confirmed(ask, _about(changes)):
        await _ask(desk, ask, changes, f"{common.QUESTION_EXPIRED}\n", in_place=True)
        return
    port = desk.house.retention
    wanted = rules.applied(await port.rules(), changes)
    deleted = await port.change(wanted)
    await desk.note(ask, Act.RETENTION, rules.spelled(changes))
    await desk.show(ask, texts.done(wanted, deleted))


async def _ask(desk: Desk, ask: Ask, changes: tuple[Change, ...], before: str, *, in_place: bool = False) -> None:
    port = desk.house.retention
    now = await port.rules()
    wanted = rules.applied(now, changes)
    if wanted == now:
        await desk.say(ask, texts.SAME)
    elif any(change.place is Place.ARCHIVE for change in changes) and not (await port.usage()).archive_on:
        await desk.say(ask, texts.NO_ARCHIVE)
    else:
        cost, ahead = await port.preview(wanted), await port.outlook(wanted)
        text = before + texts.question(changes, cost, wanted, ahead, desk.now_utc(), desk.zone)
        keyboard = keyboards.question(common.YES_CHANGE, "rules", rules.spelled(changes))
        await desk.question(ask, text, keyboard, _about(changes), in_place=in_place)


def _about(changes: tuple[Change, ...]) -> str:
    return f"keep {rules.spelled(changes)}"
