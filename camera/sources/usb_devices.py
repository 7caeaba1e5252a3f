"""What Linux says of its cameras (V4L2): which there are, what each can send, its stable name and its controls.

Numbers and layouts are those of <linux/videodev2.h>, the same on x86-64 and 64-bit ARM.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

log = logging.getLogger(__name__)

CAPTURE_BUFFERS = 1
"""V4L2_BUF_TYPE_VIDEO_CAPTURE."""

_FROM_LIBCAMERA = frozenset(("unicam", "rp1-cfe", "bcm2835-isp", "bcm2835-codec", "pispbe", "rpi-hevc-dec"))
"""Drivers behind a Raspberry Pi's own camera and chips: no cameras by themselves."""

_FFMPEG_NAMES = {
    "H264": "h264",
    "MJPG": "mjpeg",
    "JPEG": "mjpeg",
    "YUYV": "yuyv422",
    "UYVY": "uyvy422",
    "NV12": "nv12",
    "NV21": "nv21",
    "YU12": "yuv420p",
    "422P": "yuv422p",
    "RGB3": "rgb24",
    "BGR3": "bgr24",
    "GREY": "gray",
}
_OWN_VIDEO, _PACKED = "h264", "mjpeg"

_MOST = 256
"""Answers of one kind asked of a driver; one that never ends its list is cut off here."""

_TOO_SLOW_FPS = 10.0
"""Below this a person walks past between two pictures: a smaller picture is better then."""

_POWER_LINE, _FOCUS, _AUTOFOCUS = 0x0098_0918, 0x009A_090A, 0x009A_090C
_DISABLED = 0x0001

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a camera can send its pictures."""

    fourcc: str
    """V4L2's name, such as `MJPG`."""
    width: int
    height: int
    fps: float
    """The fastest; 0 when the driver does not say."""

    @property
    def ffmpeg_name(self) -> str | None:
        """FFmpeg's name of the format; None when it cannot read it."""
        return _FFMPEG_NAMES.get(self.fourcc)


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """One camera that is plugged in."""

    path: Path
    """The name that stays the same after a restart or in another socket, where there is one."""
    node: Path
    """Today's /dev/videoN."""
    name: str
    modes: tuple[Mode, ...]
    microphone: str = ""
    """ALSA's name of the microphone in the same device; empty: it has none."""


def devices(dev: Path = Path("/dev"), sys: Path = Path("/sys")) -> list[UsbDevice]:
    """All cameras that may be opened by this user, in the order of their numbers. One that vanishes is left out."""
    found = []
    for node in sorted(dev.glob("video*"), key=lambda path: (len(path.name), path.name)):
        with suppress(OSError), _opened(node) as fd:
            driver, name, captures = _description(fd)
            modes = tuple(_modes(fd)) if captures and driver not in _FROM_LIBCAMERA else ()
            if modes:
                found.append(UsbDevice(stable_path(node, dev), node, name, modes, microphone_of(node, sys)))
    return found


def microphone_of(node: Path, sys: Path = Path("/sys")) -> str:
    """`hw:CARD=..,DEV=..` of the sound card that is part of the same USB device; empty: there is none."""
    video = _usb_device(sys / "class/video4linux" / node.name)
    for card in sorted((sys / "class/sound").glob("card[0-9]*")) if video else ():
        recorders = sorted(card.glob("pcmC*D*c"))
        if recorders and _usb_device(card) == video:
            with suppress(OSError):
                name = (card / "id").read_text(encoding="utf-8").strip()
                return f"hw:CARD={name},DEV={recorders[0].name.rpartition('D')[2].removesuffix('c')}"
    return ""


def _usb_device(entry: Path) -> Path | None:
    """The device behind an entry of a class: what its USB interface is part of; None: it is not on USB."""
    interface = (entry / "device").resolve()
    return interface.parent if re.fullmatch(r"[0-9]+-[0-9.]+:[0-9.]+", interface.name) else None


def modes_of(path: Path) -> list[Mode]:
    """What one camera can send. Raises OSError when it cannot be asked."""
    with _opened(path) as fd:
        return list(_modes(fd))


def stable_path(node: Path, dev: Path = Path("/dev")) -> Path:
    """The device's name by its maker and serial number, else by its socket, else `node` itself.

    Two equal cameras without serial numbers share one name by maker, which leads to only one of them; the other one
    gets the name of its socket.
    """
    for folder in (dev / "v4l" / "by-id", dev / "v4l" / "by-path"):
        links = sorted(folder.iterdir()) if folder.is_dir() else []
        for link in links:
            if link.resolve() == node.resolve():
                return link
    return node


