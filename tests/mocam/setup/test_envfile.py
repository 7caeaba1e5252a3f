"""`.env` changed in place: what is not touched stays to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from mocam.setup.envfile import EnvFile
from storage.errors import StorageError
from tests.test_docs import text as of_repository

VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda t: t == t.strip()
)


def test_a_new_one_is_private_and_says_what_it_is(tmp_path: Path) -> None:
    env = EnvFile(tmp_path / ".env")
    env.set("A", "1")
    env.write()
    assert (tmp_path / ".env").read_text().startswith("# MoCam's settings")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_remarks_order_and_odd_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    before = "# mine\n\nB='two words' # why\nnonsense here\nexport A=1\n\n\nC=\"x\"\n# last, without an end of line"
    path.write_text(before)
    env = EnvFile(path)
    env.set("A", "one more")
    env.set("D", "4")
    env.set("B", "two words")
    env.write()
    assert path.read_text() == before.replace("export A=1", "A='one more'") + "\nD=4\n"


def test_the_example_gets_its_values_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(of_repository(".env.example"))
    env = EnvFile(path)
    for name, value in (
        ("TELEGRAM_BOT_TOKEN", "1:abc"),
        ("CAMERAS__FRONT__SOURCE", "scene"),
        ("ARCHIVE_REMOTE", "k:m"),
    ):
        env.set(name, value)
    env.write()
    lines = path.read_text().splitlines()
    assert lines[lines.index("ARCHIVE_REMOTE=k:m") - 1] == "#ARCHIVE_REMOTE="
    assert [line for line in of_repository(".env.example").splitlines() if line.startswith("#")] == [
        line for line in lines if line.startswith("#")
    ]


@given(VALUES)
def test_what_is_set_is_what_the_program_reads(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    env = EnvFile(path)
    env.set("NAME", value)
    env.write()
    assert dotenv_values(path, interpolate=False)["NAME"] == value
    assert EnvFile(path).get("NAME") == value


def test_a_line_break_is_no_value(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="line break"):
        EnvFile(tmp_path / ".env").set("A", "1\nB=2\nC=3\nD")


def test_the_last_of_two_lines_counts_and_is_changed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nA=2\n")
    env = EnvFile(path)
    assert env.get("A") == "2"
    env.set("A", "3")
    env.write()
    assert path.read_text() == "A=1\nA=3\n"


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(StorageError, match="cannot be used"):
        EnvFile(tmp_path / ".env")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(tmp_path / "real")
    env = EnvFile(tmp_path / ".env")
    env.set("A", "2")
    env.write()
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real").read_text() == "A=2\n"
