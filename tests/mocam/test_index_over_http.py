"""The picture index: one message to look through everything, keep and delete; and words for what is looked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.texts import alerts as texts
from bot.texts import clips as clip_texts
from demo.conversation import Message
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.mocam.living import Living, living

MINUTE = timedelta(minutes=1)
KEEP, DELETE, UNDO = str(texts.KEEP), str(texts.DELETE), str(texts.UNDO_DELETE)
PICTURES, OLDER, NEWER = str(clip_texts.PICTURES), str(clip_texts.OLDER_PAGE), str(clip_texts.NEWER_PAGE)


async def lived(household: Living, events: int, camera: str = "front") -> list[str]:
    """So many events, three minutes apart, all told."""
    seen = []
    for _ in range(events):
        seen.append(household.moves(camera))
        household.passes(3 * MINUTE)
        await household.first_messages()
    await household.settled()
    return seen


async def says(household: Living, text: str) -> Message:
    before = {message.message_id for message in household.messages()}
    household.api.say(OWNER, text)
    return await household.api.wait_for(
        lambda: next((one for one in household.messages() if one.message_id not in before), None)
    )


async def opened(household: Living, words: str = "/clips") -> Message:
    return await household.press(await says(household, words), PICTURES)


async def test_a_number_opens_the_clip_in_the_same_message_and_leads_on_and_back(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        seen = await lived(household, 14)
        index = await opened(household)
        assert index.kind == "photo"
        assert "page 1 of 2" in index.text
        assert index.labels == [*(str(number) for number in range(1, 13)), OLDER]
        count = len(household.messages())
        assert (await household.press(index, "2")) is index
        assert index.kind == "video"
        assert f"#{seen[-2]}" in index.text
        assert "2 of 14" in index.text
        assert index.labels[-3:] == ["« 1", PICTURES, "3 »"]
        await household.press(index, "3 »")
        assert f"#{seen[-3]}" in index.text
        await household.press(index, "« 2")
        await household.press(index, "« 1")
        assert index.labels[-2:] == [PICTURES, "2 »"]
        await household.press(index, PICTURES)
        assert index.kind == "photo"
        await household.press(index, OLDER)
        assert index.labels == ["13", "14", NEWER]
        await household.press(index, "14")
        assert f"#{seen[0]}" in index.text
        assert index.labels[-2:] == ["« 13", PICTURES]
        await household.press(index, PICTURES)
        assert index.labels == ["13", "14", NEWER]
        assert len(household.messages()) == count


async def test_keep_and_delete_with_undo_are_in_the_opened_event(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        first, second = await lived(household, 2)
        index = await opened(household)
        await household.press(index, "1")
        await household.press(index, KEEP)
        assert "no rule deletes it" in index.text
        event = store.catalogue.event(second)
        assert event is not None
        assert event.parts[0].kept
        await household.press(index, str(texts.KEPT))
        await household.press(index, DELETE)
        assert "undo until then" in index.text
        assert index.labels == [UNDO, PICTURES, "2 »"]
        await household.press(index, UNDO)
        assert DELETE in index.labels
        await household.press(index, DELETE)
        await household.press(index, "2 »")
        household.passes(2 * MINUTE)
        await household.wishes.fulfil()
        gone = store.catalogue.event(second)
        assert gone is not None
        assert gone.parts[0].path is None
        assert not index.deleted
        assert f"#{first}" in index.text
        await household.press(index, PICTURES)
        assert index.labels == ["1"]


async def test_days_are_turned_in_the_pictures_too(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await lived(household, 1)
        household.passes(timedelta(days=1))
        await lived(household, 2)
        index = await opened(household)
        assert index.labels == ["1", "2", "« yesterday"]
        await household.press(index, "« yesterday")
        assert index.labels == ["1", "today »"]


FOUND = {
    "yesterday evening": (["garden", "front"], "Tue 24 Nov 17:00 to 24:00 · 2 events"),
    "front yesterday evening": (["front"], "Tue 24 Nov 17:00 to 24:00 · front · 1 event"),
    "gestern abend garden": (["garden"], "Tue 24 Nov 17:00 to 24:00 · garden · 1 event"),
    "kept": (["garden"], "kept · 1 event"),
    "false": (["front"], "false alarms · 1 event"),
    "by hand": (["attic"], "recorded by hand · 1 event"),
    "18:00-20:00": (["front"], "Tue 24 Nov 18:00 to 20:00 · 1 event"),
    "front, attic": (["attic", "front"], "front and attic · 2 events"),
}


async def test_words_find_what_was_meant_and_open_it(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden", "attic") as household:
        household.now_utc -= timedelta(hours=19)  # 18:00 of the day before
        front = household.moves("front")
        household.passes(timedelta(hours=4))
        garden = household.moves("garden")
        household.passes(timedelta(hours=12))
        store.catalogue.open_event("e9", "attic", household.now_utc, None, [], by_hand_until_utc=household.now_utc)
        household.records("e9", "attic")
        store.catalogue.keep(garden, kept=True)
        store.wishes.false_alarm(front, household.now_utc)
        household.passes(timedelta(hours=3))
        await household.settled()
        for words, (cameras, title) in FOUND.items():
            shown = await says(household, f"/clips {words}")
            assert shown.text.startswith(f"Clips · {title}\n")
            assert [line.split(" · ")[1] for line in shown.text.splitlines() if "#e" in line] == cameras
        index = await household.press(shown, PICTURES)
        await household.press(index, "1")
        assert index.labels[-2:] == [PICTURES, "2 »"]


ANSWERED = {
    "banana": "/clips yesterday evening",
    "yesterdya": "/clips last night",
    "gardn friday": "Did you mean garden?",
    "2999-01-01": "still to come",
    "front kept false": "/clips kept",
    "kept attic": "No clips: attic · kept",
}


async def test_what_is_not_understood_or_not_there_gets_a_sentence(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden", "attic") as household:
        await lived(household, 1)
        for words, said in ANSWERED.items():
            assert said in (await says(household, f"/clips {words}")).text


async def test_an_event_without_a_clip_shows_its_picture(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        household.moves(with_clip=False)
        await household.settled()
        index = await opened(household)
        await household.press(index, "1")
        assert index.kind == "photo"
        assert "recording…" in index.text
