"""/status: what is wrong first; then armed or not, each camera, the last event, what is stored where, the machine."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import mute as mute_texts
from bot.texts import status as texts


async def status(desk: Desk, ask: Ask) -> None:
    """A new message; its ↻ button renews it in place."""
    house, now_utc, zone = desk.house, desk.now_utc(), desk.zone
    state = await house.arming.state()
    cameras, usage = house.cameras.views(), await house.retention.usage()
    health = await house.health.now() if house.health else None
    machine = [texts.health_line(health, now_utc, zone)] if health else []
    recent = await house.promptness.recent() if house.promptness else None
    trouble = texts.trouble_lines(cameras, usage, health.trouble if health else "", desk.lost(), now_utc, zone)
    paragraphs = [
        trouble,
        [texts.state_line(state, now_utc, zone), await _quiet(desk, ask)],
        [
            texts.camera_lines(cameras, state.until_utc, now_utc, zone),
            texts.blind_lines(await house.cameras.blind(), now_utc, zone),
        ],
        [
            texts.last_line(await house.clips.latest(), now_utc, zone),
            texts.promptness_line(recent) if recent else "",
        ],
        [texts.storage_lines(usage), *machine],
    ]
    text = "\n\n".join("\n".join(filter(None, lines)) for lines in paragraphs if lines)
    await desk.show(ask, text, keyboards.status(state) if ask.is_owner else keyboards.look())


async def _quiet(desk: Desk, ask: Ask) -> str:
    """When this chat makes no sound; empty: it always does."""
    return mute_texts.state(await desk.house.quiet.of(ask.chat_id), desk.now_utc(), desk.zone)
