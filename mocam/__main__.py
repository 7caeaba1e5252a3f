"""Entry point of `mocam` and `python -m mocam`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; `replay` without importing chat, storage and the rest, which it never uses."""
    if sys.argv[1:2] == ["replay"]:
        from mocam.cli_replay import app as replay_app  # noqa: PLC0415

        replay_app(prog_name="mocam")
    else:
        from mocam.cli import app  # noqa: PLC0415

        app()


if __name__ == "__main__":
    main()
