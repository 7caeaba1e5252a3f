"""The HTTP side of polling: stamps every good poll, and keeps one bad update from stopping all others."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from telegram import Update
from telegram.request import BaseRequest, RequestData

from bot import shapes
from bot.http_request import Request, TooManyRequests
from bot.lateness import Poll
from bot.timing import Timing

_log = logging.getLogger(__name__)

MOST_UPDATE_ID = 2**53
"""A number above it is a lie, and would confirm everything that is still to come."""


class PollRequest(Request):
    """For getUpdates only. python-telegram-bot ends polling for good after one 401 or 404, and turns in circles on an
    update that it cannot read; neither shows from outside. Here both do."""

    def __init__(
        self,
        timing: Timing,
        good: Callable[[Poll], None],
        refused: Callable[[], None],
    ) -> None:
        """`good(poll)` after each answered one; `refused()` after a 401 or 404, which is the end of this polling."""
        super().__init__(
            4,
            read_timeout_s=timing.poll_read_timeout_s,
            connect_timeout_s=timing.connect_timeout_s,
            on_response=self._note_date,
        )
        self._date = ""
        self._good = good
        self._refused = refused

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
        """As the parent; the payload of a good answer has only updates that can be read."""
        began_s, self._date = time.monotonic(), ""
        try:
            code, payload = await super().do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        except TooManyRequests as exc:
            # The library's polling loop would come back sooner than was asked for.
            await asyncio.sleep(exc.hold_s)
            raise
        if code in (401, 404):
            self._refused()
        if code != 200:
            return code, payload
        return code, await self._checked(payload, time.monotonic() - began_s)

    async def _note_date(self, response: httpx.Response) -> None:
        self._date = response.headers.get("Date", "")

    async def _checked(self, payload: bytes, took_s: float) -> bytes:
        try:
            updates = _without_surrogates(json.loads(payload))["result"]
        except (ValueError, KeyError, TypeError):
            # A captive portal's page: the parent's error is right, and this was no good poll.
            return payload
        kept = [self._readable(update) for update in updates] if isinstance(updates, list) else []
        ids = [update["update_id"] for update in kept if update is not None]
        self._good(Poll(took_s, _server_utc(self._date), ids))
        if not isinstance(updates, list):
            return payload
        if kept and None in kept:
            # Without an id it cannot be confirmed, so the server sends it again and again: not in a hot loop.
            await asyncio.sleep(1)
        return json.dumps({"ok": True, "result": [update for update in kept if update is not None]}).encode()

    def _readable(self, update: Any) -> dict[str, Any] | None:
        """The update; or only its id, which confirms it and does nothing, if it cannot be read."""
        update_id = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update_id, int) or isinstance(update_id, bool) or not 0 < update_id <= MOST_UPDATE_ID:
            _log.error("Telegram sent an update without an id; it is ignored")
            return None
        if not shapes.fits(update):
            _log.error("update %d has another shape than it should, and is skipped", update_id)
            return {"update_id": update_id}
        try:
            Update.de_json(update, None)
        except Exception as exc:  # noqa: BLE001 - whatever the library stumbles over, the next update must get through
            _log.error("update %d cannot be read and is skipped: %s", update_id, type(exc).__name__)
            return {"update_id": update_id}
        return dict(update)


def _without_surrogates(answer: Any) -> Any:
    """Half characters, which JSON lets through, cannot be written anywhere."""
    return json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


def _server_utc(date: str) -> datetime | None:
    """An HTTP date; None: it is none."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
