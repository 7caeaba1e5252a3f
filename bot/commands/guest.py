"""/guest: lets somebody look for a while, by a one-time link; lists guests and ends them."""

from __future__ import annotations

from datetime import timedelta

from bot import keyboards, parsing
from bot.desk import Ask, Desk
from bot.formatting import moment_text
from bot.pairing import new_code
from bot.people import Act, stamp
from bot.texts import guests as texts

LINK_LASTS = timedelta(hours=24)


async def guest(desk: Desk, ask: Ask) -> None:
    """`/guest 24h` makes a link; without words it lists who may look."""
    if ask.argument:
        await _invite(desk, ask, timedelta(seconds=parsing.duration(ask.argument).total_seconds()))
    else:
        await _overview(desk, ask)


async def guest_pressed(desk: Desk, ask: Ask) -> None:
    """A common length of time."""
    await _invite(desk, ask, timedelta(seconds=parsing.seconds(ask.argument)))


async def guest_end(desk: Desk, ask: Ask) -> None:
    """Ends one guest at once, or takes the open links back."""
    if not ask.argument:
        count = await desk.house.guests.withdraw_links()
        await desk.note(ask, Act.WITHDRAWN, str(count))
    elif ask.argument.isascii() and ask.argument.isdecimal() and len(ask.argument) < 16:
        name = await desk.house.guests.remove(int(ask.argument))
        if name:
            await desk.note(ask, Act.REMOVED, name)
    await _overview(desk, ask)


async def _invite(desk: Desk, ask: Ask, lasts: timedelta) -> None:
    if not (bot_name := desk.bot_name()):
        await desk.say(ask, texts.NOT_YET)
        return
    now_utc = desk.now_utc()
    code, until_utc = new_code(), now_utc + lasts
    await desk.house.guests.invite(code, now_utc + min(LINK_LASTS, lasts), until_utc, ask.user_id)
    until = moment_text(until_utc, now_utc, desk.zone)
    await desk.note(ask, Act.INVITED, stamp(until_utc))
    expires = moment_text(now_utc + min(LINK_LASTS, lasts), now_utc, desk.zone)
    await desk.say(ask, texts.invitation(f"https://t.me/{bot_name}?start={code}", until, expires))


async def _overview(desk: Desk, ask: Ask) -> None:
    found, links = await desk.house.guests.all(), await desk.house.guests.open_links()
    text = texts.overview(found, links, desk.now_utc(), desk.zone)
    await desk.show(ask, text, keyboards.guests(found, links))
