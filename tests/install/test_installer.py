"""What the installer says in its first second, on machines that cannot run MoCam; no root, nothing is changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.hardware.debian_root import CHECKOUT


def said(folder: Path, *arguments: str, **programs: str) -> tuple[int, str]:
    """Exit code and words of install.sh on a machine where some programs answer as given."""
    for name, script in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["sh", str(CHECKOUT / "deploy/install.sh"), *arguments],
        env={"PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        ({"getconf": "echo 32"}, "this system is 32-bit"),
        ({"uname": "echo FreeBSD"}, "Linux only"),
        ({"python3": "echo 3.9"}, "this system is too old: its Python is 3.9"),
        ({"python3": "echo 3.14"}, "MoCam knows 3.11 to 3.13"),
        ({"id": "echo 1000", "systemctl": "true", "python3": "echo 3.12"}, "root is needed: sudo sh deploy/install.sh"),
    ],
)
def test_a_machine_that_cannot_run_it_is_told_at_once(tmp_path: Path, programs: dict[str, str], words: str) -> None:
    code, text = said(tmp_path, **{"systemctl": "true", **programs})
    assert (code, words in text) == (1, True), text


@pytest.mark.parametrize("arguments", [("--purge",), ("--rolback",)])
def test_a_wrong_option_is_no_install(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, text = said(tmp_path, *arguments)
    assert code == 2
    assert text


def test_help_names_every_option(tmp_path: Path) -> None:
    code, text = said(tmp_path, "--help")
    assert code == 0
    assert [option for option in ("--dry-run", "--rollback", "--uninstall", "--purge") if option not in text] == []
