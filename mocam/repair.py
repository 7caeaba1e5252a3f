"""`mocam check --repair`: what the start does to a data folder, and what it says about it, without starting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from mocam import check, recovery
from mocam.adapters.owners import Owners
from mocam.doctor import content
from mocam.settings import Settings
from mocam.store import Store, open_store
from storage import deep_check
from storage.errors import StorageError
from storage.files import Files
from storage.keys import Keys
from storage.rclone import Rclone
from storage.repair import Said
from storage.rescue import Rebuilt


@dataclass(frozen=True, slots=True)
class Repaired:
    """Sentences for people."""

    mended: tuple[str, ...]
    left: tuple[str, ...]
    """What only the owner can mend; the next run says it again."""


def repair(settings: Settings, *, deep: bool = False, tell: Callable[[str], None] = lambda _text: None) -> Repaired:
    """`deep`: every clip is read to its end, and `tell` hears before how long that takes. Raises StorageError,
    DataDirBusy while MoCam runs."""
    with open_store(settings.data_dir, thorough=True) as store:
        owners = Owners(settings.telegram_owner_ids, store.preferences)
        if deep:
            tell(content.said(deep_check.forecast(store.catalogue)))
        taken = recovery.take_in(store, owners.ids(), archive_on=bool(settings.archive_remote), deep=deep)
        said = [] if store.rebuilt is None else [_rebuilt(store.rebuilt, store)]
        said += [f"{len(taken.gone)} events were in memory alone, and went with it."] if taken.gone else []
        said += [f"{taken.saved} interrupted recordings became clips."] if taken.saved else []
        in_archive = _in_archive(settings, store)
        left = [
            *taken.left,
            *(finding.sentence for finding in check.found(store)),
            *(one.sentence for one in in_archive if not one.mended),
        ]
    mended = [one.sentence for one in in_archive if one.mended]
    return Repaired((*said, *taken.mended, *mended), tuple(dict.fromkeys(left)))


def _in_archive(settings: Settings, store: Store) -> tuple[Said, ...]:
    rclone = archive_of(settings, store.files)
    if rclone is None:
        return ()
    try:
        return asyncio.run(check.mend_archive(store, rclone))
    except StorageError as exc:
        return (Said(f"The archive could not be compared: {exc}", mended=False),)


def archive_of(settings: Settings, files: Files) -> Rclone | None:
    """The configured archive. None when there is none, or nothing can be in it: no passwords were made yet. Raises
    StorageError."""
    passwords = Keys(files).load() if settings.archive_remote else None
    if passwords is None:
        return None
    return Rclone(settings.archive_remote, passwords, files.data_dir, settings.archive_rclone_config)


def _rebuilt(rebuilt: Rebuilt, store: Store) -> str:
    text = f"The catalogue {rebuilt.why} and was made anew"
    if not rebuilt.lost_rows:
        text += "; nothing is missing in it."
    elif rebuilt.copied_utc is not None:
        text += f" from what it still held and its copy of {rebuilt.copied_utc:%Y-%m-%d %H:%M} UTC."
    else:
        text += "; there was no copy of it, so owners who paired must pair again, and rules are the usual ones."
    return text + (f" The damaged file lies in {rebuilt.aside}." if rebuilt.aside else "")
