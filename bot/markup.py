"""Our HTML as Telegram takes it: cut to its limits, or without its tags."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<[^>]*>")


def plain(html: str) -> str:
    """The same words without markup."""
    return unescape(_TAG.sub("", html))


def shortened(html: str, limit: int) -> str:
    """Within Telegram's limit, cut at a line's end so that no tag is torn (our tags never span lines)."""
    if len(plain(html)) <= limit:
        return html
    lines = html.split("\n")
    while len(lines) > 1 and len(plain("\n".join(lines))) > limit - 2:
        lines.pop()
    text = "\n".join(lines)
    return f"{text}\n…" if len(plain(text)) <= limit - 2 else plain(text)[: limit - 1] + "…"
