"""One camera as configured; the only settings the camera room sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from camera.mask import Mask


@dataclass(frozen=True, slots=True)
class CameraConfig:
    """Name, source address and timing of one camera."""

    name: str
    """Lower case letters, digits, `-` and `_`: it stands in file names and captions."""
    source: str
    """`picamera2[:N]`, `/dev/videoN`, `rtsp://..`, `http://..`, `file:///..`, `scene[:SEED[@SECONDS]]`."""
    recording_dir: Path
    """Where unfinished recordings grow; on the disk of the clip folder, so that publishing is a rename."""
    detect_source: str = ""
    """`rtsp://..` of the same camera's small stream, which detection then looks at; empty: it looks at `source`."""
    transport: str = "tcp"
    """`tcp` or `udp`, for RTSP."""
    decode: str = "auto"
    """`auto`, `all` or `keys`: how much of H.264 and HEVC is decoded while nothing moves, see `camera.gate.Decode`."""
    width: int = 1920
    height: int = 1080
    fps: int = 15
    """Size and rate asked of cameras that let one choose (Pi, USB)."""
    sound: bool = True
    """Whether the clip keeps the camera's sound, where it has one."""
    microphone: str = ""
    """ALSA device, as `hw:1,0`, whose sound belongs to a USB or Pi camera; empty: none."""
    power_line_hz: int = 50
    """Frequency of electric light, 50 or 60, which a USB camera then does not show as stripes."""
    focus: str = "auto"
    """`auto`, or a number: dioptres on a Pi (0 is far), the camera's own steps on USB."""
    rotation: int = 0
    """Degrees, 0 or 180. This and what follows is for Pi cameras."""
    hdr: bool = False
    exposure_us: int | None = None
    """None: automatic."""
    gain: float | None = None
    """Of the sensor, 1 is none; None: automatic."""
    tuning_file: str = ""
    """A name among libcamera's own or a whole path; empty: the camera's own."""
    black_is_blind: bool = True
    """Whether a wholly black picture counts as blind."""
    pre_roll_s: float = 5.0
    post_roll_s: float = 5.0
    gap_s: float = 10.0
    """An event closes after this long without motion."""
    longest_part_s: float = 60.0
    least_area: float = 0.0005
    """Smallest moving share of the picture that counts, 0 to 1."""
    sensitivity: str = "normal"
    """`low`, `normal` or `high`."""
    ignore: str = ""
    """Zones of the lettered grid that are not looked at, as `A1-C2, J6`."""
    least_motion_s: float = 0.13
    """Shortest motion that counts: three frames at 15 a second."""
    mask: Mask = field(default_factory=Mask, compare=False, repr=False)
    """What is black in pictures and in what is encoded here; the one thing that changes while the camera is open."""
