"""`mocam setup`: its flags."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mocam import logs
from mocam.cli_common import fail, settings_of
from mocam.cli_console import ERR, OUT
from storage.errors import StorageError


class KeepClips(StrEnum):
    """As in the settings."""

    DISK = "disk"
    MEMORY = "memory"


def setup(
    env_file: Annotated[Path, typer.Option("--env-file", help="Settings file that is written.")] = Path(".env"),
    non_interactive: Annotated[
        bool, typer.Option("--non-interactive", help="Ask nothing: flags must be enough.")
    ] = False,
    token: Annotated[
        str | None, typer.Option(envvar="TELEGRAM_BOT_TOKEN", help="From @BotFather; best in the environment.")
    ] = None,
    owner_id: Annotated[list[int] | None, typer.Option(help="Telegram id of an owner, instead of pairing.")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="NAME=SOURCE, as front=/dev/video0.")] = None,
    search: Annotated[bool, typer.Option(help="Look for cameras on ribbon cable, USB and network.")] = True,
    archive_remote: Annotated[str | None, typer.Option(help="remote:path of rclone, or a folder.")] = None,
    rclone_config: Annotated[Path | None, typer.Option(help="An rclone.conf other than rclone's own.")] = None,
    retention: Annotated[str | None, typer.Option(help="As 'here 14d 20GB archive 90d 50GB'.")] = None,
    seal: Annotated[bool, typer.Option("--seal", help="Seal clips: then only the kit opens archived ones.")] = False,
    keep_clips: Annotated[KeepClips | None, typer.Option(help="disk, or memory: no clip reaches the card.")] = None,
    kit: Annotated[bool, typer.Option("--kit", help="Make the recovery kit's page again, and nothing else.")] = False,
    kit_dir: Annotated[Path | None, typer.Option(help="Where the kit's page goes; else into memory.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for all that MoCam writes.")] = None,
    telegram_base_url: Annotated[str | None, typer.Option(help="Only for a Bot API server of your own.")] = None,
    test_alert: Annotated[bool, typer.Option(help="End with a test alert on the phone.")] = True,
) -> None:
    """Set MoCam up, or change what was set up: cameras, chat, archive, recovery kit. May be run again at any time."""
    # Here and not above: a page as PDF brings libraries that `mocam run` must not carry for months.
    from mocam.setup import print_kit  # noqa: PLC0415
    from mocam.setup.dialogue import Dialogue, Wrong  # noqa: PLC0415
    from mocam.setup.wizard import Flags, Wizard  # noqa: PLC0415

    redactor = logs.set_up("CRITICAL")
    redactor.hide(token or "")
    interactive = not non_interactive
    try:
        if kit:
            asyncio.run(print_kit.again(settings_of(env_file), kit_dir, OUT))
            return
        if interactive and not sys.stdin.isatty():
            fail("this asks questions in a terminal; for scripts there is --non-interactive")
        flags = Flags(
            env_file=env_file,
            token=token,
            owner_ids=owner_id or (),
            cameras=camera or (),
            archive_remote=archive_remote,
            rclone_config=rclone_config,
            data_dir=data_dir,
            retention=retention,
            kit_dir=kit_dir,
            base_url=telegram_base_url,
            seal=seal,
            keep_clips=keep_clips.value if keep_clips else None,
            search=search,
            alert=test_alert,
        )
        Wizard(flags, Dialogue(OUT, interactive=interactive)).run()
    except (StorageError, Wrong) as exc:
        fail(str(exc))
    except (KeyboardInterrupt, EOFError):
        ERR.print(
            "\nmocam: ended; what was answered so far is written, and `mocam setup` goes on from there", markup=False
        )
        raise typer.Exit(130) from None
