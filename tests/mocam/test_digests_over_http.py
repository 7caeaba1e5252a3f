"""A storm and a long outage, from the event's row to the phone: few messages, and a way to each event."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from pathlib import Path

from demo.conversation import Message
from mocam.store import Store
from tests.mocam.living import Living, living

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def named(messages: list[Message]) -> list[str]:
    """The events that messages name, in order."""
    return list(itertools.chain.from_iterable(re.findall(r"#(e\d+)", message.text) for message in messages))


def storm(household: Living, events: int, every: timedelta = 20 * SECOND) -> list[str]:
    """As long as nobody waits in between, the chat has no time to tell of it."""
    seen = []
    for _ in range(events):
        seen.append(household.moves())
        household.passes(every)
    return seen


async def seen_storm(household: Living, events: int, every: timedelta = 20 * SECOND) -> list[str]:
    """The same, told as it happens."""
    seen = []
    for _ in range(events):
        seen += storm(household, 1, every)
        await household.first_messages()
    await household.settled()
    return seen


async def test_a_storm_is_one_message_that_counts_up(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        seen = await seen_storm(household, 9)
        *alone, digest = household.messages()
        assert named(alone) == seen[:6]
        assert named([digest]) == seen[6:]
        assert digest.kind == "photo"
        assert "3 events" in digest.text
        assert digest.labels == ["1", "2", "3"]

        more = await seen_storm(household, 4)
        assert household.messages() == [*alone, digest]
        assert named([digest]) == [*seen[6:], *more]
        assert "7 events" in digest.text
        assert "13:02 to 13:04 · front 7" in digest.text

        household.passes(6 * MINUTE)
        calm = household.moves()
        await household.settled()
        assert named(household.messages()[-1:]) == [calm]


async def test_a_number_sends_its_clip_and_a_page_is_one_tap_away(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        seen = await seen_storm(household, 6 + 30, 12 * SECOND)
        digest = household.messages()[-1]
        assert digest.labels[-3:] == ["1 - 12", "13 - 24", "· 25 - 30 ·"]
        assert (await household.press(digest, "27")).text.endswith(f"#{seen[6 + 26]}")
        first = await household.press(digest, "1 - 12")
        assert first is digest
        assert named([first]) == seen[6:18]
        clip = await household.press(digest, "2")
        assert clip.kind == "video"
        assert f"#{seen[7]}" in clip.text


async def test_after_a_long_outage_one_digest_tells_all(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden") as household:
        before = household.moves()
        await household.settled()
        await household.api.go_down()
        missed = []
        for number in range(10):
            household.passes(20 * MINUTE)
            missed.append(household.moves("garden" if number % 3 else "front"))
        household.passes(HOUR)
        await household.api.come_back()
        await household.settled()
        alone, digest = household.messages()
        assert named([alone]) == [before]
        assert named([digest]) == missed
        assert "While I could not reach you · 10 events" in digest.text
        assert "garden 6, front 4" in digest.text
        assert not digest.silent
        assert digest.media
        assert (await household.press(digest, "10")).kind == "video"
        fresh = household.moves()
        await household.settled()
        assert named(household.messages()[-1:]) == [fresh]


async def test_what_waited_for_the_network_is_one_sound(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path, "front", "garden") as household:
        await household.api.go_down()
        for camera in ("front", "garden", "front"):
            household.moves(camera)
            household.passes(3 * MINUTE)
        await household.api.come_back()
        await household.settled()
        assert sorted(message.silent for message in household.messages()) == [False, True, True]


async def test_three_hundred_events_and_storms_of_an_outage_are_few_messages(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await household.api.go_down()
        missed = [event for _ in range(8) for event in (*storm(household, 40, 15 * SECOND), *storm(household, 1, HOUR))]
        await household.api.come_back()
        await household.settled()
        digests = household.messages()
        assert len(digests) == 2
        assert [digest.text.splitlines()[0] for digest in digests] == [
            "While I could not reach you · 300 events",
            "While I could not reach you · 28 events",
        ]
        assert len(missed) == 328


async def test_a_few_late_alerts_come_each_by_itself(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await household.api.go_down()
        missed = [household.moves() for _ in range(3)]
        household.passes(HOUR)
        await household.api.come_back()
        await household.settled()
        assert [message.kind for message in household.messages()] == ["video"] * 3
        assert named(household.messages()) == missed


async def test_an_event_whose_photo_is_there_keeps_its_own_message(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        going_on = [household.moves(with_clip=False) for _ in range(5)]
        await household.settled()
        await household.api.go_down()
        household.passes(HOUR)
        for event in going_on:
            household.records(event)
        household.passes(HOUR)
        await household.api.come_back()
        await household.settled()
        assert [message.kind for message in household.messages()] == ["video"] * 5


async def test_a_restart_in_the_outage_loses_nothing(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await household.api.go_down()
        missed = storm(household, 8, 10 * MINUTE)
        await household.bot.stop()
        async with household.running():
            missed += storm(household, 4, 10 * MINUTE)
            household.passes(HOUR)
            await household.api.come_back()
            await household.settled()
            [digest] = household.messages()
            assert named([digest]) == missed


async def test_a_digest_of_unknown_fate_comes_at_most_twice_and_says_so(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await household.api.go_down()
        missed = storm(household, 6, 10 * MINUTE)
        household.passes(HOUR)
        household.api.faults.reset("sendPhoto", stored=True)
        await household.api.come_back()
        await household.settled()
        first, second = household.messages()
        assert named([first]) == named([second]) == missed
        assert "Sent again" in second.text


async def test_a_sheet_that_is_refused_is_a_text_with_the_same_buttons(store: Store, tmp_path: Path) -> None:
    async with living(store, tmp_path) as household:
        await household.api.go_down()
        missed = storm(household, 5, 10 * MINUTE)
        household.passes(HOUR)
        household.api.faults.status("sendPhoto", 400, description="Bad Request: IMAGE_PROCESS_FAILED")
        await household.api.come_back()
        await household.settled()
        [digest] = household.messages()
        assert (digest.kind, named([digest])) == ("text", missed)
        assert (await household.press(digest, "5")).kind == "video"
