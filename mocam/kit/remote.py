"""The way to the archive's remote, as far as it may stand on paper: kind, address and user, never a secret. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CLOUD = "cloud"
"""What the page calls the provider."""
_OPEN = frozenset(
    [
        "account",
        "access_key_id",
        "endpoint",
        "host",
        "location",
        "location_constraint",
        "port",
        "provider",
        "region",
        "root_folder_id",
        "scope",
        "ssl",
        "tls",
        "explicit_tls",
        "url",
        "user",
        "username",
        "vendor",
        "hostname",
        "no_check_bucket",
        "drive_type",
        "hard_delete",
        "use_trash",
        "nextcloud_chunk_size",
        "mountid",
    ]
)
"""Options of an rclone remote that are no secret and that one needs to find the place again."""
_SECRET = frozenset(["pass", "password", "secret_access_key", "key", "app_password", "api_key", "2fa"])
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=~-]+")


@dataclass(frozen=True, slots=True)
class RemoteHint:
    """Where the archive lies."""

    kind: str
    """rclone's type, as `webdav`; empty: a folder on a disk."""
    path: str
    """Below the remote; or the folder."""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    """Names of options that the owner has to fill in."""

    @property
    def remote(self) -> str:
        """As the crypt layer of the page names it."""
        return self.path if not self.kind else f"{CLOUD}:{self.path}"

    def lines(self) -> list[str]:
        """For people."""
        if not self.kind:
            return [f"the folder {self.path}"]
        return [f"rclone type {self.kind}, folder {self.path or '/'}", *(f"{k}: {v}" for k, v in self.options.items())]

    def create_command(self) -> str:
        """Tells rclone of the provider; empty for a folder."""
        if not self.kind:
            return ""
        options = [f"{name}={shell_word(value)}" for name, value in self.options.items()]
        options += [f"{name}=YOUR-{name.upper().replace('_', '-')}" for name in self.secrets]
        obscure = ["--obscure"] if self.secrets else []
        return " ".join(["rclone config create", CLOUD, self.kind, *options, *obscure])


def hint(remote: str, section: Mapping[str, str]) -> RemoteHint:
    """`remote`: ARCHIVE_REMOTE; `section`: its part of rclone's configuration, empty for a folder."""
    if ":" not in remote.split("/", 1)[0]:
        return RemoteHint("", remote)
    path = remote.partition(":")[2]
    kind = section.get("type", "")
    if not kind:
        return RemoteHint("provider", path)
    options = {name: value for name, value in section.items() if name in _OPEN and value}
    return RemoteHint(kind, path, options, tuple(name for name in section if name in _SECRET))


def shell_word(text: str) -> str:
    """As it may stand in a command of a POSIX shell, of cmd.exe or of PowerShell."""
    return text if _PLAIN.fullmatch(text) else f'"{text}"'
