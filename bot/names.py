"""File names as the phone shows and saves them."""

from __future__ import annotations

import re

_ODD = re.compile(r"[^A-Za-z0-9_-]+")


def file_name(camera: str, what: str, suffix: str) -> str:
    """`front-e42.mp4`: nothing that a phone or a header could stumble over."""
    return f"{_ODD.sub('_', camera)[:40]}-{_ODD.sub('_', what)[:40]}{suffix}"
