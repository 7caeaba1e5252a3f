"""`python -m tests.bench.sight FOLDER`: what films say of the limits in camera/sight.py, one line a film."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from camera.model import GrayFrame, Luma
from camera.sight import Sight
from camera.sources import EndOfFile, open_source
from tests.camera.source_contract import config_of


def judged(path: Path) -> str:
    """The longest stretch of one picture, the flattest picture, and every reason that was said."""
    source, sight = open_source(config_of(f"file://{path}"), loop=False), Sight()
    last: Luma | None = None
    same_since_s, longest_s, flattest, said = 0.0, 0.0, 255, set[str]()
    try:
        while True:
            item = source.read()
            if not isinstance(item, GrayFrame):
                continue
            middle = item.luma[item.luma.shape[0] // 8 : -(item.luma.shape[0] // 8)]
            if last is None or not np.array_equal(middle, last):
                last, same_since_s = middle, item.mono_s
            longest_s = max(longest_s, item.mono_s - same_since_s)
            flattest = min(flattest, int(middle.max()) - int(middle.min()))
            if verdict := sight.look(item.luma, item.mono_s):
                said.add(verdict.reason)
    except EndOfFile:
        words = ", ".join(said) or "sees"
        return f"{path.name}: same picture for {longest_s:.2f} s at most, range of luma {flattest} at least, {words}"
    finally:
        source.close()


if __name__ == "__main__":
    for film in sorted(Path(sys.argv[1]).iterdir()):
        if film.suffix in {".mp4", ".avi", ".mpg"}:
            sys.stdout.write(judged(film) + "\n")
