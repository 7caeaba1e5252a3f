"""Motion traces: what an event leaves behind to try other settings on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camera import trace
from camera.config import CameraConfig
from camera.errors import SourceError, SourceRefused
from camera.motion import CellDetector
from camera.replay import replay
from camera.trace import Tracer, frames_of_trace
from tests.camera.footage import FPS, film, mover


def traced(seconds: float, begin_s: float) -> bytes:
    tracer, detector, begun = Tracer(), CellDetector(), False
    for luma, t_s in film(seconds, mover(8, 11)):
        tracer.see(luma, detector.look(luma, t_s + 500), t_s + 500)
        if not begun and t_s >= begin_s:
            tracer.begin()
            begun = True
    return tracer.end()


def test_a_trace_is_small_and_gives_the_same_event_again_and_none_with_other_settings(tmp_path: Path) -> None:
    data = traced(14, 8.5)
    assert 1_000 < len(data) < 80_000
    path = tmp_path / "e1.trace"
    path.write_bytes(data)
    seen = replay(path)
    ((start_s, end_s),) = seen.events
    assert start_s == pytest.approx(8 - (8.5 - trace.BEFORE_S), abs=0.5)
    assert end_s == pytest.approx(11 - (8.5 - trace.BEFORE_S), abs=1.2)
    assert seen.frames < 14 * FPS
    assert replay(path, CameraConfig("front", "", tmp_path, ignore="A1-J6")).events == []


def test_the_cells_are_those_that_the_camera_saw() -> None:
    tracer = Tracer()
    luma = np.kron(np.arange(45 * 80, dtype=np.uint8).reshape(45, 80) // 4 * 2, np.ones((4, 4), np.uint8))
    tracer.see(luma, CellDetector().look(luma, 0), 0)
    tracer.begin()
    (frame,) = frames_of_trace(tracer.end())
    assert np.array_equal(frame.luma, luma)
    with pytest.raises(SourceError, match="no pictures"):
        frame.still()


def test_without_an_event_there_is_none_and_a_long_one_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Tracer().end() == b""
    whole = traced(14, 8.5)
    monkeypatch.setattr(trace, "MOST_BYTES", 10_000)
    cut = traced(14, 8.5)
    assert len(cut) < 40_000 < len(whole)
    assert list(frames_of_trace(cut))


@pytest.mark.parametrize(
    "spoil", [lambda _d: b"", lambda d: d[:-20], lambda d: d[:40], lambda _d: b"MoCam trace 1\n" * 9]
)
def test_anything_else_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(SourceRefused, match="no motion trace"):
        list(frames_of_trace(spoil(traced(10, 8.5))))
