"""Where the encrypted copies go: chosen, made, proved with a test file; it begins only when the kit is on paper."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.formatting import size_text
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.envfile import EnvFile
from mocam.setup.measure import Measured, measure
from mocam.setup.providers import PROVIDERS, Provider
from storage.errors import ArchiveError, StorageError
from storage.files import Files
from storage.keys import Passwords
from storage.rclone import Rclone
from storage.rclone_config import add_remote, remotes

_FOLDER = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
NOWHERE = "mocam-setup:"
"""A remote that there is not: for calls that look at the configuration only."""


@dataclass(frozen=True, slots=True)
class Place:
    """One that took the test file and gave it back."""

    remote: str
    """As ARCHIVE_REMOTE."""
    config: Path | None
    measured: Measured
    section: Mapping[str, str]
    """Options of the remote; empty for a folder."""


class ArchiveStep:
    """Every place is proved before it counts; nothing is written here but a remote that was made."""

    def __init__(self, dialogue: Dialogue, env: EnvFile, files: Files, passwords: Passwords) -> None:
        self._dialogue = dialogue
        self._env = env
        self._files = files
        self._passwords = passwords
        self._own_config = files.keys_dir / "rclone.conf"

    def run(self, given: str | None, config: Path | None) -> Place | None:
        """The place; None: no archive is wanted. `given`, `config`: flags. Raises Wrong."""
        known = given or self._env.get("ARCHIVE_REMOTE")
        known_config = config or (Path(text) if (text := self._env.get("ARCHIVE_RCLONE_CONFIG")) else None)
        if known and (given or not self._dialogue.interactive):
            return self._proved(known, known_config)
        if known:
            self._dialogue.say(f"Set already: {known}")
            if self._dialogue.yes("Keep this archive?"):
                try:
                    return self._proved(known, known_config)
                except Wrong as exc:
                    self._dialogue.wrong(exc)
        if not self._dialogue.interactive:
            return None
        return self._choose(known_config)

    def _choose(self, known_config: Path | None) -> Place | None:
        self._dialogue.say(
            "An archive keeps encrypted copies elsewhere, so that whoever takes the device does not take the evidence. "
            "The provider gets no key."
        )
        while True:
            configs = list(dict.fromkeys([known_config, self._own_config if self._own_config.exists() else None]))
            found = [(name, options, path) for path in configs for name, options in self._remotes(path).items()]
            options = [f"{name}: of your rclone configuration ({section.get('type')})" for name, section, _ in found]
            options += [f"{provider.title}: {provider.free}" for provider in PROVIDERS]
            options += ["a folder: a USB disk or a network drive that is mounted here", "no archive"]
            at = self._dialogue.choice("Where to?", options)
            if at == len(options) - 1:
                return None
            try:
                if at < len(found):
                    return self._in_remote(found[at][0], found[at][2])
                if at < len(found) + len(PROVIDERS):
                    provider = PROVIDERS[at - len(found)]
                    return self._in_remote(self._made(provider), self._own_config)
                return self._dialogue.ask(
                    "Folder, with its whole path", lambda text: self._proved(_folder(text), known_config)
                )
            except Wrong as exc:
                self._dialogue.wrong(exc)

    def _in_remote(self, name: str, config: Path | None) -> Place:
        """What the provider refuses leads back to the list: perhaps it is the sign-in that is wrong."""
        folder = self._dialogue.ask("Folder there", _path, default="mocam")
        return self._proved(f"{name}:{folder}", config)

    def _made(self, provider: Provider) -> str:
        """Name of the remote that was written into our own configuration."""
        self._dialogue.heading(provider.title)
        for number, step in enumerate(provider.steps, 1):
            self._dialogue.say(f"{number}. {step}")
        for pitfall in provider.pitfalls:
            self._dialogue.say(f"   Mind: {pitfall}")
        plain: dict[str, str] = {"type": provider.kind, **provider.fixed}
        obscured: dict[str, str] = {}
        for field in provider.fields:
            value = self._dialogue.ask(field.question, _something, secret=field.secret)
            (obscured if field.obscured else plain)[field.name] = value
        if provider.browser:
            plain["token"] = self._dialogue.ask("The line in curly brackets", _token, secret=True)
        self._wait(
            add_remote(self._rclone(NOWHERE, None), self._files, self._own_config, provider.key, plain, obscured)
        )
        return provider.key

    def _remotes(self, config: Path | None) -> dict[str, dict[str, str]]:
        try:
            found = asyncio.run(remotes(self._rclone(NOWHERE, config)))
        except ArchiveError as exc:
            self._dialogue.say(f"Your rclone configuration is left aside: {exc}")
            return {}
        return {name: options for name, options in found.items() if options.get("type") != "crypt"}

    def _proved(self, remote: str, config: Path | None) -> Place:
        try:
            rclone = self._rclone(remote, config)
            with self._dialogue.console.status("sending a test file through the encryption and fetching it back"):
                measured = asyncio.run(measure(rclone, self._files))
        except StorageError as exc:
            raise Wrong(str(exc)) from None
        free = "" if measured.free_bytes is None else f", {size_text(measured.free_bytes)} free"
        self._dialogue.right(
            f"{remote} took a test file and gave it back: up {_speed(measured.up_bytes_per_s)}, down "
            f"{_speed(measured.down_bytes_per_s)}{free}"
        )
        section = self._remotes(config).get(remote.partition(":")[0], {}) if ":" in remote.split("/", 1)[0] else {}
        return Place(remote, config, measured, section)

    def _rclone(self, remote: str, config: Path | None) -> Rclone:
        return Rclone(remote, self._passwords, self._files.data_dir, config)

    def _wait(self, work: object) -> None:
        try:
            asyncio.run(work)  # type: ignore[arg-type] # a coroutine
        except StorageError as exc:
            raise Wrong(str(exc)) from None


def _path(text: str) -> str:
    path = text.strip("/ ")
    if not _FOLDER.fullmatch(path):
        raise Wrong("Use letters, digits, . _ - and / for a folder within.")
    return path


def _folder(text: str) -> str:
    folder = Path(text).expanduser()
    if not folder.is_absolute() or not folder.parent.is_dir():
        raise Wrong("Write the whole path, beginning with /, of a folder on a disk that is connected.")
    return str(folder)


def _something(text: str) -> str:
    if not text:
        raise Wrong("This cannot be empty.")
    return text


def _token(text: str) -> str:
    if not (text.startswith("{") and text.endswith("}") and "access_token" in text):
        raise Wrong("That is not the line: it begins with { and ends with }, and has access_token in it.")
    return text


def _speed(bytes_per_s: float) -> str:
    return f"{bytes_per_s * 8 / 1e6:.1f} Mbit/s"
