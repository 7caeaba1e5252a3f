"""/digest: when the digest of the day comes, or the last 24 hours at once."""

from __future__ import annotations

from telegram.constants import ChatAction

from bot import day_posts, keyboards, parsing
from bot.desk import Ask, Desk
from bot.texts import daily as texts

NOW, OFF = "now", "off"


async def digest(desk: Desk, ask: Ask) -> None:
    """Without words: when it comes, and buttons. With a time: then, every day."""
    if not ask.argument:
        at = await desk.house.days.time_of(ask.chat_id)
        await desk.show(ask, texts.overview(at), keyboards.digest_times(at))
        return
    await _obey(desk, ask)


async def digest_pressed(desk: Desk, ask: Ask) -> None:
    """A time, Off, or Show it now; a setting is shown in place."""
    await _obey(desk, ask)


async def _obey(desk: Desk, ask: Ask) -> None:
    word = ask.argument.strip().lower()
    if word == NOW:
        await _show_now(desk, ask)
        return
    at = None if word in {OFF, "no", "never", "none"} else parsing.daily_time(word)
    await desk.house.days.set_time(ask.chat_id, at)
    await desk.show(ask, texts.overview(at), keyboards.digest_times(at))


async def _show_now(desk: Desk, ask: Ask) -> None:
    """Below the settings, which stay."""
    await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
    look = (await desk.house.privacy.of(ask.chat_id)).look
    shown = await day_posts.rendered(desk.house, desk.now_utc(), look, desk.now_utc(), desk.zone)
    if not shown.sheet:
        await desk.say(ask, shown.caption, shown.keyboard)
        return
    await desk.answers.photo(ask.chat_id, shown.sheet, shown.name, shown.caption, shown.keyboard)
