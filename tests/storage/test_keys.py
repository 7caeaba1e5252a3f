"""The archive passwords: made once, private, never silently made anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.files import Files
from storage.keys import ALPHABET, LENGTH, WORD_LIST, WORDS, Keys, Passwords
from tests.storage.room import passwords_of


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(Files(tmp_path / "data"))


def test_made_once_and_private(keys: Keys) -> None:
    made = keys.load_or_make()
    assert keys.path.stat().st_mode & 0o777 == 0o600
    assert made.password != made.password2
    for password in (made.password, made.password2):
        words = password.split("-")
        assert len(words) == WORDS
        assert set(words) <= set(WORD_LIST.wordlist)
    assert keys.load_or_make() == made
    keys.path.chmod(0o644)
    assert keys.load_or_make() == made
    assert keys.path.stat().st_mode & 0o777 == 0o600


def test_those_of_the_first_version_go_on(keys: Keys) -> None:
    old = Passwords(ALPHABET[:LENGTH], ALPHABET[-LENGTH:])
    keys.take_over(old)
    assert keys.load_or_make() == old


def test_a_folder_of_another_archive_is_not_taken_over(keys: Keys) -> None:
    made = keys.load_or_make()
    with pytest.raises(StorageError, match="another archive"):
        keys.take_over(Passwords(made.password2, made.password))
    keys.take_over(made)
    assert keys.load() == made


def test_a_proved_kit_is_that_of_these_passwords_only(keys: Keys) -> None:
    assert keys.load() is None
    keys.confirm_kit()
    assert not keys.kit_confirmed()
    keys.load_or_make()
    assert not keys.kit_confirmed()
    keys.confirm_kit()
    assert keys.kit_confirmed()
    keys.path.unlink()
    keys.load_or_make()
    assert not keys.kit_confirmed()


def test_a_reader_finds_them_in_plain_words(keys: Keys) -> None:
    made = keys.load_or_make()
    lines = keys.path.read_text().splitlines()
    assert f"password = {made.password}" in lines
    assert f"password2 = {made.password2}" in lines


def test_they_show_in_no_repr(keys: Keys) -> None:
    made = keys.load_or_make()
    assert made.password not in repr(made)
    assert made.password2 not in repr(made)


@pytest.mark.parametrize("how", ["empty", "one", "short", "strange", "binary", "twice"])
def test_a_damaged_file_is_refused_and_left_as_it_is(keys: Keys, how: str) -> None:
    made = passwords_of("damaged")
    keys.take_over(made)
    text = keys.path.read_text()
    damaged = {
        "empty": b"",
        "one": text.replace("password2 =", "# password2 =").encode(),
        "short": text.replace(made.password, made.password.rpartition("-")[0]).encode(),
        "strange": text.replace(made.password, "0" * LENGTH).encode(),
        "binary": bytes(range(256)),
        "twice": (text + f"password = {made.password}\n").encode(),
    }[how]
    keys.path.write_bytes(damaged)
    with pytest.raises(StorageError, match="damaged") as caught:
        keys.load_or_make()
    told = re.findall(r"[a-z]+", str(caught.value).replace(str(keys.path), ""))
    for password in (made.password, made.password2):  # one word of them may be one of any sentence
        assert "-".join(password.split("-")[:2]) not in "-".join(told)
    assert keys.path.read_bytes() == damaged
