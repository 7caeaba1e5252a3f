"""What is read out of rclone's log while it runs; the real binary writes such a log in the archive's tests."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rclone_log import Log


def line(level: str, text: str, name: str = "") -> bytes:
    return json.dumps({"level": level, "msg": text, "object": name}, separators=(",", ":")).encode() + b"\n"


def heard(*lines: bytes) -> list[str]:
    proved: list[str] = []
    log = Log(proved.append)
    for one in lines:
        log.feed(one)
    return proved


SAME, COPIED = "md5 = 748e93f9812a5b0dab4eac9bb73924a3 OK", "Copied (new)"


@pytest.mark.parametrize(
    ("same", "copied", "name"),
    [
        ("a-e1-1.mp4", (COPIED, "a-e1-1.mp4"), "a-e1-1.mp4"),
        ("a-e1-1.mp4.2d4e9d59.partial", (COPIED, "a-e1-1.mp4"), "a-e1-1.mp4"),
        ("a-e1-1.mp4.age.2d4e9d59.partial", ("Copied (replaced existing)", "a-e1-1.mp4.age"), "a-e1-1.mp4.age"),
        ("list-7.jsonl.2d4e9d59.partial", ("Copied (new) to: list-7.jsonl", "list.jsonl"), "list-7.jsonl"),
    ],
)
def test_a_file_is_proved_by_the_providers_hash_and_its_final_name(
    same: str, copied: tuple[str, str], name: str
) -> None:
    assert heard(line("debug", SAME, same), line("info", *copied)) == [name]


@pytest.mark.parametrize(
    "lines",
    [
        [line("info", COPIED, "a.mp4")],
        [line("debug", SAME, "a.mp4")],
        [line("debug", "size = 50000 OK", "a.mp4"), line("info", COPIED, "a.mp4")],
        [line("debug", SAME, "a.mp4.2d4e9d59.partial"), line("info", COPIED, "b.mp4")],
        [line("debug", SAME, "a.mp4"), line("debug", "Unchanged skipping", "a.mp4")],
        [line("info", COPIED, "a.mp4"), line("debug", SAME, "a.mp4")],
    ],
)
def test_nothing_less_is_a_proof(lines: list[bytes]) -> None:
    assert heard(*lines) == []


def test_pieces_need_not_end_where_lines_do() -> None:
    whole = line("debug", SAME, "a.mp4") + line("info", COPIED, "a.mp4") + line("error", "Failed: EOF") + b"panic: x"
    for step in (1, 7, 100):
        proved: list[str] = []
        log = Log(proved.append)
        for first in range(0, len(whole), step):
            log.feed(whole[first : first + step])
        assert proved == ["a.mp4"]
        assert log.said == ("Failed: EOF", "panic: x")


def test_chatter_is_not_kept_and_the_rest_is_bounded() -> None:
    log = Log(kept_bytes=1000)
    log.feed(b'2026/11/26 03:27:06 DEBUG : Setting --x "secret" from environment variable RCLONE_X="secret"\n')
    for _ in range(500):
        log.feed(line("debug", "Need to transfer", "a.mp4"))
    assert log.said == ()
    for number in range(500):
        log.feed(line("error", f"Failed {number}"))
    said: list[str] = list(log.said)
    assert said[-1] == "Failed 499"
    assert len(said) < 50
    log.feed(b"x" * 10_000_000)
    assert len("".join(log.said)) < 100_000


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_nothing_that_it_says_makes_the_reader_stumble(pieces: list[bytes]) -> None:
    log = Log()
    for piece in (*pieces, b' OK"\n', b'"Copied (\n', b'["Copied ("]\n', line("info", "Copied ((", "x")):
        log.feed(piece)
    assert all(isinstance(text, str) for text in log.said)
