"""What each chat is to see, and what leaves it again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

from bot import privacy as ports
from bot.language import ENGLISH, speaking
from bot.privacy import Look
from bot.texts import privacy as texts
from mocam.adapters.wishes import asked
from storage.outbox import Outbox
from storage.privacy import Privacy, Removal


def _now_utc() -> datetime:
    return datetime.now(UTC)


class PrivacyPort:
    """The chat's `PrivacyBook` over the durable one."""

    def __init__(
        self,
        privacy: Privacy,
        outbox: Outbox,
        now_utc: Callable[[], datetime] = _now_utc,
        language: Callable[[int], str] = lambda _: ENGLISH,
    ) -> None:
        """`language` of a chat."""
        self._language = language
        self._privacy = privacy
        self._outbox = outbox
        self._now_utc = now_utc

    async def of(self, chat_id: int) -> ports.ChatPrivacy:
        found = await asked(lambda: self._privacy.of(chat_id))
        return ports.ChatPrivacy(Look(found.look), found.remove_after_h)

    async def set_look(self, chat_id: int, look: Look) -> None:
        await asked(lambda: self._privacy.set_look(chat_id, look.value))

    async def set_removal(self, chat_id: int, after_h: int | None) -> None:
        await asked(lambda: self._privacy.set_removal(chat_id, after_h))

    async def sent(self, chat_id: int, message_ids: Collection[int], event_id: str) -> None:
        await asked(lambda: self._privacy.sent(chat_id, message_ids, event_id, self._now_utc()))

    async def due(self) -> Sequence[ports.Removal]:
        """Also tells, once, of what nobody could remove in time."""
        now_utc = self._now_utc()
        for chat_id, count in (await asked(lambda: self._privacy.forget_old(now_utc))).items():
            with speaking(self._language(chat_id)):
                text = texts.not_removed(count)
            await asked(partial(self._outbox.notice, [chat_id], text, silent=True))
        found = await asked(lambda: self._privacy.due(now_utc))
        return [ports.Removal(removal.chat_id, removal.message_ids) for removal in found]

    async def removed(self, removal: ports.Removal) -> None:
        await asked(lambda: self._privacy.removed(Removal(removal.chat_id, removal.message_ids)))
