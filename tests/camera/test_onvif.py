"""ONVIF cameras, found by real multicast on loopback and asked over real HTTP."""

from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest

from camera.errors import SourceLost, SourceRefused
from camera.finding import find_network
from camera.onvif import OnvifDevice, onvif_devices, streams_of
from tests.camera.onvif_device import PASSWORD, USER, Device, Profile, onvif_device

LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"


def found(device: Device) -> OnvifDevice:
    """Listens for longer each time: on a loaded machine an answer may come late."""
    for listen_s in (0.6, 2, 8, 30):
        devices = [one for one in onvif_devices(["127.0.0.1"], listen_s=listen_s) if one.service_url == device.own]
        assert len(devices) <= 1, "three questions, one camera"
        if devices:
            return devices[0]
    raise AssertionError("no answer")


def test_a_camera_answers_and_tells_its_streams() -> None:
    with onvif_device(Device()) as device:
        answer = found(device)
        streams = streams_of(answer, USER, PASSWORD)
        assert (answer.name, answer.host) == ("Acme Dome", "127.0.0.1")
        assert streams.main == f"rtsp://{LOGIN}@127.0.0.1:554/main?a=1&b=2"
        assert streams.small == f"rtsp://{LOGIN}@127.0.0.1:554/sub?a=1&b=2"
        assert PASSWORD not in "".join(device.bodies), "the password was sent in the clear"
        assert LOGIN not in repr(streams)


def test_a_camera_without_login_and_with_one_stream() -> None:
    with onvif_device(Device(wants_login=False, profiles=[Profile("only", 1280, 720)])) as device:
        streams = streams_of(found(device))
    assert (streams.main, streams.small) == ("rtsp://127.0.0.1:554/only?a=1&b=2", "")


@pytest.mark.parametrize(("user", "words"), [("", "--login"), ("nobody", "refuses this user name")])
def test_a_login_that_is_missing_or_wrong(user: str, words: str) -> None:
    wrong = "-".join(["wr0ng", "one"])  # not as it stands in the lines that a traceback shows
    with onvif_device(Device()) as device, pytest.raises(SourceRefused, match=words) as refused:
        streams_of(found(device), user, wrong)
    assert wrong not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "device",
    [Device(profiles=[]), Device(stream_url="http://192.0.2.7/x"), Device(stream_url="rtsp://a/b EVIL=1")],
    ids=["no profile", "no RTSP", "two words"],
)
def test_a_camera_that_gives_no_address(device: Device) -> None:
    with onvif_device(device), pytest.raises(SourceLost, match="no stream address"):
        streams_of(found(device), USER, PASSWORD)


def test_a_camera_that_vanished_after_its_answer() -> None:
    with onvif_device(Device()) as device:
        answer = found(device)
    with pytest.raises(SourceLost, match="no stream address"):
        streams_of(answer, USER, PASSWORD)


@pytest.mark.parametrize("urls", ["ftp://127.0.0.1/x", "http://[", "nonsense"])
def test_an_answer_without_an_address_is_left_out(urls: str) -> None:
    with onvif_device(Device(name="Lost", urls=urls)):
        assert "Lost" not in [one.name for one in onvif_devices(["127.0.0.1"], listen_s=0.4)]


def test_a_name_cannot_steer_the_terminal() -> None:
    with onvif_device(Device(name="%1B%5B31mred%0Aline")) as device:
        assert found(device).name == "[31mredline"


def test_a_camera_that_wants_a_login_is_listed_with_what_to_do() -> None:
    with onvif_device(Device(name="Shut")):
        tries = (find_network(interfaces=["127.0.0.1"]) for _ in range(5))  # a loaded machine may hear the answer late
        shut = next(filter(None, ([one for one in found if one.name == "Shut"] for found in tries)))
    assert [one.source for one in shut] == [""]
    assert "--login" in shut[0].what
