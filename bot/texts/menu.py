"""Every command with its usage and what it does, as /help and Telegram's own menu tell it."""

from __future__ import annotations

from bot.language import Text, Words

MENU: dict[str, tuple[Words, Text]] = {
    "start": ("/start", Text("say hello")),
    "help": ("/help", Text("what I can do")),
    "status": ("/status", Text("how everything is")),
    "arm": (Text("/arm [camera]"), Text("watch")),
    "disarm": (Text("/disarm [camera] [3h]"), Text("close the cameras for a while")),
    "snapshot": (Text("/snapshot [camera]"), Text("a picture of now")),
    "record": (Text("/record [camera] [30s]"), Text("record now, whatever moves")),
    "clips": (Text("/clips [yesterday evening]"), Text("what was recorded")),
    "clip": (Text("/clip [id]"), Text("send a clip; without a number the latest")),
    "mute": ("/mute [2h] [22:00-7:00]", Text("no sound for a while, or at night")),
    "schedule": (Text("/schedule [weekdays 8-17]"), Text("when it is armed, week by week")),
    "zones": (Text("/zones [camera]"), Text("what is not watched in the picture")),
    "sensitivity": (Text("/sensitivity [camera] [low]"), Text("how little is enough for an alert")),
    "why": (Text("/why [camera]"), Text("what stirred, and why it was an alert or not")),
    "privacy": (Text("/privacy [level] [2h]"), Text("what this chat sees; close the cameras")),
    "digest": ("/digest [21:00]", Text("the day at a glance, every day")),
    "pin": ("/pin", Text("a message at the top: MoCam is alive")),
    "retention": ("/retention [30d] [20GB]", Text("how long clips are kept")),
    "archive": ("/archive", Text("the encrypted copies, and whether they come back")),
    "guest": ("/guest [24h]", Text("let somebody look for a while")),
    "log": ("/log", Text("who did or fetched what")),
    "language": (Text("/language [de]"), Text("in which language I speak")),
}
"""Name -> usage, summary. The order is the order of the menu."""
