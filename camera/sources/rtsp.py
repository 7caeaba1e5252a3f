"""A network camera over RTSP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import av

from camera.config import CameraConfig
from camera.errors import SourceLost, SourceRefused
from camera.gate import Decode
from camera.sources.base import Source
from camera.sources.feed import Feed, Item, StreamSource
from camera.sources.libav import SILENCE_S, Address, Sentences, VideoInput
from camera.sources.paired import PairedSource
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


def open_rtsp(config: CameraConfig) -> Source:
    """Connects within about 10 s, to the second stream as well when the configuration names one.

    Raises SourceLost, or SourceRefused for a wrong address or password.
    """
    main, small = config.source.strip(), config.detect_source.strip()
    if not small:
        return _opened(
            _address(main, host_of(main), config), Feed(Arrival(), mask=config.mask, decode=Decode(config.decode))
        )
    name = host_of(main)
    looked_at = _address(small, f"{host_of(small)} (DETECT_SOURCE)", config, sound=False)
    with ThreadPoolExecutor(thread_name_prefix="open") as side_by_side:
        opening = [
            side_by_side.submit(_opened, _address(main, name, config), Feed(Arrival(), with_grays=False)),
            side_by_side.submit(_opened, looked_at, Feed(Arrival(), with_packets=False, decode=Decode(config.decode))),
        ]
    try:
        return PairedSource(name, *(stream.result() for stream in opening))
    except BaseException:
        for stream in opening:
            if stream.exception() is None:
                stream.result().close()
        raise


def _address(url: str, name: str, config: CameraConfig, *, sound: bool | None = None) -> Address:
    sound = config.sound if sound is None else sound
    return Address(
        url,
        name,
        _SENTENCES,
        container="rtsp",
        options={
            "rtsp_transport": config.transport,
            "allowed_media_types": "video+audio" if sound else "video",
            "timeout": str(round(SILENCE_S / 2 * 1e6)),  # FFmpeg waits this long twice before it gives up
        },
        timeout_s=SILENCE_S,
        sound=sound,
    )


def _opened(address: Address, feed: Feed) -> StreamSource:
    video = VideoInput(address)
    if not (feed.with_grays or video.passes_through):
        video.close()
        raise SourceRefused(f"{address.name} sends {video.codec}; beside a DETECT_SOURCE it must be H.264 or H.265.")
    return StreamSource(_items(video, feed, address.name), video.close, feed.spare, feed.thrift)


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


def _items(video: VideoInput, feed: Feed, name: str) -> Iterator[Item]:
    yield from feed.run(video)
    raise SourceLost(f"{name} has ended the stream.")
