"""Readings out of /proc and /sys as they are on a Pi and on other machines, laid out in a folder."""

from __future__ import annotations

from pathlib import Path

from mocam.doctor import card, clock, heat, memory, permissions
from mocam.doctor.finding import Level


def lay(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def test_a_pi_that_is_hot_and_weak(tmp_path: Path) -> None:
    root = lay(
        tmp_path,
        {
            "sys/class/thermal/thermal_zone0/temp": "84100\n",
            "sys/class/thermal/thermal_zone1/temp": "nonsense\n",
            "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        },
    )
    temperature, power = heat.probe(root)
    assert (temperature.level, temperature.said) == (Level.WARN, "84 degrees")
    assert power.level is Level.FAIL
    assert "too little voltage now" in power.said


def test_without_the_firmwares_word_the_voltage_monitor_counts(tmp_path: Path) -> None:
    root = lay(
        tmp_path,
        {
            "sys/class/hwmon/hwmon0/name": "cpu_thermal",
            "sys/class/hwmon/hwmon1/name": "rpi_volt",
            "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
        },
    )
    _, power = heat.probe(root)
    assert power.level is Level.FAIL


def test_a_machine_that_tells_nothing_is_no_fault(tmp_path: Path) -> None:
    assert [finding.level for finding in (*heat.probe(tmp_path), *memory.probe(tmp_path))] == [Level.OK, Level.OK]
    assert list(card.probe(tmp_path)) == []


def test_a_worn_card_and_a_faulty_file_system(tmp_path: Path) -> None:
    root = lay(
        tmp_path,
        {
            "sys/block/mmcblk0/device/life_time": "0x0b 0x01\n",
            "sys/block/mmcblk0/device/pre_eol_info": "0x03\n",
            "sys/fs/ext4/mmcblk0p2/errors_count": "7\n",
        },
    )
    assert [(finding.subject, finding.level) for finding in card.probe(root)] == [
        ("card", Level.FAIL),
        ("file system", Level.WARN),
    ]


def test_this_machine_has_memory_and_a_clock() -> None:
    (finding,) = memory.probe(Path("/"))
    assert "MiB free" in finding.said
    assert clock.synchronised() in (True, False, None)


def test_what_others_may_read_is_named_with_its_remedy(tmp_path: Path) -> None:
    env_file, data, keys = tmp_path / ".env", tmp_path / "data", tmp_path / "data/keys/archive-passwords.txt"
    lay(tmp_path, {".env": "X=1", "data/keys/archive-passwords.txt": "secret"})
    env_file.chmod(0o644)
    data.chmod(0o700)
    keys.chmod(0o600)
    (finding,) = permissions.probe(env_file, data, keys, tmp_path / "no-rclone.conf")
    assert (finding.level, finding.remedy) == (Level.WARN, f"chmod 600 {env_file}")
    env_file.chmod(0o600)
    (finding,) = permissions.probe(env_file, data, keys, None)
    assert finding.level is Level.OK
