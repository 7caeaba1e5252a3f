"""Entry point of `mocam` and `python -m mocam`."""

from __future__ import annotations

from mocam.cli import app


def main() -> None:
    """Runs the command line."""
    app()


if __name__ == "__main__":
    main()
