"""/log: who did or fetched what, for the owners to read."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import audit as texts

PER_PAGE = 15


async def log(desk: Desk, ask: Ask) -> None:
    """The newest lines."""
    await _show(desk, ask, None)


async def log_older(desk: Desk, ask: Ask) -> None:
    """The lines before the one that the button names."""
    older = (
        int(ask.argument) if ask.argument.isascii() and ask.argument.isdecimal() and len(ask.argument) < 16 else None
    )
    await _show(desk, ask, older)


async def _show(desk: Desk, ask: Ask, before: int | None) -> None:
    found = await desk.house.audit.newest(PER_PAGE + 1, before)
    entries = found[:PER_PAGE]
    more = entries[-1].entry_id if len(found) > PER_PAGE else None
    await desk.show(ask, texts.page(entries, desk.now_utc(), desk.zone), keyboards.older_log(more))
