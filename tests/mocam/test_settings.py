from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from mocam.settings import load, unknown_names
from mocam.values import SettingsError

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake"
GOOD = {"TELEGRAM_BOT_TOKEN": TOKEN, "CAMERAS__FRONT__SOURCE": "scene"}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith(("TELEGRAM_", "CAMERAS", "ARCHIVE_", "DATA_DIR", "TIMEZONE", "LOG_LEVEL", "LEAST_")):
            monkeypatch.delenv(name)
    return monkeypatch


def env_file(folder: Path, values: Mapping[str, str]) -> Path:
    path = folder / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def complaint(folder: Path, **changes: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(env_file(folder, GOOD | changes))
    return str(caught.value)


def test_the_least_that_works(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(env_file(tmp_path, GOOD))
    assert settings.cameras["front"].source == "scene"
    assert settings.telegram_owner_ids == frozenset()
    assert settings.telegram_base_url == "https://api.telegram.org"


def test_several_cameras_and_owners(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    more = {"CAMERAS__BACK__SOURCE": "rtsp://u:p@cam/1", "CAMERAS__BACK__FPS": "10", "TELEGRAM_OWNER_IDS": "1, 22"}
    settings = load(env_file(tmp_path, GOOD | more))
    assert set(settings.cameras) == {"front", "back"}
    assert settings.cameras["back"].fps == 10
    assert settings.telegram_owner_ids == {1, 22}


def test_the_environment_wins_over_the_file(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env.setenv("CAMERAS__FRONT__SOURCE", "/dev/video0")
    assert load(env_file(tmp_path, GOOD)).cameras["front"].source == "/dev/video0"


def test_empty_lines_of_the_example_mean_the_default(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(env_file(tmp_path, GOOD | {"ARCHIVE_REMOTE": "", "TELEGRAM_BASE_URL": "", "TIMEZONE": ""}))
    assert settings.telegram_base_url == "https://api.telegram.org"
    assert settings.zone is not None


def test_empty_exposure_and_gain_mean_automatic(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = {f"CAMERAS__FRONT__{name}": "" for name in ("EXPOSURE_US", "GAIN", "FOCUS", "TUNING_FILE")}
    camera = load(env_file(tmp_path, GOOD | empty)).cameras["front"]
    assert (camera.exposure_us, camera.gain, camera.focus, camera.tuning_file) == (None, None, "auto", "")


def test_nothing_set_says_what_is_missing(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "none")
    assert "TELEGRAM_BOT_TOKEN is missing" in str(caught.value)
    assert "CAMERAS__FRONT__SOURCE=" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TELEGRAM_BOT_TOKEN", "hello", "BotFather"),
        ("TELEGRAM_OWNER_IDS", "@me", "numbers"),
        ("TELEGRAM_BASE_URL", "api.telegram.org", "https://"),
        ("CAMERAS__FRONT__SOURCE", "scne", "/dev/video0"),
        ("CAMERAS__FRONT__FPS", "fast", "CAMERAS__FRONT__FPS cannot be used"),
        ("CAMERAS__FRONT__FPS", "0", "CAMERAS__FRONT__FPS cannot be used"),
        ("CAMERAS__FRONT__ROTATION", "90", "CAMERAS__FRONT__ROTATION cannot be used"),
        ("CAMERAS__FRONT__FOCUS", "near", "must be auto or a number"),
        ("CAMERAS__FRONT__SORCE", "scene", "is not a setting of a camera"),
        ("CAMERAS__SIDE", "scene", "CAMERAS__SIDE__SOURCE="),
        ("CAMERAS__../X__SOURCE", "scene", "letters, digits"),
        ("TIMEZONE", "Mars/Base", "Europe/Berlin"),
        ("LOG_LEVEL", "loud", "DEBUG"),
    ],
)
def test_bad_values_get_a_sentence(env: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str) -> None:
    assert said in complaint(tmp_path, **{name: value})


def test_a_complaint_never_repeats_the_token(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = complaint(tmp_path, CAMERAS__FRONT__FPS="x", TELEGRAM_BOT_TOKEN="AAFakeToken with a slip")
    assert "AAFake" not in text


def test_the_token_does_not_show_in_repr(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert TOKEN not in repr(load(env_file(tmp_path, GOOD)))


def test_a_slip_in_a_name_is_pointed_out(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = env_file(tmp_path, GOOD | {"ARCHIVE_REMOT": "x:", "PATH_TO_MOON": "1"})
    sentences = unknown_names(path)
    assert len(sentences) == 2
    assert "ARCHIVE_REMOTE?" in sentences[0]


def test_a_small_stream_stands_beside_an_rtsp_source(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rtsp = {"CAMERAS__FRONT__SOURCE": "rtsp://cam/1", "CAMERAS__FRONT__DETECT_SOURCE": "rtsp://cam/2"}
    camera = load(env_file(tmp_path, GOOD | rtsp)).cameras["front"]
    assert (camera.detect_source, camera.transport) == ("rtsp://cam/2", "tcp")
    assert "must be the rtsp:// address" in complaint(tmp_path, CAMERAS__FRONT__DETECT_SOURCE="rtsp://cam/2")
    assert "must be the rtsp:// address" in complaint(
        tmp_path, **rtsp | {"CAMERAS__FRONT__DETECT_SOURCE": "/dev/video0"}
    )


def test_transport_is_one_of_two(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "CAMERAS__FRONT__TRANSPORT cannot be used" in complaint(tmp_path, CAMERAS__FRONT__TRANSPORT="carrier pigeon")


@pytest.mark.parametrize("value", ["512k", "2M", "1.5M", "off", "08:00,512k 23:00,off", "Mon-08:00,512k  Sat-10:00,1M"])
def test_a_bandwidth_that_rclone_knows(env: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    found = load(env_file(tmp_path, GOOD | {"ARCHIVE_BANDWIDTH": value}))
    assert found.archive_bandwidth == " ".join(value.split())


@pytest.mark.parametrize("value", ["fast", "512", "8k", "25:00,512k", "08:00,512k 23:00", "08:00-512k", "-1M", "1M 2M"])
def test_a_bandwidth_that_is_none_is_refused(env: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    assert "ARCHIVE_BANDWIDTH is no limit" in complaint(tmp_path, ARCHIVE_BANDWIDTH=value)
