"""Sentences of /guest, and what a guest reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.formatting import counted, escaped, moment_text
from bot.people import GuestView

DAY, WEEK, WITHDRAW = "Invite for a day", "Invite for a week", "Take open links back"
NOT_YET = "I have not reached Telegram properly yet, so I cannot make a link. Please try again in a minute."
OWNERS_ONLY = "Only an owner of this camera may do that. You can look: /snapshot, /clips, /status."


def invitation(link: str, until: str, expires: str) -> str:
    """For the owner to pass on."""
    return (
        f"Send this link to your guest. It works once, until {expires}:\n{escaped(link)}\n\n"
        f"Your guest may then look until <b>{until}</b>: pictures of now, clips and the state. They change nothing and"
        " get no alerts. /log shows what they fetched, /guest ends it at once."
    )


def overview(guests: Sequence[GuestView], links: int, now_utc: datetime, zone: tzinfo) -> str:
    """Who may look, and how to let somebody."""
    lines = [f"· {escaped(guest.name)} until {moment_text(guest.until_utc, now_utc, zone)}" for guest in guests]
    text = "\n".join(["<b>Guests</b>", *lines]) if guests else "There are no guests."
    text += f"\n{counted(links, 'link')} not opened yet." if links else ""
    return f"{text}\n\n<code>/guest 24h</code> makes a link for one more."


def end_label(guest: GuestView) -> str:
    """Ends a guest."""
    return f"✕ {guest.name}"


def welcome(name: str, until: str) -> str:
    """The first thing a guest reads."""
    greeting = f", {escaped(name)}" if name else ""
    return (
        f"Welcome{greeting}! Until <b>{until}</b> you may look: /snapshot shows the cameras now, /clips what was"
        " recorded, /status how things are.\nThe owners can see what you fetch."
    )


def joined(who: str, until: str) -> str:
    """For the owners."""
    return f"{escaped(who)} opened your link and may look until {until}. /guest ends it."


def help_text(commands: Sequence[tuple[str, str]]) -> str:
    """For a guest: usage and summary of what they may use."""
    lines = "\n".join(f"{escaped(usage)} · {escaped(summary)}" for usage, summary in commands)
    return f"<b>What you can do as a guest</b>\n{lines}\n\nThe owners can see what you fetch."
