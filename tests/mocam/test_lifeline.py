"""What the service manager hears: ready when the cameras run, alive only while every part is."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mocam.lifeline import Lifeline
from mocam.pulse import Part, Pulse
from mocam.service_manager import ServiceManager
from tests.mocam.notify import Manager
from tests.storage.room import until


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path)
    yield made
    made.close()


class House:
    """A program of one camera, as far as the lifeline asks."""

    def __init__(self) -> None:
        self.silent_s = 0.0
        self.started = True

    def pulse(self) -> Pulse:
        return Pulse({"camera front": Part(lambda: self.silent_s, 90.0)})


@asynccontextmanager
async def running(manager: Manager, house: House) -> AsyncIterator[None]:
    told = ServiceManager(manager.address, 0.06)
    line = Lifeline(told, house.pulse(), lambda: house.started, lambda: "cameras: 1 watching")
    task = asyncio.create_task(line.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def fed(manager: Manager, times: int) -> Callable[[], bool]:
    return lambda: manager.heard.count("WATCHDOG=1") >= times


async def test_what_waits_for_the_end_of_the_start_comes_once_and_after_it(manager: Manager) -> None:
    house, called = House(), list[bool]()
    house.started = False
    told = ServiceManager(manager.address, 0.06)
    begun = called.append
    line = Lifeline(told, house.pulse(), lambda: house.started, lambda: "", begun=lambda: begun(house.started))
    task = asyncio.create_task(line.run())
    try:
        await until(lambda: any(word.startswith("EXTEND_TIMEOUT_USEC=") for word in manager.heard))
        house.started = True
        await until(lambda: len(called) > 0)
        await until(fed(manager, manager.heard.count("WATCHDOG=1") + 3))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert called == [True]


async def test_it_is_ready_once_the_cameras_run(manager: Manager) -> None:
    house = House()
    house.started = False
    async with running(manager, house):
        await until(lambda: any(word.startswith("EXTEND_TIMEOUT_USEC=") for word in manager.heard))
        assert "READY=1" not in manager.heard
        house.started = True
        await until(lambda: "READY=1" in manager.heard)
        await until(fed(manager, 5))
    assert manager.heard.count("READY=1") == 1
    assert manager.heard.count("STATUS=cameras: 1 watching") == 1, "said once, not with every meal"


async def test_a_silent_part_ends_the_feeding_until_it_is_back(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    house = House()
    async with running(manager, house):
        await until(fed(manager, 2))
        house.silent_s = 91.0
        await until(lambda: "STATUS=no sign of life of: camera front" in manager.heard)
        manager.forget()
        assert "no sign of life of: camera front" in caplog.text
        house.silent_s = 0.0
        await until(fed(manager, 1))
        assert manager.heard[0] == "WATCHDOG=1", "nothing was fed in between"


def test_a_pulse_names_who_is_silent() -> None:
    silences = {"front": 10.0, "polling": 301.0}
    pulse = Pulse({name: Part(lambda name=name: silences[name], 300.0) for name in silences})  # type: ignore[misc]
    assert pulse.dead() == ("polling",)
    silences["polling"] = 300.0
    assert pulse.dead() == ()


def test_the_managers_variables_are_read_and_taken_away(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    told = ServiceManager.of_environment()
    assert told.listens
    assert told.watchdog_s == 30.0
    told.stopping()
    assert manager.heard == ["STOPPING=1"]
    assert not {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} & set(os.environ), "no child speaks in our name"


@pytest.mark.parametrize(("usec", "pid"), [("30000000", "1"), ("soon", ""), ("", ""), ("0", "")])
def test_a_watchdog_of_somebody_else_is_not_ours(monkeypatch: pytest.MonkeyPatch, usec: str, pid: str) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", pid)
    assert ServiceManager.of_environment().watchdog_s is None


def test_without_a_manager_nothing_happens_and_one_that_is_gone_is_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    silent = ServiceManager()
    silent.ready()
    assert not silent.listens
    assert caplog.text == ""
    ServiceManager(str(tmp_path / "nobody")).alive()
    assert "cannot be told WATCHDOG" in caplog.text


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(f"\0mocam-test-{os.getpid()}")
        ServiceManager(f"@mocam-test-{os.getpid()}").status("two\nlines")
        assert channel.recv(100) == b"STATUS=two lines"


async def test_a_loop_that_is_blocked_feeds_no_watchdog(manager: Manager) -> None:
    """Whatever blocks it: a call that should have been in a thread, a library that hangs."""
    async with running(manager, House()):
        await until(fed(manager, 3))
        manager.forget()
        time.sleep(0.6)  # noqa: ASYNC251 - this is what is tested; ten times the watchdog's patience
        assert manager.heard == []
        await until(fed(manager, 1))
