"""/sensitivity: low, normal or high for a camera, with what each would have done last week."""

from __future__ import annotations

import asyncio
import time

from telegram import InlineKeyboardMarkup

from bot import choice, zone_keys
from bot.delivery import Undelivered
from bot.desk import Ask, Desk
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.sensitivity import Level, LevelView
from bot.texts import sensitivity as texts
from bot.texts.status import CAMERA_GONE, no_such_camera

PROGRESS_EVERY_S = 4.0
"""How often the message tells how far it is."""
_WORDS = {"low": Level.LOW, "normal": Level.NORMAL, "default": Level.NORMAL, "medium": Level.NORMAL, "high": Level.HIGH}


async def sensitivity(desk: Desk, ask: Ask) -> None:
    """Shows it; with a word it is set at once."""
    names = desk.camera_names()
    chosen, word = choice.split(ask.argument, names)
    camera = (chosen.one if chosen else "") or (names[0] if len(names) == 1 else "")
    if not camera:
        await _ask_which(desk, ask, names, word)
        return
    if word:
        if word.lower() not in _WORDS:
            raise NotUnderstood(Why.SENSITIVITY)
        await _set(desk, ask, camera, _WORDS[word.lower()])
    await _show(desk, ask, camera)


async def chosen_pressed(desk: Desk, ask: Ask) -> None:
    """A camera was chosen, in place of the question."""
    if camera := await _camera(desk, ask, ask.argument):
        await _show(desk, ask, camera)


async def level_pressed(desk: Desk, ask: Ask) -> None:
    """A level's button: camera and level."""
    key, _, word = ask.argument.partition(".")
    if word not in tuple(Level):
        raise NotUnderstood(Why.SENSITIVITY)
    if camera := await _camera(desk, ask, key):
        await _set(desk, ask, camera, Level(word))
        await _show(desk, ask, camera)


async def undo_pressed(desk: Desk, ask: Ask) -> None:
    """Camera and which change."""
    key, _, revision = ask.argument.partition(".")
    if not (camera := await _camera(desk, ask, key)):
        return
    number = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
    if await desk.house.sensitivities.undo(camera, number) is None:
        await desk.say(ask, texts.TOO_LATE)
        return
    await desk.note(ask, Act.ZONES, f"{camera}: undo")
    await _show(desk, ask, camera)


async def _set(desk: Desk, ask: Ask, camera: str, level: Level) -> None:
    await desk.house.sensitivities.set(camera, level)
    await desk.note(ask, Act.SENSITIVITY, f"{camera}: {level}")


async def _show(desk: Desk, ask: Ask, camera: str) -> None:
    """At once what holds; the figures follow in the same message."""
    view = await desk.house.sensitivities.of(camera)
    keyboard = zone_keys.levels(view)
    text = texts.overview(view, str(texts.TRYING))
    if ask.message_id is None:
        message_id = await desk.say(ask, text, keyboard)
    else:
        message_id = ask.message_id
        await desk.answers.edit(ask.chat_id, message_id, text, keyboard)
    trials = await _Teller(desk, ask.chat_id, message_id, view, keyboard).tried()
    if (await desk.house.sensitivities.of(camera)).revision == view.revision:  # else a later press shows its own
        await desk.answers.edit(ask.chat_id, message_id, texts.overview(view, trials), keyboard)


class _Teller:
    """Tries the levels, and edits the message now and then while that takes."""

    def __init__(
        self, desk: Desk, chat_id: int, message_id: int, view: LevelView, keyboard: InlineKeyboardMarkup
    ) -> None:
        self._desk = desk
        self._where = chat_id, message_id
        self._view = view
        self._keyboard = keyboard
        self._told_s = time.monotonic()
        self._telling: asyncio.Task[None] | None = None

    async def tried(self) -> str:
        trials = await self._desk.house.sensitivities.trials(self._view.camera, self._heard)
        if self._telling is not None:
            await self._telling  # the last word must not be overtaken
        return texts.tried(self._view, trials)

    def _heard(self, done: int, total: int) -> None:
        is_busy = self._telling is not None and not self._telling.done()
        if not is_busy and time.monotonic() - self._told_s > PROGRESS_EVERY_S:
            self._told_s = time.monotonic()
            self._telling = asyncio.create_task(self._tell(texts.progress(done, total)))

    async def _tell(self, below: str) -> None:
        try:
            await self._desk.answers.edit(*self._where, texts.overview(self._view, below), self._keyboard)
        except Undelivered:
            return  # the figures themselves are tried once more


async def _ask_which(desk: Desk, ask: Ask, names: list[str], word: str) -> None:
    first = word.split(maxsplit=1)[0] if word else ""
    if first and first.lower() not in _WORDS:
        offer = choice.near(first, names)
        await desk.say(ask, no_such_camera(first, offer, names), zone_keys.cameras(offer or names, "level-of"))
    else:
        await desk.say(ask, texts.which(names[0]), zone_keys.cameras(names, "level-of"))


async def _camera(desk: Desk, ask: Ask, key: str) -> str:
    """Whose button it is; empty, and said, when there is no such camera any more."""
    chosen = choice.of_key(key, desk.camera_names())
    if not chosen.one:
        await desk.say(ask, CAMERA_GONE)
    return chosen.one
