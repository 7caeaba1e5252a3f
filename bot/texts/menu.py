"""Every command with its usage and what it does, as /help and Telegram's own menu tell it."""

from __future__ import annotations

MENU: dict[str, tuple[str, str]] = {
    "start": ("/start", "say hello"),
    "help": ("/help", "what I can do"),
    "status": ("/status", "how everything is"),
    "arm": ("/arm [camera]", "watch"),
    "disarm": ("/disarm [camera] [3h]", "close the cameras for a while"),
    "snapshot": ("/snapshot [camera]", "a picture of now"),
    "clips": ("/clips [day]", "what was recorded"),
    "clip": ("/clip [id]", "send a clip; without a number the latest"),
    "mute": ("/mute [2h] [22:00-7:00]", "no sound for a while, or at night"),
    "schedule": ("/schedule [weekdays 8-17]", "when it is armed, week by week"),
    "zones": ("/zones [camera]", "what is not watched in the picture"),
    "privacy": ("/privacy [level] [2h]", "what this chat sees; close the cameras"),
    "retention": ("/retention [30d] [20GB]", "how long clips are kept"),
    "archive": ("/archive", "the encrypted copies, and whether they come back"),
    "guest": ("/guest [24h]", "let somebody look for a while"),
    "log": ("/log", "who did or fetched what"),
}
"""Name -> usage, summary. The order is the order of the menu."""
