"""Everything decoded against the gate, on streams as cameras send them: what is missed, what late, what ends later.

`python -m tests.bench.sparing FOLDER [VIDEO ...]` makes the streams in the folder (half a GB; those that are there
already are taken), of the films of `tests.bench.detection.scenes` with a sensor's noise, and of the videos named. With
`--labels` each video begins with half a minute of what it shows before its first event, to and fro, and what
is seen in it is written for the scorer, times as in the video, to FOLDER/kind/all and FOLDER/kind/auto.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from camera.config import CameraConfig
from camera.events import End, Start
from camera.gate import Decode
from camera.model import GrayFrame, Luma, Packet
from camera.replay import Eye
from camera.sources.base import EndOfFile
from camera.sources.file import open_file
from tests.bench.detection.scenes import Film, films

SEEDS = range(100, 103)
SIZE = (960, 540)
BITS_A_PIXEL = 0.128
"""4 Mbit/s of 1080p at 15 frames a second."""
NOISE_FACTOR = 1.5
"""Of each pixel, against the film's of a gray frame: a camera takes most of its sensor's noise away itself."""

LATE_S = 0.5
LEAST_STEP_S = 0.06
PRELUDE_S = 30.0
LEAST_QUIET_S = 2.0
"""A shorter quiet is not repeated."""
LEARNT_S = 10.2
"""By then the gate has learnt; before a film's visit begins."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a camera encodes."""

    name: str
    group_s: float
    bits: float
    """As a share of the usual rate; 0: it keeps a quality, as `options` say."""
    buffer_s: float
    options: dict[str, str]


KINDS = (
    Kind("superfast, key frame each second", 1, 1, 1, {"preset": "superfast"}),
    Kind("ultrafast without a look ahead, each 2 s", 2, 0.5, 0.3, {"preset": "ultrafast", "tune": "zerolatency"}),
    Kind("veryfast, a low rate, each 4 s", 4, 0.3, 1, {"preset": "veryfast"}),
    Kind("steady quality, each second", 1, 0, 1, {"preset": "veryfast", "crf": "27"}),
)


@dataclass
class Run:
    """What was told of one stream, when, and what it took."""

    alerts: list[float] = field(default_factory=list)
    """By the newest packet's time."""
    events: list[tuple[float, float]] = field(default_factory=list)
    packets: int = 0
    looks: int = 0
    """Gray frames after the gate has learnt and before anything visits."""
    cpu_s: float = 0.0
    """Of everything from packets to events, in that stretch."""


def watch(path: Path, decode: Decode, quiet: tuple[float, float]) -> Run:
    """Watches a stream; `quiet`: from when to when the looks are counted, seconds."""
    run, eye, now_s = Run(), Eye(CameraConfig(name="stream", source="", recording_dir=Path())), 0.0
    source = open_file(path, loop=False, decode=decode)
    source.spare(eye)
    try:
        while True:
            begun_s = time.thread_time()
            item = source.read()
            if isinstance(item, Packet):
                run.packets, now_s = run.packets + 1, item.mono_s
            else:
                for told in eye.look(item):
                    if isinstance(told, Start):
                        run.alerts.append(now_s)
                    elif isinstance(told, End):
                        run.events.append((told.first_s, told.last_s))
            if quiet[0] <= now_s < quiet[1]:
                run.cpu_s += time.thread_time() - begun_s
                run.looks += isinstance(item, GrayFrame)
    except EndOfFile:
        pass
    finally:
        source.close()
    last = eye.machine.finish()
    run.events += [(last.first_s, last.last_s)] if last is not None else []
    return run


