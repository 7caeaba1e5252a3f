"""Which cameras: those that are found, or an address; each is opened and its picture shown before it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from camera.errors import SourceError
from camera.finding import Found, find_network, find_pi, find_usb, take_still
from mocam.settings import SOURCES, CameraSettings
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.envfile import EnvFile
from mocam.setup.preview import shown

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,23}")
_SET = re.compile(r"CAMERAS__(\w+?)__SOURCE")


@dataclass(frozen=True, slots=True)
class Camera:
    """One that answered."""

    name: str
    source: str
    still: Path | None
    """None: it was not opened, because MoCam has it."""


class CameraStep:
    """Asks until there is at least one camera. Stills go to `stills_dir`, which MoCam empties at its start."""

    def __init__(
        self,
        dialogue: Dialogue,
        env: EnvFile,
        stills_dir: Path,
        *,
        search: bool,
        rename: Callable[[str, str], None] | None = None,
    ) -> None:
        """`rename` carries what was chosen in the chat over to the new name; None: MoCam runs, so that cannot be."""
        self._rename = rename
        self._dialogue = dialogue
        self._env = env
        self._stills_dir = stills_dir
        self._search = search

    def run(self, given: Sequence[str]) -> list[Camera]:
        """`given`: NAME=SOURCE of flags. Writes the lines; returns every camera that is set now. Raises Wrong."""
        known = self._known()
        if given:
            for text in given:
                known = self._put(known, self._of_flag(text))
            return known
        if known:
            return self._changed(known)
        if not self._dialogue.interactive:
            raise Wrong(f"No camera is set. Give one with --camera front=SOURCE; SOURCE is {SOURCES}.")
        while True:
            known = self._put(known, self._choose({one.name for one in known}))
            if not self._dialogue.yes("Another camera?", default=False):
                return known

    def _changed(self, known: list[Camera]) -> list[Camera]:
        """Whatever the owner wants of those that are set."""
        while True:
            self._dialogue.say("Set already: " + ", ".join(f"{one.name} ({_harmless(one.source)})" for one in known))
            if not self._dialogue.interactive:
                break
            options = ["keep them as they are", "add one", "give one another name"]
            options += ["take one away"] if len(known) > 1 else []
            match self._dialogue.choice("Cameras", options):
                case 0:
                    break
                case 1:
                    known = self._put(known, self._choose({one.name for one in known}))
                case 2:
                    known = self._renamed(known)
                case _:
                    known = self._without_one(known)
        return [known[0] if known[0].still else self._opened(known[0], quiet=True), *known[1:]]

    def _renamed(self, known: list[Camera]) -> list[Camera]:
        if self._rename is None:
            self._dialogue.say("For another name stop MoCam and run this again: then what you chose for it goes along.")
            return known
        at = self._which(known, "Which one?")
        taken = {one.name for one in known}
        name = self._dialogue.ask("Its new name", lambda text: _name(text, taken))
        old = known[at]
        self._rename(old.name, name)
        self._env.rename(_lines(old.name), _lines(name))
        self._env.write()
        self._dialogue.right(f"{old.name} is {name} now. What was recorded so far keeps the old name.")
        return [*known[:at], Camera(name, old.source, None), *known[at + 1 :]]

    def _without_one(self, known: list[Camera]) -> list[Camera]:
        at = self._which(known, "Which one?")
        name = known[at].name
        if not self._dialogue.yes(f"Nobody watches with {name} any more. Take it away?", default=False):
            return known
        self._env.put_away(_lines(name))
        self._env.write()
        self._dialogue.right(
            f"{name} is away. Its lines stay in {self._env.path} as remarks, its clips stay by the rules of /retention."
        )
        return [*known[:at], *known[at + 1 :]]

    def _which(self, known: list[Camera], question: str) -> int:
        return 0 if len(known) == 1 else self._dialogue.choice(question, [one.name for one in known])

    def _known(self) -> list[Camera]:
        found = [
            (match[1].lower(), value) for name, value in self._env.values().items() if (match := _SET.fullmatch(name))
        ]
        return [Camera(name, source, None) for name, source in found if source]

    def _put(self, known: list[Camera], camera: Camera) -> list[Camera]:
        self._env.set(f"CAMERAS__{camera.name.upper()}__SOURCE", camera.source)
        self._env.write()
        return [*(one for one in known if one.name != camera.name), camera]

    def _of_flag(self, text: str) -> Camera:
        name, equals, source = text.partition("=")
        if not equals:
            raise Wrong("Write --camera as NAME=SOURCE, for example --camera front=/dev/video0.")
        return self._opened(Camera(_name(name, set()), _source(source), None))

    def _choose(self, taken: set[str]) -> Camera:
        found = self._found() if self._search else []
        options = [f"{one.name} ({one.what})" for one in found]
        options += ["another one: I type its address", "a synthetic garden, to try MoCam without a camera"]
        while True:
            at = self._dialogue.choice("Which camera?", options)
            if at < len(found):
                source = found[at].source
            elif at == len(found):
                self._dialogue.say(
                    "Addresses: rtsp://user:password@192.168.1.20:554/stream1, http://.., /dev/video0, picamera2"
                )
                source = self._dialogue.ask("Address", _source)
            else:
                source = "scene"
            try:
                opened = self._opened(Camera("still", source, None))
            except Wrong as exc:
                self._dialogue.wrong(exc)
                continue
            if self._dialogue.yes("Is this the picture you want?"):
                name = self._dialogue.ask(
                    "A short name for it, as you will see it in the chat",
                    lambda text: _name(text, taken),
                    default=_free(taken),
                )
                return Camera(name, source, opened.still)

    def _found(self) -> list[Found]:
        with self._dialogue.console.status("looking for cameras: ribbon cable, USB, network (some seconds)"):
            found = [*find_pi(), *find_usb(), *find_network()]
        for one in found:
            if not one.source:
                self._dialogue.say(f"  {one.name}: {one.what}")
        return [one for one in found if one.source]

    def _opened(self, camera: Camera, *, quiet: bool = False) -> Camera:
        """With its picture. Raises Wrong, except when `quiet`: then a camera that MoCam uses itself is as it is."""
        path = self._stills_dir / f"setup-{camera.name}.jpg"
        try:
            with self._dialogue.console.status(f"opening {_harmless(camera.source)}"):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                take_still(Found(camera.name, "", camera.source), path)
                path.chmod(0o600)
        except (SourceError, OSError) as exc:
            if quiet:
                return camera
            raise Wrong(f"This camera gives no picture: {exc}") from exc
        if not quiet:
            shown(path, self._dialogue.console)
            self._dialogue.right(f"It gives a picture: {path}")
        return Camera(camera.name, camera.source, path)


def _lines(name: str) -> str:
    """What the names of a camera's settings begin with."""
    return f"CAMERAS__{name.upper()}__"


def _source(text: str) -> str:
    try:
        return CameraSettings(source=text).source
    except ValidationError:
        raise Wrong(f"That is no address of a camera; write {SOURCES}.") from None


def _name(text: str, taken: set[str]) -> str:
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or "__" in name:
        raise Wrong("Use letters from a to z, digits and single _, at most 24 of them.")
    if name in taken:
        raise Wrong("Another camera has this name.")
    return name


def _free(taken: set[str]) -> str:
    return next(
        name for name in ("front", "back", "garden", "door", *(f"camera{n}" for n in range(5, 99))) if name not in taken
    )


def _harmless(source: str) -> str:
    """Without a login."""
    return re.sub(r"//[^/@\s]*@", "//", source)
