"""The whole program with KEEP_CLIPS=memory: what is written where, and what it says after a power cut."""

from __future__ import annotations

import signal
from pathlib import Path

from demo.botapi import BotApi
from mocam.check import sentences
from mocam.store import open_store
from tests.e2e.program import Phone, event_id, running
from tests.support_disk import small_disk


def shown(data_dir: Path) -> list[str]:
    """What somebody with only the card can look at."""
    return [str(path) for path in data_dir.rglob("*") if path.suffix in {".mp4", ".jpg", ".part", ".trace"}]


async def test_a_power_cut_takes_what_was_not_archived_and_that_is_said(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    settings = {
        "KEEP_CLIPS": "memory",
        "KEEP_CLIPS_MEMORY_MB": "40",
        "RUNTIME_DIRECTORY": str(run),
        "CAMERAS__FRONT__SOURCE": "scene:3@8",
        "CAMERAS__FRONT__GAP_S": "2",
        "CAMERAS__FRONT__POST_ROLL_S": "1",
    }
    with small_disk(run, "64m"):
        async with running(api, tmp_path, **settings) as program:
            await api.wait_for(lambda: any("A power cut takes" in one.text for one in phone.messages) or None)
            await phone.archived(1, timeout_s=120)
            lost = await phone.alert(len(phone.alerts) + 1, timeout_s=120)  # it is being recorded
            assert shown(program.data_dir) == []
            assert list(run.rglob("*.mp4"))
            await program.end(signal.SIGKILL)
    with small_disk(run, "64m"):  # the power is back, the memory empty
        async with running(api, tmp_path, **settings) as program:
            await api.wait_for(lambda: any("in memory alone" in one.text for one in phone.messages) or None)
            assert await program.stop() == 0
        assert sentences(program.data_dir) == []
        with open_store(program.data_dir) as store:
            assert [clip.archive for clip in store.catalogue.archive_clips()][:1] == ["verified"]
    (told,) = (one.text for one in phone.messages if "in memory alone" in one.text)
    assert event_id(lost) in told
    assert len([one for one in phone.messages if "A power cut takes" in one.text]) == 1, "said once, not at each start"
    assert "Traceback" not in program.output.read_text()
