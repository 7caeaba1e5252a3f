"""Cameras over HTTP: streams and stills, logins, redirects, and the faults of small firmware."""

from __future__ import annotations

import itertools
import logging
import time
import traceback
from collections.abc import Callable
from fractions import Fraction

import av
import httpx
import pytest

from camera.errors import SourceError, SourceLost, SourceRefused
from camera.model import GrayFrame
from camera.sources import Source, http, http_camera, open_source
from tests.camera.http_server import (
    IN_ADDRESS,
    PASSWORD,
    Handler,
    behind_basic,
    behind_digest,
    camera_server,
    jpegs,
    stills,
    stream,
)
from tests.camera.source_contract import config_of, look
from tests.support_ports import KeptPort

FRAMES = jpegs(10)


def refusal(url: str, error: type[SourceError] = SourceRefused) -> str:
    """The sentence, after making sure that the password is nowhere in the error."""
    with pytest.raises(error) as caught:
        open_source(config_of(url))
    everything = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in everything
    assert IN_ADDRESS.partition(":")[2] not in everything
    return str(caught.value)


def until_lost(source: Source) -> str:
    try:
        while True:
            source.read()
    except SourceLost as exc:
        return str(exc)
    finally:
        source.close()


def grays(source: Source, count: int) -> list[GrayFrame]:
    found: list[GrayFrame] = []
    while len(found) < count:
        item = source.read()
        if isinstance(item, GrayFrame):
            found.append(item)
    return found


@pytest.mark.parametrize("guard", [behind_basic, behind_digest])
@pytest.mark.parametrize("served", [stream(FRAMES), stills(FRAMES)], ids=["stream", "stills"])
def test_a_login_is_given_when_the_camera_asks(
    guard: Callable[[Callable[[Handler], None]], Callable[[Handler], None]], served: Callable[[Handler], None]
) -> None:
    with camera_server(guard(served)) as server:
        source = open_source(config_of(server.url("/v?x=1", IN_ADDRESS), fps=30))
        grays(source, 3)
        source.close()
        assert server.asked[0][1] == "", "the password went out before anybody asked"
        assert refusal(server.url("/v", "ad%40min:wrong")) == refusal(server.url("/v"))
        assert "user name or password" in refusal(server.url("/v"))


def test_a_password_goes_to_no_other_host() -> None:
    with camera_server(behind_basic(stream(FRAMES))) as other:

        def send_on(handler: Handler) -> None:
            handler.head("", 0, 302, Location=other.url().replace("127.0.0.1", "localhost"))

        with camera_server(send_on) as server:
            assert "another host" in refusal(server.url(login=IN_ADDRESS))
        assert [login for _, login in other.asked] == [""]


def test_redirects_are_followed_and_a_circle_is_refused() -> None:
    def serve(handler: Handler) -> None:
        if handler.path == "/stream":
            behind_digest(stream(FRAMES))(handler)
        else:
            handler.head("", 0, 302, Location="/stream" if handler.path == "/" else "/circle")

    with camera_server(serve) as server:
        source = open_source(config_of(server.url("/", IN_ADDRESS)))
        grays(source, 2)
        source.close()
        assert "sends on and on" in refusal(server.url("/circle"))


@pytest.mark.parametrize("status", [302, 401])
def test_a_page_without_end_is_a_loss(status: int) -> None:
    challenge = 'Digest realm="x", nonce="y"'

    def serve(handler: Handler) -> None:
        if status == 401 and len(handler.server.asked) == 1:
            handler.head("", 0, 401, WWW_Authenticate=challenge)
            return
        handler.head("text/html", None, status, Location="/x", WWW_Authenticate=challenge)
        while handler.wait(0):
            handler.wfile.write(b"x" * 65_536)

    with camera_server(serve) as server:
        assert "broke the connection off" in refusal(server.url(login=IN_ADDRESS), SourceLost)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (404, SourceRefused, "no picture at this path"),
        (403, SourceRefused, "user name or password"),
        (400, SourceRefused, "HTTP 400"),
        (503, SourceLost, "one viewer only"),
        (429, SourceLost, "busy"),
    ],
)
def test_each_status_has_its_sentence(status: int, error: type[SourceError], words: str) -> None:
    with camera_server(lambda handler: handler.head("text/html", 0, status)) as server:
        assert words in refusal(server.url(login=IN_ADDRESS), error)


def test_a_page_is_no_picture() -> None:
    with camera_server(lambda handler: handler.head("text/html; charset=utf-8", 0)) as server:
        assert "text/html" in refusal(server.url())


def test_nobody_there_is_worth_another_try() -> None:
    port = KeptPort()
    url = f"http://{IN_ADDRESS}@127.0.0.1:{port.number}/stream"
    assert "does not take the connection" in refusal(url, SourceLost)


@pytest.mark.parametrize("url", ["http://", "http://a:b/c@cam/x", "http://cam:port/", "http://a:b#c@cam/x"])
def test_an_ambiguous_address_is_refused_without_repeating_it(url: str) -> None:
    assert "%40" in refusal(url)


