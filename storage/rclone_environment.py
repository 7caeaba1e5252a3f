"""What a child of ours finds in its environment: no secret of others, our crypt layer, few and short tries. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from storage.rclone_arguments import REMOTE

_HEAP = "32MiB"
"""Of rclone's heap at most, besides its program file: as much as a single clip takes, for a thousand as well."""
_WITHHELD = (
    "TELEGRAM_",
    "CAMERAS__",
    "RCLONE_CONFIG_MOCAMCRYPT_",
    "RCLONE_DRY_RUN",
    "RCLONE_LOG",
    "RCLONE_QUIET",
    "RCLONE_VERBOSE",
)
"""Beginnings of variables that a child must not inherit: secrets of others, and what would change its answers."""


def bare(base: Mapping[str, str], binary: Path) -> dict[str, str]:
    """What every child of ours gets: no secret of the program's own, and where things are."""
    kept = {name: value for name, value in base.items() if not name.startswith(_WITHHELD)}
    return kept | {
        # Without it rclone starts getent to learn it, and hands its whole environment to that.
        "HOME": base.get("HOME") or str(Path("~").expanduser()),
        # rclone-python finds the binary here.
        "PATH": f"{binary.parent}{os.pathsep}{base.get('PATH', os.defpath)}",
        # Its garbage is collected when the heap comes near that, and in a short call never.
        "GOGC": base.get("GOGC") or "off",
        "GOMEMLIMIT": base.get("GOMEMLIMIT") or _HEAP,
    }


def environment(
    base: Mapping[str, str], remote: str, config: Path | None, obscured: tuple[str, str], binary: Path
) -> dict[str, str]:
    """The child's environment: the owner's configuration, our crypt layer above it, few and short tries."""
    crypt = f"RCLONE_CONFIG_{REMOTE.upper()}"
    ours = {
        f"{crypt}_TYPE": "crypt",
        f"{crypt}_REMOTE": remote,
        f"{crypt}_PASSWORD": obscured[0],
        f"{crypt}_PASSWORD2": obscured[1],
        f"{crypt}_FILENAME_ENCRYPTION": "standard",
        f"{crypt}_DIRECTORY_NAME_ENCRYPTION": "true",
        "RCLONE_RETRIES": "1",
        "RCLONE_LOW_LEVEL_RETRIES": "1",
        "RCLONE_CONTIMEOUT": "20s",
        "RCLONE_TIMEOUT": "60s",
        "RCLONE_ASK_PASSWORD": "false",
        "RCLONE_USE_JSON_LOG": "true",
        "RCLONE_LOG_LEVEL": "NOTICE",
        "RCLONE_STATS": "0",
    }
    return bare(base, binary) | ours | ({} if config is None else {"RCLONE_CONFIG": str(config)})
