"""`make cameras-table`: every kind of source held to the contract, and what was seen, for docs/reference/cameras.md."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.bench.page import write_between
from tests.camera.source_facts import Facts
from tests.camera.source_kinds import KINDS, Kind, Stand, start
from tests.hardware import debian_root, picamera_root

PAGE = Path(__file__).parents[2] / "docs/reference/cameras.md"
NAME = "sources"
REAL_PI = "Pi camera, real picamera2 and libcamera"
HEAD = ("source", "codec", "pts", "key frames", "pre-roll", "still", "unplugged", "opened again", "memory")


def seen(kind: Kind) -> tuple[Facts, float | None]:
    """What the run shows, and seconds from unplugging to SourceLost (None: it cannot be unplugged)."""
    with (
        tempfile.TemporaryDirectory() as folder,
        kind.stand(Path(folder)) as stand,
        start(_run(kind, stand), stand) as run,
    ):
        return _told(kind.name, run, stand.unplug)


def seen_of_real_pi() -> tuple[Facts, float | None]:
    """The same of the real picamera2 and libcamera, in their Debian root. Raises CannotRun."""
    command = [picamera_root.PYTHON, "-m", "tests.hardware.picamera_facts"]
    inside = debian_root.inside(picamera_root.ready(), command, {"PYTHONDONTWRITEBYTECODE": "1"})
    with subprocess.Popen(inside, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        return _told(REAL_PI, run, None)


def _told(name: str, run: subprocess.Popen[str], unplug: Callable[[], object] | None) -> tuple[Facts, float | None]:
    assert run.stdout is not None
    assert run.stderr is not None
    line = run.stdout.readline()
    if not line:
        raise RuntimeError(f"{name}: {run.stderr.read()}")
    unplugged_mono_s = time.monotonic()
    if unplug is not None:
        unplug()
    rest, errors = run.communicate(timeout=300)
    if run.returncode:
        raise RuntimeError(f"{name}: {errors}")
    return Facts(**json.loads(line)), float(rest) - unplugged_mono_s if rest else None


def _run(kind: Kind, stand: Stand) -> list[str]:
    unplug = "never" if stand.unplug is None else "fake" if kind.on_fake_picamera2 else "outside"
    arguments = [stand.address, json.dumps(asdict(stand.expected)), unplug]
    return [sys.executable, "-m", "tests.camera.source_facts", *arguments]


def row(name: str, facts: Facts, lost_s: float | None) -> str:
    """One line of the table."""
    cells = (
        name,
        facts.codec,
        f"rising, every {facts.step_ms:.0f} ms",
        "every picture" if facts.key_s < 1.5 * facts.step_ms / 1000 else f"every {facts.key_s:.1f} s",
        f"whole, begins {facts.early_s:.1f} s early",
        f"{facts.width}x{facts.height}",
        _unplugged(lost_s),
        "yes",
        f"{facts.memory_mb:.0f} MB",
    )
    return f"| {' | '.join(cells)} |"


def _unplugged(lost_s: float | None) -> str:
    if lost_s is None:
        return "cannot be"
    return "said at once" if lost_s < 0.1 else f"said after {lost_s:.1f} s"


def main() -> None:
    """As root: the real picamera2 lives in a Debian root."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for kind in KINDS:
        lines.append(row(kind.name, *seen(kind)))
        sys.stdout.write(lines[-1] + "\n")
    lines.append(row(REAL_PI, *seen_of_real_pi()))
    sys.stdout.write(lines[-1] + "\n")
    write_between(PAGE, NAME, "\n".join(lines))


if __name__ == "__main__":
    main()
