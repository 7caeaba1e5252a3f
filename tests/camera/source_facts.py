"""Holds one source to the contract, measures it, waits until it is unplugged, and prints what it saw as JSON.

Run in a process of its own, so that its memory is its own: `python -m tests.camera.source_facts ADDRESS EXPECTED_JSON
UNPLUG`, where UNPLUG is `never`, `outside` (by whoever reads the first line) or `fake` (the stand-in falls silent).
"""

from __future__ import annotations

import itertools
import json
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from camera.errors import SourceLost
from camera.model import Packet
from camera.ring import Ring
from camera.sources import Source, open_source
from tests.camera import fake_picamera2
from tests.camera.source_contract import PATIENCE_S, Expected, config_of, hold_to_contract

PRE_ROLL_S, WATCHED_S = 2.0, 4.0


@dataclass(frozen=True)
class Facts:
    """What one run of one kind showed."""

    codec: str
    width: int
    height: int
    step_ms: float
    """Usual distance of two pictures, by pts."""
    key_s: float
    """Longest distance of two key frames."""
    early_s: float
    """How much before the wanted moment the pre-roll begins, since it must begin with a key frame."""
    memory_mb: float
    """At most, above that of the process before it opened anything."""


def measure(address: str, expected: Expected) -> tuple[Source, Facts]:
    """The source, opened a second time and still open."""
    before_mb = _resident_mb()
    hold_to_contract(address, expected)
    source = open_source(config_of(address, small=expected.small))
    ring, packets = Ring(PRE_ROLL_S), list[Packet]()
    while not packets or packets[-1].mono_s - packets[0].mono_s < WATCHED_S:
        item = source.read()
        if isinstance(item, Packet):
            ring.add(item)
            packets.append(item)
    track = packets[0].track
    steps = [after.pts - before.pts for before, after in itertools.pairwise(sorted(packets, key=lambda one: one.pts))]
    keys = [packet.mono_s for packet in packets if packet.is_keyframe]
    facts = Facts(
        track.codec,
        track.width,
        track.height,
        1000 * float(statistics.median(steps) * track.time_base),
        max(after - before for before, after in itertools.pairwise(keys)),
        _early_s(ring, packets),
        _resident_mb("VmHWM") - before_mb,
    )
    return source, facts


def _early_s(ring: Ring, packets: list[Packet]) -> float:
    """The pre-roll holds every packet from the last key frame before the wanted moment, and nothing else."""
    wanted_mono_s = packets[-1].mono_s - PRE_ROLL_S
    kept = ring.since(wanted_mono_s)
    assert kept == packets[-len(kept) :], "the pre-roll has a gap"
    assert kept[0].is_keyframe
    assert kept[0].mono_s <= wanted_mono_s
    assert not any(packet.is_keyframe and packet.mono_s <= wanted_mono_s for packet in kept[1:]), "it begins too early"
    return wanted_mono_s - kept[0].mono_s


def lost_mono_s(source: Source) -> float:
    """When the source said that it is lost."""
    deadline = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < deadline:
            source.read()
    except SourceLost:
        return time.monotonic()
    raise AssertionError("unplugged, and it still delivers")


def _resident_mb(name: str = "VmRSS") -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024 / 1e6


def main(address: str, expected: str, unplug: str) -> None:
    faults = fake_picamera2.install(pytest.MonkeyPatch()) if unplug == "fake" else None
    report(address, Expected(**json.loads(expected)), faults.silent.set if faults else None, waits=unplug != "never")


def report(address: str, expected: Expected, silence: Callable[[], object] | None = None, *, waits: bool) -> None:
    """A line with the facts, and one with the moment in which the source was lost, if it `waits` for that."""
    source, facts = measure(address, expected)
    sys.stdout.write(json.dumps(asdict(facts)) + "\n")
    sys.stdout.flush()
    if silence is not None:
        silence()
    if waits:
        sys.stdout.write(f"{lost_mono_s(source)}\n")
    source.close()
    assert threading.active_count() < 20


if __name__ == "__main__":
    main(*sys.argv[1:])
