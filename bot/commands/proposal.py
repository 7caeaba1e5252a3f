"""The buttons below a proposal: accept, decline, undo; in place."""

from __future__ import annotations

from bot import choice, proposal_keys
from bot.desk import Ask, Desk
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.proposals import Answer
from bot.texts import proposals as texts
from bot.texts.status import CAMERA_GONE

_NOTED = {Answer.ACCEPTED: "ignore", Answer.UNDONE: "watch"}
"""What changes something, in the words of /zones."""


async def offer_pressed(desk: Desk, ask: Ask) -> None:
    """The button carries camera, number and answer."""
    words = ask.argument.split(".")
    if len(words) != 3 or not words[1].isdecimal() or words[2] not in tuple(Answer):
        raise NotUnderstood(Why.PLACE)
    camera = choice.of_key(words[0], desk.camera_names()).one
    if not camera:
        await desk.say(ask, CAMERA_GONE)
        return
    view = await desk.house.proposals.answer(camera, int(words[1]), Answer(words[2]))
    if view is None:
        await desk.show(ask, texts.GONE)
        return
    if view.answer is Answer(words[2]) and view.answer in _NOTED:
        await desk.note(ask, Act.ZONES, f"{camera}: {_NOTED[view.answer]} {view.squares}")
    await desk.show(ask, texts.offer(view), proposal_keys.answered(view))
