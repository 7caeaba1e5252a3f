"""The recovery kit: the archive's secrets as words and groups that a person can type, and back again. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyrage

from storage.errors import KitWrong
from storage.keys import ALPHABET, LENGTH, WORD_LIST, WORDS, Passwords, well_formed

SEAL_HEAD = "AGE-SECRET-KEY-1"
_GROUP = 4
_LINE = re.compile(r"^\s*(password2?|seal)\s*=\s*(\S+)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\d+[.):]")
"""`5.` before a word, as the page has it."""
_KNOWN = frozenset(WORD_LIST.wordlist)


@dataclass(frozen=True, slots=True)
class Part:
    """One secret as the page shows it."""

    name: str
    """`password`, `password2` or `seal`."""
    first: int
    """Number of its first word on the page, from 1 on."""
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kit:
    """All that is needed to read the archive, besides the way to the remote."""

    passwords: Passwords
    seal: str = field(default="", repr=False)
    """The private half of the sealing key, `AGE-SECRET-KEY-1..`; empty: not in this kit."""

    def parts(self) -> tuple[Part, ...]:
        """The secrets in words or groups, numbered through."""
        texts = [("password", _words(self.passwords.password)), ("password2", _words(self.passwords.password2))]
        if self.seal:
            texts.append(("seal", _groups(self.seal.removeprefix(SEAL_HEAD))))
        found, number = [], 1
        for name, words in texts:
            found.append(Part(name, number, words))
            number += len(words)
        return tuple(found)

    def numbered(self) -> dict[int, str]:
        """Every word by its number."""
        return {part.first + at: word for part in self.parts() for at, word in enumerate(part.words)}

    def text(self) -> str:
        """As the QR holds it, and as a file may: one line a secret."""
        lines = [f"password = {self.passwords.password}", f"password2 = {self.passwords.password2}"]
        return "\n".join([*lines, *([f"seal = {self.seal}"] if self.seal else [])]) + "\n"


def read_kit(text: str) -> Kit:
    """From what was typed (words or groups, with or without numbers), scanned, or read from a file.

    Raises KitWrong with a sentence that says which word is wrong; it never repeats a right one.
    """
    named = dict(_LINE.findall(text))
    if named:
        return _from_lines(named)
    body, marker, tail = _split_seal(text)
    tokens = [token for token in re.split(r"[\s,;-]+", body) if token and not _NUMBER.fullmatch(token)]
    return Kit(_passwords(tokens), _seal(tail) if marker else "")


def _from_lines(named: dict[str, str]) -> Kit:
    missing = {"password", "password2"} - set(named)
    if missing:
        raise KitWrong(f"The kit is not whole: the line of {min(missing)} is missing.")
    for name in ("password", "password2"):
        if not well_formed(named[name]):
            raise KitWrong(f"The line of {name} is damaged. Scan or copy it again, or type the words.")
    return Kit(Passwords(named["password"], named["password2"]), _seal(named["seal"]) if "seal" in named else "")


def _split_seal(text: str) -> tuple[str, str, str]:
    match = re.search(r"AGE[\s-]*SECRET[\s-]*KEY[\s-]*1", text, re.IGNORECASE)
    return (text, "", "") if match is None else (text[: match.start()], match[0], text[match.end() :])


def _passwords(tokens: Sequence[str]) -> Passwords:
    joined = "".join(tokens)
    if len(joined) == 2 * LENGTH and set(joined) <= set(ALPHABET) and not _KNOWN.issuperset(tokens):
        return Passwords(joined[:LENGTH], joined[LENGTH:])
    if not all(token.isalpha() for token in tokens):
        raise KitWrong(
            f"These are {len(joined)} letters and digits; a kit of groups has {2 * LENGTH}. Capitals matter; there "
            "is no 0, O, o, 1, l or I among them."
        )
    words = [_word(number, token) for number, token in enumerate(tokens, 1)]
    if len(words) != 2 * WORDS:
        raise KitWrong(f"These are {len(words)} words; a kit has {2 * WORDS}.")
    for first, which in ((0, "first"), (WORDS, "second")):
        if not WORD_LIST.check(" ".join(words[first : first + WORDS])):
            raise KitWrong(f"The {which} {WORDS} words do not fit together: one of them is wrong or out of its order.")
    return Passwords("-".join(words[:WORDS]), "-".join(words[WORDS:]))


def _word(number: int, token: str) -> str:
    """The word of the list; its first four letters are enough. Raises KitWrong."""
    word = token.lower()
    if word in _KNOWN:
        return word
    begun = [known for known in WORD_LIST.wordlist if known.startswith(word)] if len(word) >= _GROUP else []
    if len(begun) == 1:
        return str(begun[0])
    near = difflib.get_close_matches(word, WORD_LIST.wordlist, n=2)
    hint = f" Is it {' or '.join(near)}?" if near else ""
    raise KitWrong(f"Word {number}, {token[:20]!r}, is no word of a kit.{hint}")


def _seal(text: str) -> str:
    """The private half, whole. Raises KitWrong: its own checksum finds every slip."""
    letters = re.sub(r"[^A-Z0-9]", "", _without_numbers(text).upper()).removeprefix("AGESECRETKEY1")
    seal = SEAL_HEAD + letters
    try:
        pyrage.x25519.Identity.from_str(seal)
    except pyrage.IdentityError as error:
        raise KitWrong("The key of the seal has a slip in it: compare its groups with the page.") from error
    return seal


def _without_numbers(text: str) -> str:
    return " ".join(token for token in text.split() if not _NUMBER.fullmatch(token))


def _words(password: str) -> tuple[str, ...]:
    return tuple(password.split("-")) if "-" in password else _groups(password)


def _groups(text: str) -> tuple[str, ...]:
    return tuple(_chunks(text))


def _chunks(text: str) -> Iterator[str]:
    for at in range(0, len(text), _GROUP):
        yield text[at : at + _GROUP]
