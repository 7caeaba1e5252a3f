"""Questions and answers in the terminal: each answer is checked on the spot, and asked again when it is wrong."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.prompt import Prompt

T = TypeVar("T")


class Wrong(Exception):  # noqa: N818 - an answer that cannot be used
    """Why an answer cannot be used, as a sentence that says what to write instead."""


class Dialogue:
    """`interactive` False: flags and what is set already must be enough; a question that needs a person is an error."""

    def __init__(self, console: Console, *, interactive: bool) -> None:
        self.console = console
        self.interactive = interactive

    def say(self, text: str = "") -> None:
        self._print(text)

    def heading(self, text: str) -> None:
        self.console.rule(text, align="left")

    def wrong(self, reason: Wrong) -> None:
        self._print(f"✗ {reason}", "red")

    def right(self, text: str) -> None:
        self._print(f"✓ {text}", "green")

    def _print(self, text: str, style: str = "") -> None:
        wrapped = _wrapped(text, self.console.width) if self.console.is_terminal else text
        self.console.print(wrapped, style=style, markup=False, soft_wrap=True)

    def ask(
        self,
        question: str,
        check: Callable[[str], T],
        *,
        given: str | None = None,
        default: str = "",
        secret: bool = False,
    ) -> T:
        """What `check` makes of the answer; it raises Wrong for one that cannot be used.

        `given` is the flag: it comes first, and without a person it is final. Raises Wrong then.
        """
        if given is None and not self.interactive:
            given = default
        while True:
            answer = given if given is not None else self._typed(question, default, secret=secret)
            try:
                return check(answer.strip())
            except Wrong as exc:
                if not self.interactive:
                    raise
                self.wrong(exc)
                given = None

    def yes(self, question: str, *, default: bool = True) -> bool:
        """Without a person: the default."""
        if not self.interactive:
            return default
        hint = "Y/n" if default else "y/N"
        return self.ask(f"{question} [{hint}]", lambda answer: _yes_or_no(answer, default=default))

    def choice(self, question: str, options: Sequence[str], *, default: int = 1) -> int:
        """Number of the chosen option, from 0 on."""
        for number, option in enumerate(options, 1):
            self.say(f"  {number}  {option}")
        return self.ask(
            f"{question} (1 to {len(options)})", lambda answer: _number(answer, len(options)), default=str(default)
        )

    def _typed(self, question: str, default: str, *, secret: bool) -> str:
        if default and not secret:
            return Prompt.ask(_plain(question), console=self.console, default=default)
        return Prompt.ask(_plain(question), console=self.console, password=secret, default="", show_default=False)


def _wrapped(text: str, width: int) -> str:
    """Broken between words, since a terminal breaks within them; never within one: links and paths are copied."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        whole = len(line) <= width or not re.search(r"\w", line)  # a QR code has no words
        broken = textwrap.wrap(
            line.lstrip(),
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += [line] if whole else broken
    return "\n".join(lines)


def _plain(question: str) -> str:
    """Square brackets are markup to rich."""
    return question.replace("[", r"\[")


def _yes_or_no(answer: str, *, default: bool) -> bool:
    word = answer.lower()
    if not word:
        return default
    if word in {"y", "yes", "n", "no"}:
        return word.startswith("y")
    raise Wrong("Please type y or n.")


def _number(answer: str, most: int) -> int:
    if not answer.isdecimal() or not 1 <= int(answer) <= most:
        raise Wrong(f"Please type a number from 1 to {most}.")
    return int(answer) - 1
