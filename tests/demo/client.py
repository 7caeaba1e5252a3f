"""A plain HTTP client of the Bot API, so that the stand-in is also tested without the library that the bot uses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx

from demo.botapi import BotApi

TOKEN = "1234567890:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
OWNER = 4242

File = tuple[str, bytes, str]


async def eventually(condition: Callable[[], bool]) -> None:
    """Waits for something that tells nobody when it happens, such as a file; raises TimeoutError after 60 s."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - a file system has no event to wait for
            await asyncio.sleep(0.01)


class Client:
    """Calls methods of one stand-in; `async with`."""

    def __init__(self, api: BotApi, token: str = TOKEN) -> None:
        self._http = httpx.AsyncClient(base_url=f"{api.base_url}", timeout=60)
        self._token = token
        self.patience_s = 60.0

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def raw(self, method: str, files: dict[str, File] | None = None, **params: object) -> httpx.Response:
        """The HTTP answer, whatever it is."""
        data = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
        return await self._http.post(f"/bot{self._token}/{method}", data=data, files=files, timeout=self.patience_s)

    async def call(self, method: str, files: dict[str, File] | None = None, **params: object) -> Any:
        """The result; an AssertionError with the description when it is refused."""
        answer = (await self.raw(method, files, **params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, files: dict[str, File] | None = None, **params: object) -> tuple[int, str]:
        """Code and description of a refused call."""
        answer = (await self.raw(method, files, **params)).json()
        assert not answer["ok"], answer
        return answer["error_code"], answer["description"]

    async def post_json(self, method: str, body: object) -> Any:
        """The whole answer to a call whose body is JSON."""
        return (await self._http.post(f"/bot{self._token}/{method}", json=body)).json()

    async def download(self, path: str) -> bytes:
        answer = await self._http.get(f"/file/bot{self._token}/{path}")
        answer.raise_for_status()
        return answer.content
