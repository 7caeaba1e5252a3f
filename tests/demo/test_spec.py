from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from demo.botapi import BotApi
from demo.spec import ENVIRONMENT, Spec
from tests.demo.client import OWNER, TOKEN, Client
from tests.demo.media import jpeg


def field(name: str, *types: str, required: bool = False, description: str = "") -> dict[str, object]:
    return {"name": name, "types": list(types), "required": required, "description": description}


def media(kind: str, *more: dict[str, object]) -> dict[str, object]:
    constant = field("type", "String", required=True, description=f"Type of the result, must be {kind}")
    return {"fields": [constant, field("media", "String", required=True), *more]}


SMALL = {
    "methods": {
        "sendMessage": {
            "fields": [
                field("chat_id", "Integer", "String", required=True),
                field("text", "String", required=True),
                field("disable_notification", "Boolean"),
                field("reply_markup", "InlineKeyboardMarkup"),
            ]
        },
        "sendPhoto": {
            "fields": [
                field("chat_id", "Integer", "String", required=True),
                field("photo", "InputFile", "String", required=True),
                field("caption", "String"),
            ]
        },
        "sendMediaGroup": {
            "fields": [
                field("chat_id", "Integer", "String", required=True),
                field("media", "Array of InputMediaPhoto", "Array of InputMediaVideo", required=True),
            ]
        },
        "editMessageMedia": {"fields": [field("media", "InputMedia", required=True)]},
    },
    "types": {
        "InlineKeyboardMarkup": {
            "fields": [field("inline_keyboard", "Array of Array of InlineKeyboardButton", required=True)]
        },
        "InlineKeyboardButton": {"fields": [field("text", "String", required=True), field("callback_data", "String")]},
        "InputMedia": {"subtypes": ["InputMediaPhoto", "InputMediaVideo"]},
        "InputMediaPhoto": media("photo"),
        "InputMediaVideo": media("video", field("width", "Integer")),
    },
}


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    return Spec.load(path)


VIDEO = {"type": "video", "media": "attach://v", "width": 640}


@pytest.mark.parametrize(
    ("method", "params", "parts"),
    [
        ("sendMessage", {"chat_id": "42", "text": "42", "disable_notification": "true"}, []),
        ("sendMessage", {"chat_id": "@name", "text": "x"}, []),
        ("sendMessage", {"chat_id": 42, "text": "x", "disable_notification": False}, []),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [[{"text": "a"}]]}'}, []),
        ("sendPhoto", {"chat_id": "1"}, ["photo"]),
        ("sendPhoto", {"chat_id": "1", "photo": "AgAC"}, []),
        ("editMessageMedia", {"media": json.dumps(VIDEO)}, ["v"]),
        ("sendMediaGroup", {"chat_id": "1", "media": json.dumps([VIDEO, {"type": "photo", "media": "x"}])}, ["v"]),
    ],
)
def test_a_right_call_is_left_alone(spec: Spec, method: str, params: dict[str, object], parts: list[str]) -> None:
    assert spec.violations(method, params, frozenset(parts)) == []


@pytest.mark.parametrize(
    ("method", "params", "parts", "says"),
    [
        ("sendMesage", {}, [], "there is no method sendMesage"),
        ("sendMessage", {"chat_id": "1"}, [], "required field text is missing"),
        ("sendMessage", {"chat_id": "1", "text": "x", "sound": "no"}, [], "unknown field sound"),
        ("sendMessage", {"chat_id": "1", "text": "x", "disable_notification": "maybe"}, [], "Boolean expected"),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": "[]"}, [], "InlineKeyboardMarkup expected"),
        ("sendMessage", {"chat_id": "1", "text": 5}, [], "String expected"),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [[{"label": "a"}]]}'},
            [],
            "InlineKeyboardButton has no field label",
        ),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [{"text": "a"}]}'},
            [],
            "Array of InlineKeyboardButton expected",
        ),
        ("sendMessage", {"chat_id": "1", "text": "x"}, ["photo"], "uploaded part photo is not used"),
        ("sendMessage", {"chat_id": "1"}, ["text"], "a file where none belongs"),
        ("editMessageMedia", {"media": json.dumps(VIDEO | {"width": "640"})}, ["v"], "width: Integer expected"),
        ("editMessageMedia", {"media": json.dumps(VIDEO | {"type": "film"})}, ["v"], "must be"),
        ("sendMediaGroup", {"chat_id": "1", "media": json.dumps([VIDEO, {"type": "photo"}])}, ["v"], "needs the field"),
    ],
)
def test_a_wrong_call_is_found(spec: Spec, method: str, params: dict[str, object], parts: list[str], says: str) -> None:
    found = spec.violations(method, params, frozenset(parts))
    assert any(says in sentence for sentence in found), found


async def test_the_stand_in_notes_what_the_spec_finds(spec: Spec) -> None:
    async with BotApi(TOKEN, spec=spec, owner_ids=[OWNER]) as api, Client(api) as client:
        await client.call("sendPhoto", {"photo": ("a.jpg", jpeg(64, 36), "image/jpeg")}, chat_id=OWNER, captoin="typo")
        assert api.violations == ["sendPhoto: unknown field captoin"]
        assert api.calls[-1].violations == api.violations
        assert api.messages(OWNER)[0].kind == "photo"  # a real server passes over what it does not know


def test_an_empty_one_finds_nothing() -> None:
    assert Spec.empty().violations("nonsense", {"a": 1}, frozenset()) == []


def test_the_environment_names_it(spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "spec.json"))
    assert Spec.found() == spec


def test_one_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "none.json"))
    with pytest.raises(FileNotFoundError):
        Spec.found()


def test_without_one_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setattr("demo.spec._BESIDE_THE_PROJECT", tmp_path / "none.json")
    monkeypatch.setattr("demo.spec._missing_was_said", False)
    with caplog.at_level(logging.INFO, "demo.spec"):
        assert Spec.found() == Spec.found() == Spec.empty()
    assert len(caplog.records) == 1
