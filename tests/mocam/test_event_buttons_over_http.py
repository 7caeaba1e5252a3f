"""Every button below an event, from the press to the row and back to the message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.texts import alerts as texts
from demo.conversation import Message
from mocam.store import Store
from tests.bot.conftest import OWNER
from tests.mocam.living import Living, living

MINUTE = timedelta(minutes=1)


async def alert(household: Living, camera: str = "front") -> Message:
    household.moves(camera)
    await household.settled()
    return household.messages()[-1]


async def until_it_says(household: Living, message: Message, words: str) -> None:
    await household.api.wait_for(lambda: words in message.text or None)


async def test_keep_is_kept_and_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        assert message.labels == [
            str(texts.KEEP),
            str(texts.FALSE_ALARM),
            str(texts.MUTE),
            str(texts.DELETE),
            str(texts.MORE),
        ]
        household.api.press(OWNER, message.message_id, str(texts.KEEP))
        await until_it_says(household, message, "no rule deletes it")
        event = store.catalogue.latest()
        assert event is not None
        assert event.parts[0].kept
        assert "will be deleted" not in message.text
        household.api.press(OWNER, message.message_id, str(texts.KEPT))
        await household.api.wait_for(lambda: str(texts.KEEP) in message.labels or None)
        assert household.messages() == [message]


async def test_a_false_alarm_is_stored_and_marked(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        household.api.press(OWNER, message.message_id, str(texts.FALSE_ALARM))
        await until_it_says(household, message, "marked as a false alarm")
        event = store.catalogue.latest()
        assert event is not None
        assert event.false_alarm_utc == household.now_utc
        household.api.press(OWNER, message.message_id, str(texts.FALSE_ALARM_NOT))
        await household.api.wait_for(lambda: "false alarm" not in message.text or None)


async def test_delete_can_be_undone_for_a_minute_and_then_both_copies_are_gone(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        event = store.catalogue.latest()
        assert event is not None
        path = event.parts[0].path
        assert path is not None
        household.api.press(OWNER, message.message_id, str(texts.DELETE))
        await until_it_says(household, message, "undo until then")
        assert message.labels == [str(texts.UNDO_DELETE)]
        household.api.press(OWNER, message.message_id, str(texts.UNDO_DELETE))
        await household.api.wait_for(lambda: str(texts.DELETE) in message.labels or None)
        household.passes(2 * MINUTE)
        await household.wishes.fulfil()
        assert path.exists()

        household.api.press(OWNER, message.message_id, str(texts.DELETE))
        await until_it_says(household, message, "undo until then")
        household.passes(MINUTE)
        await household.wishes.fulfil()
        assert not path.exists()
        assert not list(store.files.snapshots_dir.iterdir())
        await household.api.wait_for(lambda: message.deleted or None)
        other = await alert(household)
        late = household.messages()[-1].message_id
        household.api.press(OWNER, other.message_id, f"v1:unbin:{event.event_id}.a", force=True)
        answer = await household.api.wait_for(
            lambda: next((one for one in household.messages() if one.message_id > late), None)
        )
        assert answer.text == str(texts.TOO_LATE)


async def test_mute_from_an_alert_is_two_taps_and_the_next_one_is_silent(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden") as household:
        message = await alert(household)
        await household.press(message, str(texts.MUTE))
        assert "front: 1 h" in message.labels
        household.api.press(OWNER, message.message_id, "front: 1 h")
        await household.api.wait_for(lambda: "No sound for front until 14:00" in household.messages()[-1].text or None)
        assert str(texts.KEEP) in message.labels
        household.passes(5 * MINUTE)
        assert (await alert(household, "front")).silent
        assert not (await alert(household, "garden")).silent
        household.passes(60 * MINUTE)
        assert not (await alert(household, "front")).silent


async def test_more_leads_to_the_rarer_things_and_back(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        await household.press(message, str(texts.MORE))
        assert message.labels == [
            str(texts.SNAPSHOT_NOW),
            str(texts.SEND_CLIP),
            str(texts.CLIPS_OF_DAY),
            str(texts.ZONES),
            str(texts.LESS),
        ]
        assert (await household.press(message, str(texts.SNAPSHOT_NOW))).kind == "photo"
        assert "Clips · " in (await household.press(message, str(texts.CLIPS_OF_DAY))).text
        assert (await household.press(message, str(texts.SEND_CLIP))).kind == "video"
        await household.press(message, str(texts.LESS))
        assert str(texts.KEEP) in message.labels


async def test_a_clip_that_was_asked_for_has_the_same_wishes(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await alert(household)
        household.api.say(OWNER, "/clip")
        clip = await household.api.wait_for(
            lambda: next((one for one in household.messages()[1:] if one.kind == "video"), None)
        )
        assert clip.labels == [str(texts.KEEP), str(texts.FALSE_ALARM), str(texts.DELETE)]
        await household.press(clip, str(texts.KEEP))
        await household.api.wait_for(lambda: str(texts.KEPT) in clip.labels or None)
        await household.press(clip, str(texts.FALSE_ALARM))
        await household.api.wait_for(lambda: str(texts.FALSE_ALARM_NOT) in clip.labels or None)
        await household.press(clip, str(texts.DELETE))
        await household.api.wait_for(lambda: clip.labels == [str(texts.UNDO_DELETE)] or None)
        await household.press(clip, str(texts.UNDO_DELETE))
        await household.api.wait_for(lambda: str(texts.DELETE) in clip.labels or None)


@pytest.mark.parametrize(
    "data",
    ["star:e99.a.1", "false:e99.a.1", "bin:e99.a", "unbin:e99.a", "more:e99", "less:e99", "hush:e99", "star:x",
     "hush-for:e1.5.*", "hush-for:e1.3600.nobody", "bin:", "mute:banana",
     "sheet:1", "sheet:a.b", "sheet:999.1", "day:1",
     "open:e99.a", "open:e1", "open:e1.zz", "open:x.a", "index:zz.0", "index-to:99999999-1.0", "clips:a__deadbeef.0",
     "clips:zzzzzzzzzzzz-1.0", "clips:a_q.0", "record:30.nobody", "record:x.*", "record:1.*", "stop:e99", "stop:"],
)  # fmt: skip
async def test_a_button_of_another_time_gets_a_sentence_and_changes_nothing(
    store: Store, tmp_path: Path, data: str
) -> None:
    async with living(store, tmp_path) as household:
        message = await alert(household)
        before = household.messages()
        household.api.press(OWNER, message.message_id, f"v1:{data}", force=True)
        answer = await household.api.wait_for(
            lambda: next((one for one in household.messages() if one not in before), None)
        )
        assert answer.text
        assert "went wrong" not in answer.text
        assert store.quiet.of(OWNER, household.now_utc).until_utc == {}
        event = store.catalogue.latest()
        assert event is not None
        assert (event.false_alarm_utc, event.delete_utc, event.parts[0].kept) == (None, None, False)


async def test_what_moved_is_marked_in_the_photo_and_the_snapshot_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        event_id = household.moves(with_clip=False, box=(0.4, 0.4, 0.2, 0.3))
        await household.settled()
        [message] = household.messages()
        assert message.media
        snapshot = (store.files.snapshots_dir / f"{event_id}.jpg").read_bytes()
        assert message.media.read_bytes() != snapshot
        household.moves(with_clip=False)
        await household.settled()
        plain = household.messages()[-1].media
        assert plain
        assert plain.read_bytes() in [path.read_bytes() for path in store.files.snapshots_dir.iterdir()]
