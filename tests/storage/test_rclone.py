"""The runner of rclone: argument lists and environment, pure; then the real binary where its ways matter."""

from __future__ import annotations

import asyncio
import string
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import rclone as runner
from storage.errors import ArchiveRefused, ArchiveUnreachable
from storage.rclone import Rclone, found_binary, resolved_remote
from storage.rclone_arguments import (
    checked_name,
    compare_arguments,
    delete_arguments,
    fetch_arguments,
    list_arguments,
    remove_folder_arguments,
    stat_arguments,
    upload_all_arguments,
    upload_arguments,
)
from storage.rclone_environment import environment
from storage.rclone_short import answer
from tests.storage.room import Room, until

NAME = "2026/05/01/front-e1-1.mp4"
INJECTED = [
    "",
    "/",
    "..",
    "../x",
    "a/../b",
    "a//b",
    "a/",
    "/etc/passwd",
    "a/.hidden",
    "$(touch x)",
    "`touch x`",
    'a"b',
    "a b",
    "a;b",
    "a:b",
    "a\nb",
    "a\n",
    "ä",
    "x" * 201,
]


@pytest.mark.parametrize("name", INJECTED)
def test_a_name_that_we_would_not_give_is_never_passed_on(name: str, tmp_path: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: upload_arguments(tmp_path, name, anew=False),
        lambda: fetch_arguments(name, tmp_path),
        lambda: stat_arguments(name),
        lambda: compare_arguments(tmp_path, name),
        lambda: delete_arguments(name),
        lambda: upload_all_arguments(tmp_path, name, anew=False),
        lambda: list_arguments(name),
        lambda: remove_folder_arguments(name),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="not a name"):
            call()


@given(st.text(max_size=20))
def test_no_name_ever_means_more_than_one_file(name: str) -> None:
    try:
        checked_name(name)
    except ValueError:
        return
    assert set(name) <= set(string.ascii_letters + string.digits + "._-/")
    assert all(part and not part.startswith(".") for part in name.split("/"))


def test_every_path_stands_after_the_end_of_options(tmp_path: Path) -> None:
    for arguments in (
        upload_arguments(tmp_path, NAME, anew=True),
        fetch_arguments(NAME, tmp_path),
        stat_arguments(NAME),
        compare_arguments(tmp_path, "2026/05/01"),
        delete_arguments(NAME),
        upload_all_arguments(tmp_path, "2026/05/01", anew=False),
        list_arguments("2026/05/01"),
        remove_folder_arguments("2026"),
    ):
        end = arguments.index("--")
        assert not [argument for argument in arguments[1:end] if "/" in argument or ":" in argument]
        assert not [argument for argument in arguments[end + 1 :] if argument.startswith("-")]


def test_a_truncated_file_is_never_kept() -> None:
    assert not {"--ignore-existing", "--immutable"} & set(upload_arguments(Path("x"), NAME, anew=False))
    assert "--ignore-times" in upload_arguments(Path("x"), NAME, anew=True)


def test_the_child_inherits_no_foreign_secret() -> None:
    base = {
        "TELEGRAM_BOT_TOKEN": "1:x",
        "CAMERAS__FRONT__SOURCE": "rtsp://u:p@h",
        "RCLONE_CONFIG_MOCAMCRYPT_TYPE": "alias",
        "RCLONE_DRY_RUN": "true",
        "HOME": "/h",
    }
    made = environment(base, "cloud:home", Path("/etc/rclone.conf"), ("one", "two"), Path("/opt/bin/rclone"))
    assert "TELEGRAM_BOT_TOKEN" not in made
    assert "CAMERAS__FRONT__SOURCE" not in made
    assert "RCLONE_DRY_RUN" not in made
    assert made["HOME"] == "/h"
    assert made["RCLONE_CONFIG"] == "/etc/rclone.conf"
    assert made["RCLONE_CONFIG_MOCAMCRYPT_TYPE"] == "crypt"
    assert made["RCLONE_CONFIG_MOCAMCRYPT_FILENAME_ENCRYPTION"] == "standard"
    assert "RCLONE_CONFIG" not in environment({}, "x:", None, ("", ""), Path("/r"))
    assert environment({}, "x:", None, ("", ""), Path("/r"))["HOME"] == str(Path.home()), "or rclone asks getent for it"


def test_rclone_keeps_its_heap_small_unless_the_owner_says_otherwise() -> None:
    made = environment({}, "x:", None, ("", ""), Path("/r"))
    assert (made["GOGC"], made["GOMEMLIMIT"]) == ("off", "32MiB"), "never without a bound"
    asked = environment({"GOGC": "50", "GOMEMLIMIT": "1GiB"}, "x:", None, ("", ""), Path("/r"))
    assert (asked["GOGC"], asked["GOMEMLIMIT"]) == ("50", "1GiB")


async def test_who_tells_the_version_gets_no_password(room: Room, remote: Path, tmp_path: Path) -> None:
    """Where lsb_release is installed, rclone starts it with the environment that it has itself."""
    fake = tmp_path / "lsb_release"
    fake.write_text(f'#!/bin/sh\nenv >"{tmp_path}/seen-$$"\necho "Distributor ID: X"\n')
    fake.chmod(0o755)
    binary = tmp_path / "rclone"
    binary.write_text(f'#!/bin/sh\nenv >"{tmp_path}/seen-$$"\nexec "{found_binary()}" "$@"\n')
    binary.chmod(0o755)
    rclone = Rclone(str(remote), room.passwords, room.files.data_dir, None, binary=binary)
    await rclone.check()
    seen = [path.read_text() for path in tmp_path.glob("seen-*")]
    told = [text for text in seen if "PYTHONSAFEPATH" in text]
    assert told
    assert not [text for text in told if "MOCAMCRYPT_PASSWORD" in text]


