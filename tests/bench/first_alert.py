"""Seconds from `git clone` to the first alert: `make bench-first-alert`.

What somebody does who follows the README, on a folder of its own: clone, `make app`, `mocam setup` by flags, `mocam
run`. The synthetic garden moves by itself, the stand-in receives the alert. Nothing is left afterwards but the table in
docs/guide/install.md.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from demo.botapi import BotApi
from tests.bench.page import write_between

ROOT = Path(__file__).parents[2]
PAGE, NAME = ROOT / "docs/guide/install.md", "first-alert"
TOKEN = "123456789:AAFirstAlertOfANewMachine"
OWNER = 4711
VENV_S, SETUP_S, ALERT_S = 1800, 120, 120


async def measured(folder: Path) -> dict[str, float]:
    """Seconds of each step, in their order. Raises RuntimeError with the last words of a step that failed."""
    clone = folder / "mocam"
    steps: dict[str, float] = {}
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "VIRTUAL_ENV"))
    }
    async with BotApi(TOKEN, owner_ids=[OWNER]) as api:
        begun_s = time.monotonic()

        def done(name: str) -> None:
            nonlocal begun_s
            steps[name] = time.monotonic() - begun_s
            begun_s = time.monotonic()

        await step(["git", "clone", "--quiet", str(ROOT), str(clone)], folder, environment, 300)
        done("git clone")
        await step(["make", "app"], clone, environment, VENV_S)
        done("make app")
        flags = ["--owner-id", str(OWNER), "--camera", "front=scene", "--archive-remote", str(folder / "disk")]
        flags += [
            "--telegram-base-url",
            api.base_url,
            "--kit-dir",
            str(folder / "paper"),
            "--no-search",
            "--no-test-alert",
        ]
        settings = environment | {"TELEGRAM_BOT_TOKEN": TOKEN}
        await step([".venv/bin/mocam", "setup", "--non-interactive", *flags], clone, settings, SETUP_S)
        done("mocam setup")
        async with running([".venv/bin/mocam", "run"], clone, environment):
            await api.wait_for(
                lambda: next((m for m in api.messages(OWNER) if m.from_bot and m.text.startswith("Motion")), None),
                ALERT_S,
            )
            done("mocam run to the first alert")
    return steps


async def step(command: list[str], folder: Path, environment: Mapping[str, str], limit_s: float) -> None:
    child = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=dict(environment), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(child.communicate(), limit_s)
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said.decode(errors='replace')[-2000:]}")


@asynccontextmanager
async def running(command: list[str], folder: Path, environment: Mapping[str, str]) -> AsyncIterator[None]:
    with (folder / "output.txt").open("wb") as sink:
        child = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=dict(environment), stdout=sink, stderr=sink
        )
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="mocam-first-alert-"))
    try:
        steps = asyncio.run(measured(folder))
    except (RuntimeError, TimeoutError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = ["| step | seconds |", "|---|---|", *(f"| {name} | {seconds:.1f} |" for name, seconds in steps.items())]
    lines.append(f"| **in all** | **{sum(steps.values()):.0f}** |")
    sys.stdout.write("\n".join(lines) + "\n")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    write_between(PAGE, NAME, f"By `make bench-first-alert`, {machine}:\n\n" + "\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
