"""The installer on a real Debian machine: installed, upgraded, gone back, taken away (`make test-install`, as root).

One machine goes through it all, since that is what a machine goes through: the tests stand in order.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.botapi import BotApi
from tests.e2e.program import OWNER
from tests.hardware.debian_root import CHECKOUT
from tests.install.machine import Machine, booted

SOURCE = "/root/mocam"
INSTALL = ("sh", f"{SOURCE}/deploy/install.sh")
SETTINGS = """\
TELEGRAM_BOT_TOKEN=123456789:AAInstalledTokenOfNobody
TELEGRAM_BASE_URL=http://127.0.0.1:9
CAMERAS__FRONT__SOURCE=scene
CAMERAS__FRONT__WIDTH=640
CAMERAS__FRONT__HEIGHT=360
CAMERAS__FRONT__FPS=5
"""
COMES_UP_S = 240.0
LEAST_SECURE = 1.6
"""docs/guide/install.md states it."""
OWN_NOISE = re.compile(
    r"/(proc|sys|dev|run|tmp|root|var/(log|tmp|cache|lib/systemd|lib/private))(/|$)|/etc/(passwd|group|[g]?shadow)-"
)
"""What a running system writes by itself, the checkout, and the copies that useradd keeps of the accounts."""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with booted() as it:
        listed = subprocess.run(
            ["git", "-C", str(CHECKOUT), "ls-files", "-z"], capture_output=True, text=True, check=True
        ).stdout
        for name in filter(None, listed.split("\0")):
            target = it.root / SOURCE.lstrip("/") / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, target)
        yield it


@pytest.fixture(scope="module")
def untouched(machine: Machine) -> dict[str, str]:
    """Every file of the machine before anything was installed."""
    return contents(machine)


def contents(machine: Machine) -> dict[str, str]:
    """Digest of each file, owner and mode of each folder, by path; without what a running system writes."""
    found = {}
    for path in sorted(machine.root.rglob("*")):
        name = f"/{path.relative_to(machine.root)}"
        if OWN_NOISE.match(name) or "__pycache__" in name:
            continue
        stat = path.lstat()
        what = f"{stat.st_mode:o} {stat.st_uid}"
        if path.is_symlink():
            what += f" {path.readlink()}"
        elif path.is_file():
            what += f" {hashlib.sha256(path.read_bytes()).hexdigest()}"
        found[name] = what
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def install(machine: Machine, *arguments: str) -> str:
    done = machine.run(*INSTALL, *arguments)
    assert done.returncode == 0, done.stdout
    return done.stdout


def release(machine: Machine, name: str = "current") -> str:
    return Path(machine.output("readlink", f"/opt/mocam/{name}")).name


def wait_for_visitor(machine: Machine) -> None:
    """Until the service has seen somebody whom it had not seen before: cameras, detection and catalogue work."""
    before = events(machine)
    deadline = time.monotonic() + COMES_UP_S
    while time.monotonic() < deadline:
        if events(machine) > before:
            return
        time.sleep(1)
    pytest.fail(machine.output("journalctl", "-u", "mocam", "-n", "60", "-o", "cat", "--no-pager"))


def events(machine: Machine) -> int:
    if not data_file(machine, "data/mocam.sqlite3").exists():
        return 0
    return int(asked(machine, "data/mocam.sqlite3", "SELECT count(*) FROM event"))


def asked(machine: Machine, name: str, question: str) -> str:
    """The answer of one of the service's databases."""
    code = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]).fetchone())"
    return machine.output("python3", "-c", code, f"/var/lib/mocam/{name}", question)


def data_file(machine: Machine, name: str) -> Path:
    return machine.root / "var/lib/mocam" / name


def form(machine: Machine, name: str) -> str:
    return asked(machine, name, "PRAGMA user_version")


def active(machine: Machine) -> bool:
    return machine.run("systemctl", "is-active", "mocam").stdout.strip() == "active"


def test_dry_run_says_all_and_changes_nothing(machine: Machine, untouched: dict[str, str]) -> None:
    said = install(machine, "--dry-run")
    assert "would run: useradd" in said
    assert "writing /etc/systemd/system/mocam.service" in said
    assert said.endswith("nothing was changed\n")
    assert changed(untouched, contents(machine)) == []


def test_it_installs(machine: Machine, untouched: dict[str, str]) -> None:
    said = install(machine)
    assert said.endswith("next: sudo mocam setup\n")
    assert release(machine) == "1"
    assert machine.output("systemctl", "is-enabled", "mocam") == "enabled"
    assert machine.output("stat", "-c", "%U %a", "/var/lib/mocam") == "mocam 700"
    assert "mocam 0" in machine.output("mocam", "version")
    assert {"video", "audio"} <= set(machine.output("id", "-nG", "mocam").split())
    homes = ("/opt/mocam/", "/var/lib/mocam", "/etc/", "/usr/local/bin/mocam")
    assert [name for name in changed(untouched, contents(machine)) if not name.startswith(homes)] == ["/opt/mocam"]