def test_what_a_remote_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    assert resolved_remote("cloud:home/cam", data) == ("cloud:home/cam", None)
    assert resolved_remote("cloud:", data) == ("cloud:", None)
    assert resolved_remote("/mnt/a:b", data) == ("/mnt/a:b", Path("/mnt/a:b"))
    assert resolved_remote("archive", data) == (str(tmp_path / "archive"), tmp_path / "archive")
    assert resolved_remote("./a/b:c", data)[1] == tmp_path / "a" / "b:c"


async def test_the_real_rclone_reveals_what_was_obscured(room: Room, remote: Path) -> None:
    """The runner itself never calls `reveal`: it takes its secret as an argument."""
    clip = room.with_clip(1)
    assert clip.path is not None
    rclone = room.rclone(remote)
    rclone.make_folder()
    await rclone.upload(clip.path, NAME, clip.size_bytes)
    made = rclone._environment
    assert made is not None
    for option, password in (("PASSWORD", room.passwords.password), ("PASSWORD2", room.passwords.password2)):
        shown = await asyncio.create_subprocess_exec(
            *(found_binary(), "reveal", "--", made[f"RCLONE_CONFIG_MOCAMCRYPT_{option}"]), stdout=subprocess.PIPE
        )
        assert (await shown.communicate())[0].decode().strip() == password


async def test_missing_is_none_and_deleting_twice_is_fine(room: Room, remote: Path) -> None:
    clip = room.with_clip(1)
    assert clip.path is not None
    rclone = room.rclone(remote)
    rclone.make_folder()
    assert await rclone.size_bytes(NAME) is None
    await rclone.upload(clip.path, NAME, clip.size_bytes)
    assert await rclone.size_bytes(NAME) == clip.size_bytes
    assert not await rclone.remove_empty_folder("2026/05/01")
    await rclone.delete(NAME)
    await rclone.delete(NAME)
    assert await rclone.size_bytes(NAME) is None
    assert await rclone.remove_empty_folder("2026/05/01")


async def test_an_owners_config_with_a_remote_of_our_name_does_not_harm(
    room: Room, remote: Path, tmp_path: Path
) -> None:
    config = tmp_path / "rclone.conf"
    config.write_text("[mocamcrypt]\ntype = memory\n\n[mocam]\ntype = alias\nremote = " + str(remote) + "\n")
    before = config.read_bytes()
    clip = room.with_clip(1)
    assert clip.path is not None
    await room.rclone("mocam:sub", config).upload(clip.path, NAME, clip.size_bytes)
    assert (remote / "sub").is_dir()
    assert config.read_bytes() == before


async def test_an_old_rclone_is_refused(room: Room, remote: Path, tmp_path: Path) -> None:
    real = found_binary()
    old = tmp_path / "bin" / "rclone"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\n[ "$1" = version ] && echo "rclone v1.60.1-DEV" && exit\nexec {real} "$@"\n')
    old.chmod(0o755)
    with pytest.raises(ArchiveRefused, match=r"1\.60\.1-DEV is too old"):
        await Rclone(str(remote), room.passwords, room.files.data_dir, None, old).check()


async def test_a_program_that_is_no_rclone_is_refused(room: Room, remote: Path) -> None:
    room.rclone(remote).make_folder()
    for binary, words in ((Path("/bin/cat"), "real rclone"), (Path("/nowhere/rclone"), "cannot be started")):
        with pytest.raises(ArchiveRefused, match=words):
            await Rclone(str(remote), room.passwords, room.files.data_dir, None, binary).size_bytes(NAME)


def ended(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "zombie" in status.read_text()
    except OSError:
        return True


async def test_a_call_that_hangs_is_ended_with_all_its_children(
    room: Room, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    hanging = tmp_path / "bin" / "rclone"
    hanging.parent.mkdir()
    script = f'#!/bin/sh\n[ "$1" = obscure ] && exec {found_binary()} "$@"\nsleep 1000 & echo $! > {pid_file}\nwait\n'
    hanging.write_text(script)
    hanging.chmod(0o755)
    room.rclone(remote).make_folder()
    rclone = Rclone(str(remote), room.passwords, room.files.data_dir, None, hanging)
    await rclone._child_environment()  # by the real one, which may need its time
    monkeypatch.setattr(runner, "SHORT_S", 3.0)
    with pytest.raises(ArchiveUnreachable, match="did not answer in time"):
        await rclone.size_bytes(NAME)
    pid = int(pid_file.read_text())
    await until(lambda: ended(pid))


def test_a_folder_that_cannot_be_made_is_named(room: Room, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveRefused, match="cannot be made"):
        room.rclone(tmp_path / "file" / "archive").make_folder()


def test_short_calls_refuse_what_a_shell_could_read() -> None:
    for path in ("$(id):", "a b:", 'x:"', "x:`id`", "", "x;y:"):
        with pytest.raises(ValueError, match="misread"):
            answer("about", path)
    with pytest.raises(ValueError, match="no such"):
        answer("purge", "x:")
