"""All probes in order, each finding as soon as it is known. Changes nothing but what it takes back at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

from bot import probe as bot_probe
from camera.config import CameraConfig
from mocam.doctor import (
    alerts,
    archive,
    cameras,
    card,
    clock,
    consistency,
    content,
    disk,
    heat,
    keeping,
    memory,
    objects,
    permissions,
    telegram,
    versions,
)
from mocam.doctor.finding import Finding
from mocam.repair import archive_of
from mocam.settings import Settings
from storage import glimpse
from storage.errors import DataDirBusy
from storage.files import Files
from storage.glimpse import Sight
from storage.keys import Keys


def is_running(files: Files) -> bool:
    """Whether MoCam has this data folder at this moment. Raises StorageError."""
    try:
        files.lock().release()
    except DataDirBusy:
        return True
    return False


async def examine(
    settings: Settings, env_file: Path, root: Path = Path("/"), *, deep: bool = False
) -> AsyncIterator[Finding]:
    """`root`: where /proc and /sys are; `deep`: every clip is read to its end. Raises StorageError when the data folder
    cannot be used at all."""
    for finding in versions.probe(camera.source for camera in settings.cameras.values()):
        yield finding
    for finding in await asyncio.to_thread(lambda: list(machine(settings, root))):
        yield finding
    files = await asyncio.to_thread(Files, settings.data_dir)
    keys_file = Keys(files).path
    for finding in permissions.probe(env_file, settings.data_dir, keys_file, settings.archive_rclone_config):
        yield finding
    running = await asyncio.to_thread(is_running, files)
    token = settings.telegram_bot_token.get_secret_value()
    bot = await bot_probe.look(token, settings.telegram_base_url, listen=not running)
    for finding in (*telegram.judged(bot, running=running), *clock.probe(bot.skew_s)):
        yield finding
    async for finding in archive.probe(settings, files):
        yield finding
    for finding in await asyncio.to_thread(lambda: list(alerts.probe(files.database_path))):
        yield finding
    async for finding in _kept(settings, running=running, deep=deep):
        yield finding
    sights = await asyncio.to_thread(glimpse.sights, files.database_path)
    for config in configs_of(settings):
        for finding in await asyncio.to_thread(_camera, config, sights.get(config.name), running):
            yield finding


async def _kept(settings: Settings, *, running: bool, deep: bool) -> AsyncIterator[Finding]:
    """Rows, files and archive; what takes long says so before."""
    probes: list[Callable[[], Iterator[Finding]]] = [
        partial(consistency.probe, settings.data_dir, partial(archive_of, settings), running=running)
    ]
    if deep:
        probes.append(partial(content.forecast, settings.data_dir, running=running))
    if deep and not running:
        probes.append(partial(content.probe, settings.data_dir))
    for probe in probes:
        for finding in await asyncio.to_thread(list, probe()):
            yield finding


def machine(settings: Settings, root: Path) -> Iterator[Finding]:
    """What needs no network: disk, card, memory, heat, the model."""
    yield from disk.probe(settings.data_dir, int(settings.least_free_gb * 10**9), root)
    yield from card.probe(root)
    yield from memory.probe(root)
    yield from keeping.probe(settings.data_dir, settings.memory, root, archive_on=bool(settings.archive_remote))
    yield from heat.probe(root)
    yield from objects.probe(settings.object_model, settings.object_budget_s)


def configs_of(settings: Settings) -> list[CameraConfig]:
    """The cameras as they are opened to look at them; nothing is recorded."""
    return [
        CameraConfig(name=name, recording_dir=settings.data_dir, **camera.model_dump())
        for name, camera in settings.cameras.items()
    ]


def _camera(config: CameraConfig, sight: Sight | None, running: bool) -> list[Finding]:
    return list(cameras.overheard(config, sight, time.time()) if running else cameras.probe(config))
