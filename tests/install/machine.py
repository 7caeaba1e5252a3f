"""A small Debian machine with systemd as its first process, made fresh for a run; its base is kept in `.cache/`."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hardware import debian_root
from tests.hardware.debian_root import CHECKOUT, CannotRun

HERE = Path(__file__).parent
CACHE = CHECKOUT / ".cache" / "install-root"
SUITE = "bookworm"
"""The oldest Debian that is promised, and the one whose NumPy is older than 2."""
PACKAGES = "ca-certificates dbus python3-numpy python3-venv systemd systemd-sysv"
RECIPE = (HERE / "machine.py", HERE.parent / "hardware" / "debian_root.py")
BOOT_S = 180.0
LONGEST_S = 600


class Machine:
    """`root` is its file system, as this machine sees it; `pid` its first process."""

    def __init__(self, root: Path, pid: int) -> None:
        self.root = root
        self.pid = pid
        self._pip = debian_root.pip_environment()

    def run(self, *command: str, path: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in it as root; `path` stands before the usual PATH. Both streams are in stdout."""
        usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
        values = self._pip | variables | {"PATH": f"{path}:{usual}" if path else usual, "LC_ALL": "C.UTF-8"}
        into = ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--cgroup", "--ipc", "--uts"]
        clean = ["env", "-i", *(f"{name}={value}" for name, value in values.items())]
        return subprocess.run(
            [*into, "chroot", str(self.root), *clean, *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=LONGEST_S,
        )  # fmt: skip

    def output(self, *command: str) -> str:
        """What a command prints that must not fail."""
        done = self.run(*command)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}"
        return done.stdout.strip()


@contextmanager
def booted() -> Iterator[Machine]:
    """A fresh machine that is up; gone at the end. Raises CannotRun."""
    root = CACHE / "run"
    base = _base()
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(root)], check=True)
    binds = [str(path) for path in debian_root.pip_paths(debian_root.pip_settings(), dict(os.environ))]
    own = ["--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts", "--cgroup", "--propagation", "private"]
    command = ["unshare", *own, "sh", str(HERE / "boot.sh"), str(root), *binds]
    outside = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        machine = Machine(root, _first_process(outside))
        _wait_until_up(machine)
        yield machine
    finally:
        outside.kill()
        outside.wait(30)
        shutil.rmtree(root, ignore_errors=True)


def _base() -> Path:
    debian_root.check_machine("test-install")
    word = "making a small Debian machine, about half a minute and 300 MB"
    return debian_root.kept(CACHE, RECIPE, word, lambda root: debian_root.bootstrap(root, SUITE, PACKAGES))


def _first_process(outside: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children")
    deadline = time.monotonic() + BOOT_S
    while time.monotonic() < deadline:
        if outside.poll() is not None:
            raise CannotRun("systemd cannot be started in namespaces of its own here; the reason stands above")
        if words := children.read_text().split():
            return int(words[0])
        time.sleep(0.05)
    raise CannotRun("no process came up in namespaces of its own")


def _wait_until_up(machine: Machine) -> None:
    deadline = time.monotonic() + BOOT_S
    said = ""
    while time.monotonic() < deadline:
        said = machine.run("systemctl", "is-system-running").stdout.strip()
        if said in ("running", "degraded"):
            return
        time.sleep(0.2)
    raise CannotRun(f"systemd does not come up in namespaces of its own: {said}")
