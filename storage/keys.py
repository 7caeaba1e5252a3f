"""The two archive passwords: made once, kept 0600, never told to anybody but rclone."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from mnemonic import Mnemonic

from storage.errors import StorageError
from storage.files import Files, translated

WORDS = 12
"""Of each password: 128 bits and a checksum of 4, after BIP-39. People copy words from paper without a slip."""
WORD_LIST = Mnemonic("english")
"""2048 words, of which no two begin with the same four letters."""
# What version 0.1.0 made: no 0 O o 1 l I. 55 letters, 32 times.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 32
FILE_NAME = "archive-passwords.txt"
KIT_FILE_NAME = "kit.json"

_TEXT = """\
# The two passwords of MoCam's encrypted archive. Without them nobody can read it, you included.
# Keep a copy away from this device: print the recovery kit with `mocam setup --kit`. Do not change this file.
password = {password}
password2 = {password2}
"""
_LINE = re.compile(r"(password2?) = (\S+)")


@dataclass(frozen=True, slots=True)
class Passwords:
    """As rclone crypt names them. Neither stands in the repr: an exception or a log must not show them."""

    password: str = field(repr=False)
    password2: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Tells one pair from another without giving either away: each has 128 bits or more."""
        return hashlib.sha256(f"mocam kit\n{self.password}\n{self.password2}".encode()).hexdigest()[:16]


class Keys:
    """The passwords of one data folder."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.path = files.keys_dir / FILE_NAME
        self._kit_path = files.keys_dir / KIT_FILE_NAME

    def load(self) -> Passwords | None:
        """The passwords; None: none were made so far. Raises StorageError when the file is damaged."""
        with translated(self.path):
            if not self.path.exists():
                return None
            self.path.chmod(0o600)
            return _parsed(self.path.read_bytes().decode("utf-8", "replace"), str(self.path))

    def load_or_make(self) -> Passwords:
        """The passwords; made on the first call. Call under the lock of the data folder.

        Raises StorageError when the file is damaged: new passwords would leave the old archive unreadable.
        """
        if (known := self.load()) is not None:
            return known
        made = Passwords(_generate(), _generate())
        self._write(made)
        return made

    def take_over(self, passwords: Passwords) -> None:
        """Makes those of a kit the ones of this data folder. Raises StorageError when it has others already."""
        known = self.load()
        if known is not None and known != passwords:
            raise StorageError(
                f"{self.path} holds other passwords than this kit: the folder belongs to another archive. "
                "Choose another folder."
            )
        if known is None:
            self._write(passwords)

    def _write(self, made: Passwords) -> None:
        self._files.write_whole(self.path, _TEXT.format(password=made.password, password2=made.password2).encode())

    # -- the recovery kit ------------------------------------------------------------------------------------------

    def kit_confirmed(self) -> bool:
        """Whether the owner has proved to hold the kit of the present passwords."""
        known = self.load()
        try:
            noted = json.loads(self._kit_path.read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return known is not None and isinstance(noted, dict) and noted.get("passwords") == known.fingerprint

    def confirm_kit(self) -> None:
        """The owner typed words from the paper."""
        if known := self.load():
            self._files.write_whole(self._kit_path, json.dumps({"passwords": known.fingerprint}).encode() + b"\n")


def well_formed(password: str) -> bool:
    """Whether MoCam could have made it: twelve words with hyphens between, or 32 letters as version 0.1.0 did."""
    if "-" in password:
        words = password.split("-")
        return len(words) == WORDS and bool(WORD_LIST.check(" ".join(words)))
    return len(password) == LENGTH and set(password) <= set(ALPHABET)


def _generate() -> str:
    return str(WORD_LIST.generate(strength=128)).replace(" ", "-")


def _parsed(text: str, path: str) -> Passwords:
    """Reads back what `load_or_make` wrote. The sentence names the file and never what stands in it."""
    lines = [line.strip() for line in text.splitlines()]
    found = [match for line in lines if line and not line.startswith("#") for match in [_LINE.fullmatch(line)]]
    values = {match[1]: match[2] for match in found if match}
    whole = len(found) == 2 and set(values) == {"password", "password2"}
    if not whole or not all(map(well_formed, values.values())):
        raise StorageError(
            f"{path} is damaged. Put back your copy of it. Delete it only if you can do without the present archive: "
            "new passwords are made then, and these cannot open what was archived before."
        )
    return Passwords(values["password"], values["password2"])
