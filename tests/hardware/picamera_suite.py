"""The Pi's source on the real picamera2 and libcamera, with pictures from libcamera's virtual pipeline.

Not collected by `make test`: `make test-picamera` runs it inside a Debian root (picamera_root.py).
"""

from __future__ import annotations

import importlib
import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from camera.errors import SourceLost, SourceRefused, SourceStuck
from camera.grid import Zones
from camera.model import GrayFrame
from camera.sources import open_source, picam, picam_wishes
from camera.sources.base import Source
from camera.sources.picam import PiCamera
from tests.camera.source_contract import Expected, check_still, config_of, decoded, hold_to_contract, look
from tests.camera.source_videos import HEIGHT, LEFT_LUMA, RIGHT_LUMA, WIDTH
from tests.camera.watched import watched
from tests.hardware import virtual_libcamera

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning")


@pytest.fixture(scope="session", autouse=True)
def _cameras(tmp_path_factory: pytest.TempPathFactory) -> None:
    virtual_libcamera.install(tmp_path_factory.mktemp("pictures"))


@pytest.fixture
def source() -> Iterator[Source]:
    source = open_source(config_of("picamera2"))
    yield source
    source.close()


def library(module: str) -> Any:
    return importlib.import_module(module)


def read_until_lost(source: Source) -> str:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return str(exc)


def test_the_contract_of_all_sources() -> None:
    hold_to_contract("picamera2", Expected())


def test_the_size_asked_for_is_the_size_given_with_its_aspect() -> None:
    source = open_source(replace(config_of("picamera2"), width=1280, height=720))
    seen = look(source, 8)
    still = seen.grays[-1].still()
    source.close()
    assert {(packet.track.width, packet.track.height) for packet in seen.packets} == {(1280, 720)}
    assert {(frame.width, frame.height) for frame in decoded(seen.packets)} == {(1280, 720)}
    assert {gray.luma.shape for gray in seen.grays} == {(180, 320)}
    check_still(still, Expected(1280, 720, known_colours=False))


def test_luma_is_the_right_way_up(source: Source) -> None:
    """A box that crosses the upper part, darker than the left half: nothing of it in the lower one."""
    luma = look(source, 8).grays[-1].luma
    box_rows = luma[180 // 8 + 2 : 180 // 4 - 2]
    lower = luma[90:]
    assert int(box_rows.max()) - int(box_rows.min()) > 40
    assert abs(float(lower[:, :150].mean()) - LEFT_LUMA) < 4
    assert abs(float(lower[:, 170:].mean()) - RIGHT_LUMA) < 4


def test_packets_and_grays_of_one_moment_share_one_time(source: Source) -> None:
    seen = look(source, 30)
    assert len({gray.mono_s for gray in seen.grays} & {packet.mono_s for packet in seen.packets}) >= 20


def test_stills_on_demand_hold_nothing_up(source: Source) -> None:
    """More of them than the camera has buffers, while the encoder runs, from several threads."""
    still = look(source, 3).grays[-1].still
    with ThreadPoolExecutor(4) as pool:
        stills = [pool.submit(still) for _ in range(12)]
        packets = look(source, 40).packets
        for waiting in stills:
            check_still(waiting.result(90), Expected())
    assert len(decoded(list(itertools.dropwhile(lambda one: not one.is_keyframe, packets)))) > 5


def test_what_is_masked_is_black_before_the_encoder_and_in_stills() -> None:
    config = config_of("picamera2")
    config.mask.zones = Zones.parse("A1-J3")
    source = open_source(config)
    try:
        seen = look(source, 40)
        still = seen.grays[-1].still()
    finally:
        source.close()
    assert {packet.track.mask for packet in seen.packets} == {"A1-J3"}
    shown = [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in decoded(seen.packets)]
    picture = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert len(shown) > 5
    for luma in (*shown, np.asarray(picture, np.uint8)):
        half = luma.shape[0] // 2
        assert luma[: half - 8].max() < 40
        assert luma[half + 8 :].mean() > 60


def test_an_event_becomes_a_clip_whose_every_picture_decodes(source: Source, tmp_path: Path) -> None:
    config = replace(config_of("picamera2"), recording_dir=tmp_path, pre_roll_s=1.0, post_roll_s=1.0)
    after_start = 0
    with watched(config) as camera:
        heard = camera.heard
        while after_start < 60:
            camera.pipeline.take(source.read())
            after_start += bool(heard.starts)
    assert heard.names == ["event_started", "part_finished", "event_ended"]
    part = heard.parts[0]
    assert (part.codec, part.width, part.height, part.dropped_packets) == ("h264", WIDTH, HEIGHT, 0)
    with av.open(str(part.path)) as clip:
        stored = [packet for packet in clip.demux(video=0) if packet.size]
    with av.open(str(part.path), options={"err_detect": "explode"}) as clip:
        pictures = list(clip.decode(video=0))
    assert len(pictures) == len(stored) > 30
    times = [picture.time for picture in pictures]
    assert times == sorted(set(times))
    assert times[-1] == pytest.approx(part.duration_s, abs=0.2)


def test_two_cameras_at_once_show_their_own_pictures_and_one_goes_on_alone() -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(open_source, (config_of("picamera2"), config_of("picamera2:1")))
        seen = list(pool.map(look, (first, second)))
    lower_left = [float(one.grays[-1].luma[90:, :150].mean()) for one in seen]
    assert lower_left == [pytest.approx(LEFT_LUMA, abs=4), pytest.approx(RIGHT_LUMA, abs=4)]
    first.close()
    look(second)
    again = open_source(config_of("picamera2"))
    look(again)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.close(), (again, second)))
    hold_to_contract("picamera2", Expected())


