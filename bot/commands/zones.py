"""/zones: the picture of a camera with a lettered grid; what is not watched, not shown, and what places are called."""

from __future__ import annotations

from dataclasses import dataclass

from telegram.constants import ChatAction

from bot import choice, places, zone_keys
from bot.desk import Ask, Desk
from bot.names import file_name
from bot.parsing import NotUnderstood, Why
from bot.people import Act
from bot.texts import zones as texts
from bot.texts.status import CAMERA_GONE, no_such_camera
from bot.zones import COLUMNS, ROWS, Change

UNDO = ("undo", "back")


@dataclass(frozen=True, slots=True)
class _Open:
    """How the buttons stand."""

    row: int | None = None
    """From 1; None: none is open."""
    tap: str = zone_keys.IGNORE


async def zones(desk: Desk, ask: Ask) -> None:
    """Without words the picture; with words: `front ignore B2-C4`, `watch B2`, `mask A1`, `name porch B2`, .."""
    names = desk.camera_names()
    camera, words = _split(ask.argument, names)
    if not camera:
        await _ask_which(desk, ask, names, words)
        return
    if words.lower() in UNDO:
        view = await desk.house.zones.of(camera)
        await _undo(desk, ask, camera, view.revision, _Open())
        return
    if words:
        await _change(desk, ask, camera, places.parse(words))
    await _show(desk, ask, camera, _Open(), fresh=True)


async def zones_pressed(desk: Desk, ask: Ask) -> None:
    """A camera was chosen: its picture comes as a new message."""
    if camera := await _camera(desk, ask, ask.argument):
        await _show(desk, Ask(ask.chat_id, ask.user_id, ""), camera, _Open(), fresh=True)


async def row_pressed(desk: Desk, ask: Ask) -> None:
    """Opens a row, or closes it; or says what a tap does."""
    key, row, tap = _words(ask, 3)
    if (camera := await _camera(desk, ask, key)) and ask.message_id is not None:
        view = await desk.house.zones.of(camera)
        await desk.answers.edit_keyboard(ask.chat_id, ask.message_id, zone_keys.grid(view, _row(row), tap))


async def tap_pressed(desk: Desk, ask: Ask) -> None:
    """A square or a whole row: not watched or black, or no longer."""
    key, number, column, tap = _words(ask, 4)
    row = _row(number)
    if row is None or (column != zone_keys.ALL_OF_ROW and column not in COLUMNS):
        raise NotUnderstood(Why.PLACE)
    if camera := await _camera(desk, ask, key):
        place = f"A{row}-{COLUMNS[-1]}{row}" if column == zone_keys.ALL_OF_ROW else f"{column}{row}"
        await _change(desk, ask, camera, Change(zone_keys.TAPS[tap], place))
        await _show(desk, ask, camera, _Open(row, tap), fresh=False)


async def see_pressed(desk: Desk, ask: Ask) -> None:
    """A new picture behind the same grid."""
    key, row, tap = _words(ask, 3)
    if camera := await _camera(desk, ask, key):
        await _show(desk, ask, camera, _Open(_row(row), tap), fresh=True)


async def undo_pressed(desk: Desk, ask: Ask) -> None:
    """Takes the last change back, if nothing was changed since this button was shown."""
    key, row, revision, tap = _words(ask, 4)
    if camera := await _camera(desk, ask, key):
        number = int(revision) if revision.isdecimal() else -1
        await _undo(desk, ask, camera, number, _Open(_row(row), tap))


async def _change(desk: Desk, ask: Ask, camera: str, change: Change) -> None:
    await desk.house.zones.change(camera, change)
    await desk.note(ask, Act.ZONES, f"{camera}: {places.spelled(change)}")


async def _undo(desk: Desk, ask: Ask, camera: str, revision: int, opened: _Open) -> None:
    if await desk.house.zones.undo(camera, revision) is None:
        await desk.say(ask, texts.TOO_LATE)
        return
    await desk.note(ask, Act.ZONES, f"{camera}: undo")
    await _show(desk, ask, camera, opened, fresh=False)


def _split(argument: str, names: list[str]) -> tuple[str, str]:
    """The camera, and what is said of it; `all` belongs to the words, as in `unmask all`. Empty: none was named."""
    words = argument.split()
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if words else ():
        if (found := choice.of_word(word, names)) and found.one:
            return found.one, " ".join(rest)
    return names[0] if len(names) == 1 else "", argument


async def _ask_which(desk: Desk, ask: Ask, names: list[str], words: str) -> None:
    """Words are never guessed onto a camera."""
    first = words.split(maxsplit=1)[0] if words else ""
    if first and first.lower() not in places.VERBS and not choice.of_word(first, names):
        offer = choice.near(first, names)
        await desk.say(ask, no_such_camera(first, offer, names), zone_keys.cameras(offer or names))
        return
    await desk.say(ask, texts.which(names[0]), zone_keys.cameras(names))


async def _show(desk: Desk, ask: Ask, camera: str, opened: _Open, *, fresh: bool) -> None:
    """In the message whose button was pressed, else as a new one. One after the other, so that the last tap wins."""
    async with desk.drawing:
        if ask.message_id is None:
            await desk.answers.busy(ask.chat_id, ChatAction.UPLOAD_PHOTO)
        board, view = await desk.house.zones.board(camera, fresh=fresh), await desk.house.zones.of(camera)
        caption = texts.caption(view, board.taken_utc, board.reason, desk.now_utc(), desk.zone)
        name, keyboard = file_name(camera, "zones", ".jpg"), zone_keys.grid(view, opened.row, opened.tap)
        if ask.message_id is None:
            await desk.answers.photo(ask.chat_id, board.jpeg, name, caption, keyboard)
        else:
            await desk.answers.edit_photo(ask.chat_id, ask.message_id, board.jpeg, name, caption, keyboard)


async def _camera(desk: Desk, ask: Ask, key: str) -> str:
    """Whose button it is; empty, and said, when there is no such camera any more."""
    chosen = choice.of_key(key, desk.camera_names())
    if not chosen.one:
        await desk.say(ask, CAMERA_GONE)
    return chosen.one


def _words(ask: Ask, count: int) -> list[str]:
    words = ask.argument.split(".")
    if len(words) != count or (count > 1 and words[-1] not in zone_keys.TAPS):
        raise NotUnderstood(Why.PLACE)
    return words


def _row(text: str) -> int | None:
    """From 1; None: none is open."""
    row = int(text) if text.isdecimal() and len(text) < 3 else 0
    return row if 1 <= row <= ROWS else None
