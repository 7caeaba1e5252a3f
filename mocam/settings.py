"""What the owner configured: the only reader of the environment and of `.env`."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadableError

from camera.grid import Zones
from mocam.values import Derived, SettingsError
from storage.seal import is_public

SOURCES = "picamera2, picamera2:1, /dev/video0, rtsp://.., http://.., file:///path.mp4 or scene"
_SOURCE = re.compile(r"(picamera2(:\d+)?|/dev/\S+|rtsps?://\S+|https?://\S+|file:///.+|scene(:\d+(@\d+)?)?)")
_CAMERA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}")
_RATE = r"(?:off|(?:3[2-9]|[4-9]\d|\d{3,6})(?:\.\d{1,3})?k|\d{1,4}(?:\.\d{1,3})?M)"
_BANDWIDTH = re.compile(_RATE, re.IGNORECASE)
_BANDWIDTH_SLOT = re.compile(rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)-)?(?:[01]\d|2[0-3]):[0-5]\d,{_RATE}", re.IGNORECASE)
"""Rclone's `--bwlimit`: one limit for all times, and one entry of its timetable."""
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")


class CameraSettings(BaseModel):
    """`CAMERAS__<NAME>__*`: one camera."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(description=f"where the video comes from: {SOURCES}")
    detect_source: str = Field(
        "", description="rtsp://.. of the same camera's small stream, for detection alone; empty: the source itself"
    )
    transport: Literal["tcp", "udp"] = Field("tcp", description="how RTSP video travels: tcp or udp")
    decode: Literal["auto", "all", "keys"] = Field(
        "auto",
        description="how much of H.264 and H.265: auto, all, or keys (key frames while nothing moves, sees later)",
    )
    width: int = Field(1920, ge=160, le=7680, description="pixels asked of a camera that lets one choose (Pi, USB)")
    height: int = Field(1080, ge=120, le=4320, description="pixels asked of a camera that lets one choose (Pi, USB)")
    fps: int = Field(15, ge=1, le=60, description="frames a second asked of a camera that lets one choose (Pi, USB)")
    sound: bool = Field(True, description="whether clips keep the sound of a camera that has one")
    microphone: str = Field(
        "", description="ALSA device whose sound belongs to the camera, as hw:CARD=C920,DEV=0; empty: none (USB, Pi)"
    )
    power_line_hz: int = Field(
        50, ge=50, le=60, multiple_of=10, description="frequency of the house's light, 50 or 60: against flicker (USB)"
    )
    focus: str = Field("auto", description="auto, or a fixed number: dioptres on a Pi (0 is far), own steps on USB")
    rotation: int = Field(0, ge=0, le=180, multiple_of=180, description="degrees to turn the picture: 0 or 180 (Pi)")
    hdr: bool = Field(False, description="high dynamic range of the camera module 3, and of any camera on a Pi 5")
    exposure_us: int | None = Field(
        None, ge=10, le=1_000_000, description="fixed exposure in microseconds, for the night; empty: automatic (Pi)"
    )
    gain: float | None = Field(None, ge=1, le=64, description="fixed gain, 1 is none; empty: automatic (Pi)")
    tuning_file: str = Field(
        "", description="libcamera's tuning file by name or path, as imx219_noir.json; empty: the camera's own (Pi)"
    )
    black_is_blind: bool = Field(
        True, description="whether a wholly black picture counts as blind; false for a room without any light"
    )
    pre_roll_s: float = Field(5, ge=0, le=30, description="seconds of video before the motion")
    post_roll_s: float = Field(5, ge=0, le=60, description="seconds of video after the motion")
    gap_s: float = Field(10, ge=1, le=300, description="an event closes after so many seconds without motion")
    longest_part_s: float = Field(60, ge=10, le=600, description="seconds; a longer event becomes several clip parts")
    least_area: float = Field(0.0005, gt=0, le=1, description="smallest moving share of the picture that counts")
    sensitivity: Literal["low", "normal", "high"] = Field(
        "normal", description="low under trees and at streets, high for the faint and far: low, normal or high"
    )
    ignore: str = Field("", description="places that are not looked at, by column A to J and row 1 to 6: A1-C2, J6")
    least_motion_s: float = Field(0.13, ge=0, le=10, description="shortest motion that counts, in seconds")

    @field_validator("ignore")
    @classmethod
    def _known_zones(cls, value: str) -> str:
        return str(Zones.parse(value))

    @field_validator("exposure_us", "gain", mode="before")
    @classmethod
    def _empty_is_automatic(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("focus")
    @classmethod
    def _known_focus(cls, value: str) -> str:
        word = value.strip().lower() or "auto"
        if word != "auto" and not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", word):
            raise ValueError("must be auto or a number")
        return word

    @field_validator("microphone")
    @classmethod
    def _alsa_device(cls, value: str, others: ValidationInfo) -> str:
        device, source = value.strip(), str(others.data.get("source", ""))
        if device and not re.fullmatch(r"[A-Za-z0-9_]+(:[A-Za-z0-9_=,]+)?", device):
            raise ValueError("is no ALSA device; write hw:1,0 or hw:CARD=C920,DEV=0, as `mocam cameras` shows it")
        if device and not source.startswith(("/dev/", "picamera2")):
            raise ValueError("is for USB and Pi cameras; network cameras send their sound themselves")
        return device

    @field_validator("source")
    @classmethod
    def _known_source(cls, value: str) -> str:
        if not _SOURCE.fullmatch(value.strip()):
            raise ValueError(f"is not a source; write {SOURCES}")
        return value.strip()

    @field_validator("detect_source")
    @classmethod
    def _small_stream(cls, value: str, others: ValidationInfo) -> str:
        small, source = value.strip(), str(others.data.get("source", ""))
        if small and not (re.fullmatch(r"rtsps?://\S+", small) and source.startswith("rtsp")):
            raise ValueError("must be the rtsp:// address of a second stream, and the source must be one as well")
        return small


class Settings(Derived, BaseSettings):
    """Everything that can be set, with its default; names are upper case in the environment."""

    model_config = SettingsConfigDict(env_nested_delimiter="__", extra="ignore", env_ignore_empty=True)

    telegram_bot_token: SecretStr = Field(description="the token that BotFather gave you")
    telegram_owner_ids: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="numeric ids of the owners, comma-separated; empty: pairing by a one-time code"
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org", description="the Bot API server; another one only if you run your own"
    )
    cameras: dict[str, CameraSettings] = Field(
        description="one block a camera; NAME becomes its name in the chat, in lower case"
    )
    archive_remote: str = Field(
        "", description="remote:path of your rclone configuration, or a folder; empty: no archive"
    )
    archive_rclone_config: Path | None = Field(None, description="your rclone.conf; empty: rclone's own default")
    archive_bandwidth: str = Field(
        "", description="most that uploads may take, as 1M, or by time of day as 08:00,512k 23:00,off; empty: no limit"
    )
    alert_storm_events: int = Field(
        6, ge=0, le=1000, description="events within five minutes from which on further ones join one message; 0: never"
    )
    digest_at: str = Field(
        "", description="when the digest of the day comes, as 21:00, in chats that chose nothing; empty: never"
    )
    object_model: Path | None = Field(
        None, description="ONNX file that names persons, animals and vehicles of an event; empty: none"
    )
    object_budget_s: float = Field(
        2, gt=0, le=60, description="seconds that the look of OBJECT_MODEL may cost an event"
    )
    archive_seal_to: str = Field(
        "", description="public key that clips are sealed to before they are archived, age1..; empty: not sealed"
    )
    data_dir: Path = Field(Path("data"), description="everything the program writes; at most one program on it")
    keep_clips: Literal["disk", "memory"] = Field(
        "disk", description="disk, or memory: clips and pictures reach no card, and an archive must take them"
    )
    keep_clips_memory_mb: int = Field(
        200, ge=20, le=1_000_000, description="MB (10^6 bytes) of memory for KEEP_CLIPS=memory, at most"
    )
    least_free_gb: float = Field(1, ge=0, description="GB (10^9 bytes) kept free on the disk of DATA_DIR")
    timezone: str = Field("", description="the owner's zone, as Europe/Berlin; empty: the system's")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value().strip()):
            raise ValueError("is not a bot token; it looks like 123456789:AAF.. and comes from @BotFather")
        return SecretStr(value.get_secret_value().strip())

    @field_validator("telegram_owner_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        words = [word for word in re.split(r"[,;\s]+", value) if word]
        if any(not word.isascii() or not word.isdigit() for word in words):
            raise ValueError("must be numbers with commas between; @userinfobot tells you yours")
        return frozenset(int(word) for word in words)

    @field_validator("telegram_base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value.strip()):
            raise ValueError("must begin with https:// (or http:// for a server of your own)")
        return value.strip().rstrip("/")

    @field_validator("archive_bandwidth")
    @classmethod
    def _timetable(cls, value: str) -> str:
        words = value.split()
        if len(words) != 1 or "," in value:
            fits = all(_BANDWIDTH_SLOT.fullmatch(word) for word in words)
        else:
            fits = bool(_BANDWIDTH.fullmatch(value.strip()))
        if not fits:
            raise ValueError(
                "is no limit; write bytes a second as 512k or 2M, or a timetable as 08:00,512k 23:00,off, with Mon- to "
                "Sun- before a time for one day; 32k at least, or clips pile up"
            )
        return " ".join(words)

    @field_validator("digest_at")
    @classmethod
    def _time_of_day(cls, value: str) -> str:
        if value.strip() and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value.strip()):
            raise ValueError("is no time of day; write it as 21:00, or leave it empty")
        return value.strip()

    @field_validator("archive_seal_to")
    @classmethod
    def _public_key(cls, value: str) -> str:
        if value.strip() and not is_public(value.strip()):
            raise ValueError("is no public key of a seal; `mocam setup --seal` makes one")
        return value.strip()

    @field_validator("cameras")
    @classmethod
    def _camera_names(cls, value: dict[str, CameraSettings]) -> dict[str, CameraSettings]:
        if not value:
            raise ValueError(f"names no camera; add a line such as CAMERAS__FRONT__SOURCE= with {SOURCES}")
        for name in value:
            if not _CAMERA_NAME.fullmatch(name):
                raise ValueError(f"has the name {name!r}; use letters, digits, - and _, at most 24 of them")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as exc:
                raise ValueError("is not a zone that this system knows; write it as Europe/Berlin") from exc
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()


def load(env_file: Path) -> Settings:
    """Settings from the environment and, below it, from `env_file` when it exists. Raises SettingsError."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as exc:
        raise SettingsError("\n".join(_sentences(exc))) from None  # the cause would repeat the values, token included
    except UnreadableError as exc:
        # Names the field in its own words; the value may be anything and is not repeated.
        field = next((name.upper() for name in Settings.model_fields if f'"{name}"' in str(exc)), "A setting")
        raise SettingsError(f"{field} cannot be read; .env.example shows what to write") from None
    except OSError as exc:
        raise SettingsError(f"{env_file} cannot be read: {exc.strerror}") from exc


