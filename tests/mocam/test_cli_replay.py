"""`mocam replay` as a child: what it prints, what it refuses, and how little it needs for that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.camera.footage import mover
from tests.camera.test_replay import video


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mocam", "replay", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return video(tmp_path_factory.mktemp("film") / "a.mp4", 8, mover(4, 6))


def test_json_holds_the_events_and_settings_change_them(film: Path) -> None:
    found = json.loads(run("--json", str(film)).stdout)
    assert found["video"] == str(film)
    assert found["frames"] == 120
    assert len(found["events"]) == 1
    assert json.loads(run("--json", "--ignore", "A1-J6", "--sensitivity", "low", str(film)).stdout)["events"] == []


def test_what_the_detector_sees_is_drawn_into_a_new_video(tmp_path: Path, film: Path) -> None:
    target = tmp_path / "seen.mp4"
    assert run("--json", "--annotate", str(target), "--ignore", "J6", str(film)).returncode == 0
    with av.open(str(target)) as container:
        pictures = list(container.decode(video=0))
    assert len(pictures) == 120
    assert (pictures[0].width, pictures[0].height) == (960, 540)
    assert pictures[-1].time == pytest.approx(119 / 15, abs=0.01)
    at_visit = pictures[75].to_ndarray(format="rgb24").astype(int)
    red = (at_visit[..., 0] > 180) & (at_visit[..., 1] < 120) & (at_visit[..., 2] < 120)
    assert red[:518].sum() > 100, "the thing that moves has its box"
    again = run("--annotate", str(target), str(film))
    assert again.returncode == 1
    assert "must be a new file" in again.stderr


def test_people_get_a_table(film: Path) -> None:
    done = run(str(film))
    assert done.returncode == 0
    assert "1 event in 8.0 s, 120 frames" in done.stdout


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, film: Path) -> None:
    for arguments, sentence in (
        (["--ignore", "Z9", str(film)], "from A1 to J6"),
        ([str(tmp_path / "none.mp4")], "is not a file"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_nothing_of_the_chat_and_the_store_is_imported_for_it() -> None:
    code = "import sys; import mocam.__main__; import mocam.cli_replay; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "camera.replay" in loaded
    assert not {"telegram", "apscheduler", "aiohttp", "sqlite3", "mocam.app"} & set(loaded)
