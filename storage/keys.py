"""The two archive passwords: made once, kept 0600, never told to anybody but rclone."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from storage.errors import StorageError
from storage.files import Files, translated

# No 0 O o 1 l I: the owner may have to copy these by hand. 55 letters, 32 times: 185 bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 32
FILE_NAME = "archive-passwords.txt"

_TEXT = """\
# The two passwords of MoCam's encrypted archive. Without them nobody can read it, you included.
# Keep a copy away from this device: in a password manager, or on paper. Do not change this file.
password = {password}
password2 = {password2}
"""
_LINE = re.compile(r"(password2?) = (\S+)")


@dataclass(frozen=True, slots=True)
class Passwords:
    """As rclone crypt names them. Neither stands in the repr: an exception or a log must not show them."""

    password: str = field(repr=False)
    password2: str = field(repr=False)


class Keys:
    """The passwords of one data folder."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.path = files.keys_dir / FILE_NAME

    def load_or_make(self) -> Passwords:
        """The passwords; made on the first call. Call under the lock of the data folder.

        Raises StorageError when the file is damaged: new passwords would leave the old archive unreadable.
        """
        with translated(self.path):
            if self.path.exists():
                self.path.chmod(0o600)
                return _parsed(self.path.read_bytes().decode("utf-8", "replace"), str(self.path))
        made = Passwords(_generate(), _generate())
        self._files.write_whole(self.path, _TEXT.format(password=made.password, password2=made.password2).encode())
        return made


def _generate() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _parsed(text: str, path: str) -> Passwords:
    """Reads back what `load_or_make` wrote. The sentence names the file and never what stands in it."""
    lines = [line.strip() for line in text.splitlines()]
    found = [match for line in lines if line and not line.startswith("#") for match in [_LINE.fullmatch(line)]]
    values = {match[1]: match[2] for match in found if match}
    whole = len(found) == 2 and set(values) == {"password", "password2"}
    if not whole or not all(len(value) == LENGTH and set(value) <= set(ALPHABET) for value in values.values()):
        raise StorageError(
            f"{path} is damaged. Put back your copy of it. Delete it only if you can do without the present archive: "
            "new passwords are made then, and these cannot open what was archived before."
        )
    return Passwords(values["password"], values["password2"])
