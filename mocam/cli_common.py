"""What the commands share: the settings, the end with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from mocam.settings import Settings, load
from mocam.values import SettingsError


def settings_of(env_file: Path) -> Settings:
    """The settings, or the end of the program with what is wrong with them."""
    try:
        return load(env_file)
    except SettingsError as exc:
        for line in str(exc).splitlines():
            typer.echo(f"mocam: {line}", err=True)
        raise typer.Exit(1) from None


def fail(sentence: str) -> NoReturn:
    """Ends the program."""
    typer.echo(f"mocam: {sentence}", err=True)
    raise typer.Exit(1)
