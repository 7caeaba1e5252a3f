"""`mocam replay`: its flags, and what it prints. It imports little: over a short file the start would be most of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from camera.config import CameraConfig
from camera.errors import CameraError
from camera.grid import ZoneError, Zones
from camera.replay import Replay, replay
from camera.sensitivity import Sensitivity

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(add_completion=False)


@app.callback()
def _alone() -> None:
    """So that the name of the one command is still asked for."""


@app.command("replay")
def replay_file(
    file: Annotated[Path, typer.Argument(help="A video file, or a motion trace of an event.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    sensitivity: Annotated[Sensitivity, typer.Option(help="As CAMERAS__<NAME>__SENSITIVITY.")] = Sensitivity.NORMAL,
    ignore: Annotated[str, typer.Option(help="Places that are not looked at, as A1-C2,J6.")] = "",
    annotate: Annotated[
        Path | None, typer.Option(help="Write a video (MP4) that shows what the detector sees, and why.")
    ] = None,
) -> None:
    """Run the motion detector over a video file and show the events that it finds."""
    if not file.is_file():
        _fail(f"{file} is not a file")
    if annotate is not None and (annotate.exists() or annotate.suffix.lower() != ".mp4"):
        _fail(f"{annotate} must be a new file that ends in .mp4")
    try:
        places = str(Zones.parse(ignore))
    except ZoneError as exc:
        _fail(str(exc))
    config = CameraConfig("replay", "", Path(), sensitivity=sensitivity.value, ignore=places)
    try:
        found = replay(file, config, annotate=annotate) if as_json else _replay_with_bar(file, config, annotate)
    except CameraError as exc:
        _fail(str(exc))
    if as_json:
        spans = [[round(start, 3), round(end, 3)] for start, end in found.events]
        result = {"video": str(file), "duration_s": round(found.duration_s, 3), "frames": found.frames, "events": spans}
        typer.echo(json.dumps(result))
    else:
        _show(file, found)


def _fail(sentence: str) -> NoReturn:
    typer.echo(f"mocam: {sentence}", err=True)
    raise typer.Exit(1)


def _show(file: Path, found: Replay) -> None:
    from rich.console import Console  # noqa: PLC0415  # nobody who wants JSON waits for it

    out = Console(highlight=False)
    count = f"{len(found.events)} event{'' if len(found.events) == 1 else 's'}"
    head = f"{file.name}: {count} in {found.duration_s:.1f} s, {found.frames} frames"
    out.print(head, markup=False, soft_wrap=True)
    if found.events:
        out.print(_table(found))


def _replay_with_bar(file: Path, config: CameraConfig, annotate: Path | None) -> Replay:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr, highlight=False), transient=True) as progress:
        task = progress.add_task(file.name, total=1.0)
        return replay(file, config, lambda share: progress.update(task, completed=share), annotate)


def _table(found: Replay) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table()
    for heading in ("event", "from", "to", "seconds"):
        table.add_column(heading, justify="right")
    for number, (start, end) in enumerate(found.events, 1):
        table.add_row(str(number), _clock(start), _clock(end), f"{end - start:.1f}")
    return table


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):d}:{rest:04.1f}"