@dataclass
class Compared:
    """Sums over streams of one kind."""

    streams: int = 0
    events: int = 0
    missed: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    latest_s: float = 0.0
    began: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    """By how much stated beginnings and ends differ, seconds."""
    cpu: list[float] = field(default_factory=list)
    """Shares of what decoding everything takes, each in a stretch in which neither saw anything."""

    def add(self, name: str, everything: Run, spared: Run) -> None:
        self.streams += 1
        self.events += len(everything.events)
        for (first_s, last_s), alert_s in zip(everything.events, everything.alerts, strict=True):
            same = [
                (event, at_s)
                for event, at_s in zip(spared.events, spared.alerts, strict=True)
                if event[0] <= last_s and event[1] >= first_s
            ]
            if not same:
                self.missed.append(f"{name} {first_s:.1f} s")
                continue
            self.latest_s = max(self.latest_s, same[0][1] - alert_s)
            self.began.append(abs(same[0][0][0] - first_s))
            self.ended.append(abs(same[-1][0][1] - last_s))
            if same[0][1] - alert_s > LATE_S:
                self.late.append(f"{name} {alert_s:.1f} s: {same[0][1] - alert_s:.2f} s")
        for first_s, last_s in spared.events:
            if not any(first_s <= event[1] and last_s >= event[0] for event in everything.events):
                self.more.append(f"{name} {first_s:.1f} s")
        if everything.cpu_s:
            self.cpu.append(spared.cpu_s / everything.cpu_s)

    def row(self, name: str) -> str:
        cpu = f"{statistics.median(self.cpu):.0%}, {min(self.cpu):.0%} to {max(self.cpu):.0%}" if self.cpu else "-"
        return (
            f"| {name} | {self.streams} | {self.events} | {len(self.missed)} | {len(self.more)} | {len(self.late)} "
            f"| {self.latest_s:.2f} s | {_worst(self.began)} | {_worst(self.ended)} | {cpu} |"
        )


def _worst(differences: list[float]) -> str:
    """The mean, and the three largest."""
    if not differences:
        return "-"
    largest = ", ".join(f"{one:.2f}" for one in sorted(differences)[-3:])
    return f"{statistics.mean(differences):.2f} s ({largest})"


