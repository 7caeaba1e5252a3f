"""A call that the stand-in refuses, in the words of the real server."""

from __future__ import annotations


class Rejected(Exception):  # noqa: N818 - an answer to a client, not a fault of this program
    """Becomes `{"ok": false, ..}` with HTTP status `code`.

    A `breach` is one that no correct bot would ever cause (a limit, a malformed field): it is noted as a violation too.
    """

    def __init__(self, description: str, *, code: int = 400, breach: bool = False) -> None:
        super().__init__(description)
        self.description = description
        self.code = code
        self.breach = breach


def bad_request(reason: str) -> Rejected:
    """A refusal that may happen to a correct bot (the message is gone, nothing was changed)."""
    return Rejected(f"Bad Request: {reason}")


def breach(reason: str) -> Rejected:
    """A refusal that only a wrong bot can cause."""
    return Rejected(f"Bad Request: {reason}", breach=True)
