"""/why: the last detections, each with what became of it and why."""

from __future__ import annotations

from bot import choice, zone_keys
from bot.callback import ALL_CAMERAS
from bot.desk import Ask, Desk
from bot.texts import why as texts
from bot.texts.status import no_such_camera

MOST = 50
PER_PAGE = 10


async def why(desk: Desk, ask: Ask) -> None:
    """Of all cameras, or of one."""
    names = desk.camera_names()
    chosen = choice.of_word(ask.argument, names) if ask.argument else choice.everything(names)
    if chosen is None:
        offer = choice.near(ask.argument, names)
        await desk.say(ask, no_such_camera(ask.argument, offer, names), zone_keys.cameras(offer or names, "why-of"))
        return
    await _show(desk, ask, chosen.key, 0)


async def camera_pressed(desk: Desk, ask: Ask) -> None:
    """A camera's button."""
    await _show(desk, ask, ask.argument, 0)


async def page_pressed(desk: Desk, ask: Ask) -> None:
    """Camera and page."""
    key, _, number = ask.argument.partition(".")
    await _show(desk, ask, key, int(number) if number.isdecimal() and len(number) < 3 else 0)


async def _show(desk: Desk, ask: Ask, key: str, number: int) -> None:
    camera = "" if key == ALL_CAMERAS else choice.of_key(key, desk.camera_names()).one
    found = await desk.house.decisions.newest(ask.chat_id, camera, MOST)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(number, pages - 1)
    shown = found[number * PER_PAGE : (number + 1) * PER_PAGE]
    text = texts.page(shown, number, pages, desk.now_utc(), desk.zone)
    await desk.show(ask, text, zone_keys.why(key, number, pages))
