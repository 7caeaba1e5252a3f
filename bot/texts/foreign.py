"""What other parts of the program say: sentences in English, made where nobody knows who will read them."""

from __future__ import annotations

from bot.formatting import escaped
from bot.language import t


def told(sentence: str) -> str:
    """In the language that is spoken here, and escaped; as it is when there is no translation."""
    return escaped(t(sentence)) if sentence else ""
