"""Property tests meet the same examples in every run: nothing but their own code decides which."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st


def drawn() -> list[float]:
    found: list[float] = []

    @given(st.floats(0, 10_000))
    def draw(number: float) -> None:
        found.append(number)

    draw()
    return found


def test_they_do_not_depend_on_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of Hypothesis may look for numbers in our modules in another way: see conftest.py."""
    before = drawn()
    path = tmp_path / "ours.py"
    path.write_text(f"NUMBERS = {[number + 0.3217 for number in range(300)]}\n")
    spec = importlib.util.spec_from_file_location("ours", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "ours", module)
    spec.loader.exec_module(module)
    assert drawn() == before
