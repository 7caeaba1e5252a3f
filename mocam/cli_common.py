"""What the commands share: the two streams, the settings, the end with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from mocam.settings import Settings, SettingsError, load

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def settings_of(env_file: Path) -> Settings:
    """The settings, or the end of the program with what is wrong with them."""
    try:
        return load(env_file)
    except SettingsError as exc:
        for line in str(exc).splitlines():
            ERR.print(f"mocam: {line}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def fail(sentence: str) -> NoReturn:
    """Ends the program."""
    ERR.print(f"mocam: {sentence}", markup=False, soft_wrap=True)
    raise typer.Exit(1)
