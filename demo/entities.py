"""Formatted text as the Bot API knows it: HTML in, plain text and entities out.

The accepted tags and the refusals follow "HTML style" and MessageEntity in the Bot API reference.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from demo.rejection import breach


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted stretch of text; `offset` and `length` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""

    def to_json(self) -> dict[str, object]:
        answer: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url:
            answer["url"] = self.url
        if self.language:
            answer["language"] = self.language
        return answer


@dataclass(frozen=True, slots=True)
class FormattedText:
    """What a message says: plain `text`, its entities, and the `html` it was sent as."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    html: str = ""

    def entities_json(self) -> list[dict[str, object]]:
        return [entity.to_json() for entity in self.entities]


_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAG = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("hashtag", re.compile(r"(?<![\w&/#])#(?=\w*[^\W\d])\w+")),
)


def utf16_length(text: str) -> int:
    """UTF-16 code units, in which the Bot API counts offsets."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


def plain(text: str) -> FormattedText:
    """Text without formatting; commands, addresses and hashtags are found as the real server finds them."""
    return _finish(text, [], html.escape(text, quote=False))


def formatted(text: str, given: tuple[Entity, ...]) -> FormattedText:
    """Text whose entities came beside it."""
    return _finish(text, list(given), html.escape(text, quote=False))


def parse_html(source: str) -> FormattedText:
    """Parses the Bot API's HTML. Raises Rejected with the real server's sentence for what it cannot read."""
    return _Reader(source).read()


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    url: str = ""
    language: str = ""
    expandable: bool = False


class _Reader:
    """One pass over the source; a stack holds the tags still open."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> FormattedText:
        at = 0
        while at < len(self._source):
            at = self._tag(at) if self._source[at] == "<" else self._letters(at)
        if self._open:
            raise breach(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1].tag}\""
            )
        # Of two with the same extent the outer one was closed later and must be listed first.
        return _finish("".join(self._text), self._entities[::-1], self._source)

    def _letters(self, at: int) -> int:
        end = self._source.find("<", at)
        end = len(self._source) if end < 0 else end
        text = _REFERENCE.sub(lambda found: html.unescape(found[0]), self._source[at:end])
        self._text.append(text)
        self._length += utf16_length(text)
        return end

    def _tag(self, at: int) -> int:
        found = _TAG.match(self._source, at)
        where = len(self._source[:at].encode(errors="replace"))
        if found is None:
            raise breach(f"can't parse entities: Unclosed start tag at byte offset {where}")
        closing, name, rest = found[1], found[2].lower(), found[3]
        if closing:
            self._close(name, where)
        else:
            self._start(name, rest, where)
        return found.end()

    def _start(self, name: str, rest: str, where: int) -> None:
        attributes = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(rest)}
        spoiler = attributes.get("class") == "tg-spoiler"
        if name not in _TAGS or (name == "span" and not spoiler):
            raise breach(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {where}')
        language = attributes.get("class", "").removeprefix("language-") if name == "code" else ""
        url = html.unescape(attributes.get("href", ""))
        expandable = name == "blockquote" and "expandable" in attributes
        self._open.append(_Open(name, self._length, url, language, expandable))

    def _close(self, name: str, where: int) -> None:
        if not self._open:
            raise breach(f"can't parse entities: Unexpected end tag at byte offset {where}")
        opened = self._open.pop()
        if name not in ("", opened.tag):
            raise breach(
                f"can't parse entities: Unmatched end tag at byte offset {where}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        if opened.tag == "code" and self._open and self._open[-1].tag == "pre":
            self._open[-1].language = opened.language
            return
        length = self._length - opened.offset
        kind = "expandable_blockquote" if opened.expandable else _TAGS[opened.tag]
        if length and (opened.tag != "a" or opened.url):
            self._entities.append(Entity(kind, opened.offset, length, opened.url, opened.language))


def _finish(text: str, entities: list[Entity], source: str) -> FormattedText:
    """Trims the text as the server does, moves the entities along and adds those that it finds by itself."""
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        start, stop = max(0, entity.offset - lead), min(end, entity.offset - lead + entity.length)
        if stop > start:
            kept.append(Entity(entity.type, start, stop - start, entity.url, entity.language))
    kept += _found(text, kept)
    kept.sort(key=lambda entity: (entity.offset, -entity.length))
    return FormattedText(text, tuple(kept), source)


def _found(text: str, given: list[Entity]) -> list[Entity]:
    taken = [(e.offset, e.offset + e.length) for e in given if e.type in {"code", "pre", "text_link", "url"}]
    answer = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            stop = start + utf16_length(match[0])
            if all(stop <= a or start >= b for a, b in taken):
                answer.append(Entity(kind, start, stop - start))
                taken.append((start, stop))
    return answer
