"""`mocam run`. It imports little: what only set-up and check need would lie in memory for months."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from mocam import app as mocam_app
from mocam import last_words, logs
from mocam.cli_common import fail, settings_of
from mocam.heap import bound_heap
from mocam.settings import unknown_names
from storage.errors import DataDirBusy, StorageError

EnvFile = Annotated[Path, typer.Option("--env-file", help="Settings file; the environment wins over it.")]

app = typer.Typer(add_completion=False)


@app.callback()
def _alone() -> None:
    """So that the name of the one command is still asked for."""


@app.command("run")
def run(env_file: EnvFile = Path(".env")) -> None:
    """Watch the cameras until it is stopped."""
    bound_heap()
    settings = settings_of(env_file)
    redactor = logs.set_up(settings.log_level)
    redactor.hide(settings.telegram_bot_token.get_secret_value())
    for sentence in unknown_names(env_file):
        typer.echo(f"mocam: {sentence}", err=True)
    try:
        asyncio.run(mocam_app.run(settings, redactor, announce=typer.echo))
    except DataDirBusy as exc:
        fail(str(exc))
    except StorageError as exc:
        asyncio.run(last_words.tell(settings, str(exc)))
        fail(str(exc))
    except mocam_app.Stuck as exc:
        fail(str(exc))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
