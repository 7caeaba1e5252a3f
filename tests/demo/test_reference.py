"""The reference is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demo.botapi import BotApi
from demo.faults import Faults
from demo.server import METHODS

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "stand-in.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_named(method: str) -> None:
    assert f"`{method}`" in TEXT


@pytest.mark.parametrize("name", [name for name in vars(Faults) if not name.startswith("_") and name != "take"])
def test_every_fault_is_named(name: str) -> None:
    assert re.search(rf"`{name}\(", TEXT)


@pytest.mark.parametrize("name", [name for name in vars(BotApi) if not name.startswith("_")])
def test_everything_a_test_can_do_is_named(name: str) -> None:
    assert re.search(rf"\b{name}\b", TEXT)
