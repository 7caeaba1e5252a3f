"""Debian roots for tests: made from this machine's own apt sources with mmdebstrap, entered by chroot.

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
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
LONGEST_S = 1200

_VARIABLE = re.compile(r"(PIP|SSL|REQUESTS|CURL)_\w+|(https?|no|all)_proxy", re.IGNORECASE)
_APT_OPTION = re.compile(r"Acquire::((https?|Check-\w+(-\w+)?|Retries|Max-FutureTime)\b.*) \".*\";")


class CannotRun(Exception):  # noqa: N818 - a reason, not a fault of the program
    """This machine cannot make or enter the root; the text completes "not run here because ..."."""


def check_machine(target: str) -> None:
    """Raises CannotRun where a root cannot be made or entered; `target` is the make target that wants it."""
    if os.geteuid() != 0:
        raise CannotRun(f"only root may make and enter a Debian root: sudo make {target}")
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


def kept(cache: Path, recipe: Iterable[Path], word: str, make: Callable[[Path], None]) -> Path:
    """The root below `cache` that this recipe gives; `make` makes it in a new folder when there is none, after `word`
    was said. Those of earlier recipes go. Raises CannotRun."""
    root = cache / key(recipe)
    if root.is_dir():
        return root
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    growing = root.with_suffix(".part")
    say(word)
    make(growing)
    return growing.rename(root)


def inside(root: Path, command: list[str], environment: dict[str, str] | None = None) -> list[str]:
    """The command line that runs a command inside the root, in the checkout's folder."""
    variables = [f"{name}={value}" for name, value in (environment or {}).items()]
    binds = [str(path) for path in pip_paths(pip_settings(), dict(os.environ))]
    entering = ["sh", str(HERE / "enter.sh"), str(root), str(CHECKOUT), *binds, "--"]
    return ["unshare", "--mount", "--propagation", "private", *entering, *variables, *command]


def archive_lines(targets: str, suite: str) -> list[str]:
    """Lines for a sources.list from `apt-get indextargets` output of `REPO_URI<space>LABEL`. Raises CannotRun."""
    for line in targets.splitlines():
        address, _, label = line.partition(" ")
        if label.strip() == "Debian":
            return [f"deb {address} {suite} main"]
    raise CannotRun("apt on this machine knows no Debian archive: is this Debian, and has apt-get update run?")


def apt_options(dump: str) -> list[str]:
    """How this machine's apt fetches (proxy, dates), out of `apt-config dump`."""
    return [line for line in dump.splitlines() if _APT_OPTION.fullmatch(line)]


def pip_settings() -> dict[str, str]:
    """This machine's pip settings by option; the environment wins over the user's file, and that over the system's."""
    listed = output([sys.executable, "-m", "pip", "config", "list"])
    settings = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        option = name.removeprefix(":env:").rpartition(".")[2]
        if option not in settings or name.startswith(":env:"):
            settings[option] = str(ast.literal_eval(value))
    return settings


def pip_environment() -> dict[str, str]:
    """The same settings as variables, for pip inside a root."""
    return {f"PIP_{name.upper().replace('-', '_')}": value for name, value in pip_settings().items()}


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


def bootstrap(root: Path, suite: str, packages: str) -> None:
    """Makes a root with these packages, separated by blanks. Raises CannotRun."""
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"]
    lines = archive_lines(output(targets), suite)
    options = [f"--aptopt={option}" for option in apt_options(output(["apt-config", "dump"]))]
    include = f"--include={packages.replace(' ', ',')}"
    run(
        ["mmdebstrap", "--mode=root", "--variant=apt", include, *options, suite, str(root), *lines],
        "the Debian packages could not be fetched or unpacked",
    )


def output(command: list[str]) -> str:
    """What a short command of this machine prints. Raises subprocess.SubprocessError."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


def run(command: list[str], failed: str) -> None:
    """Raises CannotRun with `failed`, after the command's own last words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()[-12:]
        say("\n".join(lines))
        raise CannotRun(f"{failed}; the reason stands above")


def say(text: str) -> None:
    """To whoever waits at the console."""
    sys.stderr.write(f"{text}\n")
