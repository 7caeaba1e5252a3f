"""/zones over HTTP, over the durable store: tapped, typed, undone, after a restart, and what follows for alerts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import av
import numpy as np

from bot.people import GuestView
from bot.texts import clips as clip_texts
from bot.texts import zones as texts
from camera.grid import Zones
from demo.conversation import Message
from mocam import contact_sheet
from mocam.contact_sheet import decoded
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.bot.house import Cameras, Guests
from tests.mocam.living import Living, living

GUEST = 5151


async def says(household: Living, text: str) -> Message:
    before = household.messages()
    household.api.say(OWNER, text)
    return await household.api.wait_for(lambda: next((one for one in household.messages() if one not in before), None))


def ignored(household: Living, camera: str = "front") -> str:
    return str(household.supervisors[camera].detection.ignore)


def redness(message: Message, column: int, row: int) -> float:
    """How much more red than green the middle of a square is."""
    assert message.media
    picture = decoded(message.media.read_bytes(), 100_000)
    assert picture is not None
    height, width = picture.shape[0] / 6, picture.shape[1] / 10
    part = picture[
        round((row + 0.55) * height) : round((row + 0.9) * height),
        round((column + 0.3) * width) : round((column + 0.9) * width),
    ]
    return float(np.mean(part[:, :, 2].astype(float) - part[:, :, 1]))


async def test_two_taps_ignore_a_square_and_one_takes_it_back(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        board = await says(household, "/zones")
        assert board.kind == "photo"
        assert "Everything is watched" in board.text
        before = redness(board, 3, 3)
        await household.press(board, "4")
        await household.press(board, "D4")
        assert ignored(household) == "D4"
        assert "not watched: D4" in board.text
        assert "🚫 D4" in board.labels
        assert redness(board, 3, 3) > before + 40
        await household.press(board, "🚫 D4")
        assert ignored(household) == ""
        await household.press(board, str(texts.WHOLE_ROW))
        assert ignored(household) == "A4-J4"
        await household.press(board, str(texts.UNDO))
        assert ignored(household) == ""
        log = await says(household, "/log")
        assert "changed the zones of front: watched or not D4" in log.text
        assert "front: undo" in log.text


async def test_an_old_undo_button_takes_nothing_back(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        first = await says(household, "/zones ignore B2-C4")
        await says(household, "/zones ignore J6")
        answer = await household.press(first, str(texts.UNDO))
        assert answer.text == str(texts.TOO_LATE)
        assert ignored(household) == "B2-C4, J6"


async def test_words_hours_and_names_survive_a_restart(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/zones name porch B2-C4")
        board = await says(household, "/zones ignore porch 17:00-19:00")
        assert "not watched 17:00 to 19:00: B2-C4" in board.text
        assert "porch: B2-C4" in board.text
        assert ignored(household) == "", "it is 13:00 in Berlin"
        household.passes(timedelta(hours=4))
        household.zones.follow()
        assert ignored(household) == "B2-C4"
        household.passes(timedelta(hours=2))
        household.zones.follow()
        assert ignored(household) == ""
    async with living(store, tmp_path) as household:
        household.passes(timedelta(hours=4, minutes=30))
        household.zones.follow()
        assert ignored(household) == "B2-C4"
        board = await says(household, "/zones undo")
        assert "not watched" not in board.text.replace("is not watched", "")


async def test_an_alert_names_the_place(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/zones name porch B2-C4")
        household.moves(box=(0.12, 0.2, 0.15, 0.4))
        await household.settled()
        assert "Motion · front (porch)" in household.messages()[-1].text
        listed = await says(household, "/clips")
        assert "front (porch)" in listed.text


async def test_of_several_cameras_one_must_be_named(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "back") as household:
        answer = await says(household, "/zones ignore B2")
        assert answer.labels == ["front", "back"]
        assert (ignored(household), ignored(household, "back")) == ("", "")
        board = await household.press(answer, "back")
        assert "Zones · back" in board.text
        await says(household, "/zones back ignore B2")
        assert (ignored(household), ignored(household, "back")) == ("", "B2")
        assert "Did you mean" in (await says(household, "/zones bakc ignore B2")).text


async def test_what_is_no_place_changes_nothing_and_is_said(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        for words in ("ignore Z9", "ignore A7", "ignore shed", "forget shed", "name B2 B2", "make B2"):
            assert "Nothing changed" in (await says(household, f"/zones {words}")).text
        assert ignored(household) == ""


async def test_a_closed_camera_shows_its_last_recorded_picture(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        cameras = household.house.cameras
        assert isinstance(cameras, Cameras)
        cameras.broken["front"] = "The camera front is disarmed; /arm opens it."
        empty = await says(household, "/zones")
        assert "/arm opens it. So there is no picture behind the grid." in empty.text
        household.moves()
        await household.settled()
        board = await says(household, "/zones")
        assert "/arm opens it. This is its last recorded picture." in board.text
        assert board.media
        assert empty.media
        assert board.media.read_bytes() != empty.media.read_bytes()


async def test_guests_change_nothing(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        board = await says(household, "/zones ignore B2")
        guests = household.house.guests
        assert isinstance(guests, Guests)
        guests.found[GUEST] = GuestView(GUEST, "Guest", household.now_utc + timedelta(days=10_000))
        household.api.say(GUEST, "/zones clear")
        await household.api.wait_for(lambda: [one for one in household.api.messages(GUEST) if one.from_bot])
        assert board.labels
        assert ignored(household) == "B2"


async def test_a_kept_list_that_cannot_be_read_is_left_and_the_settings_hold(store: Store, tmp_path: Path) -> None:
    store.preferences.note("zones:front", {"now": {"ignored": [["Q9"]]}})
    async with living(store, tmp_path) as household:
        assert ignored(household) == ""
        await says(household, "/zones ignore B2")
        assert ignored(household) == "B2"


def dark(picture: bytes, square: tuple[int, int]) -> float:
    """Brightness of the middle of a square."""
    found = decoded(picture, 100_000)
    assert found is not None
    height, width = found.shape[0] / 6, found.shape[1] / 10
    column, row = square
    part = found[round((row + 0.3) * height) : round((row + 0.7) * height),
                 round((column + 0.3) * width) : round((column + 0.7) * width)]  # fmt: skip
    return float(part.mean())


def first_picture(clip: Path) -> bytes:
    with av.open(str(clip)) as container:
        frame = next(container.decode(video=0))
        return contact_sheet.encoded(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8), 90)


async def test_a_mask_hides_what_was_taken_before_it_and_the_recording_stays_as_it_is(
    store: Store, tmp_path: Path
) -> None:
    async with living(store, tmp_path) as household:
        household.moves()
        await household.settled()
        before = household.messages()[-1]
        assert before.media
        assert "your mask" not in before.text
        original = store.catalogue.local_clips()[0]
        content = original.path.read_bytes() if original.path else b""
        board = await says(household, "/zones mask A1-J3")
        assert "black in pictures and in every clip that I send" in board.text
        assert board.media
        assert dark(board.media.read_bytes(), (5, 1)) < 30
        assert ignored(household) == "A1-J3", "what is black is not watched"
        clip = await says(household, "/clip e1")
        assert clip.kind == "video"
        assert "Copy with your mask" in clip.text
        assert clip.media
        assert dark(first_picture(clip.media), (5, 1)) < 20 < dark(first_picture(clip.media), (5, 5))
        assert original.path
        assert original.path.read_bytes() == content
        days = await says(household, "/clips")
        sheet = await household.press(days, str(clip_texts.PICTURES))
        assert sheet.media
        assert dark(sheet.media.read_bytes(), (5, 1)) < 40 < dark(sheet.media.read_bytes(), (5, 4))
        await says(household, "/zones unmask all")
        assert "your mask" not in (await says(household, "/clip e1")).text
        assert "front: shown again all" in (await says(household, "/log")).text


async def test_tapping_can_blacken_too_and_clear_does_not_reveal(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        board = await says(household, "/zones")
        await household.press(board, "2")
        await household.press(board, str(texts.TAP_MASKS))
        await household.press(board, "C2")
        assert "⬛ C2" in board.labels
        assert household.zones.mask_of("front") == Zones.parse("C2")
        await says(household, "/zones clear")
        assert household.zones.mask_of("front") == Zones.parse("C2")


async def test_a_clip_that_was_encoded_with_the_mask_is_sent_as_it_is(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await says(household, "/zones mask A1-B2")
        household.moves(with_clip=False)
        household.records("e1", masked="A1-C3")
        await household.settled()
        assert household.messages()[-1].kind == "video"
        assert "your mask" not in household.messages()[-1].text
