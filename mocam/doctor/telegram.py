"""The bot: its token, and whether it can hear its owner."""

from __future__ import annotations

from collections.abc import Iterator

from bot.probe import Bot
from mocam.doctor.finding import Finding, fail, ok


def judged(bot: Bot, *, running: bool) -> Iterator[Finding]:
    """Pure. `running`: MoCam itself listens at this moment."""
    if not bot.reached:
        remedy = "Is this machine on the internet? Alerts wait in the meantime and come later."
        yield fail("telegram", f"Telegram cannot be reached: {bot.trouble}", remedy)
        return
    if not bot.name:
        remedy = "Put the token that @BotFather shows for /mybots into TELEGRAM_BOT_TOKEN, whole."
        yield fail("token", f"Telegram refuses the token: {bot.trouble}", remedy)
        return
    yield ok("token", f"it is that of {bot.name}")
    if bot.webhook:
        remedy = "Another service was given this bot. End it there, or make a bot of your own for MoCam: /newbot."
        yield fail("polling", f"Telegram delivers the bot's messages to {bot.webhook} instead", remedy)
    elif bot.other_program:
        remedy = "Another MoCam, or another program, uses the same token. Stop it, or give each a bot of its own."
        yield fail("polling", "another program takes this bot's messages", remedy)
    else:
        yield ok("polling", "MoCam listens" if running else "nobody else takes this bot's messages")
