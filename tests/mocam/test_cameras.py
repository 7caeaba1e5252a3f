"""`mocam cameras`: the list, its lines for `.env`, the login that is asked, and the pictures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from camera import finding
from camera.finding import Found
from mocam import cameras
from mocam.cameras import Listing, quoted
from mocam.cli import app
from mocam.settings import load
from tests.camera.onvif_device import PASSWORD, USER, Device, onvif_device

LOOPBACK = ["cameras", "--interface", "127.0.0.1"]


def only(monkeypatch: pytest.MonkeyPatch, *found: Found) -> None:
    """Makes these the USB cameras, and lets nothing else be found."""
    monkeypatch.setattr(cameras, "find_pi", list)
    monkeypatch.setattr(cameras, "find_usb", lambda: list(found))
    monkeypatch.setattr(cameras, "find_network", lambda *_: [])


def test_nothing_found_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    result = CliRunner().invoke(app, LOOPBACK)
    assert result.exit_code == 0
    for words in ("rpicam-hello", "usermod -aG video", "ONVIF", "docs/guide/cameras.md"):
        assert words in result.stdout


def test_each_camera_has_a_line_that_the_settings_take(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    odd = "rtsp://me:p%23w@cam/a b'c#d$e"
    equal = Found("HD Webcam (046d:0825) with a long name", "/dev/video0", "/dev/v4l/by-id/usb-046d_HD-index0")
    only(monkeypatch, equal, equal, Found("…", "odd", odd.replace(" ", "%20"), "rtsp://cam/small"))
    lines = list(Listing().lines())
    env_file = tmp_path / ".env"
    env_file.write_text(
        "TELEGRAM_BOT_TOKEN=123456789:abcdefghijk\n" + "\n".join(line.strip() for line in lines if "=" in line)
    )
    found = load(env_file).cameras
    assert list(found) == ["hd_webcam_046d_0825", "hd_webcam_046d_0825_2", "camera"]
    assert found["hd_webcam_046d_0825_2"].source == "/dev/v4l/by-id/usb-046d_HD-index0"
    assert (found["camera"].source, found["camera"].detect_source) == (odd.replace(" ", "%20"), "rtsp://cam/small")


@pytest.mark.parametrize(
    "value", ["/dev/video0", "rtsp://a:b%40@c/d?e=1&f=2", "a b#c", "it's", "back\\slash", "${HOME}"]
)
def test_a_value_comes_back_from_the_file_as_it_was(value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"A={quoted(value)}\nB=1\n")
    assert dotenv_values(tmp_path / ".env", interpolate=False) == {"A": value, "B": "1"}


def test_pictures_are_taken_and_a_failure_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(finding, "SETTLE_S", 0.1)
    only(monkeypatch, Found("Garden", "drawn", "scene:2"), Found("Gone", "/dev/video4711", "/dev/video4711"))
    result = CliRunner().invoke(app, [*LOOPBACK, "--still", str(tmp_path / "stills")])
    assert result.exit_code == 1
    assert f"picture: {tmp_path / 'stills' / 'garden.jpg'}" in result.stdout
    assert "no picture: /dev/video4711 is not there" in result.stdout
    assert [path.name for path in (tmp_path / "stills").iterdir()] == ["garden.jpg"]


def test_a_folder_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    only(monkeypatch, Found("Garden", "drawn", "scene:2"))
    (tmp_path / "file").touch()
    result = CliRunner().invoke(app, [*LOOPBACK, "--still", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert "cannot be written" in result.stdout


def test_the_program_finds_a_network_camera_and_asks_for_the_password() -> None:
    """The whole program in a process of its own, as the owner runs it."""
    with onvif_device(Device(name="Whole%20Program")):
        plain = run()
        asked = run("--login", USER)
    assert "Whole Program (127.0.0.1 wants a login: mocam cameras --login USER)" in plain.stdout
    line = "CAMERAS__WHOLE_PROGRAM__SOURCE=rtsp://admin:p%40ss%3Aw%2Frd@127.0.0.1:554/main?a=1&b=2\n"
    assert line in asked.stdout
    assert line.replace("SOURCE", "DETECT_SOURCE").replace("main", "sub") in asked.stdout
    assert PASSWORD not in asked.stdout + asked.stderr + plain.stderr


def run(*more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mocam", *LOOPBACK, *more]
    return subprocess.run(command, input=f"{PASSWORD}\n", capture_output=True, text=True, check=True, timeout=300)
