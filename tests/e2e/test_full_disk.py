"""The whole program on a disk that fills up: the owner hears, alerts come with pictures, and afterwards all is well."""

from __future__ import annotations

from pathlib import Path

from demo.botapi import BotApi
from tests.e2e.program import QUICK, Phone, running
from tests.support_disk import fill, small_disk


async def test_alerts_come_with_pictures_while_the_disk_is_full(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "60m") as disk:
        async with running(api, tmp_path, DATA_DIR=str(disk / "data"), LEAST_FREE_GB="0", **QUICK) as program:
            await phone.ask("/status")
            in_the_way = fill(disk)
            alert = await phone.alert(timeout_s=180)
            assert alert.kind == "photo"
            assert alert.content
            await api.wait_for(lambda: any("disk cannot be written" in one.text for one in phone.messages) or None)
            in_the_way.unlink()
            await api.wait_for(lambda: any("takes data again" in one.text for one in phone.messages) or None)
            clip = await phone.clip_after(len(phone.alerts), timeout_s=180)
            assert clip.media
            assert await program.stop() == 0
        assert [path for path in (disk / "data/clips").rglob("*.mp4") if not path.stat().st_size] == []
        assert len({one.text.split("#")[1].split()[0] for one in phone.alerts}) == len(phone.alerts), "no alert twice"
