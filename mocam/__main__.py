"""Entry point of `mocam` and `python -m mocam`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; `run` and `replay` without importing what only other commands use."""
    if sys.argv[1:2] == ["replay"]:
        from mocam.cli_replay import app as replay_app  # noqa: PLC0415

        replay_app(prog_name="mocam")
    elif sys.argv[1:2] == ["run"]:
        from mocam import running  # noqa: PLC0415

        sys.exit(running.main(sys.argv[2:]))
    else:
        from mocam.cli import app  # noqa: PLC0415

        app()


if __name__ == "__main__":
    main()
