"""One-time codes, by an injected clock."""

from __future__ import annotations

from bot.pairing import ALPHABET, CODE_LENGTH, MOST_TRIES, Code, new_code
from bot.questions import MOST_OPEN, Questions


def test_a_code_works_once() -> None:
    code = Code("ABCDE23456", until_s=600)
    assert code.matches(" abcde23456 ", 599)
    assert not code.matches("ABCDE23456", 599)


def test_a_code_expires() -> None:
    assert not Code("ABCDE23456", until_s=600).matches("ABCDE23456", 600)


def test_few_tries() -> None:
    code = Code("ABCDE23456", until_s=600)
    for _ in range(MOST_TRIES):
        assert not code.matches("ABCDE23457", 0)
    assert not code.alive(0)
    assert not code.matches("ABCDE23456", 0)


def test_odd_letters_do_not_match_and_do_not_break() -> None:
    assert not Code("ABCDE23456", until_s=600).matches("ünïcødé\u0000", 0)


def test_codes_are_long_and_differ() -> None:
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_yes_is_bound_to_user_message_matter_and_time() -> None:
    clock = Clock()
    questions = Questions(60, clock)
    for chat, message, user, about in ((1, 10, 9, "x"), (1, 11, 1, "x"), (2, 10, 1, "x"), (1, 10, 1, "y")):
        questions.asked(1, 10, 1, "x")
        assert not questions.answered(chat, message, user, about)
    questions.asked(1, 10, 1, "x")
    clock.now_s = 60
    assert questions.answered(1, 10, 1, "x")
    assert not questions.answered(1, 10, 1, "x"), "once"
    questions.asked(1, 10, 1, "x")
    clock.now_s = 121
    assert not questions.answered(1, 10, 1, "x")


def test_open_questions_are_bounded() -> None:
    questions = Questions(60, Clock())
    for message in range(MOST_OPEN + 1):
        questions.asked(1, message, 1, "x")
    assert not questions.answered(1, 0, 1, "x")
    assert questions.answered(1, MOST_OPEN, 1, "x")
