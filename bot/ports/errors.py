"""The one error that may cross the border to the chat."""

from __future__ import annotations


class Unavailable(Exception):  # noqa: N818 - an answer, not a fault
    """Cannot be had now; the text is a sentence for the owner that says why and what to do."""


class NotNow(Unavailable):
    """A letter that must not be sent in this moment, since it is changing hands; it comes again."""
