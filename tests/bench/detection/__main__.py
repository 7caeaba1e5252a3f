"""`make bench-detection VIDEOS=folder`: detection on real footage beside its peers, and on footage made here.

The folder holds the videos; `labels.json` and the scorer lie beside them or are named. docs/detection.md is written.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from camera import background, motion, stirring
from tests.bench import detector
from tests.bench.detection import ablation, timeline
from tests.bench.detection.mog2 import Mog2
from tests.bench.detection.peers import Run, Span, peers
from tests.bench.detection.scenes import films
from tests.bench.page import write_between
from tests.camera.footage import film, mover

ROOT = Path(__file__).parents[3]
PAGE, PICTURE = ROOT / "docs/detection.md", ROOT / "docs/images/detection.png"
SEEDS = range(100, 103)
"""None of them was used while the detector was built."""


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        made = [(one, ablation.shots_of_film(one)) for one in films(SEEDS)]
        _put("generated", _generated(made))
        if arguments.videos is None:
            sys.stderr.write("Real footage is left out: name a folder of labelled videos, VIDEOS=folder.\n")
            return
        real = _Real(arguments, Path(scratch))
        _put("real", real.table(arguments.dvr_scan))
        _put("ablation", real.ablation(made))
        _put("validation", real.validation())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", nargs="?", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--dvr-scan", default=shutil.which("dvr-scan"), help="DVR-Scan's program, in a venv of its own")
    found = parser.parse_args()
    if found.videos is None:
        return found
    found.labels = found.labels or found.videos / "labels.json"
    found.scorer = found.scorer or found.videos.parent / "bench/score.py"
    for path, what in ((found.videos, "folder"), (found.labels, "labels"), (found.scorer, "scorer")):
        if not path.exists():
            parser.error(f"there is no {what} at {path}; name it with VIDEOS=, LABELS= or SCORER=")
    return found


def _put(part: str, text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
    write_between(PAGE, part, text)


class _Real:
    """The labelled videos."""

    def __init__(self, arguments: argparse.Namespace, scratch: Path) -> None:
        self._labels: dict[str, Any] = json.loads(arguments.labels.read_text())
        self._arguments, self._scratch = arguments, scratch
        self._videos = {name: arguments.videos / name for name in self._labels if (arguments.videos / name).exists()}
        missing = sorted(set(self._labels) - set(self._videos))
        self._missing = f" Missing here: {', '.join(missing)}." if missing else ""
        self._shots = [ablation.shots_of(path) for path in self._videos.values()]

    def score(self, folders: dict[str, Path], only: str | None = None) -> dict[str, Any]:
        """The scorer's figures, by name; `only`: of one video."""
        labels = {name: label for name, label in self._labels.items() if name in self._videos and only in (None, name)}
        (self._scratch / "labels.json").write_text(json.dumps(labels))
        out = self._scratch / "scores.json"
        names = [f"{name}={folder}" for name, folder in folders.items()]
        command = [sys.executable, str(self._arguments.scorer), "--labels", str(self._scratch / "labels.json")]
        subprocess.run([*command, "--json", str(out), *names], check=True, stdout=subprocess.DEVNULL)
        return dict(json.loads(out.read_text()))

    def table(self, dvr_scan: str | None) -> str:
        seen: dict[str, dict[str, list[Span]]] = {}
        for name, peer in peers(dvr_scan).items():
            for video, path in self._videos.items():
                sys.stderr.write(f"{name}: {video}\n")
                run: Run = peer(path, self._labels[video]["duration"])
                seen.setdefault(name, {})[video] = run.events
                ablation.write(self._scratch / name, video, run.events, run.cpu_s)
        scores = self.score({name: self._scratch / name for name in seen})
        truth = {
            video: {
                "events": [(a, b) for a, b in self._labels[video]["events"]],
                "ignore": [(a, b) for a, b in self._labels[video]["ignore"]],
                "duration": [(0.0, self._labels[video]["duration"])],
            }
            for video in self._videos
        }
        timeline.draw(PICTURE, truth, seen)
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores shared with other work, Python {platform.python_version()}"
        )
        head = f"{len(self._videos)} videos, {machine}.{self._missing}\n\n{_score_table(scores)}"
        return f"{head}\n\nMoCam, video by video:\n\n{self._each(seen['MoCam'])}"

    def _each(self, seen: dict[str, list[Span]]) -> str:
        rows = ["| video | labelled | seen | events found | quiet stretches hit |", "|---|---|---|---|---|"]
        for video, spans in seen.items():
            one = self.score({"MoCam": self._scratch / "MoCam"}, video)["MoCam"]
            labelled = self._labels[video]["events"]
            quiet = f"{one['quiet_stretches_hit']}/{one['quiet_stretches']}"
            rows.append(f"| {video} | {_spell(labelled)} | {_spell(spans)} | {one['found']}/{one['n']} | {quiet} |")
        return "\n".join(rows)

    def ablation(self, made: list[Any]) -> str:
        rows = [
            "| without | F1 | quiet stretches hit | time F1 | generated: false events | missed | us a frame |",
            "|---|---|---|---|---|---|---|",
        ]
        for part in ablation.WITHOUT:
            sys.stderr.write(f"without {part}\n")
            folder = self._scratch / "without" / part
            with ablation.without(part):
                cpu_s = self._run(folder)
                false, missed = _count(made)
            one = self.score({"x": folder})["x"]
            frames = sum(len(shots.times_s) for shots in self._shots)
            rows.append(
                f"| {part} | {one['f1']:.2f} | {one['quiet_stretches_hit']}/{one['quiet_stretches']} "
                f"| {one['time_f1']:.2f} | {false} | {missed} | {cpu_s / frames * 1e6:.0f} |"
            )
        return "\n".join(rows)

    def _run(self, folder: Path) -> float:
        total_s = 0.0
        for shots in self._shots:
            events, cpu_s = shots.spans()
            total_s += cpu_s
            ablation.write(folder, shots.name, events)
        return total_s

    def validation(self) -> str:
        """Leave one video out: the best constants of the others, tried on it."""
        grid = [
            {
                (background, "TEXTURE_DOUBT"): texture,
                (background, "NOISE_S"): noise_s,
                (stirring, "LIMIT_SHARE"): share,
            }
            for texture, noise_s, share in itertools.product((0.2, 0.25, 0.3), (8.0, 12.0, 16.0), (0.35, 0.4, 0.45))
        ]
        folders = []
        for number, values in enumerate(grid):
            folders.append(self._scratch / "grid" / str(number))
            with ablation.constants(values):
                self._run(folders[-1])
        chosen = self._scratch / "left-out"
        picked = set()
        for video in self._videos:
            others = self._without(video, folders)
            best = max(range(len(grid)), key=lambda number: others[number])
            picked.add(tuple(grid[best].values()))
            events = json.loads((folders[best] / f"{video}.json").read_text())["events"]
            ablation.write(chosen, video, events)
        out, own = (
            self.score({"x": folder})["x"] for folder in (chosen, self._scratch / "without" / "nothing left out")
        )
        listed = "; ".join(" ".join(map(str, one)) for one in sorted(picked))
        return (
            "Constants chosen on all videos but one, and scored on that one: "
            f"F1 {out['f1']:.2f}, time F1 {out['time_f1']:.2f}, "
            f"{out['quiet_stretches_hit']} of {out['quiet_stretches']} quiet stretches hit; with the constants of the "
            f"program {own['f1']:.2f}, {own['time_f1']:.2f}, {own['quiet_stretches_hit']}. Picked from 27 "
            f"(texture doubt, seconds of noise, share of the limit that stirs): {listed}."
        )

    def _without(self, video: str, folders: list[Path]) -> list[float]:
        labels = {name: label for name, label in self._labels.items() if name in self._videos and name != video}
        kept, self._labels = self._labels, labels
        try:
            scores = self.score({str(number): folder for number, folder in enumerate(folders)})
        finally:
            self._labels = kept
        return [scores[str(number)]["f1"] + scores[str(number)]["time_f1"] for number in range(len(folders))]


