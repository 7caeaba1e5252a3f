"""The HTTP side of polling: stamps every good poll, and keeps one bad update from stopping all others."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.request import BaseRequest, RequestData

from bot.http_request import Request, TooManyRequests
from bot.timing import Timing

_log = logging.getLogger(__name__)


class PollRequest(Request):
    """For getUpdates only. python-telegram-bot ends polling for good after one 401 or 404, and turns in circles on an
    update that it cannot read; neither shows from outside. Here both do."""

    def __init__(
        self,
        timing: Timing,
        good: Callable[[], None],
        refused: Callable[[], None],
    ) -> None:
        """`good()` after each answered poll; `refused()` after a 401 or 404, which is the end of this polling."""
        super().__init__(4, read_timeout_s=timing.poll_read_timeout_s, connect_timeout_s=timing.connect_timeout_s)
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
        return code, await self._checked(payload)

    async def _checked(self, payload: bytes) -> bytes:
        try:
            updates = json.loads(payload)["result"]
        except (ValueError, KeyError, TypeError):
            # A captive portal's page: the parent's error is right, and this was no good poll.
            return payload
        self._good()
        if not isinstance(updates, list):
            return payload
        kept = [self._readable(update) for update in updates]
        if kept and None in kept:
            # Without an id it cannot be confirmed, so the server sends it again and again: not in a hot loop.
            await asyncio.sleep(1)
        return json.dumps({"ok": True, "result": [update for update in kept if update is not None]}).encode()

    def _readable(self, update: Any) -> dict[str, Any] | None:
        """The update; or only its id, which confirms it and does nothing, if it cannot be read."""
        try:
            update_id = int(update["update_id"])
        except (KeyError, TypeError, ValueError):
            _log.error("Telegram sent an update without an id; it is ignored")
            return None
        try:
            Update.de_json(update, None)
        except Exception as exc:  # noqa: BLE001 - whatever the library stumbles over, the next update must get through
            _log.error("update %d cannot be read and is skipped: %s", update_id, type(exc).__name__)
            return {"update_id": update_id}
        return dict(update)
