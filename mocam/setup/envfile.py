"""`.env`, changed in place: every other line, comments and order included, stays; the file appears whole, 0600."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from mocam.cameras import quoted
from storage.errors import StorageError
from storage.files import translated

HEAD = "# MoCam's settings; docs/reference/settings.md explains each. This file holds secrets: keep it to yourself.\n"


class EnvFile:
    """The file as it will be; nothing is written before `write`."""

    def __init__(self, path: Path) -> None:
        """Reads it when it is there. Raises StorageError."""
        self.path = path
        with translated(path):
            text = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else HEAD
        self._bindings = list(parse_stream(io.StringIO(text)))

    def values(self) -> dict[str, str]:
        """What is set now; of a name that stands twice the last one counts."""
        return {one.key: one.value or "" for one in self._bindings if one.key is not None and not one.error}

    def get(self, name: str, default: str = "") -> str:
        """Empty means the default, as for the program."""
        return self.values().get(name) or default

    def set(self, name: str, value: str) -> None:
        """Changes the line of that name; without one it goes below its commented default, else to the end.

        Raises StorageError for a value that cannot stand there.
        """
        if "\n" in value or "\r" in value:
            raise StorageError(f"A value with a line break cannot stand in the settings file ({name}).")
        if self.values().get(name) == value:
            return
        line = f"{name}={quoted(value) if value else ''}\n"
        places = [at for at, one in enumerate(self._bindings) if one.key == name]
        if places:
            self._replace(places[-1], line)
            return
        commented = re.compile(rf"(?m)^#\s*{re.escape(name)}=.*$")
        for at, one in enumerate(self._bindings):
            if one.key is None and commented.search(one.original.string):
                self._insert(at + 1, line)
                return
        self._insert(len(self._bindings), line)

    def rename(self, old: str, new: str) -> None:
        """Every name that begins with `old` begins with `new` from now on; its line, value and remark stay."""
        for at, one in enumerate(self._bindings):
            if one.key is not None and not one.error and one.key.startswith(old):
                text = one.original.string
                self._bindings[at] = _parsed(text.replace(one.key, new + one.key[len(old) :], 1))

    def put_away(self, beginning: str) -> None:
        """The lines of every name that begins so become remarks: out of force, and not lost."""
        for at in reversed(range(len(self._bindings))):
            one = self._bindings[at]
            if one.key is not None and not one.error and one.key.startswith(beginning):
                text = one.original.string
                lead = text[: len(text) - len(text.lstrip())]
                kept = "".join(f"#{line}" for line in text.lstrip().splitlines(keepends=True))
                self._bindings[at : at + 1] = parse_stream(io.StringIO(lead + kept))

    def write(self) -> None:
        """Raises StorageError; then the old file is untouched."""
        text = "".join(one.original.string for one in self._bindings)
        folder = self.path.absolute().parent
        with translated(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            handle, temp = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    os.fchmod(file.fileno(), 0o600)
                    file.write(text.encode("utf-8", "surrogateescape"))
                    file.flush()
                    os.fsync(file.fileno())
                # A link stays one: what it points to is replaced.
                Path(temp).replace(self.path.resolve())
            except OSError:
                Path(temp).unlink(missing_ok=True)
                raise

    def _replace(self, at: int, line: str) -> None:
        # The parser puts blank lines before a value into the value's own text.
        old = self._bindings[at].original.string
        before = old[: len(old) - len(old.lstrip("\n"))]
        self._bindings[at] = _parsed(before + line)

    def _insert(self, at: int, line: str) -> None:
        if at and not self._bindings[at - 1].original.string.endswith("\n"):
            last = self._bindings[at - 1]
            self._bindings[at - 1] = last._replace(original=last.original._replace(string=last.original.string + "\n"))
        self._bindings.insert(at, _parsed(line))


def _parsed(text: str) -> Binding:
    (found,) = parse_stream(io.StringIO(text))
    return found
