"""/start: says hello. (Pairing by /start <code> happens at the gate, before anybody is an owner.)"""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import common
from bot.texts.status import state_line


async def start(desk: Desk, ask: Ask) -> None:
    """How things are, and where to go from here."""
    state = await desk.house.arming.state()
    await desk.say(
        ask,
        common.welcome(state_line(state, desk.now_utc(), desk.zone)),
        keyboards.status(state) if ask.is_owner else keyboards.look(),
    )
