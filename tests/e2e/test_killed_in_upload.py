"""Killed in the middle of an upload, to Telegram and to the cloud at once: the next start brings both to their end."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

from demo.botapi import BotApi
from tests.e2e.program import Phone, event_id, running, until
from tests.storage.dav import Dav
from tests.support_crypt import Reader

BEGUN_BYTES = 60_000
"""Of the clip; the rest of what goes to the cloud before is much less."""


async def test_both_uploads_are_taken_up_by_the_next_start(api: BotApi, phone: Phone, tmp_path: Path) -> None:
    cloud = Dav(tmp_path / "cloud")
    await cloud.start()
    settings = {
        "CAMERAS__FRONT__SOURCE": "scene:3@30",
        "CAMERAS__FRONT__GAP_S": "2",
        "CAMERAS__FRONT__POST_ROLL_S": "1",
        "ARCHIVE_REMOTE": "cloud:cameras",
        "ARCHIVE_RCLONE_CONFIG": str(cloud.config),
    }
    api.faults.hang("editMessageMedia", 60)
    try:
        async with running(api, tmp_path, **settings) as program:
            alert = await phone.alert()
            before = cloud.uploaded_bytes
            cloud.bytes_per_s = 50_000
            await until(lambda: cloud.uploaded_bytes > before + BEGUN_BYTES)
            await program.end(signal.SIGKILL)
            assert alert.kind == "photo"
            cloud.bytes_per_s = None
            api.faults.clear()
            await program.start()
            done = await phone.archived()
            assert done is alert
            assert done.media
            clip = done.media.read_bytes()
            assert [event_id(one) for one in phone.alerts].count(event_id(alert)) == 1
            assert await program.stop() == 0
        reader = Reader.from_file(program.data_dir / "keys/archive-passwords.txt")
        archived = {
            name: content for name, content in reader.files(cloud.folder / "cameras").items() if name.endswith(".mp4")
        }
        name = next(name for name in archived if event_id(alert) in name)
        assert hashlib.sha256(archived[name]).digest() == hashlib.sha256(clip).digest()
    finally:
        await cloud.stop()