def encode(path: Path, kind: Kind, pictures: Iterator[tuple[Luma, float]], fps: float) -> None:
    """`pictures` are luma planes with their times; ready under its name only when it is whole."""
    first, at_s = next(pictures)
    bits = BITS_A_PIXEL * kind.bits * first.size * 15  # of a camera that sends more pictures each has fewer
    new = path.with_suffix(".new")
    rate = {"b": str(int(bits)), "maxrate": str(int(bits)), "bufsize": str(int(bits * kind.buffer_s))} if bits else {}
    options = kind.options | rate | {"g": str(round(kind.group_s * fps)), "bf": "0", "sc_threshold": "0"}
    with av.open(str(new), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = first.shape[1], first.shape[0], "yuv420p"
        stream.codec_context.thread_count = 1
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        colour = np.full((first.shape[0] // 2, first.shape[1]), 128, np.uint8)
        while True:
            picture = av.VideoFrame.from_ndarray(np.concatenate([first, colour]), format="yuv420p")
            picture.pts, picture.time_base = round(at_s * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(picture))
            following = next(pictures, None)
            if following is None:
                break
            first, at_s = following
        container.mux(stream.encode(None))
    new.rename(path)


def of_film(film: Film) -> Iterator[tuple[Luma, float]]:
    """The film at a camera's size with a camera's noise."""
    rng = np.random.default_rng(film.seed)
    sigma = NOISE_FACTOR * film.noise
    grain = rng.normal(0, sigma, (2 * SIZE[1], 2 * SIZE[0])).astype(np.float32)
    for luma, at_s in replace(film, noise=0.0).frames():
        top, left = int(rng.integers(SIZE[1])), int(rng.integers(SIZE[0]))
        large = np.asarray(cv2.resize(luma, SIZE, interpolation=cv2.INTER_CUBIC), np.float32)
        large = large + (grain[top : top + SIZE[1], left : left + SIZE[0]])
        yield np.clip(large, 0, 255).astype(np.uint8), at_s


def of_video(path: Path, quiet_s: float) -> Iterator[tuple[Luma, float]]:
    """The video's pictures, not larger than a camera's here, at most about 15 a second; before it, if it has a quiet
    beginning, `PRELUDE_S` of that."""
    begun: list[tuple[Luma, float]] = []
    for luma, at_s in _pictures(path):
        if quiet_s < LEAST_QUIET_S:
            yield luma, at_s
        elif at_s < quiet_s:
            begun.append((luma, at_s))
        else:
            yield from _prelude(begun)
            begun.clear()
            yield luma, at_s + PRELUDE_S
    yield from _prelude(begun)


def _prelude(begun: list[tuple[Luma, float]]) -> Iterator[tuple[Luma, float]]:
    """Backwards and forwards so that it ends where the video begins, then the beginning itself."""
    if not begun:
        return
    length_s = begun[-1][1]
    there_and_back = [(luma, at_s) for luma, at_s in begun] + [
        (luma, 2 * length_s - at_s) for luma, at_s in begun[-2:0:-1]
    ]
    count = int(PRELUDE_S // (2 * length_s)) + 1
    first_s = PRELUDE_S - count * 2 * length_s
    for turn in range(count):
        for luma, at_s in there_and_back:
            if (new_s := first_s + turn * 2 * length_s + at_s) >= 0:
                yield luma, new_s
    for luma, at_s in begun:
        yield luma, PRELUDE_S + at_s


def _pictures(path: Path) -> Iterator[tuple[Luma, float]]:
    last_s, first_s = -1.0, None
    with av.open(str(path)) as container:
        for picture in container.decode(container.streams.video[0]):
            first_s = float(picture.time or 0) if first_s is None else first_s
            at_s = float(picture.time or 0) - first_s
            if at_s - last_s < LEAST_STEP_S:
                continue
            last_s, luma = at_s, picture.to_ndarray(format="gray")
            width = min(SIZE[0], luma.shape[1]) // 2 * 2
            height = round(luma.shape[0] * width / luma.shape[1]) // 2 * 2
            yield np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8), at_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--films", default="", help="only those whose name holds this")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many of each film")
    parser.add_argument("--kind", type=int, choices=range(len(KINDS)), action="append")
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    labels: dict[str, Any] = json.loads(arguments.labels.read_text()) if arguments.labels else {}
    for number in arguments.kind or range(len(KINDS)):
        kind, made, real = KINDS[number], Compared(), Compared()
        for film in films(SEEDS[: arguments.seeds]):
            if arguments.films not in film.name + (" (a visit)" if film.visit else ""):
                continue
            path = arguments.folder / f"{number}-{film.name.replace(' ', '-')}-{film.seed}.mp4"
            if not path.exists():
                encode(path, kind, of_film(film), film.fps)
            _compare(made, path, (LEARNT_S, film.visit[0] if film.visit else 24.0))
        for video in arguments.videos:
            _add_video(real, arguments.folder, number, video, labels.get(video.name))
        for what, compared in (("made here", made), ("real", real)):
            if compared.streams:
                sys.stdout.write(compared.row(f"{kind.name}: {what}") + "\n")
                for name in ("missed", "more", "late"):
                    sys.stdout.writelines(f"  {name}: {one}\n" for one in getattr(compared, name))
                sys.stdout.flush()


def _add_video(compared: Compared, folder: Path, number: int, video: Path, label: dict[str, Any] | None) -> None:
    quiet_s = max(0.0, min((a for a, _ in label["events"] + label["ignore"]), default=0.0) - 0.5) if label else 0.0
    path = folder / f"{number}-{video.name}.mp4"
    if not path.exists():
        encode(path, KINDS[number], of_video(video, quiet_s), 15)
    has_prelude = quiet_s >= LEAST_QUIET_S
    runs = _compare(compared, path, (LEARNT_S, PRELUDE_S) if has_prelude else (0, 0))
    for name, run in zip(("all", "auto"), runs, strict=True):
        target = folder / str(number) / name
        target.mkdir(parents=True, exist_ok=True)
        spans = [(a - PRELUDE_S, b - PRELUDE_S) if has_prelude else (a, b) for a, b in run.events]
        (target / f"{video.name}.json").write_text(json.dumps([span for span in spans if span[1] > 0]))


def _compare(compared: Compared, path: Path, quiet: tuple[float, float]) -> tuple[Run, Run]:
    everything, spared = watch(path, Decode.ALL, quiet), watch(path, Decode.AUTO, quiet)
    compared.add(path.stem, everything, spared)
    share = spared.cpu_s / everything.cpu_s if everything.cpu_s else 0
    told = (f"{run.events} {run.alerts}" for run in (everything, spared))
    sys.stderr.write(f"{path.stem}: {' and '.join(told)}, {share:.2f}\n")
    return everything, spared


if __name__ == "__main__":
    main()
