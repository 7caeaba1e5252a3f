"""Finds whole JPEGs in a run of bytes, whatever stands between them."""

from __future__ import annotations

import re

LARGEST_PICTURE_BYTES = 16_000_000
"""Twice what a 4K camera sends; more is no picture."""

_START = b"\xff\xd8\xff"
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""In coded picture data each 0xFF is followed by 00 or by a restart mark; fill bytes (more 0xFF) mean nothing."""

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))


class JpegCutter:
    """Takes bytes as they come, gives whole JPEGs.

    Pure. The pictures' own structure (ISO/IEC 10918-1, annex B) says where each ends, not the multipart boundary or
    Content-Length around it: cameras leave these out, write them wrong, or cut a picture short when the network is
    slow. A thumbnail inside a header is stepped over by the header's length. Holds at most one picture.
    """

    def __init__(self) -> None:
        self.broken = 0
        """Pictures cut short, or too big, so far."""
        self._held = bytearray()
        self._at = 0
        """Where in `_held`, which begins with a picture, the next marker is looked for; 0: no picture has begun."""
        self._in_scan = False

    def feed(self, data: bytes) -> list[bytes]:
        """The pictures that these bytes complete."""
        self._held += data
        whole: list[bytes] = []
        while (self._at or self._begin()) and self._step(whole):
            pass
        if len(self._held) > LARGEST_PICTURE_BYTES:
            self.end()
        return whole

    def end(self) -> None:
        """No more bytes come: a picture that has begun is broken. The next `feed` begins anew."""
        self.broken += self._at > 0
        self._held.clear()
        self._at = 0

    def _begin(self) -> bool:
        start = self._held.find(_START)
        if start < 0:
            del self._held[: max(0, len(self._held) - len(_START) + 1)]  # its first bytes may have come already
            return False
        del self._held[:start]
        self._at, self._in_scan = 2, False
        return True

    def _step(self, whole: list[bytes]) -> bool:
        """Goes on to the next marker; False: more bytes are needed."""
        if self._in_scan:
            found = _END_OF_SCAN.search(self._held, self._at)
            if found is None:
                self._at = max(self._at, len(self._held) - 1)
                return False
            self._at, self._in_scan = found.start(), False
        if len(self._held) < self._at + 2:
            return False
        if self._held[self._at] != 0xFF or self._held[self._at + 1] in (0x00, _SOI):
            self._give_up()
        elif self._held[self._at + 1] == _EOI:
            whole.append(bytes(self._held[: self._at + 2]))
            del self._held[: self._at + 2]
            self._at = 0
        else:
            return self._pass_marker(self._held[self._at + 1])
        return True

    def _pass_marker(self, marker: int) -> bool:
        if marker == 0xFF:
            self._at += 1
        elif marker in _WITHOUT_LENGTH:
            self._at += 2
        elif len(self._held) < self._at + 4:
            return False
        else:
            self._at += 2 + max(2, int.from_bytes(self._held[self._at + 2 : self._at + 4]))
            self._in_scan = marker == _SOS
        return True

    def _give_up(self) -> None:
        """The picture ended before its end: the next one may already be among its bytes."""
        self.broken += 1
        del self._held[:2]
        self._at = 0
