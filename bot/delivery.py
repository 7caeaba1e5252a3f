"""What a failed call to Telegram means for the message: sent, not sent, unknown, or never to be tried again.

python-telegram-bot folds very different failures into few types (BadRequest is a NetworkError, a 413 too, and every
timeout is TimedOut), so the decision looks at the cause below and at Telegram's own words.
"""

from __future__ import annotations

from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.http_request import FOREIGN, TooManyRequests


class Outcome(StrEnum):
    """What is known about the message after a call that failed."""

    NOT_SENT = "not sent"
    """It never left, or surely did not arrive whole: try again."""
    FAILED = "failed"
    """Telegram answered that it has trouble of its own: try again, slower. Rarely the message arrived even so."""
    UNKNOWN = "unknown"
    """It left, and no answer came: it may be in the chat."""
    HOLD = "hold"
    """Too many messages: the whole queue waits `hold_s`."""
    BLOCKED = "blocked"
    """The owner blocked the bot, or never wrote to it."""
    UNAUTHORISED = "unauthorised"
    """The token was refused; it concerns every message."""
    TOO_LARGE = "too large"
    UNCHANGED = "unchanged"
    """An edit that changes nothing: as good as done."""
    GONE = "gone"
    """The message to edit is not there any more."""
    BAD_MARKUP = "bad markup"
    """Our HTML was refused: the same as plain text will pass."""
    REFUSED = "refused"
    """Never to be tried again as it is."""


RETRYABLE = frozenset({Outcome.NOT_SENT, Outcome.FAILED, Outcome.HOLD, Outcome.UNAUTHORISED})


class Undelivered(Exception):  # noqa: N818 - a verdict that callers act on
    """A call to Telegram that did not succeed; `reason` never holds the token."""

    def __init__(self, outcome: Outcome, reason: str, hold_s: float = 0.0, *, away: bool = False) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome = outcome
        self.reason = reason
        self.hold_s = hold_s
        self.away = away
        """Nobody was reached, or somebody else answered: no other message would fare better now."""

    @property
    def retryable(self) -> bool:
        """The same call may succeed later, and cannot make a second copy."""
        return self.outcome in RETRYABLE


_AWAY = (httpx.ConnectTimeout, httpx.ConnectError, httpx.ProxyError)
_BROKE_OFF = (httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.WriteTimeout, httpx.WriteError)
_SILENT = (httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.CloseError)

_BAD_REQUESTS = (
    ("message is not modified", Outcome.UNCHANGED),
    ("message to edit not found", Outcome.GONE),
    ("message to delete not found", Outcome.GONE),
    ("message can't be edited", Outcome.GONE),
    ("message can't be deleted", Outcome.GONE),
    ("message_id_invalid", Outcome.GONE),
    ("can't parse entities", Outcome.BAD_MARKUP),
    ("file is too big", Outcome.TOO_LARGE),
    ("request entity too large", Outcome.TOO_LARGE),
    ("chat not found", Outcome.BLOCKED),
    ("peer_id_invalid", Outcome.BLOCKED),
)


def classify(exc: TelegramError) -> Undelivered:
    """The meaning of what python-telegram-bot raised. Pure."""
    if isinstance(exc, TooManyRequests):
        return Undelivered(Outcome.HOLD, "too many messages", exc.hold_s)
    if isinstance(exc, InvalidToken):
        # Its text can hold the token itself.
        return Undelivered(Outcome.UNAUTHORISED, "the token was refused")
    if FOREIGN in exc.message:
        return _of_foreigner(exc)
    if outcome := _of_answer(exc):
        return Undelivered(outcome, exc.message)
    return _of_network(exc)


def _of_answer(exc: TelegramError) -> Outcome | None:
    """Of what Telegram itself said; None: it did not speak, or of trouble of its own."""
    if isinstance(exc, BadRequest):
        lowered = exc.message.lower()
        return next((outcome for words, outcome in _BAD_REQUESTS if words in lowered), Outcome.REFUSED)
    answers = {Forbidden: Outcome.BLOCKED, ChatMigrated: Outcome.REFUSED, Conflict: Outcome.NOT_SENT}
    return answers.get(type(exc))


def _of_foreigner(exc: TelegramError) -> Undelivered:
    """Somebody in between spoke. A gateway's 5xx and 413 are Telegram's own servers; a page with any other status (a
    captive portal, a filter) means that Telegram never saw the message, whatever it says."""
    if "(413)" in exc.message:
        return Undelivered(Outcome.TOO_LARGE, "over Telegram's limit")
    if "(5" in exc.message:
        return Undelivered(Outcome.FAILED, _first_line(exc.message))
    return Undelivered(Outcome.NOT_SENT, _first_line(exc.message), away=True)


def _of_network(exc: TelegramError) -> Undelivered:
    cause = exc.__cause__
    if isinstance(cause, _AWAY):
        return Undelivered(Outcome.NOT_SENT, type(cause).__name__, away=True)
    if isinstance(cause, _BROKE_OFF):
        return Undelivered(Outcome.NOT_SENT, type(cause).__name__)
    if isinstance(cause, _SILENT):
        return Undelivered(Outcome.UNKNOWN, type(cause).__name__)
    if isinstance(cause, httpx.HTTPError):
        return Undelivered(Outcome.UNKNOWN, type(cause).__name__)
    if "too large" in exc.message.lower() or "(413)" in exc.message:
        return Undelivered(Outcome.TOO_LARGE, "over Telegram's limit")
    return Undelivered(Outcome.FAILED, _first_line(exc.message))


def _first_line(text: str) -> str:
    return text.splitlines()[0][:120] if text else "no reason given"
