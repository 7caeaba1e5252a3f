"""The Pi's camera on a picamera2 without a Pi: what MoCam does when the library misbehaves."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from camera.errors import SourceError, SourceLost, SourceRefused, SourceStuck
from camera.model import GrayFrame, Packet
from camera.sources import Source, open_source, picam, picam_still
from tests.camera import fake_picamera2
from tests.camera.fake_picamera2 import Faults
from tests.camera.source_contract import config_of, look


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    monkeypatch.setattr(picam, "SILENCE_S", 60.0)
    monkeypatch.setattr(picam, "STOP_WITHIN_S", 60.0)
    return fake_picamera2.install(monkeypatch)


def impatient(source: Source) -> None:
    """From now on: only what is silent on purpose may be taken for it, not a loaded machine."""
    assert isinstance(source, picam.PiCamera)
    source._inbox._silence_s = 1.0


def read_until_lost(source: Source) -> str:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return str(exc)


def test_without_the_library_the_owner_reads_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(SourceRefused) as refused:
        open_source(config_of("picamera2"))
    assert "sudo apt install python3-picamera2 --no-install-recommends" in str(refused.value)
    assert "--system-site-packages" in str(refused.value)


@pytest.mark.parametrize("address", ["picamera2:", "picamera2:front", "picamera2:12"])
def test_a_wrong_number_is_refused(address: str) -> None:
    with pytest.raises(SourceRefused, match="picamera2:1"):
        open_source(config_of(address))


def test_no_camera_is_worth_another_try(faults: Faults) -> None:
    faults.no_camera = True
    with pytest.raises(SourceLost, match="cable"):
        open_source(config_of("picamera2"))


def test_an_error_in_a_callback_reaches_the_reader_and_not_the_library(faults: Faults) -> None:
    source = open_source(config_of("picamera2"))
    look(source, 3)
    faults.broken_metadata.set()
    assert "failed" in read_until_lost(source)
    assert any(thread.name == "picamera2 loop" for thread in threading.enumerate()), "its event loop ended"
    source.close()
    assert faults.closed == 1


def test_a_silent_stall_is_a_loss(faults: Faults) -> None:
    source = open_source(config_of("picamera2"))
    look(source, 3)
    faults.silent.set()
    impatient(source)
    assert "no picture for 1 seconds" in read_until_lost(source)
    source.close()


def test_an_encoder_that_stalls_alone_is_a_loss(faults: Faults) -> None:
    source = open_source(config_of("picamera2"))
    look(source, 3)
    faults.no_packets.set()
    impatient(source)
    assert "no picture" in read_until_lost(source)
    source.close()


def test_a_stop_that_blocks_does_not_hang_us(
    faults: Faults, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(picam, "STOP_WITHIN_S", 0.5)
    source = open_source(config_of("picamera2"))
    look(source, 3)
    faults.stop_blocks.set()
    source.close()
    source.close()
    assert "does not stop" in caplog.text
    stoppers = [thread for thread in threading.enumerate() if thread.name == "picamera2 stop"]
    assert len(stoppers) == 1
    faults.stop_blocks.clear()
    stoppers[0].join(90)
    assert faults.closed == 1


def test_a_still_is_the_next_picture_and_only_while_there_is_one(
    faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picam_still, "STILL_WITHIN_S", 60.0)
    source = open_source(config_of("picamera2"))
    still = look(source, 3).grays[-1].still
    assert still().startswith(b"\xff\xd8")
    faults.silent.set()
    with monkeypatch.context() as patch:
        patch.setattr(picam_still, "STILL_WITHIN_S", 0.5)
        with pytest.raises(SourceError, match="no picture"):
            still()
    faults.silent.clear()
    assert still().startswith(b"\xff\xd8")
    source.close()
    with pytest.raises(SourceError, match="closed"):
        still()


def test_who_waits_for_a_still_is_told_of_the_end() -> None:
    stills = picam_still.Stills("The Pi's camera 0")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(stills.take)
        while stills._wanted is None:
            time.sleep(0.001)
        stills.close()
        with pytest.raises(SourceError, match="closed"):
            waiting.result(90)


def test_while_a_stop_blocks_that_camera_is_stuck_and_after_it_opens(
    faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(config_of("picamera2"))
    look(source, 3)
    faults.stop_blocks.set()
    with monkeypatch.context() as patch:
        patch.setattr(picam, "STOP_WITHIN_S", 0.5)
        source.close()
    with pytest.raises(SourceStuck, match="restart of MoCam"):
        open_source(config_of("picamera2"))
    faults.stop_blocks.clear()
    next(thread for thread in threading.enumerate() if thread.name == "picamera2 stop").join(90)
    other = open_source(config_of("picamera2"))
    look(other, 3)
    other.close()


def test_packets_and_grays_share_one_clock(faults: Faults) -> None:
    source = open_source(config_of("picamera2"))
    items = look(source, 20).items
    source.close()
    grays = {item.mono_s for item in items if isinstance(item, GrayFrame)}
    packets = {item.mono_s for item in items if isinstance(item, Packet)}
    assert len(grays & packets) >= 15
