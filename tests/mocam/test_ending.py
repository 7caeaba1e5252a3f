"""A signal ends the program in time, whatever hangs."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest

from mocam.ending import Deadline

HANGS = """
import asyncio, logging, time
from mocam.signals import end_on_signal
logging.basicConfig(level=logging.INFO)

async def main():
    stop = asyncio.Event()
    end_on_signal(stop, last_s=0.3)
    print("ready", flush=True)
    await stop.wait()
    await asyncio.to_thread(time.sleep, 3600)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_end_that_hangs_is_cut_short(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        _, said = child.communicate(timeout=300)
    assert child.returncode == 0
    assert "not everything could be ended in time" in said


async def test_the_time_is_shared_out() -> None:
    assert Deadline(1000).left_s(6) == 6
    assert Deadline(-1).left_s(6) == pytest.approx(0.1)
    spent = Deadline(0.05)
    await asyncio.sleep(0.06)
    assert spent.left_s() == pytest.approx(0.1)
