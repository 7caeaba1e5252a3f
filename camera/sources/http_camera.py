"""The connection to a camera over HTTP: address, login, redirects, and whole JPEGs out of whatever it answers."""

from __future__ import annotations

import contextlib
import logging
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote, urlsplit

import httpx

from camera.errors import SourceError, SourceLost, SourceRefused
from camera.sources.jpeg_cutter import JpegCutter
from camera.sources.libav import SILENCE_S

log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(SILENCE_S, connect=SILENCE_S / 2)
_STREAMS = ("multipart/", "video/x-motion-jpeg", "video/x-mjpeg", "video/mjpeg", "video/x-jpeg")
_STILLS = ("image/jpeg", "image/jpg", "image/pjpeg")
_UNNAMED = ("", "application/octet-stream")
"""Small firmware names no kind, or this one; an answer with a length is then one picture."""

_LONGEST_PAGE_BYTES = 1_000_000

_HOW_TO_WRITE = (
    "Write http://user:password@host:80/path, with @ / : # in the user name and password as %40 %2F %3A %23."
)


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart: what may be shown, what is asked for, who asks."""

    name: str
    """Host and port: all of the address that may be shown, since some paths hold a password too."""
    url: str = field(repr=False)
    """Without user name and password."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def place_of(url: str) -> Place:
    """Raises SourceRefused when it is not certain which part is the password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = None, ""
    if parts is None or not parts.hostname or "@" in parts.path + parts.fragment:
        raise SourceRefused(f"This is not the address of an HTTP camera. {_HOW_TO_WRITE}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    bare = parts._replace(netloc=host + port, fragment="").geturl()
    return Place(f"{parts.hostname}{port}", bare, unquote(parts.username or ""), unquote(parts.password or ""))


class _Transport(httpx.HTTPTransport):
    """Straight to the camera, past any proxy. A page that says no, which httpx reads whole, has a bound here."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if answer.status_code != httpx.codes.OK:
            answer.stream = _ShortBody(cast("httpx.SyncByteStream", answer.stream))
        return answer


class _ShortBody(httpx.SyncByteStream):
    """Ends with ReadError what is too long for a page that says no."""

    def __init__(self, whole: httpx.SyncByteStream) -> None:
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for chunk in self._whole:
            count += len(chunk)
            if count > _LONGEST_PAGE_BYTES:
                raise httpx.ReadError("a page without end")
            yield chunk

    def close(self) -> None:
        self._whole.close()


