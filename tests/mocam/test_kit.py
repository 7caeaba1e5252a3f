"""The page of the kit: what it says, that its code is read, and that its commands restore with stock rclone alone."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import re
import subprocess
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from html import unescape
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from mocam.kit.html import html_page
from mocam.kit.page import Page, page
from mocam.kit.pdf import pdf_page
from mocam.kit.remote import hint
from mocam.setup import kit as kits
from storage.archive import Archive
from storage.files import Files
from storage.kit import Kit, read_kit
from storage.rclone import found_binary
from storage.rclone_config import section
from storage.seal import make_pair
from tests.storage.dav import PASSWORD, Dav
from tests.storage.room import NOON, Room, drained

KOOFR = {"type": "koofr", "user": "anna@example.org", "password": "obscured-secret", "token": "not-this"}

SEAL = "AGE-SECRET-KEY-1SLPQ0L263N2SXE0JFWQ75Q7YXQ0U2TMAUGRA4JMV77KHGPCWQ7QQJ46R7T"
"""Of a pair that seals nothing; always the same, since no reader of pictures reads every code."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room.at(tmp_path / "data")
    yield opened
    opened.db.close()


@pytest.fixture
async def dav(tmp_path: Path) -> AsyncIterator[Dav]:
    server = Dav(tmp_path / "dav")
    await server.start()
    yield server
    await server.stop()


def made(kit: Kit, remote: str, options: Mapping[str, str] | None = None, *, sealed: bool = False) -> Page:
    return page(kit, hint(remote, options or {}), date(2026, 5, 1), sealed=sealed)


def commands(html: str, name: str = "with-rclone") -> list[str]:
    """Every command of the steps, as a person would type it from the paper."""
    steps = re.search(rf'<ol id="{name}">(.*?)</ol>', html, re.DOTALL)
    assert steps
    return [unescape(command) for command in re.findall(r"<pre>(.*?)</pre>", steps[1], re.DOTALL)]


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """In a shell of a machine that has never seen MoCam, with stock rclone and an empty configuration."""
    environment = {"PATH": f"{found_binary().parent}:{os.defpath}", "RCLONE_CONFIG": str(folder / "rclone.conf")}
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )


def walk(
    html: str, folder: Path, secrets: Mapping[str, str] | None = None, *, only: int | None = None
) -> list[subprocess.CompletedProcess[str]]:
    """Step by step as printed, or `only` the first ones; words in capitals are filled in."""
    folder.mkdir()
    done = []
    for command in commands(html)[:only]:
        filled = functools.reduce(lambda text, word: text.replace(*word), (secrets or {}).items(), command)
        assert "YOUR-" not in filled
        done.append(typed(filled, folder))
    return done


async def test_stock_rclone_restores_a_folder_as_printed_and_tells_of_harm(room: Room, tmp_path: Path) -> None:
    first, second = room.with_clip(1, size=200_000), room.with_clip(2, NOON, size=200_000)
    assert first.path
    plain = first.path.read_bytes()
    provider = tmp_path / "a disk"
    await drained(room.archive(provider), room)
    html = html_page(made(Kit(room.passwords), str(provider)))
    create, look, copy, compare = walk(html, tmp_path / "other")
    assert [step.returncode for step in (create, look, copy, compare)] == [0, 0, 0, 0], copy.stderr + compare.stderr
    assert look.stdout == "2026/\n"
    assert (tmp_path / "other/mocam-clips" / first.remote_name).read_bytes() == plain
    assert compare.stdout == ""

    _, *others = room.passwords.password.split("-")
    wrong = html.replace(room.passwords.password, "-".join(["nobody", *others]))
    listed = walk(wrong, tmp_path / "wrong", only=2)[1]
    assert str(NOON.year) not in listed.stdout
    if not listed.stdout:  # in one of some hundred cases a name decrypts to garbage instead
        assert "Skipping undecryptable" in listed.stderr

    files = sorted(provider.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)[-2:]
    one, other = (path.read_bytes() for path in files)
    files[0].write_bytes(other)
    files[1].write_bytes(one)
    compare = walk(html, tmp_path / "swapped")[-1]
    assert compare.returncode != 0
    assert {name for name in (first.remote_name, second.remote_name) if name in compare.stdout} == {
        first.remote_name,
        second.remote_name,
    }


