"""A Debian root with the real libcamera and picamera2, made once and kept in `.cache/`, for a machine without a Pi.

Where packages come from is asked of this machine's own apt and pip each time; no address stands here.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
CACHE = CHECKOUT / ".cache" / "picamera-root"
PYTHON = "/opt/venv/bin/python"
"""Inside the root."""

SUITE = "trixie"
"""The first Debian whose libcamera has the virtual pipeline."""
PACKAGES = (
    "ca-certificates gcc libarchive13t64 libc6-dev libcamera-ipa python3-dev python3-libcamera python3-pip "
    "python3-prctl python3-venv"
)
LIBRARIES = ("picamera2==0.3.38", "pytest", "pytest-asyncio")
"""From pip, beside what MoCam itself needs; the other exact versions are those of constraints.txt."""
RECIPE = (HERE / "picamera_root.py", CHECKOUT / "pyproject.toml", CHECKOUT / "constraints.txt")

_LONGEST_S = 1200
_VARIABLE = re.compile(r"(PIP|SSL|REQUESTS|CURL)_\w+|(https?|no|all)_proxy", re.IGNORECASE)
_APT_OPTION = re.compile(r"Acquire::((https?|Check-\w+(-\w+)?|Retries|Max-FutureTime)\b.*) \".*\";")


class CannotRun(Exception):  # noqa: N818 - a reason, not a fault of the program
    """This machine cannot make or enter the root; the text completes "not run here because ..."."""


def ready() -> Path:
    """The root's folder, made now if its recipe has changed. Raises CannotRun."""
    check_machine()
    root = CACHE / key(RECIPE)
    if root.is_dir():
        return root
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    growing = root.with_suffix(".part")
    _say("making a Debian root with libcamera and picamera2, about two minutes and 1 GB")
    _bootstrap(growing)
    _say("its Debian packages are there; fetching picamera2")
    _fetch_libraries(growing)
    return growing.rename(root)


def check_machine() -> None:
    """Raises CannotRun where a root cannot be made or entered."""
    if os.geteuid() != 0:
        raise CannotRun("only root may make and enter a Debian root: sudo make test-picamera")
    for program, package in (("mmdebstrap", "mmdebstrap"), ("unshare", "util-linux"), ("chroot", "coreutils")):
        if shutil.which(program) is None:
            raise CannotRun(f"{program} is missing: apt install {package}")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        raise CannotRun("this machine does not let root mount anything (a container without that right)")


def key(recipe: Iterable[Path]) -> str:
    """Of the files that make the root what it is: another content, another key."""
    content = hashlib.sha256()
    for path in recipe:
        content.update(path.read_bytes())
    return content.hexdigest()[:16]


def inside(root: Path, command: list[str], environment: dict[str, str] | None = None) -> list[str]:
    """The command line that runs a command inside the root, in the checkout's folder."""
    variables = [f"{name}={value}" for name, value in (environment or {}).items()]
    binds = [str(path) for path in pip_paths(pip_settings(), dict(os.environ))]
    entering = ["sh", str(HERE / "enter.sh"), str(root), str(CHECKOUT), *binds, "--"]
    return ["unshare", "--mount", "--propagation", "private", *entering, *variables, *command]


def archive_lines(targets: str) -> list[str]:
    """Lines for a sources.list from `apt-get indextargets` output of `REPO_URI<space>LABEL`. Raises CannotRun."""
    for line in targets.splitlines():
        address, _, label = line.partition(" ")
        if label.strip() == "Debian":
            return [f"deb {address} {SUITE} main"]
    raise CannotRun("apt on this machine knows no Debian archive: is this Debian, and has apt-get update run?")


def apt_options(dump: str) -> list[str]:
    """How this machine's apt fetches (proxy, dates), out of `apt-config dump`."""
    return [line for line in dump.splitlines() if _APT_OPTION.fullmatch(line)]


def pip_settings() -> dict[str, str]:
    """This machine's pip settings by option; the environment wins over the user's file, and that over the system's."""
    listed = _output([sys.executable, "-m", "pip", "config", "list"])
    settings = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        option = name.removeprefix(":env:").rpartition(".")[2]
        if option not in settings or name.startswith(":env:"):
            settings[option] = str(ast.literal_eval(value))
    return settings


def pip_paths(settings: dict[str, str], environment: dict[str, str]) -> list[Path]:
    """Files and folders of this machine that pip reads: its own indexes, wheels and certificates."""
    variables = {name: value for name, value in environment.items() if _VARIABLE.fullmatch(name)}
    paths = set()
    for name, value in {**variables, **settings}.items():
        for word in value.split():
            path = Path(word.removeprefix("file://"))
            if path.is_absolute() and path.exists():
                is_index = "index-url" in name  # its pages point to files beside it
                paths.add(path.parent if is_index and path.parent != Path("/") else path)
    return sorted(paths)


def _bootstrap(root: Path) -> None:
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"]
    lines = archive_lines(_output(targets))
    options = [f"--aptopt={option}" for option in apt_options(_output(["apt-config", "dump"]))]
    packages = f"--include={PACKAGES.replace(' ', ',')}"
    _run(
        ["mmdebstrap", "--mode=root", "--variant=apt", packages, *options, SUITE, str(root), *lines],
        "the Debian packages could not be fetched or unpacked",
    )


def _fetch_libraries(root: Path) -> None:
    failed = "picamera2 could not be fetched from pip's index"
    _run(inside(root, ["python3", "-m", "venv", "--system-site-packages", "/opt/venv"]), failed)
    settings = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in pip_settings().items()}
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--prefer-binary", "--no-compile"]
    own = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    _run(inside(root, [*pip, "--constraint", "constraints.txt", *LIBRARIES, *own], settings), failed)


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def _run(command: list[str], failed: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LONGEST_S)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()[-12:]
        _say("\n".join(lines))
        raise CannotRun(f"{failed}; the reason stands above")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
