"""When a camera's owner hears of it: once, whatever the camera does in between."""

from __future__ import annotations

from mocam.blindness import (
    BLIND_FOR_S,
    OFTEN_S,
    SEES_AFTER_OFTEN_S,
    SEES_FOR_S,
    STILL_FOR_S,
    Blind,
    Blindness,
    SeesAgain,
    StillBlind,
    Unsteady,
    Word,
)


class Camera:
    """Plays a camera's life second by second and keeps what is said of it, with the second in which it was."""

    def __init__(self) -> None:
        self.blindness = Blindness()
        self.now_s = 1000.0
        self.said: list[tuple[float, Word]] = []
        self.missed: list[float] = []

    def is_blind(self, seconds: int, reason: str = "Gone.") -> None:
        self.blindness.blind(self.now_s, reason)
        self._lives(seconds)

    def sees(self, seconds: int) -> None:
        self.blindness.sees(self.now_s)
        self._lives(seconds)

    def _lives(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_s += 1
            expected_s = self.blindness.next_s(self.now_s - 1)
            if word := self.blindness.due(self.now_s):
                self.said.append((self.now_s, word))
                if expected_s is None or expected_s > self.now_s:
                    self.missed.append(self.now_s)

    @property
    def words(self) -> list[str]:
        return [type(word).__name__ for _, word in self.said if not isinstance(word, StillBlind)]


def test_an_hour_without_the_camera_is_two_messages() -> None:
    camera = Camera()
    camera.sees(600)
    begun_s = camera.now_s
    camera.is_blind(1800)
    camera.is_blind(1800, "Another reason.")
    camera.sees(600)
    assert camera.words == ["Blind", "SeesAgain"]
    (told_s, blind), (still_s, still), (_, again) = camera.said
    assert still == StillBlind(begun_s, "Gone.")
    assert still_s - begun_s == STILL_FOR_S
    assert blind == Blind(begun_s, "Gone.")
    assert told_s - begun_s == BLIND_FOR_S
    assert again == SeesAgain(begun_s, begun_s + 3600, 3600)
    assert camera.missed == [], "whoever waits until `next_s` hears everything in time"


def test_a_router_that_restarts_is_no_message() -> None:
    camera = Camera()
    camera.is_blind(int(BLIND_FOR_S) - 1)
    camera.sees(3600)
    assert camera.words == []


def test_seeing_for_a_moment_is_not_the_end_of_it() -> None:
    camera = Camera()
    for _ in range(20):
        camera.is_blind(100)
        camera.sees(int(SEES_FOR_S) - 1)
    camera.sees(100)
    assert camera.words == ["Blind", "SeesAgain"]
    again = camera.said[1][1]
    assert isinstance(again, SeesAgain)
    assert again.blind_s == 2000


def test_a_camera_that_comes_and_goes_is_told_though_no_time_was_long() -> None:
    camera = Camera()
    for _ in range(40):
        camera.is_blind(30, "Flicker.")
        camera.sees(30)
    assert camera.words == ["Unsteady"]
    told_s, word = camera.said[0]
    assert word == Unsteady(OFTEN_S, 1800, "Flicker.")
    assert told_s - 1000 < 660
    camera.sees(int(SEES_AFTER_OFTEN_S))
    assert camera.words == ["Unsteady", "SeesAgain"]
    assert camera.missed == []


def test_disarming_ends_it_without_a_word_and_the_next_time_is_a_first_one() -> None:
    camera = Camera()
    camera.is_blind(100)
    camera.blindness.forget()
    camera.sees(200)
    assert camera.words == ["Blind"]
    camera.is_blind(100)
    assert camera.words == ["Blind", "Blind"]
    assert camera.blindness.next_s(camera.now_s) == camera.now_s + STILL_FOR_S - 100


def test_what_it_remembers_is_bounded() -> None:
    camera = Camera()
    for _ in range(3000):
        camera.blindness.blind(camera.now_s, "")
        camera.blindness.sees(camera.now_s + 0.01)
        camera.now_s += 0.02
    assert camera.blindness.due(camera.now_s) is None
