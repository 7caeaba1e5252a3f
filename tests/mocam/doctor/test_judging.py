"""What each reading is worth; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.probe import Bot
from camera.config import CameraConfig
from camera.meter import Reading
from mocam.doctor import archive, cameras, card, clock, disk, heat, memory, telegram, versions
from mocam.doctor.finding import Finding, Level
from storage.glimpse import Sight
from storage.rclone import Space

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def worst(findings: Finding | Iterable[Finding]) -> Level:
    """The worst level; every one that is not OK says what to do."""
    listed = [findings] if isinstance(findings, Finding) else list(findings)
    assert all(finding.remedy for finding in listed if finding.level is not OK)
    return max((finding.level for finding in listed), key=[OK, WARN, FAIL].index)


def on_disk(**changes: object) -> disk.Reading:
    values: dict[str, object] = {
        "folder": Path("/data"),
        "kind": "ext4",
        "read_only": False,
        "free_bytes": 20 * 10**9,
        "free_inodes": 10**6,
        "bytes_per_s": 20e6,
    }
    return disk.Reading(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "level", "word"),
    [
        ({}, OK, "20.0 GB"),
        ({"free_inodes": None}, OK, "20.0 GB"),
        ({"free_bytes": 9 * 10**8}, WARN, "LEAST_FREE_GB"),
        ({"free_bytes": 10**7}, FAIL, "0.0 GB"),
        ({"free_inodes": 3}, FAIL, "only 3 files"),
        ({"read_only": True}, FAIL, "read-only"),
        ({"bytes_per_s": 1e6}, WARN, "too slow"),
        ({"bytes_per_s": None, "refused": "the disk is full"}, FAIL, "the disk is full"),
        ({"kind": "tmpfs"}, WARN, "in memory"),
        ({"kind": "cifs"}, WARN, "network drive"),
        ({"kind": "vfat"}, WARN, "vfat"),
    ],
)
def test_disk(changes: dict[str, object], level: Level, word: str) -> None:
    findings = list(disk.judged(on_disk(**changes), 10**9))
    assert worst(findings) is level
    assert any(word in finding.said for finding in findings if finding.level is level)


def test_the_nearest_mount_counts() -> None:
    mounts = (
        "/dev/root / ext4 rw 0 0\n/dev/sda1 /mnt/my\\040disk vfat ro,noatime 0 0\n/dev/sdb1 /mnt ext4 rw 0 0\nodd\n"
    )
    assert disk.mounted(mounts, Path("/mnt/my disk/data")) == ("vfat", True)
    assert disk.mounted(mounts, Path("/home/me")) == ("ext4", False)
    assert disk.mounted("", Path("/home")) == ("", False)


@pytest.mark.parametrize(
    ("life_time", "pre_eol", "level"),
    [
        ("", None, OK),
        ("0x00 0x00", 0, OK),
        ("0x01 0x02", 1, OK),
        ("0x01 0x09", 1, WARN),
        ("0x01 0x02", 2, WARN),
        ("0x0b 0x01", 1, FAIL),
        ("", 3, FAIL),
    ],
)
def test_card(life_time: str, pre_eol: int | None, level: Level) -> None:
    assert worst(card.wear("mmcblk0", life_time, pre_eol)) is level


@pytest.mark.parametrize(("count", "level"), [(0, OK), (4, WARN)])
def test_file_system_faults(count: int, level: Level) -> None:
    assert worst(card.errors("mmcblk0p2", count)) is level


@pytest.mark.parametrize(("celsius", "level"), [(None, OK), (48.2, OK), (81.0, WARN)])
def test_temperature(celsius: float | None, level: Level) -> None:
    assert worst(heat.temperature(celsius)) is level


@pytest.mark.parametrize(
    ("word", "level", "remedy"),
    [(0, OK, ""), (0x50000, WARN, "power supply"), (0x50005, FAIL, "power supply"), (0x80008, FAIL, "heat sink")],
)
def test_power(word: int, level: Level, remedy: str) -> None:
    finding = heat.power(word)
    assert worst(finding) is level
    assert remedy in finding.remedy


@pytest.mark.parametrize(("available_kb", "level"), [("900000 kB", OK), ("60000 kB", WARN)])
def test_memory(available_kb: str, level: Level) -> None:
    meminfo = f"MemTotal:  {1000000} kB\nMemAvailable: {available_kb}\nHugePages_Total:       0\n"
    assert worst(memory.judged(meminfo)) is level


def test_memory_that_is_not_told() -> None:
    assert worst(memory.judged("")) is OK


@pytest.mark.parametrize(
    ("synchronised", "skew_s", "level"),
    [
        (True, None, OK),
        (None, None, OK),
        (False, None, WARN),
        (False, 2.0, OK),
        (True, 3600.0, FAIL),
        (True, -3600.0, FAIL),
    ],
)
def test_clock(synchronised: bool | None, skew_s: float | None, level: Level) -> None:
    assert worst(clock.judged(NOW, synchronised, skew_s)) is level


@pytest.mark.parametrize(
    ("python", "bits", "level"), [((3, 11), 64, OK), ((3, 13), 64, OK), ((3, 14), 64, FAIL), ((3, 11), 32, FAIL)]
)
def test_versions(python: tuple[int, int], bits: int, level: Level) -> None:
    assert worst(versions.judged("0.1.0", python, bits)) is level


@pytest.mark.parametrize(("present", "level"), [(True, OK), (False, FAIL)])
def test_picamera2(present: bool, level: Level) -> None:
    assert worst(versions.picamera(present=present)) is level


@pytest.mark.parametrize(
    ("bot", "level", "subject"),
    [
        (Bot(reached=True, name="@mine_bot"), OK, "polling"),
        (Bot(reached=False, trouble="no connection"), FAIL, "telegram"),
        (Bot(reached=True, trouble="Unauthorized"), FAIL, "token"),
        (Bot(reached=True, name="@mine_bot", webhook="hooks.example"), FAIL, "polling"),
        (Bot(reached=True, name="@mine_bot", other_program=True), FAIL, "polling"),
    ],
)
def test_telegram(bot: Bot, level: Level, subject: str) -> None:
    findings = list(telegram.judged(bot, running=False))
    assert worst(findings) is level
    assert [finding.subject for finding in findings if finding.level is level][-1] == subject


@pytest.mark.parametrize(
    ("space", "level"),
    [(Space(None, None), OK), (Space(10**10, 5 * 10**9), OK), (Space(10**10, 10**8), WARN)],
)
def test_room_of_the_archive(space: Space, level: Level) -> None:
    assert worst(archive.room(space)) is level


@pytest.mark.parametrize(
    ("rate", "luma", "spread", "level", "word"),
    [
        (15.0, 120.0, 50.0, OK, "15.0"),
        (6.0, 120.0, 50.0, WARN, "fewer than wanted"),
        (15.0, 6.0, 2.0, WARN, "nearly black"),
        (15.0, 120.0, 1.0, WARN, "one tone"),
    ],
)
def test_camera(rate: float, luma: float, spread: float, level: Level, word: str) -> None:
    config = CameraConfig("front", "/dev/video0", Path("/data"))
    reading = Reading("h264", 1920, 1080, rate, luma, spread)
    findings = list(cameras.judged("camera front", config, reading))
    assert worst(findings) is level
    assert any(word in finding.said for finding in findings)


def test_a_network_camera_chooses_its_own_rate() -> None:
    config = CameraConfig("front", "rtsp://192.0.2.1/1", Path("/data"))
    assert worst(cameras.judged("camera front", config, Reading("h264", 1920, 1080, 8.0, 99.0, 40.0))) is OK


SEEN = {
    "state": "watching",
    "detail": "",
    "codec": "h264",
    "width": 1920,
    "height": 1080,
    "pictures_per_s": 14.9,
    "luma": 99.0,
    "spread": 40.0,
}


@pytest.mark.parametrize(
    ("sight", "level", "word"),
    [
        (None, OK, "says in a minute"),
        (Sight(1000, {}), OK, "says in a minute"),
        (Sight(1000, SEEN), OK, "14.9 pictures a second"),
        (Sight(1000, SEEN | {"decoding": "keys"}), OK, "key frames alone"),
        (Sight(1000, SEEN | {"decoding": "peeks"}), OK, "some pictures between them"),
        (Sight(1000, SEEN | {"decoding": "rare"}), OK, "a key frame (I-frame) each second"),
        (Sight(1000, SEEN | {"decoding": "sizes"}), OK, "variable bit rate"),
        (Sight(1000, SEEN | {"pictures_per_s": 5.0}), WARN, "fewer than wanted"),
        (Sight(1000, SEEN | {"luma": 5.0}), WARN, "nearly black"),
        (Sight(1000, SEEN | {"detail": "The disk is full."}), WARN, "disk is full"),
        (Sight(1000, {"state": "blind", "detail": "The camera is gone."}), FAIL, "The camera is gone."),
        (Sight(1000, {"state": "starting", "detail": ""}), WARN, "being opened"),
        (Sight(1000, {"state": "disarmed", "detail": ""}), OK, "disarmed"),
        (Sight(1000, {"state": "recording", "detail": ""}), OK, "not measured yet"),
        (Sight(100, SEEN), FAIL, "wrote nothing about it for 15 min"),
    ],
)
def test_a_camera_that_mocam_has(sight: Sight | None, level: Level, word: str) -> None:
    config = CameraConfig("front", "/dev/video0", Path("/data"))
    findings = list(cameras.overheard(config, sight, 1000.0))
    assert worst(findings) is level
    assert any(word in finding.said for finding in findings), findings
