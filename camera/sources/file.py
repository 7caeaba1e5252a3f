"""A video file as a camera: looped at its own speed, or once as fast as it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av

from camera.errors import SourceLost, SourceRefused
from camera.gate import Decode
from camera.mask import Mask
from camera.sources.feed import Feed, Item, StreamSource
from camera.sources.libav import Address, Sentences, VideoInput
from camera.sources.timing import FileTime, RealTime

_SENTENCES: Sentences = {
    av.FileNotFoundError: (SourceRefused, "There is no file {name}."),
    av.PermissionError: (SourceRefused, "The file {name} may not be read by this user."),
    av.IsADirectoryError: (SourceRefused, "{name} is a folder, not a video file."),
    av.InvalidDataError: (SourceRefused, "The file {name} is not a video that FFmpeg can read."),
    av.DecoderNotFoundError: (SourceRefused, "The file {name} is coded in a way that FFmpeg cannot decode."),
}


def path_of(source: str) -> Path:
    """The path in `file:///folder/my%20film.mp4`. Raises SourceRefused when it is not absolute."""
    parts = urlsplit(source.replace("?", "%3F").replace("#", "%23"))
    if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        raise SourceRefused("Write a file as file:///folder/video.mp4, with three slashes and its whole path.")
    return Path(unquote(parts.path))


def open_file(
    path: Path, *, loop: bool = True, sound: bool = True, mask: Mask | None = None, decode: Decode = Decode.AUTO
) -> StreamSource:
    """Opens a file of any format that FFmpeg reads.

    `loop=True`: plays it again and again at its own speed. `loop=False`: only gray frames, each one of the file, as
    fast as they can be decoded, `mono_s` counted from the first; then EndOfFile. To one who watches sparingly it gives
    the packets of H.264 and HEVC too. Raises SourceRefused or SourceLost.
    """
    return _Film(path, loop=loop, sound=loop and sound, mask=mask, decode=decode).source()


class _Film:
    """One file and the video that is open on it just now."""

    def __init__(self, path: Path, *, loop: bool, sound: bool, mask: Mask | None, decode: Decode) -> None:
        self._address = Address(f"file:{path}", path.name, _SENTENCES, sound=sound)
        self._loop = loop
        self._feed = Feed(RealTime() if loop else FileTime(), with_packets=loop, mask=mask, decode=decode)
        self._video = VideoInput(self._address)

    def source(self) -> StreamSource:
        return StreamSource(self._items(), self._close, self._feed.spare, self._feed.thrift)

    def _close(self) -> None:
        self._video.close()

    def _items(self) -> Iterator[Item]:
        while True:
            empty = True
            for item in self._feed.run(self._video):
                empty = False
                yield item
            if empty:
                raise SourceRefused(f"The file {self._address.name} holds no pictures.")
            if not self._loop:
                return
            self._video.close()
            try:
                self._video = VideoInput(self._address)
            except SourceRefused as exc:
                raise SourceLost(f"The file {self._address.name} is gone.") from exc
