"""The whole program on a clock that is wrong: begun in 1970, set right, set by hours either way."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.botapi import BotApi
from tests.e2e.program import Phone, event_id, running, until
from tests.support_clock import TestClock

HOUR_S = 3600.0
BERLIN = ZoneInfo("Europe/Berlin")


def started_s(data_dir: Path, of: str) -> float:
    with closing(sqlite3.connect(f"file:{data_dir / 'mocam.sqlite3'}?mode=ro", uri=True)) as rows:
        return float(rows.execute("SELECT started_utc_us FROM event WHERE event_id = ?", (of,)).fetchone()[0]) / 1e6


def is_between(data_dir: Path, event: str, least_s: float, most_s: float) -> bool:
    return least_s <= started_s(data_dir, event) <= most_s


async def test_what_was_seen_has_its_right_time_however_the_clock_was(
    api: BotApi, phone: Phone, tmp_path: Path
) -> None:
    clock = TestClock(tmp_path)
    clock.set_wall(180 - time.time())
    begun_s = time.time()
    settings = {
        "CAMERAS__FRONT__SOURCE": "scene:3@30",
        "CAMERAS__FRONT__GAP_S": "5",
        "CAMERAS__FRONT__POST_ROLL_S": "1",
    }
    async with running(api, tmp_path, **settings, **clock.environment) as program:
        alert = await phone.alert()
        first, seen_s = event_id(alert), time.time()
        assert started_s(program.data_dir, first) < HOUR_S, "1970, as its clock says"
        for ahead_s in (0.0, 3 * HOUR_S, -2 * HOUR_S):
            clock.set_wall(ahead_s)
            least_s, most_s = begun_s + ahead_s, seen_s + ahead_s
            await until(partial(is_between, program.data_dir, first, least_s, most_s))
        await api.wait_for(lambda: alert.kind == "video" or None)
        shown = datetime.fromtimestamp(started_s(program.data_dir, first), BERLIN)
        assert f"{shown::%M:}" in alert.text
        assert "1970" not in alert.text
        clips = (program.data_dir / "clips").rglob(f"{first}-*.mp4")
        assert [path.name for path in clips] == [f"{first}-1.mp4"]
        assert await program.stop() == 0
    assert "Traceback" not in program.output.read_text()
