"""How quick the last alerts were, and which stage takes the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mocam.doctor.finding import Finding, ok, warn
from storage.alert_times import STAGES, AlertTime, look, within_ms

SLOW_MS = 3000
"""A median above this is worth a word: whoever came has gone by then."""
_TOLD = {
    "decision_ms": ("decision", "is it something that moves"),
    "capture_ms": ("capture", "from the camera to here, decoding"),
    "picture_ms": ("picture", "its JPEG"),
    "writing_ms": ("writing", "picture and rows to the disk"),
    "queue_ms": ("queue", "waiting for its turn"),
    "upload_ms": ("upload", "to Telegram and its yes"),
}
_REMEDIES = {
    "decision_ms": "SENSITIVITY=high for that camera, or more frames a second.",
    "capture_ms": "The camera sends late: a cable instead of Wi-Fi, fewer pixels, or a DETECT_SOURCE.",
    "picture_ms": "The machine is busy: fewer or smaller cameras.",
    "writing_ms": "The disk is slow: another SD card, or DATA_DIR on an SSD.",
    "queue_ms": "Many events came at once, or Telegram could not be reached; IGNORE and SENSITIVITY make fewer.",
    "upload_ms": "The way to Telegram is slow: look at the network of this machine.",
}


def probe(database: Path) -> Iterator[Finding]:
    """`database`: the catalogue, which is only read."""
    yield judged(look(database))


def judged(times: Sequence[AlertTime]) -> Finding:
    """Pure. A line for the whole, then one for each stage."""
    if not times:
        return ok("alerts", "none was measured yet")
    columns = {stage: [int(getattr(one, stage)) for one in times] for stage in STAGES}
    whole = [one.whole_ms for one in times]
    lines = [f"first moved frame to photo: {_span(whole)} (the last {len(times)})"]
    lines += [f"{_TOLD[stage][0]:<9} {_span(columns[stage])}: {_TOLD[stage][1]}" for stage in STAGES]
    said = "\n".join(lines)
    if within_ms(whole, 0.5) <= SLOW_MS:
        return ok("alerts", said)
    slowest = max(STAGES, key=lambda stage: within_ms(columns[stage], 0.5))
    return warn("alerts", said, _REMEDIES[slowest])


def _span(values_ms: list[int]) -> str:
    return f"{within_ms(values_ms, 0.5) / 1000:.2f} s, 95 % within {within_ms(values_ms, 0.95) / 1000:.2f} s"