def unknown_names(env_file: Path) -> list[str]:
    """A sentence for each name in `env_file` that means nothing here: most likely a slip of the pen."""
    known = [name.upper() for name in Settings.model_fields]
    sentences = []
    for name in dotenv_values(env_file) if env_file.is_file() else ():
        if name.upper() in known or name.upper().startswith("CAMERAS__"):
            continue
        near = difflib.get_close_matches(name.upper(), known, 1)
        sentences.append(f"{name} in {env_file} means nothing here" + (f"; is it {near[0]}?" if near else ""))
    return sentences


def _sentences(error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = "__".join(str(part) for part in fault["loc"]).upper()
        text = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing" and name == "CAMERAS":
            text = (
                "is empty: no camera. `mocam setup` finds yours; by hand: a line such as CAMERAS__FRONT__SOURCE= with "
                f"{SOURCES}"
            )
        elif fault["type"] in ("dict_type", "model_type", "model_attributes_type"):
            text = f"says nothing by itself; write {name}__SOURCE= with {SOURCES}"
        elif fault["type"] == "missing":
            text = "is missing: `mocam setup` asks for it, .env.example shows how to write it by hand"
        elif fault["type"] == "extra_forbidden":
            text = "is not a setting of a camera; .env.example names them all"
        elif not fault["type"].startswith("value_error"):
            text = f"cannot be used: {text[0].lower()}{text[1:]}"
        lines.append(f"{name} {text}")
    return lines
