"""What other parts of the program say: sentences in English, made where nobody knows who will read them.

They have their translations in the same catalogues, found by `make texts`: `The disk with {0} is full.` stands for that
sentence with any disk in it. What has none is told as it is.
"""

from __future__ import annotations

import re
from functools import cache

from bot.formatting import escaped
from bot.language import ENGLISH, Text, patterns, spoken, t

_HOLE = re.compile(r"\{(\w+)\}")
_END = re.compile(r"(?<=[.!?]) (?=[^a-z])|[,;] ")
"""Between two sentences that were put one after the other."""
_DEPTH = 3
"""A sentence may hold another one as its reason, and that one too."""

PHRASES = (
    Text("temperature: {0} degrees"),
    Text("power: {0}"),
    Text("too little voltage now"),
    Text("slowed down now"),
    Text("throttled now"),
    Text("too hot now"),
    Text("too little voltage since the start"),
    Text("slowed down since the start"),
    Text("throttled since the start"),
    Text("too hot since the start"),
    Text("is missing"),
    Text("is damaged"),
    Text("is damaged ({0})"),
)
"""What is said and is no sentence."""


def told(sentence: str) -> str:
    """In the language that is spoken here, and escaped."""
    return escaped(_said(sentence, _DEPTH)) if sentence else ""


def _said(sentence: str, depth: int) -> str:
    if spoken() == ENGLISH or not depth or not sentence:
        return sentence
    known = t(sentence)
    if known != sentence:
        return known
    for english in patterns():
        if all(piece in sentence for piece in _pieces(english)) and (match := _pattern(english).fullmatch(sentence)):
            return _filled(english, [_said(value, depth - 1) for value in match.groups()])
    parts = _END.split(sentence)
    if len(parts) == 1:
        return sentence
    between = _END.findall(sentence)
    said = [_said(part, depth) for part in parts]
    return "".join(f"{part}{gap}" for part, gap in zip(said, [*between, ""], strict=True))


def _filled(english: str, values: list[str]) -> str:
    by_name = dict(zip(_HOLE.findall(english), values, strict=True))
    return _HOLE.sub(lambda hole: by_name[hole[1]], t(english))


@cache
def _pieces(english: str) -> list[str]:
    """What stands around the holes."""
    return _HOLE.split(english)[::2]


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """A hole within a sentence holds no end of one; at its end stands whatever was the reason."""
    literal = [re.escape(piece) for piece in _pieces(english)]
    inner = r"((?:(?![.!?] ).)+)"
    body = inner.join(literal[:-1]) + (inner if literal[-1] else "(.+)") + literal[-1]
    return re.compile(body, re.DOTALL)
