"""The wizard's questions with the answers of a test; everything behind them is real."""

from __future__ import annotations

import io
from collections import deque

from rich.console import Console

from mocam.setup.dialogue import Dialogue


class Scripted(Dialogue):
    """Answers in order; what it said is in `said`. A question too many ends the test."""

    def __init__(self, *answers: str, interactive: bool = True) -> None:
        self._out = io.StringIO()
        super().__init__(Console(file=self._out, width=200), interactive=interactive)
        self.answers = deque(answers)
        self.asked: list[str] = []

    @property
    def said(self) -> str:
        return self._out.getvalue()

    def _typed(self, question: str, default: str, *, secret: bool) -> str:
        del secret
        self.asked.append(question)
        assert self.answers, f"nobody expected: {question}\n{self.said}"
        return self.answers.popleft() or default
