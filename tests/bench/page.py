"""The part of a docs page that a run writes: what stands between two comments."""

from __future__ import annotations

from pathlib import Path


def write_between(page: Path, name: str, body: str) -> None:
    """Puts `body` between `<!-- name -->` and `<!-- end of name -->`; raises ValueError when the page lacks them."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    page.write_text(f"{before}{begin}\n\n{body}\n\n{end}{after}", encoding="utf-8")
