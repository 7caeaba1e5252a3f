"""What the feed needs of an opened video, whoever reads it: FFmpeg, or our own reader of pictures over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import av
from av.video.stream import VideoStream

from camera.model import Track


class Video(Protocol):
    """One opened video track. Used by one thread."""

    @property
    def codec(self) -> str:
        """FFmpeg's name."""

    @property
    def fps(self) -> float:
        """Pictures a second, about; above 0."""

    @property
    def track(self) -> Track: ...

    @property
    def passes_through(self) -> bool:
        """Whether its packets can go into a clip as they are."""

    def packets(self) -> Iterator[av.Packet[VideoStream]]:
        """Encoded packets until the end. Raises SourceLost, also after a long silence."""

    def decode(self, packet: av.Packet[VideoStream] | None) -> list[av.VideoFrame]:
        """The pictures that a packet completes, or with None those still held back at the end."""

    def flush(self) -> None:
        """Makes the decoder forget all it had: what comes next begins with a key frame."""

    def renew(self) -> None:
        """The same, and gives back the room for pictures that the decoder had at once."""