async def test_stock_rclone_restores_from_webdav_as_printed(room: Room, dav: Dav, tmp_path: Path) -> None:
    clip = room.with_clip(1, size=200_000)
    assert clip.path
    plain = clip.path.read_bytes()
    await drained(room.archive("cloud:cameras", dav.config), room)
    options = await section(room.rclone("cloud:cameras", dav.config), "cloud:cameras")
    html = html_page(made(Kit(room.passwords), "cloud:cameras", options))
    assert PASSWORD not in html
    done = await asyncio.to_thread(walk, html, tmp_path / "other", {"YOUR-PASS": PASSWORD})
    assert [step.returncode for step in done] == [0] * 5, [step.stderr for step in done]
    assert (tmp_path / "other/mocam-clips" / clip.remote_name).read_bytes() == plain


async def test_stock_rclone_and_age_restore_sealed_clips_as_printed(room: Room, tmp_path: Path) -> None:
    pair = make_pair()
    clip = room.with_clip(1, size=200_000)
    assert clip.path
    plain = clip.path.read_bytes()
    rclone = room.rclone(tmp_path / "disk")
    archive = Archive(room.queue, room.catalogue, room.files, rclone, seal_to=pair.public)
    await drained(archive, room)
    html = html_page(made(Kit(room.passwords, pair.private), str(tmp_path / "disk"), sealed=True))
    done = walk(html, tmp_path / "other")
    assert [step.returncode for step in done] == [0] * 6, [step.stderr for step in done]
    assert (tmp_path / "other/mocam-clips" / clip.remote_name).read_bytes() == plain
    assert done[-1].stdout == ""


def test_the_code_is_read_by_a_machine_and_opens_the_same(room: Room) -> None:
    kit = Kit(room.passwords, SEAL)
    picture = io.BytesIO()
    made(kit, "/mnt/usb", sealed=True).qr().save(picture, kind="png", scale=6, border=4)
    image = cv2.imdecode(np.frombuffer(picture.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    # OpenCV's older reader loses one good code in twelve of this size.
    assert read_kit(cv2.QRCodeDetectorAruco().detectAndDecode(image)[0]) == kit


def test_both_forms_hold_every_word_and_no_secret_of_the_provider(room: Room) -> None:
    kit = Kit(room.passwords, SEAL)
    content = made(kit, "koofr:cameras", KOOFR, sealed=True)
    html, pdf = html_page(content), pdf_page(content)
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    drawn = b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x").decode("latin-1")
    for number, word in kit.numbered().items():
        assert f"<li>{word}</li>" in html
        assert f"{number:2d}. {word}" in drawn
    assert pdf.startswith(b"%PDF")
    assert "anna@example.org" in html
    assert "obscured-secret" not in html
    assert "not-this" not in html
    assert "<script" not in html
    assert "http-equiv" in html


@pytest.mark.parametrize(
    ("remote", "options", "command"),
    [
        ("/mnt/usb", {}, ""),
        (
            "koofr:cameras",
            KOOFR,
            "rclone config create cloud koofr user=anna@example.org password=YOUR-PASSWORD --obscure",
        ),
        ("g:", {"type": "drive", "scope": "drive", "token": "x"}, "rclone config create cloud drive scope=drive"),
        (
            "s:bucket",
            {
                "type": "s3",
                "provider": "Cloudflare",
                "access_key_id": "A",
                "secret_access_key": "S",
                "endpoint": "https://r",
            },
            (
                "rclone config create cloud s3 provider=Cloudflare access_key_id=A endpoint=https://r"
                " secret_access_key=YOUR-SECRET-ACCESS-KEY --obscure"
            ),
        ),
    ],
)
def test_how_the_place_is_named(remote: str, options: dict[str, str], command: str) -> None:
    assert hint(remote, options).create_command() == command


def test_the_files_are_private_and_can_be_wiped(room: Room, tmp_path: Path) -> None:
    printed = kits.write_page(made(Kit(room.passwords), "/mnt"), Files(tmp_path / "data"), tmp_path / "print")
    for path in (printed.html, printed.pdf):
        assert path.stat().st_mode & 0o777 == 0o600
    assert printed.html.parent.stat().st_mode & 0o777 == 0o700
    printed.wipe()
    assert list((tmp_path / "print").iterdir()) == []


def test_words_for_a_pen(room: Room) -> None:
    kit = Kit(room.passwords)
    out = io.StringIO()
    kits.show_words(kit, Console(file=out, width=100))
    assert [number for number, word in kit.numbered().items() if f"{number:2d}. {word}" not in out.getvalue()] == []


def test_two_words_are_asked_of_different_secrets(room: Room) -> None:
    kit = Kit(room.passwords)
    for _ in range(30):
        one, other = kits.chosen_numbers(kit)
        assert 1 <= one <= 12 < other <= 24
    word = kit.numbered()[3]
    assert kits.right_word(kit, 3, f" {word.upper()} ")
    assert not kits.right_word(kit, 3, word + "x")
