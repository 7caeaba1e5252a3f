"""Which address opens which kind of camera."""

from __future__ import annotations

import pytest

from camera.errors import SourceLost, SourceRefused
from camera.sources import open_source
from tests.camera.source_contract import config_of


@pytest.mark.parametrize("address", ["", "webcam", "/videos/a.mp4", "video0", "rtp://cam"])
def test_an_unknown_address_is_refused_with_the_known_kinds(address: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        open_source(config_of(address))
    for kind in ("picamera2", "/dev/video0", "rtsp://", "http://", "file:///", "scene"):
        assert kind in str(refused.value)


def test_an_address_with_a_password_is_not_repeated() -> None:
    with pytest.raises(SourceRefused) as refused:
        open_source(config_of("ftp://admin:hunter2@cam/video"))
    assert "hunter2" not in str(refused.value)


def test_spaces_around_an_address_do_no_harm() -> None:
    source = open_source(config_of(" scene:5 "))
    source.close()


def test_a_missing_device_is_worth_another_try() -> None:
    with pytest.raises(SourceLost, match="unplugged"):
        open_source(config_of("/dev/video4711"))
