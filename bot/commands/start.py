"""/start: says hello. (Pairing by /start <code> happens at the gate, before anybody is an owner.)"""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import common


async def start(desk: Desk, ask: Ask) -> None:
    """How things are, and where to go from here."""
    state = await desk.house.arming.state()
    await desk.say(ask, common.welcome(state.armed), keyboards.status(state.armed))
