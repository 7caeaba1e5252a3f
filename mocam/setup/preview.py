"""A picture as block characters, for a terminal that has colours: enough to tell the garden from the wall."""

from __future__ import annotations

from pathlib import Path

import cv2
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS = 72


def shown(path: Path, console: Console) -> bool:
    """False: this terminal cannot show it, or there is no picture."""
    if not console.is_terminal or console.color_system not in {"256", "truecolor"}:
        return False
    picture = cv2.imread(str(path))
    if picture is None:
        return False
    columns = min(COLUMNS, console.width)
    rows = max(2, round(picture.shape[0] * columns / picture.shape[1] / 2) * 2)
    small = cv2.cvtColor(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    text = Text(no_wrap=True)
    for upper, lower in zip(small[::2], small[1::2], strict=True):
        for top, bottom in zip(upper.tolist(), lower.tolist(), strict=True):
            text.append("▀", Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom)))
        text.append("\n")
    console.print(text)
    return True
