"""What can go wrong with what must survive.

StorageError
├── DataDirBusy        another MoCam runs on this folder
├── DiskFull           no room for a file or a row
├── DiskRefuses        read-only, failing, out of descriptors, or the database is locked: may pass
├── DamagedDatabase    SQLite says that the catalogue's file is damaged: the next start rebuilds it
├── NotFound           no such clip or event
├── KitWrong           what was typed or scanned is no recovery kit
└── ArchiveError       the remote; translated from rclone's exit code and log, once, in storage/rclone.py
    ├── ArchiveUnreachable   retryable: network, timeout, stall
    ├── ArchiveRefused       permanent until the owner acts: credentials, quota, read-only, unknown remote
    └── ArchiveCorrupt       what came back is not what was sent

Every text is a sentence for the owner that says what to do; it never holds a password.
"""

# ruff: noqa: N818 - each is named after what happened, as the owner would say it


class StorageError(Exception):
    """Root of the storage room's errors."""


class DataDirBusy(StorageError):
    """Another MoCam runs on this folder."""


class DiskFull(StorageError):
    """No room for a file or a row."""


class DiskRefuses(StorageError):
    """Read-only, failing, out of descriptors, or the database is locked by another program: may pass."""


class DamagedDatabase(StorageError):
    """SQLite says that the catalogue's file is damaged: the next start rebuilds it."""


class NotFound(StorageError):
    """No such clip or event."""


class KitWrong(StorageError):
    """What was typed or scanned is no recovery kit."""


class ArchiveError(StorageError):
    """The remote failed."""


class ArchiveUnreachable(ArchiveError):
    """Retryable: network, timeout, stall."""


class ArchiveRefused(ArchiveError):
    """Permanent until the owner acts: credentials, quota, read-only, unknown remote."""


class ArchiveCorrupt(ArchiveError):
    """What came back is not what was sent."""
