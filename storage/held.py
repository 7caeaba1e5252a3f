"""The lock on a data folder: one program at a time."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self


class Held:
    """The lock on a data folder; let go by `release`, by leaving `with`, or by the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Lets another program in; safe to call twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
