"""What a guest may do: they look, and change nothing. Whatever is not named here is the owners'."""

from __future__ import annotations

GUEST_COMMANDS = frozenset({"start", "help", "status", "snapshot", "clips", "clip", "language"})
GUEST_BUTTONS = frozenset({"no", "status", "snap", "clips", "clip", "part", "index", "index-to", "open", "language"})
