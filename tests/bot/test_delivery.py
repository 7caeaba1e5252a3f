"""What each failure of python-telegram-bot means for the message."""

from __future__ import annotations

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.delivery import Outcome, classify
from bot.http_request import FOREIGN, TooManyRequests, hold_of


def caused(outer: TelegramError, cause: Exception) -> TelegramError:
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("exc", "outcome"),
    [
        (caused(TimedOut(), httpx.PoolTimeout("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.ConnectTimeout("")), Outcome.NOT_SENT),
        (caused(NetworkError("x"), httpx.ConnectError("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.WriteTimeout("")), Outcome.NOT_SENT),
        (caused(TimedOut(), httpx.ReadTimeout("")), Outcome.UNKNOWN),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), Outcome.UNKNOWN),
        (caused(NetworkError("x"), httpx.ReadError("")), Outcome.UNKNOWN),
        (TooManyRequests(7), Outcome.HOLD),
        (Forbidden("bot was blocked by the user"), Outcome.BLOCKED),
        (BadRequest("Chat not found"), Outcome.BLOCKED),
        (BadRequest("Message is not modified: specified new message content .."), Outcome.UNCHANGED),
        (BadRequest("Message to edit not found"), Outcome.GONE),
        (BadRequest("Can't parse entities: unclosed tag"), Outcome.BAD_MARKUP),
        (BadRequest("PHOTO_INVALID_DIMENSIONS"), Outcome.REFUSED),
        (NetworkError("Request Entity Too Large"), Outcome.TOO_LARGE),
        (NetworkError("Request Entity Too Large (413). Parsing the server response b'' failed"), Outcome.TOO_LARGE),
        (InvalidToken("The token `1:abc` was rejected"), Outcome.UNAUTHORISED),
        (NetworkError("Bad Gateway"), Outcome.FAILED),
        (NetworkError("Internal Server Error"), Outcome.FAILED),
        (TelegramError(f"Invalid server response {FOREIGN}"), Outcome.NOT_SENT),
        (Forbidden(f"Forbidden (403) {FOREIGN}"), Outcome.NOT_SENT),
        (BadRequest(f"Bad Request (400) {FOREIGN}"), Outcome.NOT_SENT),
        (NetworkError(f"Bad Gateway (502) {FOREIGN}"), Outcome.FAILED),
        (NetworkError(f"Request Entity Too Large (413) {FOREIGN}"), Outcome.TOO_LARGE),
        (ChatMigrated(5), Outcome.REFUSED),
        (Conflict("terminated by other getUpdates request"), Outcome.NOT_SENT),
    ],
    ids=str,
)
def test_outcomes(exc: TelegramError, outcome: Outcome) -> None:
    assert classify(exc).outcome is outcome


def test_a_refused_token_is_never_repeated() -> None:
    assert "1:abc" not in str(classify(InvalidToken("The token `1:abc` was rejected")))


def test_only_what_cannot_make_a_second_copy_is_retryable() -> None:
    assert classify(NetworkError("Bad Gateway")).retryable
    assert not classify(caused(TimedOut(), httpx.ReadTimeout(""))).retryable
    assert not classify(BadRequest("anything")).retryable


@pytest.mark.parametrize(
    ("payload", "hold_s"),
    [
        (b'{"parameters": {"retry_after": 17}}', 17),
        (b'{"parameters": {"retry_after": 1e9}}', 3600),
        (b'{"parameters": {"retry_after": 0}}', 1),
        (b"<html>", 5),
        (b"{}", 5),
        (b"[1]", 5),
    ],
)
def test_how_long_to_hold(payload: bytes, hold_s: float) -> None:
    assert hold_of(payload) == hold_s
