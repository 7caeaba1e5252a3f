"""Reads the settings in a process of its own, which ends: what reads and explains them so well (pydantic) would lie in
memory for months, a tenth of the whole program.

The process is a copy of this one, made before anything large is imported and before the first thread; so it costs no
new start of Python, and the two go on beside each other. What it found comes through a pipe.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mocam.values import Held, Secret, SettingsError

if TYPE_CHECKING:
    from mocam.settings import CameraSettings, Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What the reader says."""

    settings: Settings | None
    refusal: str
    """Why there are none."""
    unknown: list[str]
    """A sentence for each name in the file that means nothing."""


class Reader:
    """Begins at once. Where threads run already, or the library is there, it reads in this process."""

    def __init__(self, env_file: Path) -> None:
        self._env_file = env_file
        self._apart = threading.active_count() == 1 and "pydantic" not in sys.modules
        if self._apart:
            self._child, self._pipe = _begun(env_file)

    def found(self) -> tuple[Settings, list[str]]:
        """The settings, and a sentence for each name in the file that means nothing. Raises SettingsError."""
        found = _received(self._child, self._pipe) if self._apart else _read(self._env_file)
        if found.settings is None:
            raise SettingsError(found.refusal)
        return found.settings, found.unknown


def _begun(env_file: Path) -> tuple[int, int]:
    """The child, and where its answer comes from."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as sink:
            pickle.dump(_read(env_file), sink)
        code = 0
    except Exception:  # the border of this process: the other one says that there is no answer
        log.exception("the settings could not be read because of an error in the program")
    finally:
        os._exit(code)  # nothing of what the other process has to tidy up


def _received(child: int, pipe: int) -> Found:
    with os.fdopen(pipe, "rb") as source:
        answer = source.read()
    _, status = os.waitpid(child, 0)
    if status or not answer:
        raise SettingsError(
            "the settings could not be read: the process that reads them ended early. Is there memory left?"
        )
    return cast("Found", pickle.loads(answer))  # noqa: S301 - written by this very program


def _read(env_file: Path) -> Found:
    from mocam.settings import load, unknown_names  # noqa: PLC0415 - only here: it is what must not stay

    try:
        settings = load(env_file)
    except SettingsError as exc:
        return Found(None, str(exc), [])
    return Found(held(settings), "", unknown_names(env_file))


def held(settings: Settings) -> Settings:
    """The same values without the library that read them."""
    cameras = {name: _held(camera) for name, camera in settings.cameras.items()}
    token = Secret(settings.telegram_bot_token.get_secret_value())
    return cast("Settings", Held(vars(settings) | {"cameras": cameras, "telegram_bot_token": token}))


def _held(camera: CameraSettings) -> CameraSettings:
    return cast("CameraSettings", Held(dict(vars(camera))))
