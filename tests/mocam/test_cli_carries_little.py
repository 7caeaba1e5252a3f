"""What runs for months carries nothing that only set-up needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_running_program_carries_neither_set_up_nor_check() -> None:
    code = "import sys, mocam.cli_run; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(done.stdout.split())
    assert {"mocam.app", "telegram", "av"} <= loaded
    surplus = {
        "onveef",
        "rich",
        "mocam.doctor.examination",
        "mocam.setup",
        "mocam.restore",
        "mocam.cli",
        "mocam.cli_check",
    }
    assert surplus & loaded == set()


def test_the_page_as_pdf_costs_a_running_program_nothing() -> None:
    code = "import sys, mocam.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert {"fpdf", "PIL", "fontTools"} & set(done.stdout.split()) == set()
