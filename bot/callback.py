"""What a button carries: `v1:verb:argument` in at most 64 bytes, so that it still means something after a restart."""

from __future__ import annotations

import hashlib

VERSION = "v1"
MOST_BYTES = 64

ALL_CAMERAS = "*"


def pack(verb: str, argument: str = "") -> str:
    """The data of a button.

    Raises ValueError when it is over Telegram's 64 bytes: a mistake of ours, found by the tests of every keyboard.
    """
    data = f"{VERSION}:{verb}:{argument}"
    if len(data.encode()) > MOST_BYTES:
        raise ValueError(f"button data over {MOST_BYTES} bytes: {data}")
    return data


def unpack(data: str) -> tuple[str, str] | None:
    """Verb and argument; None: not ours, or of a version that is no more."""
    if len(data.encode()) > MOST_BYTES:
        return None
    version, _, rest = data.partition(":")
    verb, colon, argument = rest.partition(":")
    return (verb, argument) if version == VERSION and colon and verb else None


def verb(data: str) -> str:
    """What the button does; empty: not ours."""
    return (unpack(data) or ("", ""))[0]


def camera_key(name: str) -> str:
    """A short stable stand-in for a camera's name, which may be too long for a button."""
    return hashlib.blake2s(name.encode(), digest_size=6).hexdigest()
