"""`mocam check --repair` on the command line."""

from __future__ import annotations

from typing import NoReturn

import typer

from mocam import logs
from mocam.cli_common import fail
from mocam.cli_console import OUT
from mocam.repair import repair
from mocam.settings import Settings
from storage.errors import StorageError


def repair_folder(settings: Settings, *, deep: bool = False) -> NoReturn:
    """Mends, says what it did and what it leaves, and ends: 1 when something is left to the owner."""
    redactor = logs.set_up("ERROR")
    redactor.hide(settings.telegram_bot_token.get_secret_value())
    try:
        done = repair(settings, deep=deep, tell=lambda text: OUT.print(text, markup=False, soft_wrap=True))
    except StorageError as exc:
        fail(str(exc))
    for sentence in (*done.mended, *done.left):
        OUT.print(f"- {sentence}", markup=False, soft_wrap=True)
    counts = f"{len(done.mended)} mended, {len(done.left)} left to you"
    OUT.print(counts if done.mended or done.left else "all is well")
    raise typer.Exit(1 if done.left else 0)
