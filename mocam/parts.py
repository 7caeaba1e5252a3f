"""Parts of the program that the settings shape: made here, joined in `mocam.app`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from camera.config import CameraConfig
from camera.errors import RecordingError
from camera.meter import Meter, Metered
from camera.model import Reports
from camera.playing import play
from camera.sources import Source, open_source
from camera.supervisor import Supervisor
from mocam.adapters.cameras import Household
from mocam.daily import Daily
from mocam.logs import Redactor
from mocam.notices import Notices
from mocam.outlook import Outlooks
from mocam.pulse import CAMERA_SILENT_S, POLLING_SILENT_S, Part, Pulse
from mocam.remote_room import RemoteRoom
from mocam.room_warning import RoomWarning
from mocam.store import Store
from storage.archive import Archive
from storage.files import Files
from storage.keys import Keys
from storage.rclone import Rclone

if TYPE_CHECKING:
    from mocam.settings import Settings


def must_play(path: Path) -> None:
    """Raises ValueError with the reason when a clip does not play."""
    try:
        play(path)
    except RecordingError as exc:
        raise ValueError(str(exc)) from exc


def room_warning(
    store: Store, archive: Archive, notices: Notices, owners: Callable[[], Collection[int]]
) -> RoomWarning:
    """And what it reckons with."""
    outlooks = Outlooks(store, RemoteRoom(archive), archive_on=archive.on)
    return RoomWarning(store, outlooks, notices, owners, store.timekeeper.distrust, archive_on=archive.on)


def daily(settings: Settings, store: Store, owners: Callable[[], Collection[int]], wake: Callable[[], None]) -> Daily:
    """Writes each day's digest when it is due."""
    return Daily(store.dailies, owners, settings.digest_time, settings.zone, wake, store.timekeeper.distrust)


def set_floor(settings: Settings, store: Store) -> None:
    rules = store.preferences.rules()
    floor_bytes = int(settings.least_free_gb * 10**9)
    if rules.least_free_bytes != floor_bytes:
        store.preferences.set_rules(replace(rules, least_free_bytes=floor_bytes))


def rclone(settings: Settings, files: Files, redactor: Redactor) -> Rclone | None:
    if not settings.archive_remote:
        return None
    passwords = Keys(files).load_or_make()
    redactor.hide(passwords.password, passwords.password2)
    config, bandwidth = settings.archive_rclone_config, settings.archive_bandwidth
    return Rclone(settings.archive_remote, passwords, files.data_dir, config, bandwidth=bandwidth)


def camera_configs(settings: Settings, files: Files) -> list[CameraConfig]:
    configs = []
    for name, camera in settings.cameras.items():
        recording_dir = Path(files.recording_dir, name)
        recording_dir.mkdir(mode=0o700, exist_ok=True)
        configs.append(CameraConfig(name=name, recording_dir=recording_dir, **vars(camera)))
    return configs


def supervisors(
    configs: list[CameraConfig], reports: Reports, new_event_id: Callable[[], str], meters: Mapping[str, Meter]
) -> list[Supervisor]:
    def metered(config: CameraConfig) -> Source:
        return Metered(open_source(config), meters[config.name])

    return [Supervisor(config, reports, new_event_id, open_camera=metered) for config in configs]


def pulse(household: Household, polling_silent_s: Callable[[], float]) -> Pulse:
    cameras = {f"camera {name}": Part(silent_s, CAMERA_SILENT_S) for name, silent_s in household.silences().items()}
    return Pulse(cameras | {"polling": Part(polling_silent_s, POLLING_SILENT_S)})
