"""The image as built, run as the compose file says: `make test-docker`, as root. The tests stand in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from demo.botapi import BotApi
from tests.e2e.program import OWNER, TOKEN, Phone
from tests.install.image import SERVICE, Container, Image, built, started


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with built() as it:
        yield it


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN, owner_ids=[OWNER]) as running:
        yield running
        assert running.violations == []


def settings(api: BotApi, **more: str) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_OWNER_IDS": str(OWNER),
        "TELEGRAM_BASE_URL": api.base_url,
        "CAMERAS__FRONT__SOURCE": "scene",
        "CAMERAS__FRONT__WIDTH": "640",
        "CAMERAS__FRONT__HEIGHT": "360",
        "ARCHIVE_REMOTE": "/data/archive",
    } | more


def test_it_is_what_the_dockerfile_says(image: Image) -> None:
    assert image.config["User"] == "10001"
    assert (image.config["Entrypoint"], image.config["Cmd"]) == (["mocam"], ["run"])
    assert image.config["Healthcheck"]["Test"] == ["CMD", "python", "-m", "mocam.alive"]
    assert (image.root / "data").stat().st_uid == 10001
    assert not (image.root / "build").exists(), "the sources stay behind in the first stage"


async def test_an_alert_goes_the_whole_way_out_of_a_closed_container(image: Image, api: BotApi, tmp_path: Path) -> None:
    phone = Phone(api)
    with started(image, tmp_path, settings(api)) as container:
        try:
            await phone.archived(1, timeout_s=180)
        except TimeoutError:
            pytest.fail(container.output.read_text()[-4000:])
        await asyncio.to_thread(closed, container)
        health = image.config["Healthcheck"]["Test"][1:]
        for _ in range(40):  # its first line comes after a quarter of a minute
            if (done := await asyncio.to_thread(container.run, *health)).returncode == 0:
                break
            await asyncio.sleep(1)
        assert (done.returncode, done.stdout) == (0, "")
        said = (await asyncio.to_thread(container.run, "mocam", "check")).stdout
        assert "MoCam listens" in said, said
        assert "came back whole" in said, said
        code = await asyncio.to_thread(container.stop, image.config["StopSignal"].removeprefix("SIG"))
        assert code == 0
        assert container.output.read_text().rstrip().endswith("stopped")
        assert list((container.data / "archive").rglob("*"))
        assert list((container.data / "data/clips").rglob("*.mp4"))


def closed(container: Container) -> None:
    """The compose file's promises, looked at from inside."""
    status = container.run("cat", "/proc/1/status").stdout
    assert "Uid:\t10001\t10001\t10001\t10001" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    for place in ("/", "/opt/mocam", "/etc"):
        refused = container.run("sh", "-c", f"touch {place}/mine")
        assert refused.returncode, f"{place} can be written"
    assert container.run("sh", "-c", "touch /tmp/mine /dev/shm/mine && rm /tmp/mine /dev/shm/mine").returncode == 0


async def test_no_clip_reaches_the_volume(image: Image, api: BotApi, tmp_path: Path) -> None:
    assert SERVICE["shm_size"] == "300m"
    with started(image, tmp_path, settings(api, KEEP_CLIPS="memory")) as container:
        await Phone(api).archived(1, timeout_s=180)
        assert [path for path in container.data.rglob("*") if path.suffix in {".mp4", ".jpg"}] == []
        assert await asyncio.to_thread(container.stop, "TERM") == 0