def test_the_unit_is_sound_and_closed(machine: Machine) -> None:
    assert machine.output("systemd-analyze", "verify", "/etc/systemd/system/mocam.service") == ""
    last = machine.output(
        "systemd-analyze", "security", "--offline=yes", "/etc/systemd/system/mocam.service"
    ).splitlines()[-1]
    figure = re.search(r"mocam\.service: (\d+\.\d)", last)
    assert figure, last
    assert float(figure[1]) <= LEAST_SECURE
    assert f"{LEAST_SECURE}" in (CHECKOUT / "docs/guide/install.md").read_text(encoding="utf-8")


def test_a_second_time_changes_nothing(machine: Machine) -> None:
    before = contents(machine)
    assert "release 1 is installed and up to date" in install(machine)
    assert changed(before, contents(machine)) == []


def test_without_settings_it_waits_and_with_them_it_runs(machine: Machine) -> None:
    machine.output("systemctl", "start", "mocam")
    assert not active(machine)
    settings = data_file(machine, ".env")
    settings.write_text(SETTINGS, encoding="utf-8")
    settings.chmod(0o600)
    machine.output("chown", "mocam:mocam", "/var/lib/mocam/.env")
    machine.output("systemctl", "start", "mocam")
    wait_for_visitor(machine)
    assert machine.output("systemctl", "show", "mocam", "--property=NRestarts", "--value") == "0"
    assert "1 watching" in machine.output("systemctl", "show", "mocam", "--property=StatusText", "--value")


def test_the_service_can_do_little_else(machine: Machine) -> None:
    pid = machine.output("systemctl", "show", "mocam", "--property=MainPID", "--value")
    status = machine.output("cat", f"/proc/{pid}/status")
    assert re.search(r"^NoNewPrivs:\s1$", status, re.MULTILINE)
    assert re.search(r"^CapBnd:\s0{16}$", status, re.MULTILINE)
    assert re.search(r"^Seccomp:\s2$", status, re.MULTILINE)
    assert machine.output("stat", "-c", "%U", f"/proc/{pid}") == "mocam"
    assert machine.output("find", "/var/lib/mocam", "-name", "*.sqlite3", "-perm", "600")


def test_the_command_is_the_services_own(machine: Machine) -> None:
    """`mocam check` knows that the service runs, so it looked into the service's folder."""
    deadline = time.monotonic() + COMES_UP_S
    while "pictures a second" not in (said := machine.run("mocam", "check").stdout):  # the book has a line a minute
        assert "MoCam runs and has it" in said, said
        assert time.monotonic() < deadline, said
        time.sleep(5)
    assert machine.output("stat", "-c", "%U", "/var/lib/mocam/data") == "mocam"
    refused = machine.run("runuser", "-u", "nobody", "--", "mocam", "check")
    assert refused.returncode == 1
    assert "sudo in front" in refused.stdout
    assert machine.output("mocam", "rclone", "config", "file").endswith("/var/lib/mocam/.config/rclone/rclone.conf")


def test_a_program_that_hangs_is_started_anew(machine: Machine) -> None:
    """With half the unit's patience, so that this takes half a minute."""
    sooner = machine.root / "etc/systemd/system/mocam.service.d/sooner.conf"
    sooner.parent.mkdir()
    sooner.write_text("[Service]\nWatchdogSec=30\n", encoding="utf-8")
    machine.output("systemctl", "daemon-reload")
    machine.output("systemctl", "restart", "mocam")
    machine.output("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "mocam")
    deadline = time.monotonic() + COMES_UP_S
    while machine.output("systemctl", "show", "mocam", "--property=NRestarts", "--value") == "0":
        assert time.monotonic() < deadline, "nobody noticed"
        time.sleep(1)
    shutil.rmtree(sooner.parent)
    machine.output("systemctl", "daemon-reload")
    machine.output("systemctl", "restart", "mocam")
    assert active(machine)


def test_clips_in_memory_outlive_the_service(machine: Machine) -> None:
    """In the service's own place in /run."""
    settings = data_file(machine, ".env")
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f"{before}KEEP_CLIPS=memory\nKEEP_CLIPS_MEMORY_MB=50\n", encoding="utf-8")
    machine.output("systemctl", "restart", "mocam")
    wait_for_visitor(machine)
    machine.output("systemctl", "stop", "mocam")
    kept = machine.output("find", "/run/mocam", "-name", "*.mp4").splitlines()
    assert kept, "a clip of the visitor, which the stop has finished"
    assert data_file(machine, "data/memory").is_symlink()
    assert "clips in memory" in machine.run("mocam", "check").stdout
    machine.output("systemctl", "start", "mocam")
    assert set(kept) <= set(machine.output("find", "/run/mocam", "-name", "*.mp4").splitlines())
    settings.write_text(before, encoding="utf-8")
    machine.output("systemctl", "restart", "mocam")
    assert active(machine)


