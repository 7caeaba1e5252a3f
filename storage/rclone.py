"""The only runner of the rclone binary: argument lists from `rclone_arguments`, secrets through the environment.

Note on secrets: the crypt layer is a remote without a configuration file, given as RCLONE_CONFIG_<NAME>_<OPTION> in the
child's environment, which only this user can read. The passwords reach `rclone obscure` on stdin. Nothing secret stands
in an argument list, which every user of the machine can read.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import math
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from storage.child import OUTPUT_KEPT_BYTES, end, feed, pour, tail
from storage.errors import ArchiveCorrupt, ArchiveError, ArchiveRefused, ArchiveUnreachable, NotFound
from storage.files import FOLDERS
from storage.keys import Passwords
from storage.rclone_arguments import (
    FILE_LIMIT_S,
    REMOTE,
    compare_arguments,
    delete_arguments,
    fetch_arguments,
    list_arguments,
    remove_folder_arguments,
    stat_arguments,
    transfer_limit_s,
    upload_all_arguments,
    upload_arguments,
)
from storage.rclone_environment import bare, environment
from storage.rclone_errors import KILLED, STALLED, explained, redacted
from storage.rclone_log import Log

log = logging.getLogger(__name__)

OLDEST = (1, 63)
"""Uploads under a `.partial` name came with 1.63: before that a kill left a truncated file under the final name."""
LIST_KEPT_BYTES = 16_000_000
"""A day's list of a hundred thousand clips."""
SHORT_S = 60.0
"""Wall clock for calls that move no content."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    output: bytes
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """What the provider says about room; None: it does not tell."""

    total_bytes: int | None
    free_bytes: int | None


def resolved_remote(remote: str, data_dir: Path) -> tuple[str, Path | None]:
    """What ARCHIVE_REMOTE means: (`remote:path`, None), or a folder (made absolute) twice.

    A colon before any slash makes a remote, as for rclone. Raises ArchiveRefused for a folder that MoCam itself uses;
    one beside these in the data folder is only warned of: it goes with what it should outlive.
    """
    if ":" in remote.split("/", 1)[0]:
        return remote, None
    folder = Path(remote).expanduser().absolute()
    inside = _inside(folder.resolve(), data_dir.resolve())
    if inside is not None and (not inside.parts or inside.parts[0] in FOLDERS):
        raise ArchiveRefused("ARCHIVE_REMOTE is a folder of MoCam's own. Choose one elsewhere, best on another disk.")
    if inside is not None:
        log.warning(
            "ARCHIVE_REMOTE lies inside DATA_DIR: who deletes the one deletes the other. Another disk is better."
        )
    return str(folder), folder


def _inside(folder: Path, data_dir: Path) -> Path | None:
    return folder.relative_to(data_dir) if folder.is_relative_to(data_dir) else None


def found_binary() -> Path:
    """The rclone that came with the set-up, else one on PATH. Raises ArchiveRefused when there is none."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.is_file() else shutil.which("rclone")
    if found is None:
        raise ArchiveRefused("rclone is missing. Set MoCam up again with `make venv`, or install rclone.")
    return Path(found)


# -- running -----------------------------------------------------------------------------------------------------