def best_mode(modes: list[Mode], width: int, height: int, fps: float) -> Mode | None:
    """The camera's own H.264 if it makes that; else MJPEG, or raw pictures where only they have the wanted size.

    Among the sizes the nearest one that is not too slow for motion. None when FFmpeg can read none of them.
    """
    known = [mode for mode in modes if mode.ffmpeg_name]
    own = [mode for mode in known if mode.ffmpeg_name == _OWN_VIDEO]

    def cost(mode: Mode) -> tuple[bool, int, float, bool]:
        too_slow = bool(mode.fps) and mode.fps < min(fps, _TOO_SLOW_FPS)
        distance = abs(mode.width - width) + abs(mode.height - height)
        return too_slow, distance, max(0.0, fps - (mode.fps or fps)), mode.ffmpeg_name != _PACKED

    return min(own or known, key=cost, default=None)


def apply_controls(path: Path, power_line_hz: int, focus: str) -> None:
    """Sets what the device has of these; `focus` is `auto` or the device's own step. A fixed one that it lacks is said.

    Never raises: a camera with the wrong focus is better than none.
    """
    try:
        with _opened(path) as fd:
            _set(fd, _POWER_LINE, 2 if power_line_hz == 60 else 1)
            if focus == "auto":
                _set(fd, _AUTOFOCUS, 1)
                return
            _set(fd, _AUTOFOCUS, 0)
            if not _set(fd, _FOCUS, round(float(focus))):
                log.warning("%s has no focus that can be set; FOCUS has no effect on it.", path)
    except OSError as exc:
        log.debug("%s: its controls cannot be set: %s", path, exc.strerror)


# -- the kernel's side -------------------------------------------------------------------------------------------


def _request(number: int, size: int, *, writes: bool = True) -> int:
    return (0xC0000000 if writes else 0x80000000) | size << 16 | ord("V") << 8 | number


_QUERYCAP = _request(0, 104, writes=False)
_ENUM_FMT, _S_CTRL, _QUERYCTRL = _request(2, 64), _request(28, 8), _request(36, 68)
_ENUM_FRAMESIZES, _ENUM_FRAMEINTERVALS = _request(74, 44), _request(75, 52)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def _description(fd: int) -> tuple[str, str, bool]:
    """Driver, name, and whether pictures can be had from it."""
    data = bytearray(104)
    fcntl.ioctl(fd, _QUERYCAP, data)
    driver, card, all_of_it, of_this_node = struct.unpack_from("16s32s32x4xII", data)
    capabilities = of_this_node if all_of_it & 0x8000_0000 else all_of_it
    return _text(driver), _text(card), bool(capabilities & 1)


def _modes(fd: int) -> Iterator[Mode]:
    for code in _listed(lambda index: _format(fd, index)):
        for width, height in _sizes(fd, code):
            fourcc = code.to_bytes(4, "little").decode("ascii", "replace")
            yield Mode(fourcc, width, height, _fastest(fd, code, width, height))


def _format(fd: int, index: int) -> int:
    data = bytearray(struct.pack("II", index, CAPTURE_BUFFERS).ljust(64, b"\0"))
    fcntl.ioctl(fd, _ENUM_FMT, data)
    return int(struct.unpack_from("I", data, 44)[0])


def _sizes(fd: int, code: int) -> list[tuple[int, int]]:
    found = []
    for kind, *numbers in _listed(lambda index: _numbers(fd, _ENUM_FRAMESIZES, 44, (index, code), "I6I", 8)):
        if kind == 1:
            found.append((numbers[0], numbers[1]))
        else:  # any size between least and most: numbers are least, most, step of width, then of height
            found.append((numbers[1], numbers[4]))
            break
    return found


def _fastest(fd: int, code: int, width: int, height: int) -> float:
    """Pictures a second; an interval that goes from least to most has the least first."""
    asked = (code, width, height)
    rates = _listed(lambda index: _numbers(fd, _ENUM_FRAMEINTERVALS, 52, (index, *asked), "III", 16))
    return max((below / above for _, above, below in rates if above), default=0.0)


def _numbers(fd: int, request: int, size: int, asked: tuple[int, ...], layout: str, at: int) -> tuple[int, ...]:
    data = bytearray(struct.pack(f"{len(asked)}I", *asked).ljust(size, b"\0"))
    fcntl.ioctl(fd, request, data)
    return struct.unpack_from(layout, data, at)


def _listed(ask: Callable[[int], _Answer]) -> Iterator[_Answer]:
    """A driver's answers until it has no more, or does not know the question."""
    for index in range(_MOST):
        try:
            answer = ask(index)
        except OSError as exc:
            if exc.errno in (errno.EINVAL, errno.ENOTTY):
                return
            raise
        yield answer


def _set(fd: int, control: int, value: int) -> bool:
    """Sets a control, within its limits; False when the device has it not, or does not let it be set."""
    data = bytearray(struct.pack("I", control).ljust(68, b"\0"))
    try:
        fcntl.ioctl(fd, _QUERYCTRL, data)
        least, most, _, _, flags = struct.unpack_from("iiiiI", data, 40)
        if flags & _DISABLED:
            return False
        fcntl.ioctl(fd, _S_CTRL, struct.pack("Ii", control, min(max(value, least), most)))
    except OSError as exc:
        if exc.errno == errno.ENODEV:
            raise
        return False
    return True


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("utf-8", "replace")
