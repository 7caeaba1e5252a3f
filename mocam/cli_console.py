"""The two streams, for what is printed in colour or in tables. `mocam run` does without: it would lie in memory."""

from __future__ import annotations

from rich.console import Console

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)