def _score_table(scores: dict[str, Any]) -> str:
    rows = [
        "| | recall | precision | F1 | quiet stretches hit | time F1 | latency median | CPU s per video s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in scores.items():
        shown = f"**{name}**" if name == "MoCam" else name
        latency = "-" if one["latency_median"] is None else f"{one['latency_median']:.2f} s"
        rows.append(
            f"| {shown} | {one['found']}/{one['n']} | {one['tp']}/{one['dets']} | {one['f1']:.2f} "
            f"| {one['quiet_stretches_hit']}/{one['quiet_stretches']} | {one['time_f1']:.2f} | {latency} "
            f"| {one['cpu']:.3f} |"
        )
    return "\n".join(rows)


def _generated(made: list[Any]) -> str:
    rows = ["| made | films | MoCam: events | missed | MOG2: events | missed |", "|---|---|---|---|---|---|"]
    names = list(dict.fromkeys(one.name for one, _ in made))
    for name in names:
        some = [(one, shots) for one, shots in made if one.name == name]
        ours, theirs = _count(some), _count_mog2(some)
        quiet = some[0][0].visit is None
        rows.append(
            f"| {name}{'' if quiet else ' (a visit)'} | {len(some)} | {ours[0]} false "
            f"| {'' if quiet else ours[1]} | {theirs[0]} false | {'' if quiet else theirs[1]} |"
        )
    frames = list(film(20, mover(3, 8)))
    cell = motion.CellDetector()
    ours_us = sorted(detector.cost(frames, cell.look))
    theirs_us = sorted(detector.cost(frames, Mog2().look))
    middle = len(frames) // 2
    return (
        "\n".join(rows)
        + f"\n\nOne 320x180 frame, median of {len(frames)}, one thread: MoCam {ours_us[middle]:.0f} us, MOG2 "
        + f"{theirs_us[middle]:.0f} us. What the detector keeps of a camera: {cell.state_bytes / 1e6:.2f} MB."
    )


def _count(made: list[Any]) -> tuple[int, int]:
    """False events and missed visits."""
    return _judge([(one, shots.spans()[0]) for one, shots in made])


def _count_mog2(made: list[Any]) -> tuple[int, int]:
    return _judge([(one, ablation.spans_of(Mog2(), one.frames())) for one, _ in made])


def _judge(seen: list[Any]) -> tuple[int, int]:
    false = missed = 0
    for one, events in seen:
        if one.visit is None:
            false += len(events)
            continue
        begun_s, ended_s = one.visit
        hits = [(a, b) for a, b in events if a <= ended_s + 1 and b >= begun_s]
        false += len(events) - len(hits)
        missed += not hits
    return false, missed


def _spell(spans: list[Any]) -> str:
    return ", ".join(f"{a:.1f}-{b:.1f}" for a, b in spans) or "-"


if __name__ == "__main__":
    main()
