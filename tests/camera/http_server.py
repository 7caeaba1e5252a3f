"""Cameras over real HTTP on loopback, with the habits and faults of small firmware."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.camera.source_videos import encoded_frames

BOUNDARY = "gc0p4Jq0M2Yt08jU534c0p"
USER, PASSWORD = "ad@min", "s3:cr/et#7"
IN_ADDRESS = "ad%40min:s3%3Acr%2Fet%237"
"""User and password as the owner has to write them."""

_REALM, _NONCE = "camera", "dcd98b7102dd2f0e8b11d0f600bfb0c0"


class Handler(BaseHTTPRequestHandler):
    """One request; what it does stands in the server's `serve`."""

    server: CameraServer

    def do_GET(self) -> None:
        with contextlib.suppress(ConnectionError):
            self.server.asked.append((self.path, self.headers.get("Authorization", "")))
            self.server.serve(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""

    def head(self, content_type: str, length: int | None = None, status: int = 200, **more: str) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def stream_head(self, boundary: str = BOUNDARY) -> None:
        self.head(f"multipart/x-mixed-replace; boundary={boundary}")

    def part(self, jpeg: bytes, boundary: str = BOUNDARY, length: int | None = None, end: bytes = b"\r\n") -> None:
        self.wfile.write(f"--{boundary}\r\nContent-Type: image/jpeg\r\n".encode())
        if length is not None:
            self.wfile.write(f"Content-Length: {length}\r\n".encode())
        self.wfile.write(b"\r\n" + jpeg + end)
        self.wfile.flush()

    def wait(self, seconds: float) -> bool:
        """False when the server is being closed."""
        return not self.server.closing.wait(seconds)


class CameraServer(ThreadingHTTPServer):
    """Serves until closed; remembers who asked for what."""

    daemon_threads = False

    def __init__(self, serve: Callable[[Handler], None], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.serve = serve
        self.closing = threading.Event()
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization header of each request."""

    def url(self, path: str = "/stream", login: str = "") -> str:
        return f"http://{login}{'@' if login else ''}127.0.0.1:{self.server_port}{path}"


@contextlib.contextmanager
def camera_server(serve: Callable[[Handler], None]) -> Iterator[CameraServer]:
    server = CameraServer(serve)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def jpegs(frames: int = 60) -> list[bytes]:
    return list(encoded_frames("mjpeg", "yuvj422p", frames))


def stream(frames: list[bytes], fps: float = 25) -> Callable[[Handler], None]:
    """A well-behaved stream."""

    def serve(handler: Handler) -> None:
        handler.stream_head()
        for jpeg in itertools.cycle(frames):
            handler.part(jpeg, length=len(jpeg))
            if not handler.wait(1 / fps):
                return

    return serve


def stills(frames: list[bytes]) -> Callable[[Handler], None]:
    """The next picture for each request."""
    following = itertools.cycle(frames)

    def serve(handler: Handler) -> None:
        jpeg = next(following)
        handler.head("image/jpeg", len(jpeg))
        handler.wfile.write(jpeg)

    return serve


def behind_basic(serve: Callable[[Handler], None]) -> Callable[[Handler], None]:
    right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def guarded(handler: Handler) -> None:
        if handler.headers.get("Authorization") == right:
            serve(handler)
        else:
            handler.head("text/html", 0, 401, WWW_Authenticate=f'Basic realm="{_REALM}"')

    return guarded


def behind_digest(serve: Callable[[Handler], None]) -> Callable[[Handler], None]:
    """RFC 2617 with qop, as IP cameras have it."""

    def guarded(handler: Handler) -> None:
        if _digest_is_right(handler.headers.get("Authorization", ""), handler.path):
            serve(handler)
        else:
            challenge = f'Digest realm="{_REALM}", nonce="{_NONCE}", qop="auth", algorithm=MD5'
            handler.head("text/html", 0, 401, WWW_Authenticate=challenge)

    return guarded


def _digest_is_right(header: str, path: str) -> bool:
    said = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}
    if said.get("uri") != path or said.get("nonce") != _NONCE:
        return False
    one, two = _md5(f"{USER}:{_REALM}:{PASSWORD}"), _md5(f"GET:{path}")
    return said.get("response") == _md5(f"{one}:{_NONCE}:{said.get('nc')}:{said.get('cnonce')}:auth:{two}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
