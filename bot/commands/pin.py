"""/pin: one message at the top of the chat that always says that MoCam is alive."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.parsing import NotUnderstood, Why
from bot.texts import pin as texts

ON, OFF = frozenset({"on", "yes"}), frozenset({"off", "no"})


async def pin(desk: Desk, ask: Ask) -> None:
    """Without words: whether it is there, and a button."""
    if ask.argument:
        await pin_pressed(desk, ask)
        return
    await _show(desk, ask)


async def pin_pressed(desk: Desk, ask: Ask) -> None:
    """On or off; what it means is shown in place."""
    word = ask.argument.strip().lower()
    if word in ON:
        await desk.pinboard.turn_on(ask.chat_id)
    elif word in OFF:
        await desk.pinboard.turn_off(ask.chat_id)
    else:
        raise NotUnderstood(Why.PIN)
    await _show(desk, ask)


async def _show(desk: Desk, ask: Ask) -> None:
    on = await desk.pinboard.is_on(ask.chat_id)
    await desk.show(ask, texts.state(on=on), keyboards.pin(on=on))