@pytest.mark.parametrize("address", ["picamera2:5", "picamera2"])
def test_a_camera_that_is_missing_or_taken_is_lost_and_costs_no_open_files(source: Source, address: str) -> None:
    def refused() -> int:
        with pytest.raises(SourceLost, match="does not open"):
            open_source(config_of(address))
        return len(list(Path("/proc/self/fd").iterdir()))

    counts = [refused() for _ in range(8)]
    # The camera that runs beside it opens and closes some of its own; what leaks stays.
    assert min(counts[4:]) <= min(counts[:4])
    look(source)


def test_an_exception_in_a_callback_does_not_end_the_event_loop(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(source, 3)
    request = library("picamera2.request").CompletedRequest
    with monkeypatch.context() as broken:
        broken.setattr(request, "get_metadata", lambda self: {})
        assert "failed while it delivered" in read_until_lost(source)
        assert isinstance(source, PiCamera)
        assert source._camera._preview.thread.is_alive()
        source.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "picamera2 stop"]
    hold_to_contract("picamera2", Expected())


def test_a_silent_stall_is_a_loss_and_the_camera_opens_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picam, "SILENCE_S", 1.0)
    source = open_source(config_of("picamera2"))
    look(source, 3)
    virtual_libcamera.stalled.set()
    assert "no picture for 1 seconds" in read_until_lost(source)
    source.close()
    virtual_libcamera.stalled.clear()
    hold_to_contract("picamera2", Expected())


def test_a_blocked_stop_is_left_behind_and_the_other_camera_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picam, "STOP_WITHIN_S", 0.5)
    go_on = threading.Event()
    first, second = open_source(config_of("picamera2")), open_source(config_of("picamera2:1"))
    look(first, 3)
    assert isinstance(first, PiCamera)
    stop = first._camera.stop_recording
    first._camera.stop_recording = lambda: (go_on.wait(60), stop())
    first.close()
    with pytest.raises(SourceStuck):
        open_source(config_of("picamera2"))
    look(second)
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "picamera2 stop":
            thread.join(60)
    second.close()
    hold_to_contract("picamera2", Expected())


def test_a_dead_event_loop_hangs_neither_close_nor_the_end_of_the_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.hardware.dead_loop", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (0, "lost, closed, stuck\n"), done.stderr


def test_what_this_camera_cannot_do_is_said_and_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    wishing = replace(config_of("picamera2"), exposure_us=20_000, gain=4.0, focus="2", hdr=True)
    source = open_source(wishing)
    look(source, 3)
    source.close()
    said = [record.getMessage() for record in caplog.records if "goes on without" in record.getMessage()]
    assert sorted(said) == [
        f"The Pi's camera 0 does not know {wish}; it goes on without."
        for wish in ("EXPOSURE_US", "FOCUS", "GAIN", "HDR")
    ]


def test_a_missing_tuning_file_is_refused() -> None:
    with pytest.raises(SourceRefused, match="correct TUNING_FILE"):
        open_source(replace(config_of("picamera2"), tuning_file="imx219_nior.json"))


def test_our_numbers_are_those_of_the_library() -> None:
    controls = library("libcamera").controls
    assert int(controls.AfModeEnum.Manual) == picam_wishes._MANUAL_FOCUS
    assert int(controls.AfModeEnum.Continuous) == picam_wishes._CONTINUOUS_FOCUS
    assert int(controls.HdrModeEnum.SingleExposure) == picam_wishes._HDR_SINGLE_EXPOSURE
    for name in ("ExposureTime", "AnalogueGain", "AfMode", "LensPosition", "HdrMode", "FrameDurationLimits"):
        assert hasattr(controls, name)
    assert callable(library("picamera2.devices.imx708").IMX708.set_sensor_hdr_mode)
    assert library("picamera2").Picamera2.platform.name in ("VC4", "PISP")


def test_the_encoder_is_named_and_the_chips_is_not_claimed_here(source: Source) -> None:
    assert isinstance(source, PiCamera)
    assert source.encoder_name == "libx264 on the processor (no encoder in the chip)"
    assert type(source._encoder).__name__ == "LibavH264Encoder"
    assert isinstance(look(source, 3).grays[0], GrayFrame)
