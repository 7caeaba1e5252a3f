"""In which language each person is answered: kept, and known without asking the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from bot.language import ENGLISH, known
from storage.errors import StorageError
from storage.preferences import Preferences

log = logging.getLogger(__name__)

NAME = "languages"
MOST_PEOPLE = 200
"""Guests come and go: who was heard longest ago is forgotten first."""


class Languages:
    """The chat's `Languages`. Loop only."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._kept = kept(preferences.noted(NAME))

    def of(self, user_id: int) -> str:
        return chosen(self._kept, user_id)

    def chosen(self, user_id: int) -> str:
        return self._kept.get(user_id, ("", ""))[1]

    async def heard(self, user_id: int, telling: str) -> None:
        heard, chosen = self._kept.get(user_id, ("", ""))
        if telling and known(telling) != known(heard):
            await self._keep(user_id, telling, chosen)

    async def choose(self, user_id: int, language: str) -> None:
        await self._keep(user_id, self._kept.get(user_id, ("", ""))[0], language)

    async def _keep(self, user_id: int, heard: str, chosen: str) -> None:
        self._kept.pop(user_id, None)
        self._kept[user_id] = (heard, chosen)
        while len(self._kept) > MOST_PEOPLE:
            del self._kept[next(iter(self._kept))]
        value = {str(user): list(languages) for user, languages in self._kept.items()}
        try:
            await asyncio.to_thread(self._preferences.note, NAME, value)
        except StorageError as exc:
            log.warning("a language is known until the next start only: %s", exc)


def chosen(people: Mapping[int, tuple[str, str]], user_id: int) -> str:
    """The language of one of them."""
    heard, wish = people.get(user_id, ("", ""))
    return known(wish) or known(heard) or ENGLISH


def kept(stored: object) -> dict[int, tuple[str, str]]:
    """What is stored: by person, what Telegram told and what was chosen."""
    people = stored if isinstance(stored, Mapping) else {}
    return {int(user_id): (str(heard), str(chosen)) for user_id, (heard, chosen) in people.items()}
