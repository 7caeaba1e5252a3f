"""When a picture that comes shows nothing: frozen, black; and when it does not matter that little changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from camera.model import Luma
from camera.sight import BLACK, BLACK_S, DARK_FROZEN_S, FROZEN, FROZEN_S, QUESTION_S, SEES_AGAIN_S, Sight
from tests.camera.footage import SHAPE, room

RATE = 4
"""Gray frames a second; the limits are seconds, whatever the rate."""


class Camera:
    """Shows pictures to a `Sight` for stretches of time."""

    def __init__(self, *, black_is_blind: bool = True) -> None:
        self.sight = Sight(black_is_blind=black_is_blind)
        self.noises = np.random.default_rng(5).normal(0, 1, (5, *SHAPE)).astype(np.float32)
        self.now_s = 1000.0
        self.starts: list[float] = []

    def shows(self, picture: Luma, seconds: float, noise: float = 0.0) -> str:
        """The reason why it is blind at the end; empty: it sees."""
        pictures = [np.clip(picture + noise * one, 0, 255).astype(np.uint8) for one in self.noises]
        for number in range(round(seconds * RATE)):
            self.now_s += 1 / RATE
            self.sight.look(pictures[number % len(pictures)], self.now_s)
            if self.sight.wants_new_start(self.now_s):
                self.starts.append(self.now_s)
        return self.sight.verdict.reason if self.sight.verdict else ""


def still_room() -> Luma:
    return room().astype(np.uint8)


def flat(luma: int) -> Luma:
    return np.full(SHAPE, luma, np.uint8)


def with_clock(picture: Luma, text: str) -> Luma:
    """As cameras write it along the upper edge."""
    written = picture.copy()
    cv2.putText(written, text, (4, 14), cv2.FONT_HERSHEY_PLAIN, 1, 255)
    return written


def test_the_same_picture_is_frozen_after_a_while_and_says_since_when() -> None:
    camera = Camera()
    camera.shows(still_room(), 60, noise=1)
    begun_s = camera.now_s
    assert camera.shows(still_room(), FROZEN_S - 1) == ""
    assert camera.shows(still_room(), 3) == FROZEN
    assert camera.sight.verdict
    assert camera.sight.verdict.since_mono_s == pytest.approx(begun_s, abs=1)


def test_a_running_clock_in_a_frozen_picture_is_no_life() -> None:
    camera, picture = Camera(), still_room()
    told = {camera.shows(with_clock(picture, f"22:{second // 60:02d}:{second % 60:02d}"), 1) for second in range(130)}
    assert told == {"", FROZEN}


@pytest.mark.parametrize("noise", [0.3, 1.0, 6.0])
def test_noise_is_life_however_still_the_scene(noise: float) -> None:
    assert Camera().shows(still_room(), 20 * FROZEN_S, noise) == ""


def test_a_scene_that_compression_holds_still_from_key_frame_to_key_frame_is_not_frozen() -> None:
    camera = Camera()
    for step in range(60):
        assert camera.shows(still_room() + np.uint8(step % 2), 20) == ""


def test_it_sees_again_only_when_the_picture_goes_on_changing() -> None:
    camera = Camera()
    camera.shows(still_room(), FROZEN_S + 5)
    assert camera.shows(still_room() + np.uint8(1), 30) == FROZEN, "another coding of the same picture"
    assert camera.shows(still_room(), SEES_AGAIN_S - 1, noise=1) == FROZEN
    assert camera.shows(still_room(), 2, noise=1) == ""


def test_what_moves_is_seen_at_once() -> None:
    camera = Camera()
    camera.shows(still_room(), FROZEN_S + 5)
    camera.sight.moved()
    assert camera.shows(still_room(), 1, noise=1) == ""


def test_a_frozen_camera_is_opened_again_at_ever_longer_distances() -> None:
    camera = Camera()
    camera.shows(still_room(), 6 * 3600)
    apart = [round(after - before, -1) for before, after in zip(camera.starts, camera.starts[1:], strict=False)]
    assert apart[:5] == [120, 240, 480, 960, 1920]
    assert set(apart[5:]) == {3600}
    camera.shows(still_room(), 60, noise=1)
    begun = len(camera.starts)
    camera.shows(still_room(), FROZEN_S + 5)
    assert len(camera.starts) == begun + 1, "another time is a first time"


def test_opened_again_for_another_reason_it_begins_anew() -> None:
    camera = Camera()
    camera.shows(still_room(), FROZEN_S - 1)
    camera.sight.opened()
    assert camera.shows(still_room(), 10) == ""


def test_opened_again_because_it_was_frozen_it_is_not_believed_at_once() -> None:
    camera = Camera()
    camera.shows(still_room(), FROZEN_S + 1)
    camera.sight.opened()
    assert camera.shows(still_room(), 1) == FROZEN


@pytest.mark.parametrize("luma", [0, 16, 20])
def test_a_black_picture_is_black_after_a_minute(luma: int) -> None:
    camera = Camera()
    camera.shows(still_room(), 10, noise=1)
    begun_s = camera.now_s
    assert camera.shows(flat(luma), BLACK_S - 1) == ""
    assert camera.shows(with_clock(flat(luma), "22:10:04"), 5) == BLACK
    assert camera.sight.verdict
    assert camera.sight.verdict.since_mono_s == pytest.approx(begun_s, abs=1)
    assert camera.shows(still_room(), 1, noise=1) == "", "light again: it sees at once"
    assert camera.starts == []


def lamp() -> Luma:
    picture = flat(17)
    cv2.circle(picture, (200, 70), 2, 90, -1)
    return picture


def horizon() -> Luma:
    picture = flat(17)
    picture[:90] = 23
    return picture


@pytest.mark.parametrize(("picture", "noise"), [(flat(18), 1.5), (lamp(), 0.5), (horizon(), 0.5), (flat(60), 0.3)])
def test_a_dark_night_is_not_black(picture: Luma, noise: float) -> None:
    assert Camera().shows(picture, 10 * BLACK_S, noise) == ""


def test_in_the_dark_a_still_picture_has_longer_time() -> None:
    camera = Camera()
    assert camera.shows(horizon(), DARK_FROZEN_S - 5) == ""
    assert camera.shows(horizon(), 10) == FROZEN


def test_a_room_without_light_may_be_black() -> None:
    assert Camera(black_is_blind=False).shows(flat(16), 5 * BLACK_S) == ""


def test_every_picture_is_wanted_before_one_is_called_frozen() -> None:
    """Key frames of a calm and clean picture may be alike to the last bit, while those between them are not."""
    camera = Camera()
    camera.shows(still_room(), 60, noise=1)
    camera.shows(still_room(), QUESTION_S - 2)
    assert not camera.sight.is_in_question
    camera.shows(still_room(), 4)
    assert camera.sight.is_in_question
    assert FROZEN_S > 3 * QUESTION_S
    camera.shows(still_room(), 1, noise=1)
    assert not camera.sight.is_in_question
