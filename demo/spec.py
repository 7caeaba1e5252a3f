"""Checks calls against a machine-readable description of the Bot API: methods, fields, types.

The description is a JSON file `{"methods": {name: {"fields": [..]}}, "types": {name: {"fields" | "subtypes": [..]}}}`
where a field is `{"name", "types", "required", "description"}`. It is read when it is there, and not needed otherwise.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

log = logging.getLogger(__name__)

ENVIRONMENT = "MOCAM_BOT_API_SPEC"
_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[2] / "shared" / "telegram" / "bot_api_10.0.json"
_CONSTANT = re.compile(r"(?:must be|always) [\"“”]?([a-z_]+)[\"“”]?")
_ARRAY = "Array of "


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or member of an object."""

    name: str
    types: tuple[str, ...]
    required: bool
    constant: str
    """The only value it may have, `video` for the type of an InputMediaVideo; empty: any."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A description of the Bot API. An empty one finds no fault with anything."""

    methods: Mapping[str, tuple[Field, ...]]
    objects: Mapping[str, tuple[Field, ...]]
    unions: Mapping[str, tuple[str, ...]]

    @staticmethod
    def empty() -> Spec:
        """Checks nothing."""
        return Spec({}, {}, {})

    @staticmethod
    def found() -> Spec:
        """The one that the environment names, else the one beside the project, else an empty one (the log says so)."""
        named = os.environ.get(ENVIRONMENT)
        path = Path(named) if named else _BESIDE_THE_PROJECT
        if not named and not path.is_file():
            _say_missing()
            return Spec.empty()
        return Spec.load(path)

    @staticmethod
    @cache
    def load(path: Path) -> Spec:
        """Reads a description. Raises OSError or ValueError: a spec that was asked for by name must be there."""
        source = json.loads(path.read_text(encoding="utf-8"))
        return Spec(
            {name: _fields(method) for name, method in source["methods"].items()},
            {name: _fields(kind) for name, kind in source["types"].items() if "subtypes" not in kind},
            {name: tuple(kind["subtypes"]) for name, kind in source["types"].items() if "subtypes" in kind},
        )

    def knows(self, method: str) -> bool:
        return method in self.methods or not self.methods

    def violations(self, method: str, params: Mapping[str, object], parts: frozenset[str]) -> list[str]:
        """What is wrong with a call, a sentence each.

        `params` are form strings or JSON values; `parts` names the uploaded files.
        """
        if not self.methods:
            return []
        if method not in self.methods:
            return [f"there is no method {method}"]
        fields = {field.name: field for field in self.methods[method]}
        attached = _attached(params)
        found = [f"{method}: unknown field {name}" for name in params if name not in fields]
        found += [f"{method}: uploaded part {n} is not used" for n in sorted(parts - fields.keys() - attached)]
        for field in fields.values():
            if field.name in parts and field.name not in params:
                found += [] if "InputFile" in field.types else [f"{method}.{field.name}: a file where none belongs"]
            elif field.name in params:
                found += self._any_of(_decoded(params[field.name], field.types), field, f"{method}.{field.name}")
            elif field.required:
                found.append(f"{method}: required field {field.name} is missing")
        return found

    def _any_of(self, value: object, field: Field, where: str) -> list[str]:
        """Faults by the type that fits best."""
        if field.constant and value != field.constant:
            return [f'{where}: must be "{field.constant}"']
        tries = [self._check(value, kind, where) for kind in field.types]
        return min(tries, key=len)

    def _check(self, value: object, kind: str, where: str) -> list[str]:
        if kind.startswith(_ARRAY):
            if not isinstance(value, list):
                return [f"{where}: {kind} expected, not {_shown(value)}"]
            inner = kind.removeprefix(_ARRAY)
            return [fault for i, item in enumerate(value) for fault in self._check(item, inner, f"{where}[{i}]")]
        members = kind.split("|") if "|" in kind else self.unions.get(kind)
        if members:
            tries = [self._check(value, member, where) for member in members]
            return min(tries, key=len)
        if kind in self.objects and kind != "InputFile":
            return self._check_object(value, kind, where)
        return [] if _is_scalar(value, kind) else [f"{where}: {kind} expected, not {_shown(value)}"]

    def _check_object(self, value: object, kind: str, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {kind} expected, not {_shown(value)}"] * 2
        fields = {field.name: field for field in self.objects[kind]}
        found = [f"{where}: {kind} has no field {name}" for name in value if name not in fields]
        for field in fields.values():
            if field.name in value:
                faults = self._any_of(value[field.name], field, f"{where}.{field.name}")
                # A wrong discriminator says that this is not the type which was meant.
                found += faults * (len(fields) + 1) if field.constant else faults
            elif field.required:
                found.append(f"{where}: {kind} needs the field {field.name}")
        return found


_missing_was_said = False


def _say_missing() -> None:
    global _missing_was_said  # noqa: PLW0603 - once per process, whoever asks
    if not _missing_was_said:
        log.info("stand-in: no description of the Bot API (%s): it checks its own limits only", ENVIRONMENT)
    _missing_was_said = True


def _fields(source: Mapping[str, object]) -> tuple[Field, ...]:
    fields = cast("list[dict[str, object]]", source.get("fields") or [])
    return tuple(
        Field(str(f["name"]), _types(cast("list[str]", f["types"])), bool(f["required"]), _constant(f)) for f in fields
    )


def _types(types: list[str]) -> tuple[str, ...]:
    """`Array of A` or `Array of B` is an array whose items are A or B, told apart one by one: `Array of A|B`."""
    arrays = [kind.removeprefix(_ARRAY) for kind in types if kind.startswith(_ARRAY)]
    if len(arrays) < 2:
        return tuple(types)
    return (_ARRAY + "|".join(arrays), *(kind for kind in types if not kind.startswith(_ARRAY)))


def _constant(field: Mapping[str, object]) -> str:
    if field["name"] not in ("type", "source") or field["types"] != ["String"]:
        return ""
    found = _CONSTANT.search(str(field["description"]))
    return found[1] if found else ""


def _decoded(value: object, types: tuple[str, ...]) -> object:
    """A form string as the JSON value that its types ask for; unchanged when it cannot be read so."""
    if not isinstance(value, str) or types == ("String",):
        return value
    if "InputFile" in types or ("String" in types and not value.lstrip("-").isdigit()):
        return value
    try:
        return cast("object", json.loads(value.lower() if types == ("Boolean",) else value))
    except ValueError:
        return value


def _is_scalar(value: object, kind: str) -> bool:
    match kind:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean" | "True":
            return isinstance(value, bool)
        case "String" | "InputFile":
            return isinstance(value, str)
        case _:
            return True


def _attached(params: Mapping[str, object]) -> frozenset[str]:
    text = " ".join(value if isinstance(value, str) else json.dumps(value) for value in params.values())
    return frozenset(re.findall(r"attach://([^\"\s]+)", text))


def _shown(value: object) -> str:
    return repr(value) if len(repr(value)) < 60 else f"{repr(value)[:57]}..."
