from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from camera.config import CameraConfig
from camera.errors import SourceLost
from camera.sources import Source, open_source
from mocam.pi_report import memory, report, throttling

MEMINFO = "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\nCmaTotal: 65536 kB\nCmaFree: 40960 kB\n"


def config(tmp_path: Path, source: str = "picamera2") -> CameraConfig:
    return CameraConfig("front", source, tmp_path)


def test_every_step_leaves_a_line(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text(MEMINFO)

    def scene(wanted: CameraConfig) -> Source:
        return open_source(replace(wanted, source="scene"))

    lines = list(report([config(tmp_path)], stretch_s=1, open_camera=scene, root=tmp_path))
    text = "\n".join(lines)
    assert "1280x720 h264" in text
    assert "stills: 1280x720" in text
    assert "320x180" in text
    assert text.count("first picture after") == 5
    assert "CMA 40 of 64 MiB free" in text


def test_a_camera_that_fails_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    def gone(_: CameraConfig) -> Source:
        raise SourceLost("There is no camera 0.")

    lines = list(report([config(tmp_path)], open_camera=gone, root=tmp_path))
    assert "  FAILED: There is no camera 0." in lines
    assert lines[-1].startswith("memory")


def test_without_a_pi_camera_it_says_so(tmp_path: Path) -> None:
    (line,) = report([config(tmp_path, "/dev/video0")])
    assert "no Pi camera is configured" in line


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("0", "never too weak"),
        ("50005", "too little voltage now"),
        ("80000", "too hot since the start"),
        ("", "not known"),
    ],
)
def test_the_firmwares_word(word: str, said: str) -> None:
    assert said in throttling(word)


def test_memory_without_cma() -> None:
    assert memory("MemTotal: 2048 kB\nMemAvailable: 1024 kB\n") == "1 of 2 MiB free"
