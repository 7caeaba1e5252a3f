"""What rclone's log says while it runs: messages that explain a failure, and which files it has proved as it sent them.

Note on proofs: while the crypt layer sends a file it hashes what goes out, then asks the provider for the hash of what
arrived, and says `md5 = .. OK` when both are the same. `Copied ..` follows once the file has its final name. A file is
proved when both were said; for a provider without hashes, or a file that was there already, the first never is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from storage.child import OUTPUT_KEPT_BYTES
from storage.rclone_errors import messages

_LONGEST_LINE_BYTES = 65_536
_SAME_HASH = re.compile(r"(?!size )[\w-]+ = \S+ OK")
_COPIED = re.compile(r"Copied \([^)]*\)(?: to: (?P<name>.+))?")
_PARTIAL = re.compile(r"\.[0-9A-Za-z]{8}\.partial\Z")
_CHATTER = re.compile(rb'"level":"(?:debug|info)"|^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:DEBUG|INFO) ')
_TELLING = (b' OK"', b'"Copied (')


class Log:
    """Takes the log piece by piece. `on_proved` hears the name of each proved file, as it is in its folder, once."""

    def __init__(self, on_proved: Callable[[str], None] = lambda _: None, kept_bytes: int = OUTPUT_KEPT_BYTES) -> None:
        self._on_proved = on_proved
        self._kept_bytes = kept_bytes
        self._kept = bytearray()
        self._line = bytearray()
        self._same: set[str] = set()

    def feed(self, piece: bytes) -> None:
        self._line += piece
        *lines, rest = self._line.split(b"\n")
        for line in lines:
            self._take(bytes(line))
        self._line = bytearray(rest[-_LONGEST_LINE_BYTES:])

    @property
    def said(self) -> tuple[str, ...]:
        """Messages at level notice and above, in order; the last ones, where there are very many."""
        return tuple(messages(bytes(self._kept + self._line)))

    def _take(self, line: bytes) -> None:
        if not _CHATTER.search(line):
            self._kept += line + b"\n"
            del self._kept[: -self._kept_bytes]
        elif any(word in line for word in _TELLING):
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if not isinstance(entry, dict):
            return
        text, name = str(entry.get("msg", "")), str(entry.get("object", ""))
        if _SAME_HASH.fullmatch(text):
            self._same.add(_PARTIAL.sub("", name))
        elif copied := _COPIED.fullmatch(text):
            name = copied["name"] or name
            if name in self._same:
                self._same.remove(name)
                self._on_proved(name)
