"""The rules of the house: which room may know which, and where the dangerous libraries may be touched."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "camera", "storage", "mocam", "demo")

MAY_IMPORT = {
    "bot": set[str](),
    "camera": set[str](),
    "storage": set[str](),
    "mocam": {"bot", "camera", "storage"},
    "demo": {"bot", "camera", "storage", "mocam"},
}
WHY = {
    "bot": "the chat knows only its own ports, so that it can be tested and replaced without a camera or a disk",
    "camera": "frames in, clips out: a camera must go on when chat and cloud are gone",
    "storage": "what must survive depends on nothing that may change more often than it",
    "mocam": "the roof joins the rooms; only the demo stands on top of it",
    "demo": "",
}
ONLY_IN = {
    "telegram": ("bot/", "Telegram's quirks end at the chat's door"),
    "picamera2": ("camera/sources/picam.py", "it exists only on a Pi and must be imported late"),
    "libcamera": ("camera/sources/picam.py", "it exists only on a Pi and must be imported late"),
    "rclone_python": ("storage/rclone_short.py", "every call is a shell string without limit: it gets its own process"),
    "sqlite3": ("storage/", "one writer, one place that knows SQL"),
    "apscheduler": ("storage/maintenance.py", "one scheduler that outlives every rebuilt part"),
    "aiohttp": ("demo/", "the program itself opens no port"),
    "onveef": ("camera/onvif.py", "a young library: what it does stays replaceable in one file"),
    "pydantic_settings": ("mocam/settings.py", "one reader of the environment"),
    "typer": ("mocam/cli", "one command line"),
    "mnemonic": ("storage/keys.py", "one place that makes passwords"),
    "fpdf": ("mocam/kit/pdf.py", "a form of one page"),
}
ONLY_CALLED_IN = {
    "environ": (
        (
            "mocam/settings.py",
            "mocam/service_manager.py",
            "storage/rclone.py",
            "camera/sources/microphone.py",
            "demo/",
        ),
        "one reader of the environment, one of what the service manager puts there, one that tells ALSA where it is",
    ),
    "create_subprocess_exec": (("storage/rclone.py", "demo/"), "one file runs a binary"),
    "create_subprocess_shell": ((), "a shell string executes what stands in a name"),
    "fork": (("mocam/settings_apart.py",), "a copy of a process with threads hangs; there it has none yet"),
    "Popen": (("demo/",), "one file runs a binary"),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def faults_of_rooms(name: str, tree: ast.Module) -> Iterator[str]:
    room = name.split("/", maxsplit=1)[0]
    for line, module in imported(tree):
        other = module.split(".")[0]
        if other in ROOMS and other != room and other not in MAY_IMPORT[room]:
            yield f"{name}:{line} imports {module}: {WHY[room]}"


def faults_of_libraries(name: str, tree: ast.Module) -> Iterator[str]:
    for line, module in imported(tree):
        place, why = ONLY_IN.get(module.split(".")[0], ("", ""))
        if not name.startswith(place):
            yield f"{name}:{line} imports {module}, which belongs to {place}: {why}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ONLY_CALLED_IN:
            places, why = ONLY_CALLED_IN[node.attr]
            if not name.startswith(places or ("nowhere",)):
                yield f"{name}:{node.lineno} uses {node.attr}: {why}"


def test_rooms_know_only_whom_they_may() -> None:
    assert [fault for name, tree in modules() for fault in faults_of_rooms(name, tree)] == []


def test_libraries_stay_in_their_place() -> None:
    assert [fault for name, tree in modules() for fault in faults_of_libraries(name, tree)] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("bot/x.py", "import storage.catalogue"),
        ("camera/x.py", "from bot import texts"),
        ("storage/x.py", "import mocam"),
        ("mocam/x.py", "from demo.botapi import BotApi"),
    ],
)
def test_a_wrong_import_is_found(name: str, source: str) -> None:
    assert list(faults_of_rooms(name, ast.parse(source)))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("mocam/x.py", "import telegram"),
        ("camera/sources/usb.py", "import picamera2"),
        ("bot/x.py", "import os\nos.environ['HOME']"),
        ("storage/archive.py", "import asyncio\nasyncio.create_subprocess_exec('rclone')"),
    ],
)
def test_a_misplaced_library_is_found(name: str, source: str) -> None:
    assert list(faults_of_libraries(name, ast.parse(source)))


def test_every_file_says_what_it_is() -> None:
    assert [name for name, tree in modules() if not ast.get_docstring(tree)] == []


def test_no_file_outgrows_its_noun() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_broad_handlers_stand_only_at_task_borders() -> None:
    """A broad `except` must log what it caught: it is the border of a named task or thread."""
    faults = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            kinds = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            broad = any(
                kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
                for kind in kinds
            )
            inside = list(ast.walk(node))
            logs = any(isinstance(n, ast.Attribute) and n.attr in ("exception", "error", "critical") for n in inside)
            raises = any(isinstance(n, ast.Raise) for n in inside)
            if broad and not (logs or raises):
                faults.append(f"{name}:{node.lineno}")
    assert faults == []


def test_what_is_installed_is_all_there_is() -> None:
    """The tests run from the checkout, where nothing is missed; the installed program has what stands in the list."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = [path.parent for room in ROOMS for path in (ROOT / room).rglob("__init__.py")]
    names = {folder: ".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert sorted(setuptools["packages"]) == sorted(names.values())
    left = {path for room in ROOMS for path in files_below(ROOT / room) if path.suffix not in (".md", ".py")}
    for package, patterns in setuptools["package-data"].items():
        folder = ROOT.joinpath(*package.split("."))
        left -= {path for pattern in patterns for path in folder.glob(pattern)}
    assert left == set()


def files_below(place: Path) -> Iterator[Path]:
    """Without what Python made: other tests' processes write that just now, under names that are gone in an instant."""
    return (path for path in place.rglob("*") if "__pycache__" not in path.parts and path.is_file())


def shell_scripts() -> Iterator[Path]:
    """Those of the checkout, by their name or first line; what was made here (.venv, .cache) does not count."""
    places = [ROOT / name for name in ("deploy", "tests", ".ci", *ROOMS)]
    for path in sorted(path for place in places for path in files_below(place)):
        with path.open("rb") as file:
            if path.suffix == ".sh" or re.match(rb"#!.*\b(ba)?sh\s", file.readline()):
                yield path


def test_shell_scripts_are_sound() -> None:
    scripts = list(shell_scripts())
    assert ROOT / "deploy/install.sh" in scripts
    shellcheck = Path(sys.executable).with_name("shellcheck")
    command = [str(shellcheck), "--external-sources", *map(str, scripts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_interpreter_is_one_we_promise() -> None:
    assert (3, 11) <= sys.version_info[:2] <= (3, 13)
