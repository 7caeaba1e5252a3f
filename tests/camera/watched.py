"""A pipeline on real files whose reports, states and pictures are remembered."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from camera.clock import Clock, SystemClock
from camera.config import CameraConfig
from camera.model import GrayFrame, Packet, State
from camera.pipeline import Pipeline
from camera.recorder import Recorder
from tests.camera.reports import TIMEOUT_S, Heard


class Watched:
    """One camera's way from packets to clips; `more` is for the pipeline. Its recorder runs until `close`."""

    def __init__(self, config: CameraConfig, clock: Clock | None = None, **more: Any) -> None:
        self.config, self.heard = config, Heard()
        self.states: list[State] = []
        self.frames: list[GrayFrame] = []
        self._numbers = itertools.count(1)
        self.recorder = Recorder(config, self.heard)
        self.recorder.start()
        self.pipeline = self.made(clock or SystemClock(), **more)

    def made(self, clock: Clock, **more: Any) -> Pipeline:
        """A pipeline that reports to this one's lists."""
        return Pipeline(
            self.config,
            recorder=self.recorder,
            reports=self.heard,
            new_event_id=self.new_id,
            clock=clock,
            watch=lambda state, _verdict: self.states.append(state),
            show=self.frames.append,
            **more,
        )

    def new_id(self) -> str:
        """e1, e2, .."""
        return f"e{next(self._numbers)}"

    def play(self, items: Iterable[Packet | GrayFrame]) -> None:
        for item in items:
            self.pipeline.take(item)

    def close(self) -> None:
        """The event that goes on ends, and everything is written."""
        self.pipeline.finish()
        assert self.recorder.close(TIMEOUT_S)


@contextmanager
def watched(config: CameraConfig, clock: Clock | None = None, **more: Any) -> Iterator[Watched]:
    """Closed at the end."""
    one = Watched(config, clock, **more)
    try:
        yield one
    finally:
        one.close()
