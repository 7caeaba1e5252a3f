"""Sentences of /guest, and what a guest reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from bot.formatting import escaped, moment_text
from bot.language import Text, Words, plural, t
from bot.people import GuestView
from bot.texts.common import command_lines

DAY, WEEK, WITHDRAW = Text("Invite for a day"), Text("Invite for a week"), Text("Take open links back")
NOT_YET = Text("I have not reached Telegram properly yet, so I cannot make a link. Please try again in a minute.")
OWNERS_ONLY = Text("Only an owner of this camera may do that. You can look: /snapshot, /clips, /status.")


def invitation(link: str, until: str, expires: str) -> str:
    """For the owner to pass on."""
    return t(
        "Send this link to your guest. It works once, until {expires}:\n{link}\n\n"
        "Your guest may then look until <b>{until}</b>: pictures of now, clips and the state. They change nothing and"
        " get no alerts. /log shows what they fetched, /guest ends it at once.",
        expires=expires,
        link=escaped(link),
        until=until,
    )


def overview(guests: Sequence[GuestView], links: int, now_utc: datetime, zone: tzinfo) -> str:
    """Who may look, and how to let somebody."""
    lines = [
        t("· {guest} until {when}", guest=escaped(guest.name), when=moment_text(guest.until_utc, now_utc, zone))
        for guest in guests
    ]
    text = "\n".join([t("<b>Guests</b>"), *lines]) if guests else t("There are no guests.")
    if links:
        text += "\n" + plural("{count} link not opened yet.", "{count} links not opened yet.", links)
    return f"{text}\n\n" + t("<code>/guest 24h</code> makes a link for one more.")


def end_label(guest: GuestView) -> str:
    """Ends a guest."""
    return f"✕ {guest.name}"


def welcome(name: str, until: str) -> str:
    """The first thing a guest reads."""
    greeting = t("Welcome, {name}!", name=escaped(name)) if name else t("Welcome!")
    return t(
        "{greeting} Until <b>{until}</b> you may look: /snapshot shows the cameras now, /clips what was"
        " recorded, /status how things are.\nThe owners can see what you fetch.",
        greeting=greeting,
        until=until,
    )


def joined(who: str, until: str) -> str:
    """For the owners."""
    return t("{guest} opened your link and may look until {until}. /guest ends it.", guest=escaped(who), until=until)


def help_text(commands: Iterable[tuple[Words, Words]]) -> str:
    """For a guest: usage and summary of what they may use."""
    return t(
        "<b>What you can do as a guest</b>\n{lines}\n\nThe owners can see what you fetch.",
        lines=command_lines(commands),
    )
