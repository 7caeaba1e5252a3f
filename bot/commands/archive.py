"""/archive: how the encrypted copies are, and a drill on request."""

from __future__ import annotations

from telegram.constants import ChatAction

from bot import keyboards
from bot.desk import Ask, Desk
from bot.ports import ArchiveView
from bot.texts import archive as texts


async def archive(desk: Desk, ask: Ask) -> None:
    """A new message; its ↻ button renews it in place."""
    view = await desk.house.archive.state()
    await desk.show(ask, _overview(desk, view), keyboards.archive(view))


async def drill_pressed(desk: Desk, ask: Ask) -> None:
    """Fetches one clip now; the overview stays and is renewed, the result comes below."""
    progress = await desk.say(ask, texts.DRILLING)
    try:
        await desk.answers.busy(ask.chat_id, ChatAction.TYPING)
        done = await desk.house.archive.drill()
    finally:
        await desk.answers.delete(ask.chat_id, progress)
    await desk.say(ask, texts.drilled(done, desk.now_utc(), desk.zone))
    if ask.message_id is not None:
        await archive(desk, ask)


def _overview(desk: Desk, view: ArchiveView) -> str:
    return texts.overview(view, desk.now_utc(), desk.zone)
