"""Files as python-telegram-bot sends them: streamed, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telegram import InputFile, InputMediaVideo

from bot.ports import Media


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


def input_video(media: Media, file: InputFile, caption: str, mode: str | None) -> InputMediaVideo:
    """A clip that takes the place of what a message shows."""
    return InputMediaVideo(
        file,
        caption=caption,
        parse_mode=mode,
        width=media.width,
        height=media.height,
        duration=round(media.duration_s),
        thumbnail=thumbnail(media),
        supports_streaming=True,
    )
