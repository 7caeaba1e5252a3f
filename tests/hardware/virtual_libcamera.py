"""Two cameras of libcamera's virtual pipeline under the real picamera2, with no help from the kernel.

`install` comes before `import picamera2`, once in a process, inside the root of picamera_root.py. What is put in place
of real parts: frame buffers are shared memory instead of /dev/dma_heap; pykms, imported without need, is empty; the
pipeline, which delivers as fast as it can, is held to a frame rate. Everything else is the library's own.
"""

from __future__ import annotations

import importlib
import mmap
import os
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.camera.source_videos import HEIGHT, WIDTH, picture

stalled = threading.Event()
"""While set, no picture reaches the program, as when a sensor stalls: nothing is raised."""

FPS = 30
IMAGES = 30

_LIST = Path("/usr/share/libcamera/pipeline/virtual/virtual.yaml")
_CAMERAS = ("Virtual9", "Virtual8")
"""Number 0 and 1: picamera2 sorts by name, the last first."""

_SIZES = ((1280, 720), (WIDTH, HEIGHT), (320, 180))
_FORMATS = (
    "RGB888 BGR888 XRGB8888 XBGR8888 ARGB8888 ABGR8888 YUV420 YVU420 NV12 NV21 YUYV YVYU UYVY VYUY RGB161616 BGR161616"
)


def install(folder: Path) -> None:
    """Draws the cameras' pictures into the folder and puts the replacements in place."""
    os.environ["LIBCAMERA_LOG_LEVELS"] = "*:ERROR"
    pykms: Any = types.ModuleType("pykms")
    pykms.PixelFormat = types.SimpleNamespace(**{name: name for name in _FORMATS.split()})
    sys.modules["pykms"] = pykms
    _draw(folder)
    _write_list(folder)
    _replace_parts()


def _draw(folder: Path) -> None:
    """The pictures of source_videos, for the second camera mirrored.

    The pipeline hands on a JPEG's samples as they are, so they are written in video's limited range, as a Pi delivers.
    """
    simplejpeg = importlib.import_module("simplejpeg")  # picamera2 brings it; it is not here outside the root

    for camera in range(len(_CAMERAS)):
        place = folder / str(camera)
        place.mkdir(parents=True)
        for number in range(IMAGES):
            rgb = np.ascontiguousarray(picture(number)[:, :: -1 if camera else 1])
            planes = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p").to_ndarray()
            luma, chroma = planes[:HEIGHT], planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
            jpeg = simplejpeg.encode_jpeg_yuv_planes(luma, chroma[0], chroma[1], 95)
            (place / f"{number}.jpg").write_bytes(jpeg)


def _write_list(folder: Path) -> None:
    lines = ["%YAML 1.1", "---"]
    for number, camera in enumerate(_CAMERAS):
        lines += [f'"{camera}":', "  supported_formats:"]
        lines += [f"  - {{width: {width}, height: {height}, frame_rates: [{FPS}, {FPS}]}}" for width, height in _SIZES]
        lines += ["  frames:", f'    path: "{folder / str(number)}/"']
        lines += ['  location: "CameraLocationFront"', f'  model: "Virtual camera {number}"']
    _LIST.parent.mkdir(parents=True, exist_ok=True)
    _LIST.write_text("\n".join(lines) + "\n")


def _replace_parts() -> None:
    import libcamera  # noqa: PLC0415 - only inside the root, and after the list of cameras is written
    import picamera2.allocators.dmaallocator as dma  # noqa: PLC0415
    import picamera2.picamera2 as module  # noqa: PLC0415

    dma.DmaHeap = _SharedMemoryHeap
    module.DmaAllocator = _shared_memory_allocator(libcamera, dma)
    module.Picamera2._get_raw_modes = lambda self: [{"format": "NV12", "size": _SIZES[0]}]  # it has no raw stream
    libcamera.Request.reuse = _paced(libcamera.Request.reuse)
    module.Picamera2.process_requests = _stallable(module.Picamera2.process_requests)
    if libcamera.CameraManager.singleton().version.startswith("v0.4."):
        success = libcamera.FrameMetadata.Status.Success  # 0.4's virtual pipeline never fills it in
        libcamera.FrameMetadata.status = property(lambda self: success)


def _paced(reuse: Any) -> Any:
    """A filled buffer goes back to the pipeline, which fills it at once, one a frame time for each camera."""

    def paced_reuse(request: Any) -> None:
        time.sleep(1 / FPS)
        reuse(request)

    return paced_reuse


def _stallable(process_requests: Any) -> Any:
    def process(camera: Any, display: Any) -> None:
        if stalled.is_set():
            with camera._requestslock:
                camera._requests = []
        process_requests(camera, display)

    return process


class _SharedMemoryHeap:
    """In place of /dev/dma_heap."""

    def close(self) -> None:
        """Nothing is held."""


def _shared_memory_allocator(libcamera: Any, dma: Any) -> type:
    class Sync(dma.Sync):  # type: ignore[misc]  # known only inside the root
        def __init__(self, allocator: Any, buffer: Any, write: bool) -> None:
            self.allocator, self.buffer = allocator, buffer

        def __enter__(self) -> Any:
            return self.allocator.mapped_buffers[self.buffer]

        def __exit__(self, *exc: object) -> None: ...

    class Allocator(dma.DmaAllocator):  # type: ignore[misc]  # as above
        def __init__(self) -> None:
            super().__init__()
            self.sync = Sync

        def allocate(self, libcamera_config: Any, use_case: Any) -> None:
            self.libcamera_fds: list[int] = []
            self.cleanup()
            for fd in self.open_fds:
                os.close(fd)
            self.frame_buffers = {}
            self.open_fds: list[int] = []
            for stream in libcamera_config:
                self.frame_buffers[stream.stream] = [self._buffer(stream, i) for i in range(stream.buffer_count)]

        def _buffer(self, stream: Any, index: int) -> Any:
            size, luma = stream.frame_size, stream.stride * stream.size.height
            fd = os.memfd_create(f"picamera2-{index}", os.MFD_CLOEXEC)
            os.ftruncate(fd, size)
            self.open_fds.append(fd)
            planes, offset = [], 0
            for length in (luma, size - luma):  # NV12 as two planes: so the pipeline wants it
                plane = libcamera.FrameBuffer.Plane()
                plane.fd, plane.offset, plane.length = fd, offset, length
                planes.append(plane)
                offset += length
            buffer = libcamera.FrameBuffer(planes)
            own_fd = buffer.planes[0].fd  # libcamera duplicates it: the number that the buffer reports is the key
            self.libcamera_fds.append(own_fd)
            self.mapped_buffers_used[own_fd] = False
            self.mapped_buffers[buffer] = mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
            return buffer

    return Allocator
