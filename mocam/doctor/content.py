"""What is in the clips here, byte for byte: only when it was asked for, since all of it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mocam.doctor.consistency import REMEDY
from mocam.doctor.finding import Finding, fail, ok
from mocam.store import open_store
from storage import deep_check
from storage.deep_check import Forecast
from storage.errors import StorageError

SUBJECT = "content of the clips"
DEEP_REMEDY = REMEDY.replace("--repair", "--deep --repair")


def forecast(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    """How long `probe` will take; said before, since it may be an hour."""
    if running:
        yield ok(SUBJECT, "not read: MoCam runs. Stop it for that")
        return
    try:
        with open_store(data_dir, rebuild=False) as store:
            yield ok(SUBJECT, said(deep_check.forecast(store.catalogue)))
    except StorageError as error:
        yield fail(SUBJECT, str(error), REMEDY)


def probe(data_dir: Path) -> Iterator[Finding]:
    """After `forecast`, and only when MoCam does not run."""
    try:
        with open_store(data_dir, rebuild=False) as store:
            sentences = [finding.sentence for finding in deep_check.findings(store.catalogue)]
    except StorageError:
        return  # `forecast` said it
    for sentence in sentences:
        yield fail(SUBJECT, sentence, DEEP_REMEDY)
    if not sentences:
        yield ok(SUBJECT, "every clip is what it was")


def said(found: Forecast) -> str:
    """In words."""
    minutes = found.seconds / 60
    length = "less than a minute" if minutes < 1 else f"about {minutes:.0f} minutes"
    if minutes >= 90:
        length = f"about {minutes / 60:.1f} hours"
    clips = "1 clip" if found.files == 1 else f"{found.files} clips"
    return f"{found.bytes / 1e9:.2f} GB in {clips}, to be read now: {length}"