class HttpCamera:
    """An open connection; used by one thread.

    The answer is read on the reader's own thread: when that is slow, TCP makes the camera wait, and nothing piles up.
    """

    def __init__(self, url: str, stills_fps: float) -> None:
        """Connects; `stills_fps` is how often a still picture is asked for. Raises SourceLost or SourceRefused."""
        self._place = place_of(url)
        self.name = self._place.name
        self._url = self._place.url
        self._auth: httpx.Auth | None = None
        self._interval_s = 1.0 / stills_fps
        self._cutter = JpegCutter()
        self._told = 0
        self._newest_s = time.monotonic()
        self._client = httpx.Client(
            transport=_Transport(),
            timeout=_TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            headers={"Accept-Encoding": "identity"},
        )
        try:
            self._answer = self._opened()
            self.sends_stills = self._is_still(self._answer)
        except BaseException:
            self._client.close()
            raise

    def pictures(self) -> Iterator[tuple[bytes, float]]:
        """JPEGs and the CLOCK_MONOTONIC second of their arrival, until the camera ends the stream.

        Broken ones are skipped and counted. Raises SourceLost, also after 10 s without a whole picture.
        """
        while True:
            asked_s = time.monotonic()
            yield from self._cut(self._answer)
            if not self.sends_stills:
                return
            time.sleep(max(0.0, asked_s + self._interval_s - time.monotonic()))
            self._answer = self._checked(self._asked())

    def close(self) -> None:
        """Ends the connection; safe to call twice."""
        self._answer.close()
        self._client.close()

    def _cut(self, answer: httpx.Response) -> Iterator[tuple[bytes, float]]:
        with self._translated(), contextlib.closing(answer):
            for chunk in answer.iter_raw():
                now_s = time.monotonic()
                for picture in self._cutter.feed(chunk):
                    self._newest_s = now_s
                    yield picture, now_s
                self._check_silence(now_s)
        self._cutter.end()
        self._check_silence(time.monotonic())

    def _check_silence(self, now_s: float) -> None:
        if self._cutter.broken >= max(1, 2 * self._told):
            self._told = self._cutter.broken
            log.warning("%s: %d pictures came broken so far and were skipped.", self.name, self._told)
        if now_s - self._newest_s > SILENCE_S:
            raise SourceLost(f"{self.name} has sent no whole picture for {SILENCE_S:.0f} seconds.")

    # -- asking --------------------------------------------------------------------------------------------------

    def _opened(self) -> httpx.Response:
        """Asks without the password first: it goes to nobody who did not ask for it, and the answer says how."""
        answer = self._asked()
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._place.user:
            answer.close()
            self._log_in(answer)
            answer = self._asked()
        return self._checked(answer)

    def _asked(self) -> httpx.Response:
        with self._translated():
            return self._client.send(self._client.build_request("GET", self._url), auth=self._auth, stream=True)

    def _log_in(self, answer: httpx.Response) -> None:
        if answer.url.host != httpx.URL(self._url).host:
            raise SourceRefused(
                f"{self.name} sends on to {answer.url.host}, which wants a password. It is not given to another host: "
                "write that host's address."
            )
        self._url = str(answer.url)
        schemes = [header.split(" ")[0].lower() for header in answer.headers.get_list("www-authenticate")]
        kind = httpx.DigestAuth if "digest" in schemes else httpx.BasicAuth
        self._auth = kind(self._place.user, self._place.password)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        failure = self._failure(answer)
        if failure is not None:
            answer.close()
            raise failure
        return answer

    def _failure(self, answer: httpx.Response) -> SourceError | None:
        status = answer.status_code
        if status == httpx.codes.OK:
            return None
        if status in (401, 403):
            return SourceRefused(f"{self.name} refuses the user name or password. {_HOW_TO_WRITE}")
        if status in (404, 410):
            return SourceRefused(f"{self.name} has no picture at this path. The camera's manual names the path.")
        if status in (408, 429) or status >= 500:
            return SourceLost(f"{self.name} is busy or in trouble (HTTP {status}); many cameras serve one viewer only.")
        return SourceRefused(f"{self.name} does not serve this address (HTTP {status}).")

    def _is_still(self, answer: httpx.Response) -> bool:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind.startswith(_STREAMS):
            return False
        if kind in _STILLS:
            return True
        if kind in _UNNAMED:
            return "content-length" in answer.headers
        answer.close()
        raise SourceRefused(
            f"{self.name} answers with {kind[:40]}, not with JPEG pictures. The camera's manual names the address of "
            "its MJPEG stream or of its still picture."
        )

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as exc:
            raise SourceLost(f"{self.name} has sent no picture for {SILENCE_S:.0f} seconds.") from exc
        except httpx.ConnectError as exc:
            raise self._no_connection(exc) from exc
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol) as exc:
            raise SourceRefused(f"{self.name} sends on and on, or to no HTTP address: write the last address.") from exc
        except httpx.HTTPError as exc:
            raise SourceLost(f"{self.name} broke the connection off.") from exc
        except httpx.InvalidURL:
            raise SourceRefused(f"This is not the address of an HTTP camera. {_HOW_TO_WRITE}") from None

    def _no_connection(self, exc: httpx.ConnectError) -> SourceError:
        cause: BaseException | None = exc
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return SourceRefused(
                    f"{self.name} shows a certificate that this machine does not trust. In your own network http:// "
                    "will do; else add the certificate to the system's."
                )
            cause = cause.__cause__ or cause.__context__
        return SourceLost(f"{self.name} does not take the connection: is the camera on, and the address right?")