async def test_setting_up_again_pauses_the_service_and_loses_nothing(machine: Machine) -> None:
    """Against a stand-in for Telegram on loopback, which the machine shares."""
    async with BotApi("123456789:AAInstalledTokenOfNobody", owner_ids=[OWNER]) as api:
        settings = data_file(machine, ".env")
        before = settings.read_text(encoding="utf-8")
        told = ("--telegram-base-url", api.base_url, "--owner-id", str(OWNER), "--no-search")
        setup = ("mocam", "setup", "--non-interactive", *told, "--camera", "yard=scene:4")
        pid = machine.output("systemctl", "show", "mocam", "--property=MainPID", "--value")
        done = await asyncio.to_thread(machine.run, *setup)
        assert done.returncode == 0, done.stdout
        assert "MoCam is running" not in done.stdout, "it paused, so that cameras and catalogue are free"
        assert done.stdout.rstrip().endswith("journalctl -u mocam -f")
        assert active(machine)
        assert machine.output("systemctl", "show", "mocam", "--property=MainPID", "--value") != pid
        text = settings.read_text(encoding="utf-8")
        assert set(before.splitlines()) - {"TELEGRAM_BASE_URL=http://127.0.0.1:9"} <= set(text.splitlines())
        assert "CAMERAS__YARD__SOURCE=scene:4" in text
        assert machine.output("stat", "-c", "%U %a", "/var/lib/mocam/.env") == "mocam 600"
        wrong = await asyncio.to_thread(machine.run, *setup[:-1], "yard=/dev/video99")
        assert wrong.returncode == 1
        assert "gives no picture" in wrong.stdout
        assert active(machine), "it goes on as before"
        assert settings.read_text(encoding="utf-8") == text
        settings.write_text(before, encoding="utf-8")
        machine.output("systemctl", "restart", "mocam")


def test_an_upgrade_keeps_the_data_and_takes_the_systems_numpy(machine: Machine) -> None:
    """A newer program with a new form of the catalogue, on a system that now has picamera2, built for NumPy 1."""
    stand_in = machine.root / "usr/lib/python3/dist-packages/picamera2"
    stand_in.mkdir()
    (stand_in / "__init__.py").write_text(
        "import numpy\nassert numpy.__version__.startswith('1.'), numpy.__version__\n"
    )
    later = "CREATE TABLE of_a_later_release (x INTEGER) STRICT;\n"
    (machine.root / SOURCE.lstrip("/") / "storage/migrations/9999_later.sql").write_text(later)
    old_form = form(machine, "data/mocam.sqlite3")
    install(machine)
    assert (release(machine), release(machine, "previous")) == ("2", "1")
    wait_for_visitor(machine)
    assert form(machine, "backups/before-2.sqlite3") == old_form
    assert form(machine, "data/mocam.sqlite3") == str(int(old_form) + 1)
    python = "/opt/mocam/current/venv/bin/python"
    versions = machine.output(python, "-c", "import cv2, numpy, picamera2; print(numpy.__version__, cv2.__version__)")
    assert re.fullmatch(r"1\.\d+\.\d+ 4\.11\.0", versions)


def test_it_goes_back_and_forward_with_the_catalogue_of_each(machine: Machine) -> None:
    newer_form = form(machine, "data/mocam.sqlite3")
    install(machine, "--rollback")
    assert (release(machine), release(machine, "previous")) == ("1", "2")
    assert active(machine)
    assert form(machine, "data/mocam.sqlite3") == str(int(newer_form) - 1)
    assert form(machine, "backups/of-2.sqlite3") == newer_form
    install(machine, "--rollback")
    assert release(machine) == "2"
    assert active(machine)


def test_a_release_that_does_not_start_is_taken_back(machine: Machine) -> None:
    root = machine.root / SOURCE.lstrip("/") / "mocam/app.py"
    sound = root.read_text(encoding="utf-8")
    root.write_text(
        sound.replace("    stop = asyncio.Event()\n", "    raise Stuck('a mistake')\n", 1), encoding="utf-8"
    )
    done = machine.run(*INSTALL)
    assert done.returncode == 1
    assert "release 3 did not start and release 2 runs again" in done.stdout
    assert (release(machine), release(machine, "previous")) == ("2", "1")
    assert active(machine)
    root.write_text(sound, encoding="utf-8")
    assert "release 2 is installed and up to date" in install(machine)


def test_uninstalling_leaves_nothing_but_data(machine: Machine, untouched: dict[str, str]) -> None:
    shutil.rmtree(machine.root / "usr/lib/python3/dist-packages/picamera2")
    install(machine, "--uninstall")
    left = changed(untouched, contents(machine))
    assert {name for name in left if not name.startswith("/var/lib/mocam/")} == {"/var/lib/mocam"}
    assert data_file(machine, "data/mocam.sqlite3").is_file()
    assert data_file(machine, ".env").read_text(encoding="utf-8") == SETTINGS
    assert machine.output("find", "/var/lib/mocam", "!", "-user", "root") == ""
    assert machine.run("systemctl", "status", "mocam").returncode == 4
    install(machine, "--uninstall", "--purge")
    assert changed(untouched, contents(machine)) == []
