"""The order of the set-up. What is answered is written at once, so that an end in the middle loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from mocam.settings import load
from mocam.setup import rules
from mocam.setup.archive import ArchiveStep, Place
from mocam.setup.cameras import Camera, CameraStep
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.envfile import EnvFile
from mocam.setup.forecast import ASSUMED_BYTES_A_DAY, proposed
from mocam.setup.paper import PaperStep
from mocam.setup.telegram import TelegramStep
from mocam.store import Store, open_store
from mocam.values import SettingsError
from storage.errors import DataDirBusy
from storage.files import Files
from storage.keys import Keys
from storage.kit import Kit
from storage.renaming import rename_camera
from storage.seal import KeyPair, make_pair

USUAL, _SEALED, NOTHING = range(3)
THIEF = (
    "the last days' clips, and the way into the archive; the chat shows every clip (usual)",
    "the last days' clips; archived ones are sealed, and open with your printed kit alone",
    "no clip: sealed, and in memory until they are archived; a power cut takes what is not",
)
TELEGRAM = "https://api.telegram.org"
LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Flags:
    """Every answer as a flag; None or empty: not given."""

    env_file: Path
    token: str | None = None
    owner_ids: Sequence[int] = ()
    cameras: Sequence[str] = ()
    archive_remote: str | None = None
    rclone_config: Path | None = None
    data_dir: Path | None = None
    retention: str | None = None
    kit_dir: Path | None = None
    base_url: str | None = None
    seal: bool = False
    keep_clips: str | None = None
    search: bool = True
    alert: bool = True


class Wizard:
    """One run. Raises Wrong (an answer that cannot be used, without a person), StorageError."""

    def __init__(self, flags: Flags, dialogue: Dialogue) -> None:
        self._flags = flags
        self._dialogue = dialogue
        self._env = EnvFile(flags.env_file)
        self._running = False
        self._keep_in_memory = False

    def run(self) -> None:
        """From the first question to the test alert."""
        flags, dialogue = self._flags, self._dialogue
        dialogue.say(f"Settings go into {flags.env_file}. What is set already stays; Ctrl-C ends, and loses nothing.")
        given = {"DATA_DIR": flags.data_dir, "TELEGRAM_BASE_URL": flags.base_url, "KEEP_CLIPS": flags.keep_clips}
        for name, value in given.items():
            if value is not None:
                self._env.set(name, str(value))
        self._env.write()
        with self._opened() as store:
            dialogue.heading("Cameras")
            files = Files(self._data_dir)
            rename = None if store is None else partial(rename_camera, store.database)
            cameras = CameraStep(dialogue, self._env, self._stills_dir(files), search=flags.search, rename=rename).run(
                flags.cameras
            )
            dialogue.heading("Telegram")
            telegram = TelegramStep(dialogue, self._env, self._env.get("TELEGRAM_BASE_URL", TELEGRAM))
            token, name = telegram.token(flags.token)
            owners = telegram.owners(token, name, flags.owner_ids, self._paired(store))
            dialogue.heading("Archive")
            self._archive(files, store, cameras)
            self._must_load()
            if flags.alert and owners:
                dialogue.heading("Test alert")
                self._alert(telegram, token, owners, cameras)
        dialogue.heading("Done")
        how = (
            "Start it again, so that it reads the new settings."
            if self._running
            else "Start it:  mocam run  (as a service it starts now)"
        )
        dialogue.say(
            f"MoCam is set up. {how}\nIn the chat, /status tells how everything is, /archive how the archive is."
        )

    @property
    def _data_dir(self) -> Path:
        return Path(self._env.get("DATA_DIR", "data"))

    @contextmanager
    def _opened(self) -> Iterator[Store | None]:
        """The data folder; None while MoCam runs on it: then what stands in rows is left to the chat."""
        with ExitStack() as stack:
            store = None
            try:
                store = stack.enter_context(open_store(self._data_dir))
            except DataDirBusy:
                self._running = True
                self._dialogue.say("MoCam is running. It goes on with its old settings until it is started again.")
            yield store

    def _stills_dir(self, files: Files) -> Path:
        """Where MoCam empties it at its start; in memory when nothing shall reach the card."""
        in_memory = files.memory_dir is not None and files.memory_dir.is_dir()
        return files.memory_dir / "scratch" if files.memory_dir and in_memory else files.scratch_dir

    def _paired(self, store: Store | None) -> list[int]:
        return sorted(store.preferences.owner_ids()) if store is not None else []

    # -- archive ---------------------------------------------------------------------------------------------------

    def _archive(self, files: Files, store: Store | None, cameras: Sequence[Camera]) -> None:
        keys = Keys(files)
        passwords = keys.load()
        if passwords is None:
            if store is None:
                self._dialogue.say("For a first archive stop MoCam, and run this again.")
                return
            passwords = keys.load_or_make()
        place = ArchiveStep(self._dialogue, self._env, files, passwords).run(
            self._flags.archive_remote, self._flags.rclone_config
        )
        if place is None:
            self._dialogue.say("No archive: clips are on this device only, and go with it.")
            return
        pair = self._new_seal(first=not keys.kit_confirmed())
        sealed = pair is not None or bool(self._env.get("ARCHIVE_SEAL_TO"))
        if pair is not None or not keys.kit_confirmed():
            kit = Kit(passwords, pair.private if pair else "")
            paper = PaperStep(self._dialogue, files, keys)
            runs = self._env.get("ARCHIVE_REMOTE") == place.remote
            if not paper.run(kit, place, self._flags.kit_dir, sealed=sealed, runs=runs):
                return
        else:
            self._dialogue.right("The recovery kit was proved before; `mocam setup --kit` prints it again.")
        if pair is not None:
            self._env.set("ARCHIVE_SEAL_TO", pair.public)
        self._start(place)
        self._rules(store, files, place, cameras)

    def _new_seal(self, *, first: bool) -> KeyPair | None:
        """A key pair when one is wanted; its private half goes to the page and nowhere else."""
        sealed = bool(self._env.get("ARCHIVE_SEAL_TO"))
        if not self._flags.seal and (sealed or not self._wants_seal(first=first)):
            return None
        if (
            sealed
            and self._env.get("ARCHIVE_SEAL_TO")
            and not self._dialogue.yes(
                "Clips are sealed already. Make a new key? Clips sealed so far open with the old page only.",
                default=False,
            )
        ):
            return None
        return make_pair()

    def _wants_seal(self, *, first: bool) -> bool:
        """Asked before the page is printed; later it is one line, since a new seal means a new page."""
        if not self._dialogue.interactive or self._flags.keep_clips is not None:
            return False
        if not first:
            self._dialogue.say("Clips are not sealed; `mocam setup --seal` seals them, and prints a new page.")
            return False
        self._dialogue.say("Somebody may take this device with all that is on it. What shall they find?")
        chosen = self._dialogue.choice("They find", THIEF)
        self._keep_in_memory = chosen == NOTHING
        return chosen != USUAL

    def _start(self, place: Place) -> None:
        self._env.set("ARCHIVE_REMOTE", place.remote)
        if self._keep_in_memory:
            self._env.set("KEEP_CLIPS", "memory")
        if place.config is not None or self._env.get("ARCHIVE_RCLONE_CONFIG"):
            self._env.set("ARCHIVE_RCLONE_CONFIG", str(place.config or ""))
        self._env.write()

    def _rules(self, store: Store | None, files: Files, place: Place, cameras: Sequence[Camera]) -> None:
        if store is None:
            self._dialogue.say("How long clips are kept: /retention in the chat.")
            return
        chosen = store.preferences.noted("rules") is not None
        left = chosen and self._flags.retention is None
        if left and self._dialogue.yes("Keep the rules of /retention as they are?"):
            return
        per_day = bytes_a_day(store) or ASSUMED_BYTES_A_DAY * max(1, len(cameras))
        proposal = proposed(per_day, files.free_bytes(), place.measured.free_bytes)
        rules.propose(self._dialogue, store, proposal, self._flags.retention, place.measured.up_bytes_per_s)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _must_load(self) -> None:
        """What was written must be what the program takes."""
        try:
            load(self._flags.env_file)
        except SettingsError as exc:
            raise Wrong(f"{self._flags.env_file} is not whole yet: {exc}") from None

    def _alert(self, telegram: TelegramStep, token: str, owners: Sequence[int], cameras: Sequence[Camera]) -> None:
        while True:
            telegram.alert(token, owners, cameras[0].still, cameras[0].name)
            self._dialogue.right("A test alert was sent.")
            if self._dialogue.yes("Did your phone show it, with a sound?"):
                return
            self._dialogue.say(
                "In Telegram, open the chat with your bot: is it muted? In the phone's settings: may Telegram notify, "
                "and is Do not disturb off? On some phones Telegram must be left out of battery saving."
            )
            if not self._dialogue.yes("Send it again?"):
                return


def bytes_a_day(store: Store) -> int | None:
    """Of all cameras, over the last two weeks; None: too little was recorded to tell."""
    now_utc = datetime.now(UTC)
    size_bytes, first_utc = store.catalogue.recorded_since(now_utc - LOOK_BACK)
    days = 0.0 if first_utc is None else (now_utc - first_utc) / timedelta(days=1)
    return round(size_bytes / days) if days >= 2 and size_bytes else None
