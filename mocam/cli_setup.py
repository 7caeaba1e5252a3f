"""`mocam setup`: its flags."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from mocam import logs
from mocam.cli_common import OUT, fail, settings_of
from mocam.setup import print_kit
from storage.errors import StorageError


def setup(
    env_file: Annotated[Path, typer.Option("--env-file", help="Settings file.")] = Path(".env"),
    kit: Annotated[bool, typer.Option("--kit", help="Make the recovery kit's page again, and nothing else.")] = False,
    kit_dir: Annotated[Path | None, typer.Option(help="Where the page goes; else into memory, for one print.")] = None,
) -> None:
    """Make the page of the recovery kit."""
    logs.set_up("ERROR")
    if not kit:
        fail("say what to set up: --kit makes the recovery kit")
    try:
        asyncio.run(print_kit.again(settings_of(env_file), kit_dir, OUT))
    except StorageError as exc:
        fail(str(exc))
