"""One call of a Bot API method: its name, parameters and files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from demo.entities import Entity, FormattedText, formatted, parse_html, plain
from demo.files import Upload
from demo.rejection import breach

ATTACHED = "attach://"


@dataclass(slots=True)
class Call:
    """A call as received. `params` are strings as in a form, or JSON values when the body was JSON."""

    method: str
    params: dict[str, object]
    uploads: dict[str, Upload]
    wall_utc: datetime
    mono_s: float
    """When it was wholly received."""
    status: int = 0
    """HTTP status of the answer; 0: none was given (yet)."""
    violations: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """Raises Rejected when it is missing without default, or no integer."""
        value = self.params.get(name, default)
        if value is None:
            raise breach(f'parameter "{name}" is required')
        try:
            return int(cast("str", value))
        except (TypeError, ValueError) as exc:
            raise breach(f'invalid value of parameter "{name}": integer expected') from exc

    def flag(self, name: str) -> bool:
        return self.text(name, "false").lower() in {"true", "1", "yes"}

    def json(self, name: str) -> object:
        """The decoded value of a JSON parameter, None when it is missing. Raises Rejected when it is not JSON."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return cast("object", json.loads(value))
        except ValueError as exc:
            raise breach(f"can't parse {name} JSON object") from exc

    def json_list(self, name: str) -> list[object]:
        """As `json`, for an array; empty when it is missing."""
        value = self.json(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise breach(f"can't parse {name}: Array expected")
        return cast("list[object]", value)

    def upload(self, name: str) -> Upload | None:
        """The file given under this name: as a part of that name, or as `attach://part`."""
        value = self.params.get(name)
        if isinstance(value, str) and value.startswith(ATTACHED):
            return self.attached(value)
        return self.uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """The part that `attach://part` names; None for any other reference."""
        if not reference.startswith(ATTACHED):
            return None
        part = reference.removeprefix(ATTACHED)
        if part not in self.uploads:
            raise breach(f'there is no part "{part}" in the request')
        return self.uploads[part]


def read_text(source: dict[str, object], name: str, limit: int) -> FormattedText:
    """The text `name` of a call or an InputMedia, with its `parse_mode` or entities. Raises Rejected past the limit."""
    text = str(source.get(name) or "")
    mode = str(source.get("parse_mode") or "").lower()
    body = _read_formatted(text, mode, source.get("entities" if name == "text" else "caption_entities"))
    if len(body.text) > limit:
        raise breach("message is too long" if name == "text" else "message caption is too long")
    return body


def _read_formatted(text: str, mode: str, given: object) -> FormattedText:
    if mode == "html":
        return parse_html(text)
    if mode:
        raise breach(f"the stand-in reads parse_mode HTML only, not {mode}")
    if isinstance(given, str):
        given = json.loads(given)
    if isinstance(given, list) and given:
        return formatted(text, tuple(_entity(item) for item in given))
    return plain(text)


def _entity(item: dict[str, object]) -> Entity:
    offset, length = cast("int", item["offset"]), cast("int", item["length"])
    return Entity(str(item["type"]), offset, length, str(item.get("url", "")), str(item.get("language", "")))
