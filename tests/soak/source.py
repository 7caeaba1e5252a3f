"""A camera that carries time along: a visit is played as fast as the machine can, the hours between are jumped over.

Lives inside the program under test, whose clocks are those of support_clock. Time passes

- as the pictures say while a visit is played (24 seconds: quiet, a visitor, quiet until the event is over);
- as on the wall while the program has something to do: letters that wait for the chat, work for the archive, a child
  process that runs. Network and rclone are as fast as they are, so nothing of theirs is shortened;
- in steps of some seconds while nothing is left to do, so that every scheduled job has its turn.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from camera.config import CameraConfig
from camera.encoder import TIME_BASE
from camera.model import GrayFrame, Luma, Packet, Track
from camera.sources.feed import Item, StreamSource
from camera.sources.picture import shrink
from tests.support_clock import Offsets

FPS = 15
FILM_S, MOVING = 24.0, (5.0, 9.0)
"""From quiet to quiet: the visitor, the ten seconds that end an event, and some more."""
STEP_REAL_S = 0.03
"""After each step so much real time for everybody to notice."""
LONGEST_WAIT_S = 60.0
"""Real seconds for the program to be done with its work; then time goes on all the same."""
WORK = (
    "SELECT count(*) FROM letter WHERE wanted <> shown",
    "SELECT count(*) FROM archive_job",
    "SELECT count(*) FROM manifest WHERE wanted <> uploaded",
    "SELECT count(*) FROM remote_garbage",
    "SELECT count(*) FROM event WHERE ended_utc_us IS NULL",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What the soak wants; read again before each visit and each step."""

    every_s: float
    """From one visit to the next, in program time."""
    visits: int
    """After so many nobody comes any more."""
    step_s: float
    """Program time jumped over at once while nothing is to be done."""
    waits: bool
    """Whether unsent letters and waiting uploads count as something to do: not while chat and cloud are away."""

    @classmethod
    def read(cls, path: Path) -> Order:
        return cls(**json.loads(path.read_text()))

    def write(self, path: Path) -> None:
        """Appears whole."""
        draft = path.with_suffix(".new")
        fields = {name: getattr(self, name) for name in ("every_s", "visits", "step_s", "waits")}
        draft.write_text(json.dumps(fields))
        draft.replace(path)


@dataclass(frozen=True, slots=True)
class _Moment:
    """One picture of the film, as packet and as gray frame."""

    packet: Packet
    luma: Luma
    jpeg: bytes


class Player:
    """`items` for ever. `folder` holds the film, the order, and `visits` with how many were played."""

    def __init__(self, config: CameraConfig, folder: Path) -> None:
        self._order_path = folder / "order.json"
        self._played_path = folder / "visits"
        self._database = config.recording_dir.parents[1] / "mocam.sqlite3"
        self._offsets = Offsets(Path(os.environ["MOCAM_TEST_CLOCK"]))
        self._film = list(_read(folder / "film.mp4"))
        before = self._film[: round(MOVING[0] * FPS)]
        self._still_life = itertools.cycle([moment for moment in before if moment.packet.is_keyframe])
        self._pts = 0
        self._mono_s = time.monotonic()
        self._played = int(self._played_path.read_text()) if self._played_path.exists() else 0

    def items(self) -> Iterator[Item]:
        """Visit, work, empty hours, and again."""
        next_s = time.monotonic()
        while True:
            order = Order.read(self._order_path)
            if self._played < order.visits and time.monotonic() >= next_s:
                next_s = time.monotonic() + order.every_s
                yield from self._visit()
            yield from self._work(order)
            if self._played >= order.visits or time.monotonic() < next_s:
                self._offsets.jump(min(order.step_s, max(0.0, next_s - time.monotonic())) or order.step_s)
                yield from self._quiet()

    def _visit(self) -> Iterator[Item]:
        for moment in self._film:
            self._offsets.jump(1 / FPS - (time.monotonic() - self._mono_s))
            yield from self._shown(moment)
        self._played += 1
        self._played_path.write_text(str(self._played))

    def _work(self, order: Order) -> Iterator[Item]:
        """Real time passes, a quiet picture at a time."""
        deadline_s = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < deadline_s and (_children() or (order.waits and self._has_work())):
            yield from self._quiet()

    def _quiet(self) -> Iterator[Item]:
        """A key frame of nobody."""
        time.sleep(STEP_REAL_S)
        yield from self._shown(next(self._still_life))

    def _shown(self, moment: _Moment) -> Iterator[Item]:
        self._mono_s = max(self._mono_s + 0.001, time.monotonic())
        self._pts = max(self._pts + 1, round(self._mono_s * 90_000))
        old = moment.packet
        # The gray frame comes first: after a jump, packets long without a picture would look like a fault.
        yield GrayFrame(moment.luma, self._mono_s, lambda: moment.jpeg)
        yield Packet(old.data, self._pts, self._pts, old.is_keyframe, self._mono_s, old.track)

    def _has_work(self) -> bool:
        with contextlib.suppress(sqlite3.Error):
            address = f"file:{self._database}?mode=ro"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=5)) as rows:
                return any(rows.execute(query).fetchone()[0] for query in WORK)
        return True


def open_player(config: CameraConfig) -> StreamSource:
    """Whatever address the camera has."""
    player = Player(config, Path(os.environ["MOCAM_SOAK"]))
    return StreamSource(player.items(), lambda: None)


def _children() -> bool:
    """Whether a child process runs: rclone, mostly."""
    return any(entry.read_text().strip() for entry in Path("/proc/self/task").glob("*/children"))


def _read(path: Path) -> Iterator[_Moment]:
    noise = np.random.default_rng(1)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        track = Track("h264", TIME_BASE, context.width, context.height, bytes(context.extradata or b""))
        for packet in container.demux(stream):
            if packet.pts is None:
                continue
            for picture in packet.decode():
                bgr = picture.to_ndarray(format="bgr24")
                luma = shrink(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False))
                luma += noise.integers(0, 2, luma.shape, np.uint8)  # no sensor shows the same picture twice
                jpeg = cv2.imencode(".jpg", bgr)[1].tobytes()
                yield _Moment(Packet(bytes(packet), 0, 0, packet.is_keyframe, 0.0, track), luma, jpeg)
