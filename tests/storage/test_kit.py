"""The kit's words: out on paper and back in, and every slip of the pen has its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import KitWrong
from storage.keys import ALPHABET, LENGTH, WORD_LIST, Passwords
from storage.kit import Kit, read_kit
from storage.seal import make_pair

WORDS = Passwords(
    "garbage-sleep-inherit-feed-basket-retire-execute-filter-elevator-inject-enjoy-flush",
    "abandon-abandon-abandon-abandon-abandon-abandon-abandon-abandon-abandon-abandon-abandon-about",
)
GROUPS = Passwords(ALPHABET[:LENGTH], ALPHABET[-LENGTH:])
PAIR = make_pair()


def slipped(text: str) -> str:
    """The text with its last letter swapped for another one; the key is a new one each time, and may end in any."""
    head, last = text.rstrip()[:-1], text.rstrip()[-1]
    return head + ("p" if last.lower() == "q" else "q") + "\n"


def typed(kit: Kit) -> str:
    return "\n".join(" ".join(part.words) for part in kit.parts())


@pytest.mark.parametrize("passwords", [WORDS, GROUPS], ids=["words", "groups"])
@pytest.mark.parametrize("seal", ["", PAIR.private], ids=["plain", "sealed"])
def test_what_is_printed_can_be_read_back(passwords: Passwords, seal: str) -> None:
    kit = Kit(passwords, seal)
    assert read_kit(kit.text()) == kit
    head = typed(Kit(passwords))
    tail = " ".join(kit.parts()[2].words) if seal else ""
    assert read_kit(head + (f"\nAGE-SECRET-KEY-1\n{tail}" if seal else "")) == kit
    numbered = [f"{number}. {word}" for number, word in kit.numbered().items()]
    cut = len(numbered) - len(kit.parts()[2].words) if seal else len(numbered)
    text = " ".join(numbered[:cut]) + (" age secret key 1 " + " ".join(numbered[cut:]).lower() if seal else "")
    assert read_kit(text) == kit


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_every_pair_of_words_comes_back(first: bytes, second: bytes) -> None:
    words = [str(WORD_LIST.to_mnemonic(entropy)).replace(" ", "-") for entropy in (first, second)]
    kit = Kit(Passwords(*words))
    assert read_kit(typed(kit)) == kit
    shouted = " ".join(word.upper()[: max(4, len(word) - 1)] for part in kit.parts() for word in part.words)
    assert read_kit(shouted) == kit


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda words: ["garbige", *words[1:]], "Word 1, 'garbige', is no word of a kit. Is it garbage"),
        (lambda words: words[:-1], "These are 23 words; a kit has 24"),
        (lambda words: [*words, "zoo"], "These are 25 words"),
        (lambda words: [words[1], words[0], *words[2:]], "The first 12 words do not fit together"),
        (lambda words: [*words[:-1], "zoo"], "The second 12 words do not fit together"),
        (lambda words: [*words[:5], "x9", *words[6:]], "letters and digits; a kit of groups has 64"),
        (lambda _: [], "These are 0 words"),
    ],
)
def test_a_slip_has_its_sentence(change: object, says: str) -> None:
    words = typed(Kit(WORDS)).split()
    with pytest.raises(KitWrong, match=says):
        read_kit(" ".join(change(words)))  # type: ignore[operator] # one of the lambdas above


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"password = {WORDS.password}\n", "line of password2 is missing"),
        (f"password = {WORDS.password[:-1]}\npassword2 = {WORDS.password2}\n", "line of password is damaged"),
        (slipped(Kit(WORDS, PAIR.private).text()), "slip in it"),
    ],
)
def test_a_damaged_code_has_its_sentence(text: str, says: str) -> None:
    with pytest.raises(KitWrong, match=says) as caught:
        read_kit(text)
    assert "inherit" not in str(caught.value)


def test_nothing_of_it_shows_in_a_repr() -> None:
    shown = repr(Kit(WORDS, PAIR.private)) + repr(Kit(WORDS, PAIR.private).parts()) + repr(PAIR)
    assert "garbage" not in shown
    assert "AGE-SECRET" not in shown
