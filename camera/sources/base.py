"""What every camera looks like from inside: one protocol for Pi, USB, RTSP, file and scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from camera.gate import Thrift
from camera.model import GrayFrame, Luma, Packet


class Source(Protocol):
    """An open camera. Made by `camera.sources.open_source`, used by one thread, closed once.

    `read` returns packets in decode order and the gray frames between them; a gray frame comes after the packet that
    holds it. Gray frames may be fewer than packets. After a key frame the stream can be decoded from there.
    Packets of sound, where there is any, come between those of video, somewhat early or late; the first is video.
    """

    def read(self) -> Packet | GrayFrame:
        """The next packet or gray frame; blocks at most about 10 s.

        Raises SourceLost (also when nothing came for that long) or SourceRefused. `file://` loops for ever; opened with
        `loop=False` it raises EndOfFile after the last frame.
        """

    def close(self) -> None:
        """Lets the device go; safe to call twice, never raises and never blocks longer than 5 s."""


class Watcher(Protocol):
    """Who looks at the gray frames. Asked by a source within its `read`."""

    @property
    def wants_all(self) -> bool:
        """Whether every picture is wanted just now: something may be there, or somebody wants to see."""

    @property
    def follows(self) -> bool:
        """Whether something has been moving for a while, so that key frames alone show whether it still does."""

    @property
    def in_event(self) -> bool:
        """Whether an event goes on, so that nobody waits to be told of one."""

    def glance(self, luma: Luma) -> bool:
        """Whether a look at this picture, later than all before, would find anything. Changes nothing."""

    def goes_on(self, shots: Sequence[tuple[Luma, float]]) -> bool:
        """Whether these few pictures with their times (`mono_s`), the first some seconds after the last that was looked
        at, show that what moved still does. Changes nothing."""


@runtime_checkable
class Sparing(Protocol):
    """A source that can give fewer gray frames while nothing moves, and those it held back when something does."""

    def spare(self, watcher: Watcher) -> None:
        """From now on it goes by what `watcher` says; without one it gives all. Call before the first `read`."""


@runtime_checkable
class Thrifty(Protocol):
    """A source that knows why so much of it is decoded."""

    @property
    def thrift(self) -> Thrift | None:
        """None: nothing to say. From any thread."""


def spare(source: Source, watcher: Watcher) -> None:
    """Tells a source who watches, if it can go by that. One that stands before another passes it on."""
    if isinstance(source, Sparing):
        source.spare(watcher)


def thrift(source: Source) -> Thrift | None:
    """Why so much of a source is decoded; None: nothing to say."""
    return source.thrift if isinstance(source, Thrifty) else None


class EndOfFile(Exception):  # noqa: N818 - an end, not an error
    """A file that is not looped has been read to its end."""
