"""The whole program on a disk that turns read-only, or full, while it runs; nothing here needs root."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.botapi import BotApi
from mocam.check import sentences
from tests.e2e.program import Phone, running
from tests.support_refusing import RefusingDisk

TROUBLES = {"read-only": RefusingDisk.turn_read_only}
if os.geteuid() != 0:
    TROUBLES["full"] = RefusingDisk.fill  # as root a real one is mounted: see test_full_disk.py


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
async def test_a_disk_that_refuses_while_the_program_runs(
    api: BotApi, phone: Phone, tmp_path: Path, trouble: Callable[[RefusingDisk], None]
) -> None:
    disk = RefusingDisk(tmp_path, tmp_path / "data")
    settings = {"CAMERAS__FRONT__SOURCE": "scene:3@6", "CAMERAS__FRONT__GAP_S": "2", "CAMERAS__FRONT__POST_ROLL_S": "1"}
    async with running(api, tmp_path, **settings, **disk.environment) as program:
        await phone.ask("/status")
        trouble(disk)
        # One that the disk took just before may still be on its way.
        alert = await api.wait_for(
            lambda: next((one for one in phone.alerts if "may come a second time" in one.text), None), 180
        )
        assert alert.kind == "photo", "the picture is in memory"
        await api.wait_for(lambda: any("disk cannot be written" in one.text for one in phone.messages) or None)
        disk.heal()
        await api.wait_for(lambda: any("takes data again" in one.text for one in phone.messages) or None)
        await phone.clip_after(len(phone.alerts), timeout_s=180)
        assert await program.stop() == 0
    ids = [one.text.split("#")[1].split()[0] for one in phone.alerts]
    assert len(set(ids)) == len(ids), "no event is told twice"
    assert "Traceback" not in program.output.read_text()
    assert sentences(program.data_dir) == []
