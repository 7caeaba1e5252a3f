"""/arm: watches again, at once."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import common
from bot.texts import status as texts

ABOUT = "arm"


async def arm(desk: Desk, ask: Ask) -> None:
    """Obeys at once, unless the command is so old that the owner may have changed their mind."""
    if asked := desk.asked_long_ago(ask):
        await desk.question(ask, texts.arm_question(asked), keyboards.question(common.YES_ARM, "arm-yes"), ABOUT)
        return
    already = (await desk.house.arming.state()).armed
    await desk.house.arming.arm()
    await desk.say(ask, texts.ARMED_ALREADY if already else texts.ARMED)


async def arm_yes(desk: Desk, ask: Ask) -> None:
    """The Yes button. Arming is the safe side, so a late Yes counts too."""
    await desk.house.arming.arm()
    await desk.show(ask, texts.ARMED)
