"""Runs MoCam and its peers over one video, each in a process of its own; processor time is that process's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Span = tuple[float, float]
JOIN_S = 5.0
"""What the scorer asks of all: gaps up to this long are closed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one detector said about one video; seconds."""

    events: list[Span]
    cpu_s: float


Peer = Callable[[Path, float], Run]
"""Takes a video and its duration in seconds."""


def peers(dvr_scan: str | None) -> dict[str, Peer]:
    """All that can be run here, MoCam first."""
    found: dict[str, Peer] = {"MoCam": _mocam, "MOG2": _mog2}
    if dvr_scan:
        found["DVR-Scan"] = lambda video, _duration_s: _dvr_scan(dvr_scan, video)
    if shutil.which("motion"):
        found["Motion"] = _motion
    return found


def _mocam(video: Path, _duration_s: float) -> Run:
    output, cpu_s = _child([sys.executable, "-m", "mocam", "replay", "--json", str(video)])
    return Run(_joined([(a, b) for a, b in json.loads(output)["events"]], 0), cpu_s)


def _mog2(video: Path, _duration_s: float) -> Run:
    output, cpu_s = _child([sys.executable, "-m", "tests.bench.detection.mog2", str(video)])
    return Run(_joined([(a, b) for a, b in json.loads(output)["events"]], JOIN_S), cpu_s)


def _dvr_scan(program: str, video: Path) -> Run:
    """Its defaults, without what it adds before and after, and without clips."""
    arguments = ["--scan-only", "-tb", "0", "-tp", "0", "--ignore-user-config"]
    output, cpu_s = _child([program, "--input", str(video), *arguments])
    codes = re.findall(r"\d\d:\d\d:\d\d\.\d+", output.rpartition("timecode values:")[2])
    found = zip(codes[::2], codes[1::2], strict=True)
    return Run(_joined([(_seconds(start), _seconds(end)) for start, end in found], JOIN_S), cpu_s)


def _motion(video: Path, duration_s: float) -> Run:
    """Debian's motion with its defaults on the file at its own speed; lines in a log of ours tell its events."""
    with tempfile.TemporaryDirectory() as folder:
        log, config = Path(folder) / "moved", Path(folder) / "motion.conf"
        config.write_text(
            f"daemon off\nlog_level 4\nnetcam_url file://{video}\ntarget_dir {folder}\nmovie_output off\n"
            f"picture_output off\nwebcontrol_port 0\nstream_port 0\nevent_gap 3\n"
            f"on_event_start echo start $(date +%s.%N) >> {log}\n"
            f"on_event_end echo end $(date +%s.%N) >> {log}\n",
            encoding="utf-8",
        )
        begun_s = time.time()
        _, cpu_s = _child(["timeout", "-s", "INT", f"{duration_s + 2:.1f}", "motion", "-n", "-c", str(config)])
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events: list[Span] = []
    started_s: float | None = None
    for line in lines:
        word, _, stamp = line.partition(" ")
        if word == "start":
            started_s = float(stamp) - begun_s - MOTION_START_S
        elif word == "end" and started_s is not None:
            events.append((max(0.0, started_s), max(started_s + 0.1, float(stamp) - begun_s - MOTION_START_S - 3)))
            started_s = None
    return Run(_joined([(a, min(b, duration_s)) for a, b in events if a < duration_s], JOIN_S), cpu_s)


MOTION_START_S = 0.5
"""From the start of the process to its first frame, about."""


def _child(arguments: list[str]) -> tuple[str, float]:
    """Output, and user and system time. Raises RuntimeError when it fails (being stopped is none)."""
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(arguments, stdout=output, stderr=subprocess.DEVNULL, env=os.environ | {"LANG": "C"})
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if child.returncode not in (0, 124):
        raise RuntimeError(f"{arguments[:3]} failed with {child.returncode}")
    return text, usage.ru_utime + usage.ru_stime


def _seconds(timecode: str) -> float:
    hours, minutes, seconds = timecode.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _joined(spans: list[Span], gap_s: float) -> list[Span]:
    found: list[Span] = []
    for start_s, end_s in sorted(spans):
        if found and start_s - found[-1][1] <= gap_s:
            found[-1] = found[-1][0], max(found[-1][1], end_s)
        else:
            found.append((start_s, end_s))
    return found
