"""`mocam restore`: its flags, the kit as it is typed, and the order of the steps."""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from mocam import logs
from mocam.cli_common import fail
from mocam.cli_console import ERR, OUT
from mocam.restore import Request, Session, same_archive
from storage.errors import KitWrong, StorageError
from storage.kit import Kit, read_kit

KIT_BYTES = 10_000
"""A kit has some hundred; a video given by mistake is not read whole."""


def restore(
    remote: Annotated[str, typer.Option(help="Where the archive is: remote:path of rclone, or a folder.")],
    kit: Annotated[
        Path | None, typer.Option(help="A file with the text of the kit's QR, or - for standard input; else it asks.")
    ] = None,
    into: Annotated[Path, typer.Option(help="Folder for the clips; MoCam can go on with it as DATA_DIR.")] = Path(
        "mocam-data"
    ),
    rclone_config: Annotated[Path | None, typer.Option(help="An rclone.conf other than rclone's own.")] = None,
    first: Annotated[str, typer.Option("--from", help="First day, as 2026-05-01 (UTC).")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    camera: Annotated[str, typer.Option(help="Only clips of this camera.")] = "",
    only_list: Annotated[bool, typer.Option("--list", help="Only look: fetch no clip, change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before fetching.")] = False,
) -> None:
    """Bring clips back from the archive with the recovery kit, on any machine; every clip is compared."""
    redactor = logs.set_up("ERROR")
    days = _day(first), _day(last)
    try:
        known = _kit(kit)
        redactor.hide(known.passwords.password, known.passwords.password2, known.seal)
        request = Request(remote, known, into, rclone_config, *days, camera)
        whole = asyncio.run(_restore(request, only_list=only_list, ask=not yes))
    except StorageError as exc:
        fail(str(exc))
    except KeyboardInterrupt:
        ERR.print("mocam: interrupted; what was brought back stays, and the same command goes on from there")
        raise typer.Exit(130) from None
    raise typer.Exit(0 if whole else 1)


async def _restore(request: Request, *, only_list: bool, ask: bool) -> bool:
    if not only_list:
        same_archive(request.into, request.kit)
    session = Session(request, OUT)
    found, chosen = await session.look()
    if not chosen:
        fail("no clip of the archive is of these days and cameras; `--list` alone shows all of them")
    if only_list:
        return all(item.state == "there" for item in chosen) and not found.bad_lists
    size_mb = sum(item.entry.size_bytes for item in chosen) / 1e6
    if ask and not typer.confirm(
        f"Bring back {len(chosen)} clips, {size_mb:.0f} MB, into {request.into}?", default=True
    ):
        return True
    whole = session.report(await session.bring(found, chosen))
    OUT.print(
        f"The clips are in {request.into / 'clips'}. MoCam goes on with them if DATA_DIR={request.into}. No rule "
        "deletes anything until you set one with /retention.",
        markup=False,
        soft_wrap=True,
    )
    return whole and not found.bad_lists


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time
    except ValueError:
        fail(f"{text!r} is no day; write it as 2026-05-01")


def _kit(path: Path | None) -> Kit:
    """From a file, or as it is typed. Raises KitWrong."""
    if path is None and not sys.stdin.isatty():
        raise KitWrong("Give the kit as a file with --kit, or type it in a terminal.")
    if path is None:
        return _typed_kit()
    try:
        text = sys.stdin.read(KIT_BYTES) if str(path) == "-" else path.open(encoding="utf-8").read(KIT_BYTES)
    except (OSError, UnicodeDecodeError):
        raise KitWrong(f"{path} cannot be read as the text of a kit.") from None
    return read_kit(text)


def _typed_kit() -> Kit:
    """Line by line, until an empty one; a wrong line is said at once and typed again."""
    OUT.print(
        "Type the words of the recovery kit, as many a line as you like, both passwords after each other; with a seal "
        "also AGE-SECRET-KEY-1 and its groups. An empty line ends.",
        soft_wrap=True,
    )
    lines: list[str] = []
    while True:
        line = typer.prompt(">", default="", show_default=False, prompt_suffix=" ").strip()
        try:
            if not line:
                return read_kit("\n".join(lines))
            _checked(line)
        except KitWrong as exc:
            OUT.print(str(exc), markup=False, soft_wrap=True)
            if not line:
                OUT.print("Once more from the beginning, please.")
                lines = []
            continue
        lines.append(line)


def _checked(line: str) -> None:
    """Raises KitWrong for a line with a word that no kit has; what is missing yet is no fault."""
    try:
        read_kit(line)
    except KitWrong as exc:
        if str(exc).startswith("Word "):
            raise
