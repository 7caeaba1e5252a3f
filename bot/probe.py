"""One look at the bot from outside, for `mocam check`: who it is, and whether it may hear anything.

Not through the library: here it is wanted what exactly the server said, once, without retries.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

log = logging.getLogger(__name__)

ANSWER_S = 15.0
LISTEN_S = 2


@dataclass(frozen=True, slots=True)
class Bot:
    """What the server says; texts hold no token."""

    reached: bool
    """Whether anybody answered as Telegram does."""
    trouble: str = ""
    """Why not, or why the token was refused."""
    name: str = ""
    """@name; empty: the token was refused."""
    webhook: str = ""
    """Host of an address where Telegram delivers messages instead; empty: none."""
    other_program: bool = False
    """Another program asks for this bot's messages."""
    skew_s: float | None = None
    """How far this machine's clock is behind the server's."""


async def look(token: str, base_url: str, *, listen: bool) -> Bot:
    """`listen`: also asks for messages, and takes none; not while the program itself runs, which it would disturb."""
    async with httpx.AsyncClient(timeout=ANSWER_S) as client:
        return await _look(client, f"{base_url}/bot{token}", listen=listen)


async def _look(client: httpx.AsyncClient, address: str, *, listen: bool) -> Bot:
    try:
        answer, skew_s = await _call(client, address, "getMe")
        if not answer["ok"]:
            return Bot(reached=True, trouble=str(answer.get("description", "refused")), skew_s=skew_s)
        name = f"@{answer['result'].get('username', '?')}"
        webhook = (await _call(client, address, "getWebhookInfo"))[0]
        hook = str(webhook["result"].get("url", "")) if webhook["ok"] else ""
        other = False
        if listen and not hook:
            heard, _ = await _call(client, address, "getUpdates", timeout=LISTEN_S, limit=1)
            other = heard.get("error_code") == 409
    except httpx.TimeoutException:
        return Bot(reached=False, trouble=f"no answer within {ANSWER_S:.0f} s")
    except httpx.HTTPError as error:
        log.debug("Telegram cannot be reached: %s", type(error).__name__)  # its text holds the address, token included
        return Bot(reached=False, trouble="no connection")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Bot(reached=False, trouble="something else answers in its place (a login page of the network?)")
    return Bot(
        reached=True, name=name, webhook=httpx.URL(hook).host if hook else "", other_program=other, skew_s=skew_s
    )


async def _call(
    client: httpx.AsyncClient, address: str, method: str, **values: int
) -> tuple[dict[str, Any], float | None]:
    response = await client.post(f"{address}/{method}", json=values)
    answer = response.json()
    if not isinstance(answer, dict) or "ok" not in answer:
        raise ValueError("not an answer of the Bot API")
    return answer, _skew_s(response.headers.get("date", ""))


def _skew_s(date: str) -> float | None:
    try:
        told = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() - time.time()
