"""What `mocam cameras` says: each camera that is there, with its lines for `.env`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from camera.errors import SourceError
from camera.finding import Found, find_network, find_pi, find_usb, take_still

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%&=?+~,;!\[\]-]+")
"""What may stand in `.env` without quotes."""

_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class _Kind:
    heading: str
    nothing: str
    find: Callable[[], list[Found]]


class Listing:
    """Looks for all kinds of camera, one after the other, and says at once what each look found."""

    def __init__(self, stills_dir: Path | None = None) -> None:
        """`stills_dir`: where a picture of each goes; None: no pictures."""
        self._stills_dir = stills_dir
        self._names: set[str] = set()
        self.failed = False
        """Whether a picture could not be taken."""

    def lines(self, user: str = "", password: str = "", interfaces: list[str] | None = None) -> Iterator[str]:
        """The text, line by line as it becomes known; holds the login in the addresses of network cameras."""
        for kind in _kinds(user, password, interfaces):
            yield f"{kind.heading}:"
            found = kind.find()
            for one in found:
                yield from self._camera(one)
            if not found:
                yield f"  {kind.nothing}"
        yield "A camera that is not listed: docs/guide/cameras.md has the line for each kind."

    def _camera(self, found: Found) -> Iterator[str]:
        name = self._name(found.name)
        yield f"  {found.name} ({found.what})"
        if not found.source:
            return
        yield f"    CAMERAS__{name}__SOURCE={quoted(found.source)}"
        if found.detect_source:
            yield f"    CAMERAS__{name}__DETECT_SOURCE={quoted(found.detect_source)}"
        if found.microphone:
            yield f"    CAMERAS__{name}__MICROPHONE={quoted(found.microphone)}"
        if self._stills_dir is not None:
            yield f"    {self._still(found, self._stills_dir / f'{name.lower()}.jpg')}"

    def _still(self, found: Found, path: Path) -> str:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            take_still(found, path)
        except SourceError as exc:
            self.failed = True
            return f"no picture: {exc}"
        except OSError as exc:
            self.failed = True
            return f"no picture: {path} cannot be written ({exc.strerror})."
        return f"picture: {path}"

    def _name(self, text: str) -> str:
        """A name for `.env` that no camera before it has."""
        base = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")[:_LONGEST_NAME].strip("_") or "CAMERA"
        name = next(
            name for name in (base, *(f"{base}_{number}" for number in range(2, 1000))) if name not in self._names
        )
        self._names.add(name)
        return name


def quoted(value: str) -> str:
    """A value as it has to stand in `.env`."""
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _kinds(user: str, password: str, interfaces: list[str] | None) -> list[_Kind]:
    return [
        _Kind(
            "Pi cameras",
            "None. They need Raspberry Pi OS and python3-picamera2; `rpicam-hello --list-cameras` shows what it sees.",
            find_pi,
        ),
        _Kind(
            "USB cameras",
            "None that this user may open. `ls /dev/video*` shows whether one is there; if so: "
            "sudo usermod -aG video $USER, then log in again.",
            find_usb,
        ),
        _Kind(
            "Network cameras",
            "None answered. They answer only in the same network, and many only after ONVIF was switched on in their "
            "own settings. The camera's manual has the address too.",
            lambda: find_network(user, password, interfaces),
        ),
    ]
