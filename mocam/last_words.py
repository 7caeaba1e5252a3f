"""What the owners hear when the data folder cannot be used: a disk gone read-only must not end it all in silence."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.introduction import NotIntroduced, say
from bot.language import speaking
from bot.texts import notices
from mocam.adapters import languages
from storage import glimpse

if TYPE_CHECKING:
    from mocam.settings import Settings

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""A service manager starts it again every few seconds; the owners need not hear of each."""
MEMORY = Path("/dev/shm")  # noqa: S108 - the one place that can be written to when no disk can; holds only a time


async def tell(settings: Settings, sentence: str) -> int:
    """Tells each owner why, at most once an hour; returns how many were reached. Raises nothing."""
    told = MEMORY / _marker(settings.data_dir)
    if _young(told):
        return 0
    reached, catalogue = 0, settings.data_dir / "mocam.sqlite3"
    spoken = languages.kept(glimpse.noted(catalogue, languages.NAME))
    for owner in sorted(settings.telegram_owner_ids | glimpse.owners(catalogue)):
        with speaking(languages.chosen(spoken, owner)):
            text = notices.had_to_end(sentence)
        try:
            await say(
                settings.telegram_bot_token.get_secret_value(),
                settings.telegram_base_url,
                owner,
                text,
            )
        except NotIntroduced as exc:
            log.warning("the owner %d could not be told: %s", owner, exc)
        else:
            reached += 1
    if reached:
        _remember(told)
    return reached


def _marker(data_dir: Path) -> str:
    return f"mocam-{os.getuid()}-{hashlib.blake2s(os.fsencode(data_dir.absolute()), digest_size=8).hexdigest()}"


def _young(told: Path) -> bool:
    try:
        return 0 <= time.time() - told.stat().st_mtime < EVERY_S
    except OSError:
        return False


def _remember(told: Path) -> None:
    try:
        told.touch(mode=0o600)
    except OSError as exc:
        log.warning("it will be told again at the next start: %s", exc)
