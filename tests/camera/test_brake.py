"""What an ordinary camera sends is never held back, and what floods comes no faster than the bound."""

from __future__ import annotations

import pytest

from camera.brake import Brake


def play(brake: Brake, items_a_second: float, seconds: float) -> tuple[int, float]:
    """Items taken and seconds waited of a source that offers so many, each after the wait for the one before."""
    now_s, count, waited_s = 100.0, 0, 0.0
    while now_s < 100.0 + seconds:
        pause_s = brake.pause_s(now_s)
        now_s += max(1 / items_a_second, pause_s)
        count, waited_s = count + 1, waited_s + pause_s
    return count, waited_s


@pytest.mark.parametrize("items_a_second", [2, 30, 120, 170])
def test_a_camera_is_not_held_back(items_a_second: float) -> None:
    brake = Brake()
    _, waited_s = play(brake, items_a_second, 600)
    assert waited_s == 0
    assert not brake.is_on


def test_a_flood_is_bounded_and_the_bound_is_lifted_when_it_is_over() -> None:
    brake = Brake(most_a_second=100, burst=500)
    count, _ = play(brake, 100_000, 20)
    assert count == pytest.approx(500 + 20 * 100, abs=2)
    assert brake.is_on
    assert brake.pause_s(1000.0) == 0
    assert not brake.is_on


def test_what_piled_up_while_the_network_was_away_may_come_at_once() -> None:
    brake = Brake()
    assert sum(brake.pause_s(5.0) for _ in range(10 * 2 * 30)) == 0