def test_only_the_host_is_named() -> None:
    place = http_camera.place_of("http://me:pw@[fe80::1]:81/snap?user=me&pwd=pw")
    assert (place.name, place.url) == ("fe80::1:81", "http://[fe80::1]:81/snap?user=me&pwd=pw")
    assert "pw" not in repr(place)


@pytest.mark.parametrize("length", [None, 5, 10_000_000], ids=["no length", "too short", "too long"])
def test_boundary_and_length_may_be_wrong(length: int | None) -> None:
    def serve(handler: Handler) -> None:
        handler.stream_head('"--other one"')
        for jpeg in itertools.cycle(FRAMES):
            handler.part(jpeg, length=length, end=b"")
            if not handler.wait(0.04):
                return

    with camera_server(serve) as server:
        source = open_source(config_of(server.url()))
        assert len(look(source, 12).packets) == 12
        source.close()


def test_a_picture_cut_short_is_skipped_and_said(caplog: pytest.LogCaptureFixture) -> None:
    def serve(handler: Handler) -> None:
        handler.stream_head()
        for number, jpeg in enumerate(itertools.cycle(FRAMES)):
            handler.part(jpeg[: len(jpeg) // 2] if number % 3 == 1 else jpeg)
            if not handler.wait(0.04):
                return

    with caplog.at_level(logging.WARNING), camera_server(serve) as server:
        source = open_source(config_of(server.url()))
        found = grays(source, 12)
        source.close()
    rows = [frame.luma[frame.luma.shape[0] * 3 // 4].mean() for frame in found]
    assert max(rows) - min(rows) < 6, "half a picture came through"
    assert "pictures came broken" in caplog.text


def test_another_picture_size_opens_the_camera_again() -> None:
    small = av.VideoFrame(320, 240, "yuvj422p")
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 320, 240, "yuvj422p"
    encoder.framerate = Fraction(25)
    small.pts = 0
    other = bytes(encoder.encode(small)[0])
    with camera_server(stream([*FRAMES, other])) as server:
        assert "picture size" in until_lost(open_source(config_of(server.url())))


def test_the_end_of_the_stream_is_a_loss() -> None:
    def serve(handler: Handler) -> None:
        handler.stream_head()
        for jpeg in FRAMES:
            handler.part(jpeg)

    with camera_server(serve) as server:
        assert "ended" in until_lost(open_source(config_of(server.url())))


def test_silence_is_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_camera, "_TIMEOUT", httpx.Timeout(3.0))

    def serve(handler: Handler) -> None:
        handler.stream_head()
        handler.part(FRAMES[0])
        handler.wait(30)

    with camera_server(serve) as server:
        assert "no picture" in until_lost(open_source(config_of(server.url())))


@pytest.mark.parametrize("junk", [b"x" * 5000, FRAMES[0][:200]], ids=["text", "beginnings"])
def test_endless_junk_is_a_loss(monkeypatch: pytest.MonkeyPatch, junk: bytes) -> None:
    def serve(handler: Handler) -> None:
        handler.stream_head()
        handler.part(FRAMES[0])
        while handler.wait(0.01):
            handler.wfile.write(junk)

    with camera_server(serve) as server:
        source = open_source(config_of(server.url()))
        monkeypatch.setattr(http_camera, "SILENCE_S", 0.5)
        assert "no whole picture" in until_lost(source)


def test_stills_are_asked_for_at_most_twice_a_second() -> None:
    with camera_server(stills(FRAMES)) as server:
        begun_mono_s = time.monotonic()
        source = open_source(config_of(server.url("/still.jpg"), fps=30))
        grays(source, 4)
        source.close()
        pauses = len(server.asked) - 1
        assert pauses >= 3
        assert time.monotonic() - begun_mono_s >= pauses / 2


def test_a_broken_still_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_STILLS_FPS", 20.0)
    answers = itertools.cycle([FRAMES[0], FRAMES[1][:500], b"", FRAMES[2]])

    def serve(handler: Handler) -> None:
        jpeg = next(answers)
        handler.head("", len(jpeg))
        handler.wfile.write(jpeg)

    with camera_server(serve) as server:
        source = open_source(config_of(server.url()))
        grays(source, 6)
        source.close()
        assert len(server.asked) >= 10


def test_a_camera_that_was_restarted_opens_again() -> None:
    with camera_server(stream(FRAMES)) as server:
        source = open_source(config_of(server.url()))
        grays(source, 2)
        server.closing.set()
        until_lost(source)
        server.closing.clear()
        again = open_source(config_of(server.url()))
        grays(again, 2)
        again.close()


def test_packets_and_stills_are_the_cameras_own_pictures() -> None:
    with camera_server(stream(FRAMES)) as server:
        source = open_source(config_of(server.url()))
        seen = look(source, 5)
        source.close()
    assert {packet.data for packet in seen.packets} <= set(FRAMES)
    assert {frame.still() for frame in seen.grays} <= set(FRAMES)
