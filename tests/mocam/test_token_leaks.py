"""The five ways by which python-telegram-bot and its HTTP client give the token away, each ended by the formatter."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from telegram import Bot, File
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder

from mocam.logs import Redactor

TOKEN = "123456789:AALeakyTokenThatMustNeverBeSeenAnywhere"
SECRET = TOKEN.split(":")[1]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the program would write, with every logger as talkative as it can be."""
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    redactor = Redactor()
    redactor.hide(TOKEN)
    handler.setFormatter(redactor)
    logger = logging.getLogger("leaks")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield sink
    logger.removeHandler(handler)


def address(logger: logging.Logger) -> None:
    logger.info('HTTP Request: %s %s "%s"', "POST", f"https://api.telegram.org/bot{TOKEN}/getMe", "200 OK")


def arguments(logger: logging.Logger) -> None:
    logger.debug("Calling Bot API endpoint `%s` with parameters `%s`", f"bot{TOKEN}", {"url": TOKEN})


def refusal(logger: logging.Logger) -> None:
    try:
        raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
    except InvalidToken:
        logger.exception("an update was not handled")


def representation(logger: logging.Logger) -> None:
    logger.info("%r %r", Bot(TOKEN), ApplicationBuilder().token(TOKEN).job_queue(None).build())


def file_path(logger: logging.Logger) -> None:
    logger.info("%s", File("id", "unique", file_path=f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg"))


@pytest.mark.parametrize("leak", [address, arguments, refusal, representation, file_path])
def test_the_token_is_blotted_out(leak: Callable[[logging.Logger], None], log: io.StringIO) -> None:
    leak(logging.getLogger("leaks"))
    assert log.getvalue()
    assert SECRET not in log.getvalue()
