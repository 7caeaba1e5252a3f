"""The image of deploy/Dockerfile, built by buildah and run by runc as deploy/compose.yaml says, without an engine.

Registries are not asked: a Debian root made here stands for the base image. It is of the same Debian; its Python is
Debian's own, which is older than the one that the Dockerfile names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.hardware import debian_root
from tests.hardware.debian_root import CHECKOUT, CannotRun

HERE = Path(__file__).parent
CACHE = CHECKOUT / ".cache" / "image-root"
BASE = "docker.io/library/python:3.12-slim-bookworm"
SUITE = "bookworm"
PACKAGES = "ca-certificates python3 python3-venv"
RECIPE = (HERE / "image.py", HERE.parent / "hardware" / "debian_root.py")
LONGEST_S = 1200
ID = "mocam-of-the-tests"
SERVICE: dict[str, Any] = yaml.safe_load((CHECKOUT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"][
    "mocam"
]


class Image:
    """`root` is what a container of it sees, `config` what the Dockerfile says of it."""

    def __init__(self, root: Path, config: dict[str, Any]) -> None:
        self.root = root
        self.config = config


@contextmanager
def built() -> Iterator[Image]:
    """Built from the checkout as it is now; gone at the end. Raises CannotRun."""
    base = _base()
    with tempfile.TemporaryDirectory(prefix="image-", dir=CACHE) as folder:
        storage = _Storage(Path(folder))
        storage.take_base(base)
        debian_root.say("building the image, two or three minutes")
        storage.build(Path(folder) / "pip.conf")
        yield storage.opened()


def _base() -> Path:
    debian_root.check_machine("test-docker")
    for program in ("buildah", "runc"):
        if shutil.which(program) is None:
            raise CannotRun(f"{program} is missing: apt install buildah runc")

    def make(root: Path) -> None:
        debian_root.bootstrap(root, SUITE, PACKAGES)
        (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")  # as in the image that it stands for

    return debian_root.kept(CACHE, RECIPE, "making a Debian root as base image, half a minute and 230 MB", make)


class _Storage:
    """buildah with images of its own, in a folder that goes afterwards."""

    def __init__(self, folder: Path) -> None:
        self._places = ("--root", str(folder / "storage"), "--runroot", str(folder / "run"), "--storage-driver", "vfs")

    def _do(self, *words: str) -> str:
        command = ["buildah", *self._places, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S, cwd=CHECKOUT)
        if done.returncode:
            raise CannotRun(f"buildah {words[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout.strip()

    def take_base(self, root: Path) -> None:
        container = self._do("from", "scratch")
        self._do("add", "--quiet", container, str(root), "/")
        self._do("commit", "--quiet", "--rm", container, BASE)

    def build(self, pip_config: Path) -> None:
        settings = debian_root.pip_settings()
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        pip_config.write_text(f"[global]\n{lines}", encoding="utf-8")
        shown = {pip_config: Path("/etc/pip.conf")}
        shown |= {path: path for path in debian_root.pip_paths(settings, dict(os.environ))}
        volumes = [f"--volume={path}:{place}:ro" for path, place in shown.items()]
        ignored = "--ignorefile=deploy/Dockerfile.dockerignore"
        self._do(
            *("bud", "--isolation", "chroot", "--pull-never", "--format", "docker", *volumes, ignored),
            *("--file", "deploy/Dockerfile", "--tag", "mocam:local", "."),
        )

    def opened(self) -> Image:
        config = json.loads(self._do("inspect", "--type", "image", "localhost/mocam:local"))["Docker"]["config"]
        container = self._do("from", "--pull-never", "localhost/mocam:local")
        return Image(Path(self._do("mount", container)), config)


class Container:
    """One that runs; `data` is its volume, `output` what it wrote."""

    def __init__(self, process: subprocess.Popen[bytes], data: Path, output: Path) -> None:
        self.process = process
        self.data = data
        self.output = output

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command beside the program, as `docker exec`; both streams in stdout."""
        return subprocess.run(
            ["runc", "exec", ID, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            timeout=120,
        )  # fmt: skip

    def stop(self, signal: str) -> int:
        """As `docker stop`; its exit code."""
        subprocess.run(["runc", "kill", ID, signal], check=True, timeout=30)
        return self.process.wait(60)


@contextmanager
def started(image: Image, folder: Path, settings: Mapping[str, str]) -> Iterator[Container]:
    """With the compose file's limits; it shares the network of this machine. Gone at the end."""
    data = folder / "volume"
    owner = (image.root / "data").stat()
    data.mkdir(mode=owner.st_mode & 0o777)
    os.chown(data, owner.st_uid, owner.st_gid)  # as an engine copies the image's folder into a new volume
    (folder / "config.json").write_text(json.dumps(_spec(image, data, settings)))
    output = folder / "output.txt"
    with output.open("wb") as sink:
        process = subprocess.Popen(
            ["runc", "run", "--bundle", str(folder), ID], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
        )
    try:
        yield Container(process, data, output)
    finally:
        subprocess.run(["runc", "delete", "--force", ID], check=False, capture_output=True, timeout=30)
        process.wait(30)


def _spec(image: Image, data: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    """What an engine would make of image and compose file, in runc's words."""
    uid = int(image.config["User"])
    environment = dict(one.split("=", 1) for one in image.config["Env"]) | SERVICE["environment"] | dict(settings)
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    memory = [*SERVICE["tmpfs"], f"/dev/shm:mode=1777,size={SERVICE['shm_size']}"]  # noqa: S108 - in the container
    mounts = [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
        *(
            {"destination": place, "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", *words.split(",")]}
            for place, _, words in (one.partition(":") for one in memory)
        ),
        {"destination": "/data", "type": "bind", "source": str(data), "options": ["bind", "rw"]},
    ]
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": uid, "gid": uid, "additionalGids": [44]},
            "args": [*image.config["Entrypoint"], *image.config["Cmd"]],
            "env": [f"{name}={value}" for name, value in environment.items()],
            "cwd": image.config["WorkingDir"],
            "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted", "inheritable", "ambient")},
            "noNewPrivileges": True,
        },
        "root": {"path": str(image.root), "readonly": SERVICE["read_only"]},
        "mounts": mounts,
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")]},
    }


def wait(condition: Any, longest_s: float) -> bool:
    """Until `condition()` is true; False: it never was."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.5)
    return False
