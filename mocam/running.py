"""`mocam run`. It imports little: what only set-up and check need would lie in memory for months.

Its one option is read by the standard library, for the same reason.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from mocam import start_pages
from mocam.heap import bound_heap
from mocam.settings_apart import Reader
from mocam.values import SettingsError

HELP = "Watch the cameras until it is stopped."
ENV_FILE_HELP = "Settings file; the environment wins over it."


def main(arguments: Sequence[str]) -> int:
    """The exit code, 2 (by SystemExit) for wrong usage."""
    parser = argparse.ArgumentParser("mocam run", description=HELP, allow_abbrev=False)
    parser.add_argument("--env-file", type=Path, default=Path(".env"), help=f"{ENV_FILE_HELP} Default: .env")
    return run(parser.parse_args(arguments).env_file)


def run(env_file: Path) -> int:
    """Runs until it is stopped; the exit code. What goes wrong is said in a sentence on standard error."""
    bound_heap()
    reader = Reader(env_file)
    from mocam import app, last_words, logs  # noqa: PLC0415 - large, and read meanwhile
    from storage.errors import DataDirBusy, StorageError  # noqa: PLC0415

    try:
        settings, unknown = reader.found()
    except SettingsError as exc:
        return _failed(*str(exc).splitlines())
    start_pages.let_go()
    redactor = logs.set_up(settings.log_level)
    redactor.hide(settings.telegram_bot_token.get_secret_value())
    for sentence in unknown:
        _say(sentence)
    try:
        asyncio.run(app.run(settings, redactor, announce=_announce))
    except DataDirBusy as exc:
        return _failed(str(exc))
    except StorageError as exc:
        asyncio.run(last_words.tell(settings, str(exc)))
        return _failed(str(exc))
    except app.Stuck as exc:
        return _failed(str(exc))
    except KeyboardInterrupt:
        return 130
    return 0


def _announce(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _failed(*sentences: str) -> int:
    for sentence in sentences:
        _say(sentence)
    return 1


def _say(sentence: str) -> None:
    sys.stderr.write(f"mocam: {sentence}\n")
