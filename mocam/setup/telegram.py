"""The chat: whose token it is, who the owner is, and the test alert."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

from bot.introduction import Newcomer, NotIntroduced, bot_name, newcomer, send_test_alert
from bot.language import speaking
from bot.pairing import Code, new_code, qr_text
from bot.texts import pairing as texts
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.envfile import EnvFile

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")
CODE_S = 600.0


class TelegramStep:
    """Proves each answer with Telegram at once."""

    def __init__(self, dialogue: Dialogue, env: EnvFile, base_url: str) -> None:
        self._dialogue = dialogue
        self._env = env
        self._base_url = base_url
        self._spoken: dict[int, str] = {}
        """In which language a phone that was paired here is set."""

    def token(self, given: str | None) -> tuple[str, str]:
        """Token and the bot's name; one that is set already is kept when it is still good. Raises Wrong."""
        known = self._env.get("TELEGRAM_BOT_TOKEN")
        if known and given is None:
            try:
                name = self._proved(known)
            except Wrong as exc:
                self._dialogue.wrong(exc)
            else:
                self._dialogue.right(f"The token is good: your bot is @{name}")
                return known, name
        if given is None and self._dialogue.interactive:
            self._dialogue.say(
                "In Telegram write /newbot to @BotFather and answer its two questions. It gives you a token, a line "
                "like\n123456789:AAF... Paste it here; it is not shown while you do."
            )
        elif given is None:
            raise Wrong("There is no good token. Give one in TELEGRAM_BOT_TOKEN or with --token.")
        token, name = self._dialogue.ask("Token", self._new, given=given, secret=True)
        self._env.set("TELEGRAM_BOT_TOKEN", token)
        self._env.write()
        self._dialogue.right(f"The token is good: your bot is @{name}")
        return token, name

    def owners(self, token: str, name: str, given: Sequence[int], paired: Sequence[int]) -> list[int]:
        """Ids that are owners now; pairs a phone when there is none. `paired`: ids in the data folder. Raises Wrong."""
        known = [int(word) for word in re.findall(r"\d+", self._env.get("TELEGRAM_OWNER_IDS"))]
        ids = list(dict.fromkeys([*known, *given]))
        if ids != known:
            self._write(ids)
        if ids or paired:
            self._dialogue.right(f"Owner: {', '.join(map(str, dict.fromkeys([*ids, *paired])))}")
            return list(dict.fromkeys([*ids, *paired]))
        if not self._dialogue.interactive:
            self._dialogue.say("Nobody owns it yet: `mocam run` shows a code to pair your phone, or give --owner-id.")
            return []
        owner = self._pair(token, name)
        self._write([owner.user_id])
        self._dialogue.right(f"Paired with {owner.name} ({owner.user_id})")
        self._spoken[owner.user_id] = owner.language
        asyncio.run(self._greet(token, owner.user_id))
        return [owner.user_id]

    def alert(self, token: str, owners: Sequence[int], still: Path | None, camera: str) -> None:
        """One to each owner. Raises Wrong."""
        picture = still.read_bytes() if still is not None and still.is_file() else None
        for owner in owners:
            with speaking(self._spoken.get(owner, "")):
                caption = texts.test_alert(camera)
            try:
                asyncio.run(send_test_alert(token, self._base_url, owner, picture, caption))
            except NotIntroduced as exc:
                raise Wrong(f"{exc} Write /start to the bot on that phone, then run `mocam setup` again.") from None

    def _write(self, ids: Sequence[int]) -> None:
        self._env.set("TELEGRAM_OWNER_IDS", ",".join(map(str, ids)))
        self._env.write()

    def _new(self, text: str) -> tuple[str, str]:
        if not _TOKEN.fullmatch(text):
            raise Wrong("That is no token; it looks like 123456789:AAF... and comes from @BotFather.")
        return text, self._proved(text)

    def _proved(self, token: str) -> str:
        try:
            with self._dialogue.console.status("asking Telegram"):
                return asyncio.run(bot_name(token, self._base_url))
        except NotIntroduced as exc:
            raise Wrong(str(exc)) from None

    def _pair(self, token: str, name: str) -> Newcomer:
        while True:
            code = Code(new_code(), time.monotonic() + CODE_S)
            link = f"https://t.me/{name}?start={code.text}"
            self._dialogue.say(
                f"Now your phone becomes the owner. Open\n\n    {link}\n\nand press Start, or send  /start "
                f"{code.text}  to @{name}. The code is good for ten minutes.\n\n{qr_text(link)}"
            )
            try:
                with self._dialogue.console.status("waiting for /start on your phone"):
                    return asyncio.run(newcomer(token, self._base_url, code, CODE_S))
            except NotIntroduced as exc:
                self._dialogue.wrong(Wrong(str(exc)))
                if not self._dialogue.yes("Try again with a new code?"):
                    raise Wrong("Without an owner nobody hears of anything. Run `mocam setup` again.") from None

    async def _greet(self, token: str, owner: int) -> None:
        with speaking(self._spoken.get(owner, "")):
            greeting = str(texts.SETTING_UP)
        try:
            await send_test_alert(token, self._base_url, owner, None, greeting)
        except NotIntroduced as exc:
            self._dialogue.say(str(exc))
