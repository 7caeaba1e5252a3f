"""Files as python-telegram-bot sends them: streamed, never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from telegram import InputFile, InputMedia, InputMediaPhoto, InputMediaVideo

from bot.ports import Media

InPlace = Callable[[str, str | None], AbstractContextManager[InputMedia]]
"""Opens what takes the place of another picture, with a caption and its parse mode; once for each try."""


@contextmanager
def upload(source: Path | bytes, name: str, *, attach: bool = False) -> Iterator[InputFile]:
    """64 KiB at a time."""
    if isinstance(source, bytes):
        yield InputFile(source, filename=name, attach=attach)
        return
    with source.open("rb") as handle:
        yield InputFile(handle, filename=name, attach=attach, read_file_handle=False)


def thumbnail(media: Media) -> InputFile | None:
    """The small picture of a clip; None: it has none."""
    return InputFile(media.thumbnail, filename="thumbnail.jpg", attach=True) if media.thumbnail else None


def photo_in_place(jpeg: bytes, name: str) -> InPlace:
    """A picture that takes the place of what a message shows."""

    @contextmanager
    def opened(caption: str, mode: str | None) -> Iterator[InputMedia]:
        yield InputMediaPhoto(InputFile(jpeg, filename=name, attach=True), caption=caption, parse_mode=mode)

    return opened


def video_in_place(media: Media, name: str) -> InPlace:
    """A clip that takes the place of what a message shows."""

    @contextmanager
    def opened(caption: str, mode: str | None) -> Iterator[InputMedia]:
        with upload(media.path, name, attach=True) as file:
            yield InputMediaVideo(
                file,
                caption=caption,
                parse_mode=mode,
                width=media.width,
                height=media.height,
                duration=round(media.duration_s),
                thumbnail=thumbnail(media),
                supports_streaming=True,
            )

    return opened
