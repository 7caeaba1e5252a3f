"""What rclone's log means: its messages as our errors, with a sentence for the owner. Pure.

Its exit codes do not tell quota from credentials from network, so the messages are read. None of rclone's own words
goes into a sentence: they can hold addresses and secrets of the owner's configuration.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from storage.errors import ArchiveCorrupt, ArchiveError, ArchiveRefused, ArchiveUnreachable, NotFound, StorageError

MISSING = re.compile(r"object not found|directory not found|doesn't exist|no such file or directory", re.IGNORECASE)

# First match wins: from the surest sign to the vaguest.
_TABLE: tuple[tuple[str, type[ArchiveError], str], ...] = (
    (
        r"didn't find section in config file|didn't find backend called",
        ArchiveRefused,
        "The remote in ARCHIVE_REMOTE is not in your rclone configuration. Compare it with `rclone listremotes`.",
    ),
    (
        (
            r"unable to decrypt configuration|config file password|couldn't decrypt configuration|"
            r"failed to load config file|most likely wrong password"
        ),
        ArchiveRefused,
        "Your rclone configuration cannot be opened. If it has a password, set RCLONE_CONFIG_PASS for MoCam.",
    ),
    (
        (
            r"failed to authenticate decrypted block|not an encrypted file|bad magic|too short to be encrypted|"
            r"corrupted on transfer|sizes differ|hashes differ|differences found|bad password"
        ),
        ArchiveCorrupt,
        "The archived copy is damaged: it does not decrypt to what was sent.",
    ),
    (
        r"rate ?limit|too many requests|\b429\b|\b423\b",
        ArchiveUnreachable,
        "The archive asks for a pause. MoCam tries again by itself.",
    ),
    (
        (
            r"\b507\b|quota|insufficient[ _]?storage|no space left|not enough (free )?space|storage ?limit|"
            r"storage is full|file too big for remaining disk space|disk full|over ?quota"
        ),
        ArchiveRefused,
        "The archive is full. Free some space there, or let retention delete earlier with /retention.",
    ),
    (
        (
            r"invalid_grant|couldn't fetch token|token (has )?(been )?(expired|revoked)|empty token found|oauth2:|"
            r"invalid_client"
        ),
        ArchiveRefused,
        "The cloud no longer accepts the sign-in. Renew it with `rclone config reconnect` for your remote.",
    ),
    (
        (
            r"\b401\b|unauthori[sz]ed|access ?denied|\b403\b|forbidden|unable to authenticate|authentication fail|"
            r"invalidaccesskeyid|signaturedoesnotmatch|login incorrect|\b530\b|invalid credentials|bad_auth_token"
        ),
        ArchiveRefused,
        "The cloud refused the sign-in or does not allow writing. Check user, password and rights of your remote.",
    ),
    (
        (
            r"read[- ]only file ?system|update stor:.*\b(450|55[03])\b|permission denied|"
            r"operation not permitted|\b405\b|method not allowed|"
            r"mkparentdir failed: conflict"
        ),
        ArchiveRefused,
        "The archive cannot be written to: it is read-only or belongs to somebody else.",
    ),
    (
        (
            r"no such host|connection refused|connection reset|network is unreachable|no route to host|i/o timeout|"
            r"deadline exceeded|tls handshake|unexpected eof|\beof\b|broken pipe|server misbehaving|timeout|"
            r"\b(500|502|503|504)\b|dial tcp"
        ),
        ArchiveUnreachable,
        "The archive cannot be reached. MoCam tries again by itself.",
    ),
)
_COMPILED = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind, sentence) for pattern, kind, sentence in _TABLE
)

STALLED = "The archive did not answer in time. MoCam tries again by itself."
KILLED = "rclone was ended from outside, perhaps for lack of memory. MoCam tries again by itself."
UNKNOWN = "The archive failed for a reason unknown to MoCam; its log has the words of rclone. It tries again."

_SECRET = re.compile(
    r"""(?ix) (?P<head> :// [^/\s:@]* : ) [^/\s@]+ (?= @ )                        # user:password@host
          | (?P<name> [\w-]* (?:pass|token|secret|key|auth|sig|credential) [\w-]* ["']? \s*[=:]\s* )
            ["']? [^\s"',&:]+"""
)


def messages(log: bytes) -> list[str]:
    """The texts of a JSON log at level notice and above, in order; a line that is no JSON stands as it is."""
    return [text for line in log.decode("utf-8", "replace").splitlines() if (text := _message(line))]


def _message(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(entry, dict):
        return line.strip()
    if entry.get("level") in ("info", "debug"):
        return ""
    text = str(entry.get("msg", ""))
    # A folder archive has no configuration, and says so on every call.
    return "" if text.startswith("Config file ") and "not found" in text else text


def explained(said: Sequence[str]) -> StorageError:
    """The error that these messages of a failed rclone mean."""
    text = "\n".join(said)
    for pattern, kind, sentence in _COMPILED:
        if pattern.search(text):
            return kind(sentence)
    if MISSING.search(text):
        return NotFound("The archive does not hold this file any more.")
    return ArchiveUnreachable(UNKNOWN)


def redacted(text: str, secrets: Sequence[str] = ()) -> str:
    """`text` fit for a log: known secrets, and what looks like one, are taken out."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return _SECRET.sub(lambda match: f"{match['head'] or match['name']}[secret]", text)
