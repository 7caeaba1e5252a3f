"""What a message shows besides text: a photo, a video or a document, measured from the bytes themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from demo.files import Files, StoredFile, Upload
from demo.rejection import breach

PHOTO_BYTES = 10 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
THUMBNAIL_BYTES = 200 * 1000
THUMBNAIL_PX = 320
_FILLED_IN_BYTES = 10 * 1024 * 1024
"""Above this the real server does not measure a video itself."""


@dataclass(frozen=True, slots=True)
class PhotoSize:
    """One size of a picture, pixels."""

    file: StoredFile
    width: int
    height: int

    def to_json(self) -> dict[str, object]:
        file = self.file
        return {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id,
            "width": self.width,
            "height": self.height,
            "file_size": file.size_bytes,
        }


@dataclass(frozen=True, slots=True)
class Media:
    """The file of a message; width and height in pixels, 0 for a document."""

    kind: str
    """`photo`, `video` or `document`."""
    file: StoredFile
    width: int = 0
    height: int = 0
    duration_s: int = 0
    thumbnail: PhotoSize | None = None

    @property
    def path(self) -> Path:
        return self.file.path

    def to_json(self) -> dict[str, object]:
        """The message fields of this media: `{"photo": [..]}`, `{"video": {..}}` or `{"document": {..}}`."""
        if self.kind == "photo":
            full = PhotoSize(self.file, self.width, self.height)
            return {"photo": [size.to_json() for size in (self.thumbnail, full) if size]}
        answer: dict[str, object] = {
            "file_id": self.file.file_id,
            "file_unique_id": self.file.unique_id,
            "file_size": self.file.size_bytes,
            "file_name": self.file.filename,
            "mime_type": self.file.mime_type,
        }
        if self.kind == "video":
            answer |= {"width": self.width, "height": self.height, "duration": self.duration_s}
        if self.thumbnail:
            answer["thumbnail"] = self.thumbnail.to_json()
        return {self.kind: answer}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the bot said about the media it sends."""

    kind: str
    width: int = 0
    height: int = 0
    duration_s: int = 0
    thumbnail: Upload | None = None


def take_upload(files: Files, upload: Upload, wish: Wish) -> Media:
    """Measures an upload and stores it. Blocks up to some 100 ms. Raises Rejected for what the server would refuse."""
    if wish.kind == "photo":
        return _photo(files, upload)
    if wish.kind == "video" and (shape := _video_shape(upload.path)):
        return _video(files, upload, wish, shape)
    stored = files.keep(upload.path, "documents", upload.filename, Path(upload.filename).suffix)
    return Media("document", stored, thumbnail=_thumbnail(files, wish.thumbnail))


def thumbnail_faults(upload: Upload) -> list[str]:
    """What is wrong with a thumbnail; the real server silently ignores such a one."""
    faults = []
    if upload.size_bytes > THUMBNAIL_BYTES:
        faults.append(f"thumbnail of {upload.size_bytes} bytes, at most {THUMBNAIL_BYTES}")
    data = upload.path.read_bytes()
    picture = _decode(data)
    if picture is None or not data.startswith(b"\xff\xd8"):
        return [*faults, "thumbnail is not a JPEG"]
    height, width = picture.shape[:2]
    if max(width, height) > THUMBNAIL_PX:
        faults.append(f"thumbnail of {width}x{height}, at most {THUMBNAIL_PX} px")
    return faults


def _photo(files: Files, upload: Upload) -> Media:
    if upload.size_bytes > PHOTO_BYTES:
        raise breach(
            f"file of size {upload.size_bytes} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
        )
    picture = _decode(upload.path.read_bytes())
    if picture is None:
        raise breach("IMAGE_PROCESS_FAILED")
    height, width = picture.shape[:2]
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise breach("PHOTO_INVALID_DIMENSIONS")
    small = _smaller(files, picture)
    stored = files.keep(upload.path, "photos", upload.filename, ".jpg")
    return Media("photo", stored, width, height, thumbnail=small)


def _smaller(files: Files, picture: np.ndarray) -> PhotoSize | None:
    """The 320 px size that stands beside the full one, as the real server makes it."""
    height, width = picture.shape[:2]
    scale = THUMBNAIL_PX / max(width, height)
    if scale >= 1:
        return None
    size = max(1, round(width * scale)), max(1, round(height * scale))
    path = files.fresh_path("uploads", ".jpg")
    cv2.imwrite(str(path), cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    return PhotoSize(files.keep(path, "photos", "", ".jpg"), *size)


def _video(files: Files, upload: Upload, wish: Wish, shape: Shape) -> Media:
    measured = shape if upload.size_bytes <= _FILLED_IN_BYTES else Shape(0, 0, 0)
    stored = files.keep(upload.path, "videos", upload.filename, ".mp4")
    return Media(
        "video",
        stored,
        wish.width or measured.width,
        wish.height or measured.height,
        wish.duration_s or measured.duration_s,
        _thumbnail(files, wish.thumbnail),
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """A video as measured; whole seconds, as the Bot API counts."""

    width: int
    height: int
    duration_s: int


def _video_shape(path: Path) -> Shape | None:
    """None: not a video that can be played; the real server then makes it a document."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return None
            stream = container.streams.video[0]
            return Shape(stream.width, stream.height, round((container.duration or 0) / av.time_base))
    except av.error.FFmpegError:
        return None


def _thumbnail(files: Files, upload: Upload | None) -> PhotoSize | None:
    if upload is None or thumbnail_faults(upload):
        return None
    picture = _decode(upload.path.read_bytes())
    if picture is None:
        return None
    height, width = picture.shape[:2]
    return PhotoSize(files.keep(upload.path, "thumbnails", upload.filename, ".jpg"), width, height)


def _decode(data: bytes) -> np.ndarray | None:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