class Rclone:
    """rclone, over one archive. Every call raises ArchiveUnreachable, ArchiveRefused or ArchiveCorrupt."""

    def __init__(
        self,
        remote: str,
        passwords: Passwords,
        data_dir: Path,
        config: Path | None = None,
        binary: Path | None = None,
        bandwidth: str = "",
    ) -> None:
        """`remote`: ARCHIVE_REMOTE; `config`: the owner's rclone.conf, None for rclone's own place; `bandwidth`: of
        uploads, as `--bwlimit` takes it, empty for no limit."""
        self._bandwidth = bandwidth
        self._remote, self._folder = resolved_remote(remote, data_dir)
        self._passwords = passwords
        self._config = config
        self._binary = binary or found_binary()
        self._obscuring = asyncio.Lock()
        self._environment: dict[str, str] | None = None
        self._secrets = [passwords.password, passwords.password2]

    async def check(self) -> str:
        """Version of the binary, once it is sure that it is recent enough and knows the remote. Moves no content."""
        version = str(await self._short("version"))
        if match := re.match(r"v?(\d+)\.(\d+)", version):
            if (int(match[1]), int(match[2])) < OLDEST:
                raise ArchiveRefused(f"rclone {version} is too old: MoCam needs 1.63 or newer.")
        else:
            log.warning("rclone's version cannot be read from what it says")
        named = re.fullmatch(r"([^:,]+):.*", self._remote, re.DOTALL)
        if self._folder is None and named:
            remotes = await self._short("remotes")
            if f"{named[1]}:" not in (remotes if isinstance(remotes, list) else []):
                raise explained(["didn't find section in config file"])
        return version

    def make_folder(self) -> None:
        """Makes the archive's folder, where it is one on this machine.

        Only while nothing can be in it: a folder that was there and is gone is a disk that is not mounted.
        """
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ArchiveRefused(f"The archive folder {self._folder} cannot be made: {error.strerror}.") from error

    async def upload(self, source: Path, name: str, size_bytes: int, *, anew: bool = False) -> bool:
        """Sends a closed file; one that is there whole already is left, a truncated one replaced.

        True: the provider's hash of what arrived is that of what was sent. False: that is still to be proved.
        """
        proved: list[str] = []
        arguments = upload_arguments(source, name, anew=anew, bandwidth=self._bandwidth)
        await self._upload(arguments, name, transfer_limit_s(size_bytes), Log(proved.append))
        return PurePosixPath(name).name in proved

    async def upload_all(
        self,
        folder: Path,
        remote_folder: str,
        sizes_bytes: Collection[int],
        *,
        on_proved: Callable[[str], None],
        anew: bool = False,
    ) -> None:
        """The same of all files in a folder, into one of the archive; `on_proved` hears the name of each that is
        proved, as soon as it is, also when another one fails later."""
        arguments = upload_all_arguments(folder, remote_folder, anew=anew, bandwidth=self._bandwidth)
        limit_s = transfer_limit_s(sum(sizes_bytes)) + FILE_LIMIT_S * len(sizes_bytes)
        quiet_s = transfer_limit_s(2 * max(sizes_bytes, default=0))
        await self._upload(arguments, f"{remote_folder}/x", limit_s, Log(on_proved), quiet_s)

    async def _upload(
        self, arguments: list[str], name: str, limit_s: float, heard: Log, quiet_s: float | None = None
    ) -> None:
        try:
            await self._run(arguments, limit_s, heard=heard, quiet_s=quiet_s)
        except NotFound as error:
            # An S3 that cannot be reached, or refuses the sign-in, "doesn't exist" here: the next call tells why.
            await self.size_bytes(name)
            raise ArchiveRefused("The place in ARCHIVE_REMOTE does not exist and cannot be made there.") from error

    async def size_bytes(self, name: str) -> int | None:
        """Plain size of an archived file as its encrypted size tells it; None: it is not there."""
        try:
            done = await self._run(stat_arguments(name), SHORT_S)
        except NotFound:
            return None
        found = _parsed(done.output)
        if not isinstance(found, dict) or not isinstance(found.get("Size"), int):
            raise ArchiveUnreachable("The archive gave an answer that MoCam does not understand.")
        return int(found["Size"])

    async def sizes(self, remote_folder: str) -> dict[str, int]:
        """The same of all files of a folder, by name without the folder."""
        done = await self._run(list_arguments(remote_folder), SHORT_S, LIST_KEPT_BYTES)
        found = _parsed(done.output)
        if not isinstance(found, list):
            raise ArchiveUnreachable("The archive gave an answer that MoCam does not understand.")
        return {str(one["Path"]): int(one["Size"]) for one in found}

    async def same_content(self, folder: Path, remote_folder: str, size_bytes: int) -> bool | None:
        """Whether the files in `folder` are those of the same names in `remote_folder`, by the backend's hashes.

        None: this backend has no hash, so only the size can be compared.
        """
        try:
            await self._run(compare_arguments(folder, remote_folder), transfer_limit_s(size_bytes))
        except _NoHash:
            return None
        except ArchiveCorrupt:
            return False
        return True

    async def fetch(self, name: str, target: Path, size_bytes: int) -> None:
        """Brings a file back, decrypted. Raises NotFound too."""
        await self._run(fetch_arguments(name, target), transfer_limit_s(size_bytes))

    async def delete(self, name: str) -> None:
        """Deletes one file; one that is gone already is no error."""
        with suppress(NotFound):
            await self._run(delete_arguments(name), SHORT_S)

    async def remove_empty_folder(self, folder: str) -> bool:
        """Removes a folder that holds nothing; False when it holds something or is gone."""
        try:
            await self._run(remove_folder_arguments(folder), SHORT_S)
        except (NotFound, ArchiveError):
            return False
        return True

    async def space(self) -> Space:
        """Room at the provider; many do not tell."""
        found = await self._short("about", f"{REMOTE}:")
        figures = found if isinstance(found, dict) else {}
        return Space(figures.get("total"), figures.get("free"))

    # -- one call ------------------------------------------------------------------------------------------------

    async def _short(self, command: str, path: str = "") -> object:
        """A short call through rclone-python; see storage/rclone_short.py."""
        arguments = [sys.executable, "-m", "storage.rclone_short", command, *([path] if path else [])]
        # To tell its version rclone runs lsb_release, which has no business with passwords.
        environment_ = self._bare_environment() if command == "version" else await self._child_environment()
        root = str(Path(__file__).parent.parent)
        done = await self._start(arguments, SHORT_S, environment_ | {"PYTHONPATH": root, "PYTHONSAFEPATH": "1"})
        self._raise_for(done)
        return _parsed(done.output)

    async def run(self, arguments: Sequence[str], limit_s: float, kept_bytes: int = OUTPUT_KEPT_BYTES) -> Done:
        """One call of the binary. Raises as its log says; NotFound too."""
        return await self._run(arguments, limit_s, kept_bytes)

    async def _run(
        self,
        arguments: Sequence[str],
        limit_s: float,
        kept_bytes: int = OUTPUT_KEPT_BYTES,
        heard: Log | None = None,
        quiet_s: float | None = None,
    ) -> Done:
        # Without it a deletion would find "nothing there", and an upload would fill the mount point's own disk.
        if self._folder is not None and not self._folder.is_dir():
            raise ArchiveRefused(f"The archive folder {self._folder} is gone. Is its disk mounted?")
        command = [str(self._binary), *arguments]
        log.debug("rclone %s", arguments[0])
        env = await self._child_environment()
        done = await self._start(command, limit_s, env, kept_bytes=kept_bytes, heard=heard, quiet_s=quiet_s)
        self._raise_for(done)
        return done

    def _raise_for(self, done: Done) -> None:
        if done.code == 0:
            return
        for text in done.said:
            log.warning("rclone: %s", redacted(text, self._secrets))
        if any("does not support any hashes" in text for text in done.said):
            raise _NoHash
        if done.code < 0:
            raise ArchiveUnreachable(KILLED)
        raise explained(done.said)

    async def _start(
        self,
        command: Sequence[str],
        limit_s: float,
        env: Mapping[str, str],
        stdin: bytes | None = None,
        kept_bytes: int = OUTPUT_KEPT_BYTES,
        heard: Log | None = None,
        quiet_s: float | None = None,
    ) -> Done:
        """Runs a program in a session of its own; ends the whole session when we are cancelled, at the limit, or when
        its log said nothing for `quiet_s`."""
        heard = heard or Log()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=dict(env),
                start_new_session=True,
            )
        except OSError as error:
            raise ArchiveRefused(f"rclone cannot be started: {error.strerror}.") from error
        try:
            async with asyncio.timeout(limit_s) as clock:
                output, *_ = await asyncio.gather(
                    tail(process.stdout, kept_bytes),
                    pour(process.stderr, _watched(heard, clock, quiet_s)),
                    feed(process, stdin),
                )
                code = await process.wait()
        except TimeoutError as error:
            raise ArchiveUnreachable(STALLED) from error
        finally:
            await end(process)
        return Done(code, output, heard.said)

    # -- secrets -------------------------------------------------------------------------------------------------

    async def _child_environment(self) -> dict[str, str]:
        async with self._obscuring:
            if self._environment is None:
                obscured = (
                    await self.obscured(self._passwords.password),
                    await self.obscured(self._passwords.password2),
                )
                self._secrets += obscured
                self._environment = environment(os.environ, self._remote, self._config, obscured, self._binary)
        return self._environment

    def _bare_environment(self) -> dict[str, str]:
        """For what needs no archive; without a secret."""
        return bare(os.environ, self._binary)

    async def obscured(self, password: str) -> str:
        """As rclone wants passwords in its configuration.

        rclone's `reveal` would prove it, but takes the secret as an argument. The length proves what can go wrong here:
        16 bytes of IV and as many as the password has, no line end among them.
        """
        base = self._bare_environment()
        done = await self._start([str(self._binary), "obscure", "-"], SHORT_S, base, stdin=password.encode())
        text = done.output.decode("ascii", "replace").strip()
        if done.code != 0 or len(_decoded(text)) != 16 + len(password):
            raise ArchiveRefused("rclone did not prepare the archive passwords as expected. Is it the real rclone?")
        return text


def _watched(heard: Log, clock: asyncio.Timeout, quiet_s: float | None) -> Callable[[bytes], None]:
    """What takes the log: each piece of it moves the clock's end to `quiet_s` from now, never past the first one."""
    if quiet_s is None:
        return heard.feed
    loop, last_s = asyncio.get_running_loop(), clock.when()

    def take(piece: bytes) -> None:
        heard.feed(piece)
        clock.reschedule(min(last_s or math.inf, loop.time() + quiet_s))

    take(b"")
    return take


class _NoHash(Exception):  # noqa: N818 - an answer, not a fault
    """The backend keeps no hashes."""


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _parsed(output: bytes) -> object:
    try:
        return json.loads(output)
    except ValueError as error:
        raise ArchiveUnreachable("The archive gave an answer that MoCam does not understand.") from error
