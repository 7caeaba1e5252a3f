"""Lines that real rclone wrote, and what they mean to the owner."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import ArchiveCorrupt, ArchiveError, ArchiveRefused, ArchiveUnreachable, NotFound
from storage.rclone_errors import UNKNOWN, explained, messages, redacted

MADE = "Failed to create file system for destination: failed to make remote to wrap: "
SAID: list[tuple[str, type[Exception], str]] = [
    (MADE + 'didn\'t find section in config file ("nosuch")', ArchiveRefused, "rclone listremotes"),
    (MADE + "read metadata failed: 401 Unauthorized: 401 Unauthorized", ArchiveRefused, "sign-in"),
    ('dial tcp 127.0.0.1:18098: connect: connection refused"', ArchiveUnreachable, "cannot be reached"),
    ("dial tcp: lookup cloud.example: no such host", ArchiveUnreachable, "cannot be reached"),
    ("net/http: TLS handshake timeout", ArchiveUnreachable, "cannot be reached"),
    ("read tcp 10.0.0.2:443: i/o timeout", ArchiveUnreachable, "cannot be reached"),
    ("Failed to copy: unexpected EOF", ArchiveUnreachable, "cannot be reached"),
    ("502 Bad Gateway", ArchiveUnreachable, "cannot be reached"),
    ("Failed to copy: preallocate: file too big for remaining disk space", ArchiveRefused, "full"),
    ("write /mnt/usb/x: no space left on device", ArchiveRefused, "full"),
    ("Insufficient Storage: 507 Insufficient Storage", ArchiveRefused, "full"),
    ("googleapi: Error 403: The user's Drive storage quota has been exceeded.", ArchiveRefused, "full"),
    ("googleapi: Error 403: User Rate Limit Exceeded, userRateLimitExceeded", ArchiveUnreachable, "pause"),
    ("429 Too Many Requests", ArchiveUnreachable, "pause"),
    ("Failed to copy: Update mkParentDir failed: Locked: 423 Locked", ArchiveUnreachable, "pause"),
    ("couldn't fetch token: invalid_grant: maybe token expired?", ArchiveRefused, "rclone config reconnect"),
    ("AccessDenied: Access Denied status code: 403", ArchiveRefused, "sign-in"),
    ("ssh: unable to authenticate, attempted methods [none password]", ArchiveRefused, "sign-in"),
    ('Put mkParentDir failed: sftp: "Read only file system" (SSH_FX_FAILURE)', ArchiveRefused, "read-only"),
    ("Failed to copy: update stor: 1 error occurred:\n\t* 450 error during transfer", ArchiveRefused, "read-only"),
    ("open /srv/br5hses: read-only file system", ArchiveRefused, "read-only"),
    ("mkdir /srv/archive: permission denied", ArchiveRefused, "read-only"),
    ("Failed to copy: Update mkParentDir failed: Conflict: 409 Conflict", ArchiveRefused, "read-only"),
    ("failed to authenticate decrypted block - bad password?", ArchiveCorrupt, "damaged"),
    ('hashes differ (mc{JQXf9}:2025/01/02) "39e0" vs (local:chk) "20a1"', ArchiveCorrupt, "damaged"),
    ("corrupted on transfer: sizes differ src(Encrypted) 17 vs dst 3", ArchiveCorrupt, "damaged"),
    ("mc:2025/01/02/x.mp4 is a directory or doesn't exist: object not found", NotFound, "does not hold"),
    ("error reading source root directory: directory not found", NotFound, "does not hold"),
    ("something that nobody has seen before", ArchiveUnreachable, "unknown"),
]


@pytest.mark.parametrize(("said", "kind", "words"), SAID)
def test_each_failure_becomes_one_sentence_of_ours(said: str, kind: type[Exception], words: str) -> None:
    error = explained([said])
    assert type(error) is kind
    assert words in str(error)
    assert said not in str(error)


def test_what_nobody_knows_is_tried_again() -> None:
    assert isinstance(explained([]), ArchiveUnreachable)
    assert str(explained([])) == UNKNOWN


def test_every_sentence_says_what_to_do_or_what_happens() -> None:
    for said, kind, _ in SAID:
        if issubclass(kind, ArchiveError):
            assert str(explained([said])).endswith(".")


def test_a_log_is_read_above_info_and_survives_what_is_no_json() -> None:
    lines = [
        {"level": "notice", "msg": 'Config file "/x" not found - using defaults'},
        {"level": "info", "msg": "Copied"},
        {"level": "error", "msg": "Failed to copy: EOF"},
        ["not", "a", "log"],
    ]
    log = "\n".join(json.dumps(line) for line in lines).encode() + b"\npanic: out of memory\n\xff\n"
    assert [text for text in messages(log) if text] == [
        "Failed to copy: EOF",
        '["not", "a", "log"]',
        "panic: out of memory",
        "\ufffd",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Propfind https://anna:hunter2@cloud.example/dav: refused",
        ":webdav,url=https://x,user=anna,pass=hunter2:home",
        '{"access_token":"hunter2","token_type":"Bearer"}',
        "secret_access_key = hunter2",
        "X-Auth-Token: hunter2",
        "obscured hunter2 in the middle",
    ],
)
def test_no_secret_reaches_the_log(text: str) -> None:
    assert "hunter2" not in redacted(text, ["obscured hunter2"])


@given(log=st.binary(max_size=300))
def test_no_output_of_rclone_is_more_than_an_error_of_ours(log: bytes) -> None:
    error = explained(messages(log))
    assert isinstance(error, ArchiveError | NotFound)
    assert str(error).endswith(".")


@given(
    entry=st.dictionaries(
        st.sampled_from(["level", "msg", "time", "object"]),
        st.none() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=2),
    )
)
def test_no_line_of_its_log_makes_the_reader_stumble(entry: dict[str, object]) -> None:
    assert all(isinstance(text, str) for text in messages(json.dumps(entry).encode()))
