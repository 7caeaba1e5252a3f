"""One short coroutine per command, and which of them answers which command and which button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot import spoken
from bot.commands import sensitivity as levels
from bot.commands import why as reasons
from bot.commands.archive import archive, drill_pressed
from bot.commands.arm import arm, arm_pressed, arm_yes
from bot.commands.card import open_pressed
from bot.commands.clip import clip, part_pressed
from bot.commands.clips import clips, clips_pressed, day_pressed
from bot.commands.digest import digest, digest_pressed
from bot.commands.disarm import disarm, disarm_pressed, disarm_yes
from bot.commands.event import (
    bin_pressed,
    false_pressed,
    hide_pressed,
    hush_for_pressed,
    hush_pressed,
    less_pressed,
    more_pressed,
    show_pressed,
    star_pressed,
    unbin_pressed,
)
from bot.commands.guest import guest, guest_end, guest_pressed
from bot.commands.help import help_
from bot.commands.index import index_pressed, index_turned
from bot.commands.language import language, language_pressed
from bot.commands.log import log, log_older
from bot.commands.mute import mute, mute_pressed
from bot.commands.pin import pin, pin_pressed
from bot.commands.privacy import close_yes, privacy, privacy_pressed
from bot.commands.proposal import offer_pressed
from bot.commands.record import record, record_pressed, stop_pressed
from bot.commands.retention import keep_pressed, keep_yes, retention
from bot.commands.schedule import schedule, schedule_yes
from bot.commands.sheet import sheet_pressed
from bot.commands.snapshot import snapshot, snapshot_pressed
from bot.commands.start import start
from bot.commands.status import status
from bot.commands.stills import stills_pressed
from bot.commands.zones import row_pressed, see_pressed, tap_pressed, undo_pressed, zones, zones_pressed
from bot.desk import Ask, Desk
from bot.language import Text, Words
from bot.texts import common
from bot.texts.menu import MENU

Handler = Callable[[Desk, Ask], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """`usage` and `summary` stand in /help; `summary` in Telegram's menu too."""

    name: str
    usage: Words
    summary: Text
    run: Handler

    async def obey(self, desk: Desk, ask: Ask) -> None:
        """As it was typed, in whatever language."""
        await self.run(desk, replace(ask, argument=spoken.plain(ask.argument, desk.camera_names())))


_HANDLERS: Mapping[str, Handler] = {
    "start": start,
    "help": help_,
    "status": status,
    "arm": arm,
    "disarm": disarm,
    "snapshot": snapshot,
    "record": record,
    "clips": clips,
    "clip": clip,
    "digest": digest,
    "pin": pin,
    "retention": retention,
    "archive": archive,
    "mute": mute,
    "schedule": schedule,
    "guest": guest,
    "log": log,
    "language": language,
    "privacy": privacy,
    "zones": zones,
    "sensitivity": levels.sensitivity,
    "why": reasons.why,
}

COMMANDS: tuple[Command, ...] = tuple(
    Command(name, usage, summary, _HANDLERS[name]) for name, (usage, summary) in MENU.items()
)
"""In the order of the menu."""

BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}


async def no(desk: Desk, ask: Ask) -> None:
    """Any No button."""
    await desk.questions.settled(ask.chat_id)
    if ask.message_id is not None:
        desk.questions.dropped(ask.chat_id, ask.message_id)
    await desk.show(ask, common.LEFT_AS_IT_WAS)


async def late(desk: Desk, ask: Ask) -> None:
    """Yes to a command that was heard late: it is obeyed as if it were sent now."""
    name, _, argument = ask.argument.partition(" ")
    if name not in BY_NAME:
        await desk.show(ask, common.BUTTON_UNKNOWN)
        return
    await desk.show(ask, common.obeyed_late(f"/{ask.argument}"))
    await BY_NAME[name].obey(desk, replace(ask, argument=argument, message_id=None))


BUTTONS: Mapping[str, Handler] = {
    "no": no,
    "late": late,
    "status": status,
    "stills": stills_pressed,
    "arm": arm_pressed,
    "arm-yes": arm_yes,
    "disarm": disarm_pressed,
    "disarm-yes": disarm_yes,
    "snap": snapshot_pressed,
    "record": record_pressed,
    "stop": stop_pressed,
    "clips": clips_pressed,
    "clip": clip,
    "part": part_pressed,
    "sheet": sheet_pressed,
    "star": star_pressed,
    "false": false_pressed,
    "bin": bin_pressed,
    "unbin": unbin_pressed,
    "more": more_pressed,
    "less": less_pressed,
    "hush": hush_pressed,
    "hush-for": hush_for_pressed,
    "mute": mute_pressed,
    "show": show_pressed,
    "hide": hide_pressed,
    "privacy": privacy_pressed,
    "close-yes": close_yes,
    "offer": offer_pressed,
    "why-of": reasons.camera_pressed,
    "why-page": reasons.page_pressed,
    "level": levels.level_pressed,
    "level-of": levels.chosen_pressed,
    "level-undo": levels.undo_pressed,
    "zones": zones_pressed,
    "zones-row": row_pressed,
    "zones-tap": tap_pressed,
    "zones-see": see_pressed,
    "zones-undo": undo_pressed,
    "day": day_pressed,
    "index": index_pressed,
    "open": open_pressed,
    "index-to": index_turned,
    "digest": digest_pressed,
    "pin": pin_pressed,
    "keep": keep_pressed,
    "rules": keep_yes,
    "archive": archive,
    "drill": drill_pressed,
    "sched-yes": schedule_yes,
    "guest": guest_pressed,
    "guest-end": guest_end,
    "log": log_older,
    "language": language_pressed,
}
"""Besides these, `run:<command>` runs a command."""

HARMLESS_COMMANDS = frozenset({"start", "help", "language"})
"""They only say what can be done: never too late. /arm and /disarm ask in words of their own."""
ASK_THEMSELVES = frozenset({"arm", "disarm"})
HARMLESS_BUTTONS = frozenset({"no", "status", "archive", "clips", "day", "sheet", "more", "less", "hush", "index"})
HARMLESS_BUTTONS |= {
    "index-to",
    "open",
    "language",
    "log",
    "disarm",
    "disarm-yes",
    "keep",
    "rules",
    "zones",
    "zones-row",
    "zones-see",
    "level-of",
    "stop",
    "why-of",
    "why-page",
}
"""They turn a page, or ask before they do something. Any other is asked about when it was perhaps pressed long ago."""
