"""What is made of one decoded picture: the small luma for detection and the full-resolution JPEG."""

from __future__ import annotations

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from camera.errors import SourceError
from camera.model import Luma, Packet, Still

GRAY_WIDTH = 320
"""Width of a gray frame; the height keeps the aspect."""

JPEG_QUALITY = 90

_PLANAR_8_BIT = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv411p", "yuv410p")
_LUMA_FIRST = frozenset((*_PLANAR_8_BIT, "nv12", "nv21", "gray"))
"""Formats whose first plane is 8-bit luma, readable in place."""


def gray(picture: av.VideoFrame) -> Luma:
    """The picture's luma, about 320 wide with its aspect kept; an array of its own.

    The luma plane is read where the decoder put it. Halving as often as it goes and a linear step for the rest sees
    every pixel and costs a seventh of the area average over a fraction of pixels.
    """
    return shrink(_luma(picture))


def shrink(luma: Luma) -> Luma:
    """A picture's luma of any size made about 320 wide; small ones are copied as they are."""
    height, width = luma.shape
    if width <= GRAY_WIDTH:
        return luma.copy()
    size = (GRAY_WIDTH, max(1, round(height * GRAY_WIDTH / width)))
    while luma.shape[1] >= 2 * GRAY_WIDTH and luma.shape[0] >= 2:
        rows, columns = luma.shape[0] // 2, luma.shape[1] // 2
        luma = _resized(luma[: 2 * rows, : 2 * columns], (columns, rows), cv2.INTER_AREA)
    return luma if luma.shape[::-1] == size else _resized(luma, size, cv2.INTER_LINEAR)


def _resized(luma: Luma, size: tuple[int, int], interpolation: int) -> Luma:
    return cv2.resize(luma, size, interpolation=interpolation).astype(np.uint8, copy=False)


def still(picture: av.VideoFrame) -> Still:
    """Makes the picture's JPEG when called; holds the decoder's picture until then, about 3 MB at 1080p."""

    def jpeg() -> bytes:
        try:
            bgr = VideoReformatter().reformat(  # one of its own for each call: a reformatter is not for two threads
                picture,
                format="bgr24",
                src_colorspace=_matrix(picture),
                src_color_range=ColorRange.JPEG if _is_full_range(picture) else ColorRange.MPEG,
                dst_color_range=ColorRange.JPEG,
                threads=1,
            )
            rows = _rows(bgr.planes[0])[: bgr.height, : 3 * bgr.width]
            return encode_jpeg(rows.reshape(bgr.height, bgr.width, 3))  # in place: a copy would be 6 MB at 1080p
        except (av.FFmpegError, ValueError, cv2.error) as exc:
            raise SourceError("The picture could not be turned into a JPEG.") from exc

    return jpeg


def still_of(key_frame: Packet) -> Still:
    """The same of a key frame, which is decoded when called: nobody holds its picture until then."""

    def jpeg() -> bytes:
        return still(_decoded(key_frame))()

    return jpeg


def _decoded(key_frame: Packet) -> av.VideoFrame:
    decoder = av.CodecContext.create(key_frame.track.codec, "r")
    pictures: list[av.VideoFrame] = []
    if isinstance(decoder, av.VideoCodecContext):
        decoder.thread_count, decoder.extradata = 1, key_frame.track.extradata or None
        try:
            pictures = decoder.decode(av.Packet(key_frame.data)) + decoder.decode(None)
        except (av.FFmpegError, ValueError) as exc:
            raise SourceError("The picture could not be decoded once more.") from exc
    if not pictures:
        raise SourceError("The picture could not be decoded once more.")
    return pictures[0]


def encode_jpeg(bgr: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """A JPEG of an array (height, width, 3). Raises cv2.error."""
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise SourceError("The picture could not be turned into a JPEG.")
    return data.tobytes()


def _luma(picture: av.VideoFrame) -> Luma:
    plane = picture.planes[0]
    if plane.line_size > 0 and picture.format.name in _LUMA_FIRST:
        return _rows(plane)[: picture.height, : picture.width]
    if plane.line_size > 0 and picture.format.name == "yuyv422":
        return _rows(plane)[: picture.height, : 2 * picture.width : 2]
    return picture.to_ndarray(format="gray").astype(np.uint8, copy=False)  # RGB, palettes, 10 bit: rare


def _rows(plane: av.video.plane.VideoPlane) -> Luma:
    flat = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # a buffer, which PyAV's stub cannot say yet
    return np.lib.stride_tricks.as_strided(
        flat, (flat.size // plane.line_size, plane.line_size), (plane.line_size, 1), writeable=False
    )


def _matrix(picture: av.VideoFrame) -> Colorspace:
    """Which of the two YUV matrices the picture has; an untagged one is taken as players do, by its height."""
    if picture.colorspace == 1:
        return Colorspace.ITU709
    untagged = picture.colorspace == 2
    return Colorspace.ITU709 if untagged and picture.height >= 720 else Colorspace.ITU601


def _is_full_range(picture: av.VideoFrame) -> bool:
    return picture.color_range == ColorRange.JPEG or picture.format.name.startswith(("yuvj", "rgb", "bgr", "gray"))
