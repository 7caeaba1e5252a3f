"""RTSP against a real server: its bytes, its refusals, its end."""

from __future__ import annotations

import signal
import socket
import traceback
from pathlib import Path

import pytest

from camera.errors import SourceLost, SourceRefused
from camera.model import Packet
from camera.sources import Source, libav, open_source, rtsp
from camera.sources.rtsp import host_of
from tests.camera.source_contract import Expected, config_of, hold_to_contract, look
from tests.camera.source_devices import rtsp_server, self_signed
from tests.camera.source_videos import packets_of, write_video


def annex_b(avcc: bytes) -> list[bytes]:
    """The NAL units of one access unit as MP4 stores it, without parameter sets and SEI."""
    units: list[bytes] = []
    while avcc:
        length = int.from_bytes(avcc[:4], "big")
        units.append(avcc[4 : 4 + length])
        avcc = avcc[4 + length :]
    return pictures(units)


def split(data: bytes) -> list[bytes]:
    """The NAL units of one Annex B access unit, without parameter sets and SEI."""
    return pictures([unit for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit])


def pictures(units: list[bytes]) -> list[bytes]:
    return [unit for unit in units if unit[0] & 31 in (1, 5)]


def read_until_lost(source: Source) -> SourceLost:
    while True:
        try:
            source.read()
        except SourceLost as exc:
            return exc


def test_access_units_are_those_of_the_camera(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=150)
    originals = [annex_b(data) for data in packets_of(video)]
    with rtsp_server(video) as (port, _):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        received = [split(packet.data) for packet in look(source, 60).packets]
        source.close()
    start = originals.index(received[0])
    assert received == originals[start : start + 60]


def test_a_login_is_used_and_a_wrong_one_never_shown(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=150)
    wrong = "hunter" + str(2)  # so that it does not stand in the traceback as a line of this test
    with rtsp_server(video, "user", "p@ss") as (port, _):
        source = open_source(config_of(f"rtsp://user:p%40ss@127.0.0.1:{port}/file"))
        assert isinstance(source.read(), Packet)
        source.close()
        with pytest.raises(SourceRefused, match="refuses the user name or password") as refused:
            open_source(config_of(f"rtsp://user:{wrong}@127.0.0.1:{port}/file"))
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.__context__)
    assert wrong not in told
    assert f"127.0.0.1:{port}" in str(refused.value)


def test_a_basic_login_is_used_and_a_wrong_one_never_shown(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=150)
    wrong = "hunter" + str(2)
    with rtsp_server(video, "user", "p@ss", basic=True) as (port, _):
        source = open_source(config_of(f"rtsp://user:p%40ss@127.0.0.1:{port}/file"))
        assert isinstance(source.read(), Packet)
        source.close()
        with pytest.raises(SourceRefused, match="refuses the user name or password") as refused:
            open_source(config_of(f"rtsp://user:{wrong}@127.0.0.1:{port}/file"))
    assert wrong not in "".join(traceback.format_exception(refused.value))


def test_rtsps_with_a_certificate_of_its_own_keeps_the_contract(tmp_path: Path) -> None:
    video = write_video(tmp_path / "served.mp4", frames=150)
    with rtsp_server(video, "user", "p@ss", tls=self_signed(tmp_path)) as (port, server):
        address = f"rtsps://user:p%40ss@127.0.0.1:{port}/file"
        hold_to_contract(address, Expected())
        with pytest.raises(SourceRefused, match="refuses the user name or password"):
            open_source(config_of(address.replace("p%40ss", "other")))
        source = open_source(config_of(address))
        source.read()
        server.kill()
        read_until_lost(source)
        source.close()


def test_a_camera_without_tls_is_no_rtsps_camera(tmp_path: Path) -> None:
    with rtsp_server(write_video(tmp_path / "served.mp4", frames=25)) as (port, _), pytest.raises(SourceLost) as lost:
        open_source(config_of(f"rtsps://127.0.0.1:{port}/file"))
    assert "127.0.0.1" in str(lost.value)


def test_a_wrong_path_is_refused(tmp_path: Path) -> None:
    with (
        rtsp_server(write_video(tmp_path / "served.mp4", frames=25)) as (port, _),
        pytest.raises(SourceRefused, match="no stream at this path"),
    ):
        open_source(config_of(f"rtsp://127.0.0.1:{port}/nothing"))


def test_nobody_there_is_worth_another_try() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(SourceLost, match="refuses the connection"):
            open_source(config_of(f"rtsp://127.0.0.1:{unused.getsockname()[1]}/file"))


def test_the_end_of_the_stream_is_a_loss(tmp_path: Path) -> None:
    with rtsp_server(write_video(tmp_path / "served.mp4", frames=50)) as (port, _):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        assert "ended the stream" in str(read_until_lost(source))
        with pytest.raises(SourceLost):
            source.read()
        source.close()


def test_a_server_that_dies_is_a_loss(tmp_path: Path) -> None:
    with rtsp_server(write_video(tmp_path / "served.mp4", frames=500)) as (port, server):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        source.read()
        server.kill()
        read_until_lost(source)
        source.close()


def test_a_server_that_falls_silent_is_a_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtsp, "SILENCE_S", 5.0)  # to be opened in, on a loaded machine
    with rtsp_server(write_video(tmp_path / "served.mp4", frames=500)) as (port, server):
        source = open_source(config_of(f"rtsp://127.0.0.1:{port}/file"))
        source.read()
        server.send_signal(signal.SIGSTOP)
        try:
            assert "no picture" in str(read_until_lost(source))
        finally:
            server.send_signal(signal.SIGCONT)
        source.close()


def test_a_server_that_never_answers_is_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtsp, "SILENCE_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(SourceLost, match="does not answer"):
        open_source(config_of(f"rtsp://127.0.0.1:{mute.getsockname()[1]}/file"))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("rtsp://192.168.1.9/live", "192.168.1.9"),
        ("rtsp://admin:secret@cam.lan:8554/live?x=1", "cam.lan:8554"),
        ("rtsp://admin:s%40cret@[fe80::1]:554/live", "fe80::1:554"),
    ],
)
def test_only_the_host_is_named(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url", ["rtsp://", "rtsp://admin:se/cret@cam/live", "rtsp://a:b#c@cam/live", "rtsp://cam:port/x"]
)
def test_an_ambiguous_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        host_of(url)
    assert "se/cret" not in "".join(traceback.format_exception(refused.value))


def test_the_address_is_not_in_the_repr() -> None:
    address = libav.Address("rtsp://admin:hunter2@cam/live", "cam", {})
    assert "hunter2" not in repr(address)
