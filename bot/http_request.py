"""python-telegram-bot's HTTP client, with a 429 that says how long to wait without a deprecation warning each time."""

from __future__ import annotations

import json
import ssl
from collections.abc import Awaitable, Callable
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

LONGEST_HOLD_S = 3600.0
NO_HOLD_GIVEN_S = 5.0
KEPT_OPEN_S = 55.0
"""An idle connection is used again for so long: opening one costs a home three trips to Telegram, a fifth of a second
or more. Longer would trust that no router on the way has forgotten it, and a forgotten one swallows a message."""


FOREIGN = "(these are not Telegram's words)"
"""Marks an answer that is no JSON of the Bot API: a captive portal's page, a proxy's, a gateway's."""


class TooManyRequests(TelegramError):  # noqa: N818 - as the library names its own
    """Telegram's 429. Its own RetryAfter warns whenever it is made, and an environment variable is no way out here."""

    def __init__(self, hold_s: float) -> None:
        super().__init__(f"Too many requests: wait {hold_s:.0f} s")
        self.hold_s = hold_s


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients: each one of its own costs a megabyte, and a tenth of a second on a small board."""
    return httpx.create_ssl_context()


class Request(HTTPXRequest):
    """Raises TooManyRequests; otherwise as its parent."""

    def __init__(
        self,
        pool_size: int,
        *,
        read_timeout_s: float,
        connect_timeout_s: float,
        upload_write_timeout_s: float = 20.0,
        on_response: Callable[[httpx.Response], Awaitable[None]] | None = None,
    ) -> None:
        """`upload_write_timeout_s` is per 64 KiB, as files are streamed; `on_response` sees each answer's head."""
        hooks = {} if on_response is None else {"event_hooks": {"response": [on_response]}}
        super().__init__(
            connection_pool_size=pool_size,
            read_timeout=read_timeout_s,
            write_timeout=20.0,
            connect_timeout=connect_timeout_s,
            pool_timeout=connect_timeout_s,
            media_write_timeout=upload_write_timeout_s,
            httpx_kwargs={
                "verify": _tls(),
                "limits": httpx.Limits(max_connections=pool_size, keepalive_expiry=KEPT_OPEN_S),
                **hooks,
            },
        )

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body, which is an answer of the Bot API in form at least. Raises TelegramError.

        What is none never reaches the library, which would log whole pages and stumble over JSON of another shape.
        """
        code, payload = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if code == 429:
            raise TooManyRequests(hold_of(payload))
        if _is_answer(payload):
            return code, payload
        if code == 200:
            raise TelegramError("An answer of another shape" if _is_json(payload) else f"A page {FOREIGN}")
        return code, json.dumps({"ok": False, "error_code": code, "description": _phrase(code)}).encode()


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return True


def _is_answer(payload: bytes) -> bool:
    answer = json.loads(payload) if _is_json(payload) else None
    if not isinstance(answer, dict) or not isinstance(answer.get("description", ""), str):
        return False
    return "result" in answer if answer.get("ok") is True else answer.get("ok") is False


def _phrase(code: int) -> str:
    try:
        return f"{HTTPStatus(code).phrase} ({code}) {FOREIGN}"
    except ValueError:
        return f"Unknown HTTPError ({code}) {FOREIGN}"


def hold_of(payload: bytes) -> float:
    """Seconds to wait, from the body of a 429; within an hour, whatever it says."""
    try:
        hold_s = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return NO_HOLD_GIVEN_S
    return min(max(hold_s, 1.0), LONGEST_HOLD_S)
