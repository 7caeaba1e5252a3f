"""A network camera over RTSP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import av

from camera.errors import SourceLost, SourceRefused
from camera.sources.feed import Feed, Item, StreamSource
from camera.sources.libav import SILENCE_S, Address, Sentences, VideoInput
from camera.sources.timing import Arrival

_WRONG_LOGIN = (
    SourceRefused,
    "{name} refuses the user name or password. Write both into its address, @ / : # in them as %40 %2F %3A %23.",
)
_SILENT = (SourceLost, f"{{name}} has sent no picture for {SILENCE_S:.0f} seconds.")

_SENTENCES: Sentences = {
    av.HTTPUnauthorizedError: _WRONG_LOGIN,
    av.HTTPForbiddenError: _WRONG_LOGIN,
    av.HTTPNotFoundError: (SourceRefused, "{name} has no stream at this path. The camera's manual names the path."),
    av.InvalidDataError: (SourceLost, "{name} does not answer as an RTSP camera does."),
    av.ConnectionRefusedError: (SourceLost, "{name} refuses the connection: is the camera on, its RTSP switched on?"),
    av.ExitError: _SILENT,
    av.TimeoutError: _SILENT,
}


def open_rtsp(url: str) -> StreamSource:
    """Connects over TCP, within about 10 s. Raises SourceLost, or SourceRefused for a wrong address or password."""
    address = Address(
        url,
        host_of(url),
        _SENTENCES,
        container="rtsp",
        options={
            "rtsp_transport": "tcp",  # UDP loses packets, and each loss smears the picture until the next key frame
            "allowed_media_types": "video",
            "timeout": str(round(SILENCE_S / 2 * 1e6)),  # FFmpeg waits this long twice before it gives up
        },
        timeout_s=SILENCE_S,
    )
    video = VideoInput(address)
    return StreamSource(_items(video, address.name), video.close)


def host_of(url: str) -> str:
    """Host and port of the address, all of it that may be shown. Raises SourceRefused when that is not certain."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = None, ""
    if parts is None or not parts.hostname or "@" in parts.path + parts.fragment:
        raise SourceRefused(
            "This is not an RTSP address. Write rtsp://user:password@host:554/path, with @ / : # in the password "
            "written as %40 %2F %3A %23."
        )
    return f"{parts.hostname}{port}"


def _items(video: VideoInput, name: str) -> Iterator[Item]:
    yield from Feed(Arrival()).run(video)
    raise SourceLost(f"{name} has ended the stream.")
