from __future__ import annotations

import logging

import pytest
from telegram.error import NetworkError

from mocam.logs import Redactor

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake"


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("x", logging.INFO, "f.py", 1, message, args, info)


def test_tokens_go_wherever_they_stand() -> None:
    redactor = Redactor()
    try:
        raise ValueError(f"bad {TOKEN}")
    except ValueError as exc:
        line = redactor.format(record("url %s", f"https://host/bot{TOKEN}/getMe", error=exc))
    assert TOKEN not in line
    assert "AAFake" not in line
    assert "getMe" in line
    assert "ValueError" in line


def test_told_secrets_are_hidden_longest_first() -> None:
    redactor = Redactor()
    redactor.hide("swordfish", "swordfish-and-more", "")
    assert redactor.redact("a swordfish-and-more b swordfish c") == "a … b … c"


@pytest.mark.parametrize("url", ["rtsp://user:pa:ss@10.0.0.2/s", "https://joe@host/x", "RTSP://u:p@h"])
def test_logins_in_addresses_are_hidden(url: str) -> None:
    text = Redactor().redact(f"cannot open {url}")
    assert "…@" in text
    assert "user" not in text
    assert "joe" not in text


def test_ordinary_lines_stay() -> None:
    text = "front: 12:30:01 event e42 at file:///a/b.mp4 mail@home"
    assert Redactor().redact(text) == text


def test_what_the_network_does_to_a_library_is_one_line() -> None:
    try:
        try:
            raise ConnectionError("far below")
        except ConnectionError as exc:
            raise NetworkError("httpx.ConnectError: no way") from exc
    except NetworkError as exc:
        of_library = logging.LogRecord(
            "telegram.ext", logging.ERROR, "f", 1, "a\n%s", ("poll",), (type(exc), exc, None)
        )
        ours = record("a command failed", error=exc)
    assert Redactor().format(of_library).endswith("telegram.ext: a poll (NetworkError: httpx.ConnectError: no way)")
    assert "Traceback" in Redactor().format(ours), "a fault of the program keeps its way"
    assert of_library.exc_info, "other handlers see the record as it was"
