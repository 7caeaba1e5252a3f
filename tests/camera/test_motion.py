"""The detector on generated footage with known motion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from camera.detection import Detection
from camera.events import EventMachine, Start
from camera.grid import Zones
from camera.light import light_change
from camera.model import Luma
from camera.motion import CellDetector, Motion, Reason
from camera.sensitivity import Sensitivity
from tests.camera.footage import FPS, SHAPE, Change, Picture, film, light, mover

Seen = list[tuple[float, Motion]]


def look(frames: Iterable[tuple[Luma, float]]) -> Seen:
    detector = CellDetector()
    return [(t_s, detector.look(luma, t_s)) for luma, t_s in frames]


def starts(seen: Seen) -> list[Start[None]]:
    machine: EventMachine[None] = EventMachine(0.2, 3.0)
    return [change for t_s, motion in seen for change in machine.step(motion, t_s, None) if isinstance(change, Start)]


def moved_between(seen: Seen, from_s: float, to_s: float) -> int:
    return sum(motion.moved for t_s, motion in seen if from_s <= t_s < to_s)


@pytest.mark.parametrize("noise", [0.0, 2.0, 5.0, 10.0])
def test_noise_is_no_motion(noise: float) -> None:
    seen = look(film(30, noise=noise))
    assert not any(motion.moved for _, motion in seen)


def test_settles_within_a_second() -> None:
    seen = look(film(2))
    assert seen[0][1].reason is Reason.SETTLING
    assert all(motion.reason is not Reason.SETTLING for t_s, motion in seen if t_s > 1)


CLOUD_S = 1.5
LIGHTS: dict[str, Change] = {
    "switched on": light(lambda t: 1.0 if t < 5 else 1.6),
    "switched off": light(lambda t: 1.0 if t < 5 else 0.3),
    "switched on, off and on": light(lambda t: 1.5 if int(t) in {5, 6, 10, 11} else 1.0),
    "offset": light(lambda _t: 1.0, lambda t: 0.0 if t < 5 else 50.0),
    "slow drift": light(lambda t: 1.0 + 0.5 * t / 20),
    "slow dusk": light(lambda t: 1.0 - 0.7 * t / 20),
    "cloud": light(lambda t: 1.0 - 0.4 * min(max((t - 5) / CLOUD_S, 0), 1)),
    "pumping exposure": light(lambda t: 1.0 + 0.2 * math.sin(t * 3)),
    "flash of one frame": light(lambda t: 2.0 if 5 <= t < 5 + 1 / FPS else 1.0),
    "flash of three frames": light(lambda t: 2.0 if 5 <= t < 5 + 3 / FPS else 1.0),
}


@pytest.mark.parametrize("change", LIGHTS.values(), ids=LIGHTS.keys())
def test_light_is_no_event(change: Change) -> None:
    assert starts(look(film(20, change))) == []


def test_a_lamp_that_lights_half_of_the_room_is_no_event() -> None:
    columns = np.linspace(0, 1, SHAPE[1])
    glow = 90 * np.exp(-(((columns - 0.2) / 0.25) ** 2))

    def lamp(picture: Picture, t_s: float) -> Picture:
        return picture * (1 + glow / 130) if t_s >= 6 else picture

    assert starts(look(film(15, lamp))) == []


def test_motion_is_seen_again_soon_after_the_light_was_switched() -> None:
    seen = look(film(12, mover(6.2, 11), light(lambda t: 1.0 if t < 5 else 0.5)))
    found = starts(seen)
    assert len(found) == 1
    assert 6.2 <= found[0].first_s < 6.7


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_a_small_mover_is_found_within_three_frames_of_being_wholly_visible(noise: float) -> None:
    seen = look(film(12, mover(5, 9), noise=noise))
    wholly_visible_s = 5 + 12 / 60
    first_s = next(t_s for t_s, motion in seen if motion.moved)
    assert 5 <= first_s <= wholly_visible_s + 3 / FPS
    found = starts(seen)
    assert len(found) == 1
    assert found[0].confirmed_s <= first_s + 3 / FPS + 0.001


def test_a_mover_is_seen_all_the_way_and_boxed() -> None:
    seen = look(film(12, mover(5, 9)))
    assert moved_between(seen, 5.5, 9) >= 0.9 * 3.5 * FPS
    assert moved_between(seen, 9.8, 12) == 0
    t_s, motion = next((t_s, motion) for t_s, motion in seen if t_s >= 7)
    assert motion.box is not None
    left, top, width, height = motion.box
    assert left <= ((t_s - 5) * 60 - 6) / SHAPE[1] <= left + width
    assert top <= (80 + 13) / SHAPE[0] <= top + height
    assert motion.score < 0.05


@pytest.mark.parametrize("brightness", [20.0, 235.0])
def test_speed_does_not_matter(brightness: float) -> None:
    for speed_px_s in (15.0, 200.0):
        seen = look(film(8, mover(4, 7, speed_px_s=speed_px_s, width=20, height=40, brightness=brightness)))
        assert len(starts(seen)) == 1


def test_a_thing_below_the_least_area_does_not_count() -> None:
    small = list(film(10, mover(4, 9, width=8, height=16)))
    assert any(motion.moved for _, motion in look(small))
    detector = CellDetector(least_area=0.01)
    assert not any(detector.look(luma, t_s).moved for luma, t_s in small)


def test_a_parked_thing_is_doubted_at_most() -> None:
    seen = look(film(6, lambda picture, t_s: mover(0, 9)(picture, 1.0) if t_s >= 4 else picture))
    assert {motion.reason for t_s, motion in seen if 4.5 < t_s < 5} == {Reason.DOUBT}


def test_what_stops_falls_silent_and_is_seen_when_it_goes_on() -> None:
    def parked(picture: Picture, t_s: float) -> Picture:
        moving_s = min(max(t_s - 4, 0), 2) + max(t_s - 12, 0)
        if t_s >= 4:
            right = int(moving_s * 60)
            picture[80:110, max(0, right - 30) : right] = 20
        return picture

    seen = look(film(14, parked))
    assert moved_between(seen, 4.5, 6) > 15
    assert moved_between(seen, 7.1, 12) == 0
    assert moved_between(seen, 12.3, 14) > 15


@pytest.mark.parametrize("stands", ["hardly moving", "quite still"])
def test_who_stands_and_hardly_moves_is_still_there_and_who_parks_is_not(stands: str) -> None:
    """It comes in until second 6, and then only a cell or two of it change, by less than any frame must differ."""

    def visitor(picture: Picture, t_s: float) -> Picture:
        if t_s >= 4:
            right = int(min(t_s - 4, 2) * 60)
            picture[80:120, max(0, right - 30) : right] = 40
        if t_s >= 6 and stands == "hardly moving":
            picture[84:92, 100:108] += 12 * (t_s % 2 < 1)
        return picture

    seen = look(film(18, visitor))
    assert moved_between(seen, 4.5, 6) > 15
    assert moved_between(seen, 8, 18) == 0
    machine: EventMachine[None] = EventMachine(0.2, 4.0)
    ended = [(t_s, change) for t_s, motion in seen for change in machine.step(motion, t_s, None)]
    end = machine.finish()
    if stands == "hardly moving":
        assert len(ended) == 1
        assert end is not None
        assert end.last_s > 15
    else:
        assert end is None
        assert ended[1][0] < 12


def test_no_ghost_stays_where_something_was_from_the_start() -> None:
    def leaves(picture: Picture, t_s: float) -> Picture:
        left = 140 + int(max(t_s - 5, 0) * 120)
        picture[60:100, left : left + 40] = 230
        return picture

    seen = look(film(12, leaves))
    assert len(starts(seen)) == 1
    assert moved_between(seen, 8.0, 12) == 0


def test_swaying_leaves_are_learnt_and_a_walker_beside_them_is_still_found() -> None:
    def leaves(picture: Picture, t_s: float) -> Picture:
        shift = round(3 * math.sin(t_s * 5))
        picture[20:70, 200:300] = np.roll(picture[20:70, 200:300], shift, axis=1)
        return picture

    seen = look(film(40, leaves, mover(30, 34)))
    assert moved_between(seen, 12, 30) == 0
    assert moved_between(seen, 30.5, 34) > 30


def test_a_slow_frame_rate_is_judged_by_time() -> None:
    seen = look(film(20, mover(8, 12, width=20, height=40), fps=3))
    assert len(starts(seen)) == 1
    assert moved_between(seen, 14, 20) == 0


def test_what_is_faster_than_things_move_or_stays_where_it_is_is_not_believed() -> None:
    def insect(picture: Picture, t_s: float) -> Picture:
        x, y = int(t_s * 700) % SHAPE[1], int(t_s * 430) % SHAPE[0]
        picture[max(0, y - 3) : y + 3, max(0, x - 3) : x + 3] = 230
        return picture

    def digits(picture: Picture, t_s: float) -> Picture:
        picture[8:18, 20:28] = 220 if int(t_s * 2) % 2 else 40
        return picture

    assert starts(look(film(12, insect))) == []
    assert starts(look(film(12, digits))) == []


def test_what_is_believed_was_there_before() -> None:
    seen = look(film(9, mover(5, 8)))
    t_s, motion = next((t_s, motion) for t_s, motion in seen if motion.moved)
    assert motion.since_s is not None
    assert 5 <= motion.since_s < t_s - 0.1
    assert starts(seen)[0].first_s == motion.since_s


def test_ignored_squares_are_not_looked_at_and_settings_change_at_any_time() -> None:
    detector = CellDetector(detection=Detection(ignore=Zones.parse("A1-J6")))
    frames = list(film(12, mover(2, 5), mover(7, 11)))
    half = len(frames) // 2
    assert not any(detector.look(luma, t_s).moved for luma, t_s in frames[:half])
    detector.set(Detection(ignore=Zones.parse("A1-J2")))
    assert any(detector.look(luma, t_s).moved for luma, t_s in frames[half:])


def test_low_sensitivity_sees_less_and_high_more() -> None:
    def faint(picture: Picture, t_s: float) -> Picture:
        if t_s >= 4:
            left = int((t_s - 4) * 40)
            picture[70:110, left : left + 20] += 24
        return picture

    moved = {}
    for sensitivity in Sensitivity:
        detector = CellDetector(detection=Detection(sensitivity))
        moved[sensitivity] = sum(detector.look(luma, t_s).moved for luma, t_s in film(9, faint, noise=1.0))
    assert moved[Sensitivity.LOW] < moved[Sensitivity.NORMAL] <= moved[Sensitivity.HIGH]


def test_a_new_picture_size_starts_afresh() -> None:
    detector = CellDetector()
    for luma, t_s in film(2):
        detector.look(luma, t_s)
    motion = detector.look(np.zeros((120, 160), np.uint8), 2.0)
    assert motion == Motion(moved=False, score=0.0, box=None, reason=Reason.SETTLING)


def test_tall_and_large_frames_are_taken() -> None:
    for shape in ((320, 180), (1080, 1920), (16, 16)):
        detector = CellDetector()
        for index in range(30):
            assert not detector.look(np.full(shape, 90, np.uint8), index / FPS).moved


def test_the_light_is_found_though_a_third_of_the_picture_is_covered() -> None:
    rng = np.random.default_rng(3)
    before = rng.uniform(40, 160, 900).astype(np.float32)
    after = before * np.float32(1.2) + np.float32(10)
    after[:300] = 250
    gain, offset = light_change(before, after, 5.0)
    assert gain == pytest.approx(1.2, abs=0.05)
    assert gain * 100 + offset == pytest.approx(130, abs=2)


def test_a_glance_says_whether_a_look_would_find_anything_and_changes_nothing() -> None:
    still = list(film(6))
    visited = list(film(6, mover(0, 6)))
    detector, other = CellDetector(), CellDetector()
    assert detector.glance(still[0][0])  # nothing is known yet
    for luma, t_s in still:
        detector.look(luma, t_s)
        other.look(luma, t_s)
        detector.glance(visited[40][0])
    assert detector.glance(visited[40][0])
    assert detector.glance(np.zeros(SHAPE, np.uint8))
    assert not detector.glance(still[7][0])
    assert detector.glance(still[7][0][:90])
    for luma, t_s in visited[30:]:
        assert detector.look(luma, 6 + t_s) == other.look(luma, 6 + t_s)


def test_a_glance_overlooks_what_is_ignored() -> None:
    detector = CellDetector(detection=Detection(ignore=Zones.parse("A1-J6")))
    for luma, t_s in film(3):
        detector.look(luma, t_s)
    assert not detector.glance(list(film(6, mover(0, 6)))[40][0])


def followed(
    *changes: Change, until_s: float, step_s: float = 1.0, seconds: float = 20
) -> Iterator[tuple[float, bool]]:
    """Every frame is looked at up to a time, after it one each `step_s`: whether each shows that the motion goes on."""
    detector, next_s = CellDetector(), until_s
    for luma, t_s in film(seconds, *changes):
        if t_s < until_s:
            detector.look(luma, t_s)
        elif t_s >= next_s - 0.01:
            next_s += step_s
            goes_on = detector.goes_on([(luma, t_s)])
            motion = detector.look(luma, t_s, alone=True)
            assert motion.moved is goes_on
            assert motion.since_s is None
            yield t_s, goes_on


@pytest.mark.parametrize("speed_px_s", [8, 25, 60, 80])
@pytest.mark.parametrize("step_s", [1.0, 2.0])
def test_single_frames_show_that_what_was_believed_still_moves_and_when_it_is_gone(
    speed_px_s: float, step_s: float
) -> None:
    visitor = mover(3, 10, speed_px_s=speed_px_s, height=34)
    for t_s, goes_on in followed(visitor, until_s=5.5, step_s=step_s):
        if t_s < min(10.0, 3 + 300 / speed_px_s):
            assert goes_on, t_s
        elif t_s > 10 + step_s:
            assert not goes_on, t_s


def test_single_frames_believe_nothing_that_comes_anew() -> None:
    assert not any(goes_on for _, goes_on in followed(mover(6, 14, height=40), until_s=5.5))


def test_what_parks_falls_silent_in_single_frames_too() -> None:
    def parks(picture: Picture, t_s: float) -> Picture:
        return mover(0, 30, width=40, height=30, speed_px_s=25)(picture, min(t_s, 8.0)) if t_s >= 3 else picture

    for step_s in (1.0, 2.0):
        seen = list(followed(parks, until_s=6, step_s=step_s, seconds=30))
        assert seen[0][1]
        assert not any(goes_on for t_s, goes_on in seen if t_s > 8 + 2 * step_s)


def test_asking_whether_it_goes_on_changes_nothing() -> None:
    frames = list(film(14, mover(3, 12, speed_px_s=25)))
    detector, other = CellDetector(), CellDetector()
    for number, (luma, t_s) in enumerate(frames[: 8 * FPS]):
        assert detector.look(luma, t_s) == other.look(luma, t_s)
        detector.goes_on([(frames[number + 20][0], t_s + 1), (frames[number + 21][0], t_s + 1.1)])
        detector.goes_on([(np.zeros(SHAPE, np.uint8), t_s + 1)])
    assert not detector.goes_on([(np.zeros((90, 160), np.uint8), 9)])
    assert not CellDetector().goes_on([(frames[0][0], 0)])


@pytest.mark.parametrize("stays", [True, False])
def test_what_flies_by_once_does_not_go_on(stays: bool) -> None:
    """An insect at the place of the visitor, in one picture; or the visitor in all of them."""
    frames = list(film(20, mover(3, 8, speed_px_s=25)))
    detector = CellDetector()
    for luma, t_s in frames[: round(7.5 * FPS)]:
        detector.look(luma, t_s)
    shots = [frames[round(9.5 * FPS) + number] for number in range(3)]
    for number, (luma, _) in enumerate(shots):
        if number == 0 or stays:
            luma[85:105, 100 + 2 * number : 115 + 2 * number] = 250
    assert detector.goes_on(shots[:1])
    assert detector.goes_on(shots) is stays
