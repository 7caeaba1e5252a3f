"""/arm: watches again, at once: with every camera, or with those that are named."""

from __future__ import annotations

from bot import choice, keyboards
from bot.choice import Choice
from bot.desk import Ask, Desk
from bot.people import Act
from bot.texts import common
from bot.texts import status as texts

ABOUT = "arm"


async def arm(desk: Desk, ask: Ask) -> None:
    """Obeys at once, unless the command is so old that the owner may have changed their mind."""
    names = desk.camera_names()
    chosen, stray = choice.split_several(ask.argument or choice.ALL, names)
    if chosen is None or stray:
        offer = choice.near(stray, names)
        await desk.say(ask, texts.no_such_camera(stray, offer, names), keyboards.to_arm(offer or names))
    elif asked := desk.asked_long_ago(ask):
        keyboard = keyboards.question(common.YES_ARM, "arm-yes", chosen.key)
        await desk.question(ask, texts.arm_question(asked, chosen.named), keyboard, ABOUT)
    else:
        await _arm(desk, ask, chosen)


async def arm_pressed(desk: Desk, ask: Ask) -> None:
    """A camera's button."""
    await _arm(desk, ask, choice.of_key(ask.argument, desk.camera_names()))


async def arm_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button. Arming is the safe side, so a late Yes counts too."""
    await _arm(desk, ask, choice.of_key(ask.argument, desk.camera_names()))


async def _arm(desk: Desk, ask: Ask, chosen: Choice) -> None:
    if not chosen.names:
        await desk.show(ask, texts.CAMERA_GONE)
        return
    before = await desk.house.arming.state()
    already = not any(name in before.until_utc for name in chosen.names)
    await desk.house.arming.arm(chosen.names)
    await desk.note(ask, Act.ARMED, ", ".join(chosen.names))
    state = await desk.house.arming.state()
    text = texts.armed(chosen.named, state, desk.now_utc(), desk.zone, already=already)
    await desk.show(ask, text, keyboards.to_arm(list(state.until_utc)))
