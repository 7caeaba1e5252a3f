"""How the machine is, as /status shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.health import HealthView
from bot.texts.status import health_line
from mocam.adapters.health import HealthPort
from mocam.store import Store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def lay(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


async def test_a_weak_pi_with_messages_that_wait(store: Store, tmp_path: Path) -> None:
    lay(tmp_path, "sys/class/thermal/thermal_zone0/temp", "51200")
    lay(tmp_path, "sys/devices/platform/soc/soc:firmware/get_throttled", "50005")
    store.outbox.notice([7, 8], "Good morning.")
    health = await HealthPort(store.outbox, tmp_path).now()
    assert (health.celsius, health.waiting) == (51.2, 2)
    assert "power: too little voltage now" in health.trouble
    assert datetime.now(UTC) - health.since_utc < timedelta(minutes=5)


async def test_a_machine_that_tells_nothing_has_no_trouble(store: Store, tmp_path: Path) -> None:
    health = await HealthPort(store.outbox, tmp_path).now()
    assert (health.celsius, health.trouble, health.waiting) == (None, "", 0)


def test_the_line_says_only_what_there_is_to_say() -> None:
    quiet = HealthView(NOW - timedelta(hours=3), None, "", 0)
    assert health_line(quiet, NOW, ZONE) == "Running since 11:00"
    busy = HealthView(NOW - timedelta(hours=3), 51.2, "power: <too> little", 2)
    assert health_line(busy, NOW, ZONE) == "Running since 11:00 · 51 °C · 2 messages waiting"
