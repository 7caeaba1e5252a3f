"""Temperature, and on a Pi whether it was slowed down by heat or a weak power supply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mocam.doctor.finding import Finding, fail, ok, warn
from mocam.doctor.text_files import matching, number, text
from mocam.pi_report import throttling

HOT_C = 80.0
"""A Pi slows itself down from here on."""
_NOW = 0xF
_WEAK = 0x1_0001
_SUPPLY = "Use the official power supply for this Pi, and a short thick cable."
_COOLER = "Give it a heat sink or more air, or fewer pictures a second (FPS)."


def probe(root: Path) -> Iterator[Finding]:
    yield temperature(hottest_c(root))
    word = number(root / "sys/devices/platform/soc/soc:firmware/get_throttled", 16)
    if word is not None:
        yield power(word)
    else:
        alarm = supply_alarm(root)
        if alarm is not None:
            yield power(1 if alarm else 0)


def hottest_c(root: Path) -> float | None:
    """Of all zones, in degrees; None: this machine tells none."""
    found = [number(path) for path in matching(root, "sys/class/thermal/thermal_zone*/temp")]
    known = [value / 1000 for value in found if value is not None and 0 < value < 150_000]
    return max(known, default=None)


def supply_alarm(root: Path) -> bool | None:
    """What the Pi's voltage monitor says, where the firmware's own word is not to be had; None: there is none."""
    for path in matching(root, "sys/class/hwmon/hwmon*"):
        if text(path / "name") == "rpi_volt":
            return number(path / "in0_lcrit_alarm") == 1
    return None


def temperature(celsius: float | None) -> Finding:
    if celsius is None:
        return ok("temperature", "not told by this machine")
    said = f"{celsius:.0f} degrees"
    return warn("temperature", said, _COOLER) if celsius >= HOT_C else ok("temperature", said)


def power(word: int) -> Finding:
    """`word`: the firmware's bits, those of now in the lowest four, those since the start from bit 16 on."""
    said = throttling(f"{word:x}")
    if not word:
        return ok("power", said)
    remedy = _SUPPLY if word & _WEAK else _COOLER
    return fail("power", said, remedy) if word & _NOW else warn("power", said, remedy)
