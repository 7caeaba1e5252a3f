"""Builds python-telegram-bot's application for polling: it receives, and nothing else (see `wire` for sending)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ApplicationHandlerStop, ContextTypes, TypeHandler

from bot.access import Access
from bot.http_request import Request
from bot.poll_request import PollRequest
from bot.seen import Seen
from bot.timing import Timing

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""No edited messages: a command would be obeyed again when its text is corrected."""

App = Application[Any, Any, Any, Any, Any, Any]


def build(
    token: str,
    base_url: str,
    timing: Timing,
    poll_request: PollRequest,
    seen: Seen,
    access: Access,
    accept: Callable[[Update], None],
    knock: Callable[[Update], bool],
    noticed: Callable[[int], None],
) -> App:
    """`accept(update)` gets what passed the gate and returns at once; `knock(update)` may take an update of somebody
    who is not an owner (pairing), and returns whether it did; `noticed(message_id)` hears of everybody's messages."""
    application: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url}/bot")
        .base_file_url(f"{base_url}/file/bot")
        .request(Request(4, read_timeout_s=timing.read_timeout_s, connect_timeout_s=timing.connect_timeout_s))
        .get_updates_request(poll_request)
        .job_queue(None)
        .build()
    )

    async def guard(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if not seen.is_new(update.update_id):
            raise ApplicationHandlerStop
        if update.message is not None:
            noticed(update.message.message_id)
        if access.allows(update):
            return
        if update.effective_user is not None and not knock(update):
            access.refused(update)
        raise ApplicationHandlerStop

    async def take(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        accept(update)

    application.add_handler(TypeHandler(Update, guard, block=True), group=-1)
    application.add_handler(TypeHandler(Update, take))
    application.add_error_handler(_log_error)
    return application


async def _log_error(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    _log.error("an update was not handled", exc_info=context.error)
