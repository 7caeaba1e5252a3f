"""/status: armed or not, each camera, the last event, what is stored where, the machine, what is wrong."""

from __future__ import annotations

from bot import keyboards
from bot.desk import Ask, Desk
from bot.texts import mute as mute_texts
from bot.texts import status as texts


async def status(desk: Desk, ask: Ask) -> None:
    """A new message; its ↻ button renews it in place."""
    house, now_utc, zone = desk.house, desk.now_utc(), desk.zone
    state = await house.arming.state()
    parts = [
        "\n".join(filter(None, [texts.state_line(state, now_utc, zone), await _quiet(desk, ask)])),
        texts.camera_lines(list(house.cameras.views()), state.until_utc, now_utc, zone),
        *texts.blind_lines(await house.cameras.blind(), now_utc, zone),
        texts.last_line(await house.clips.latest(), now_utc, zone),
        texts.storage_lines(await house.retention.usage()),
    ]
    if house.health is not None:
        parts.append(texts.health_line(await house.health.now(), now_utc, zone))
    if lost := desk.lost():
        parts.append(texts.dropped_line(lost))
    await desk.show(ask, "\n\n".join(parts), keyboards.status(state) if ask.is_owner else keyboards.look())


async def _quiet(desk: Desk, ask: Ask) -> str:
    """When this chat makes no sound; empty: it always does."""
    return mute_texts.state(await desk.house.quiet.of(ask.chat_id), desk.now_utc(), desk.zone)
