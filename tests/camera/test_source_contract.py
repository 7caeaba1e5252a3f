"""The one contract, over every kind of source that can run without a camera."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.camera import fake_picamera2
from tests.camera.source_contract import as_arguments, hold_to_contract
from tests.camera.source_kinds import KINDS, Kind, start


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.on_fake_picamera2], ids=lambda kind: kind.name)
def test_contract(tmp_path: Path, kind: Kind) -> None:
    with kind.stand(tmp_path) as stand:
        if stand.environment is None:
            hold_to_contract(stand.address, stand.expected)
            return
        with start(as_arguments(stand.address, stand.expected), stand) as run:
            _, errors = run.communicate(timeout=300)
        assert run.returncode == 0, errors


def test_picam(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faults = fake_picamera2.install(monkeypatch)
    (kind,) = (kind for kind in KINDS if kind.on_fake_picamera2)
    with kind.stand(tmp_path) as stand:
        hold_to_contract(stand.address, stand.expected)
    assert faults.opened == [1]
    assert faults.closed == 1
