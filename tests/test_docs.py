"""The docs are held to the code: a setting, a command or a dependency without its words fails here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.commands import COMMANDS
from mocam.cli import app
from mocam.settings import CameraSettings, Settings

ROOT = Path(__file__).parent.parent
SETTINGS = {name.upper(): field for name, field in Settings.model_fields.items() if name != "cameras"}
CAMERA_SETTINGS = {name.upper(): field for name, field in CameraSettings.model_fields.items()}
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined or field.default in ("", None, frozenset()):
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_example_with_its_default(name: str) -> None:
    line = re.search(rf"^#?{name}=(.*)$", text(".env.example"), re.MULTILINE)
    assert line, f"{name} is missing in .env.example"
    assert line[1] == default(SETTINGS[name])


@pytest.mark.parametrize("name", CAMERA_SETTINGS)
def test_every_camera_setting_is_in_the_example_with_its_default(name: str) -> None:
    line = re.search(rf"^#?CAMERAS__FRONT__{name}=(.*)$", text(".env.example"), re.MULTILINE)
    assert line, f"CAMERAS__FRONT__{name} is missing in .env.example"
    assert line[1] == default(CAMERA_SETTINGS[name])


def test_the_example_names_nothing_unknown() -> None:
    known = {*SETTINGS, *(f"CAMERAS__FRONT__{name}" for name in CAMERA_SETTINGS)}
    assert set(re.findall(r"^#?([A-Z][A-Z_]+)=", text(".env.example"), re.MULTILINE)) == known


@pytest.mark.parametrize("name", [*SETTINGS, *(f"CAMERAS__<NAME>__{name}" for name in CAMERA_SETTINGS)])
def test_every_setting_is_in_the_reference(name: str) -> None:
    field = SETTINGS.get(name) or CAMERA_SETTINGS[name.rsplit("__", 1)[-1]]
    row = re.search(rf"^\| `{re.escape(name)}` \| (.*?) \| (.*) \|$", text("docs/reference/settings.md"), re.MULTILINE)
    assert row, f"{name} is missing in docs/reference/settings.md"
    assert row[1].strip("`") == (default(field) or ("required" if field.is_required() else "empty"))
    assert row[2] == field.description


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_chat_command_is_documented(command: str) -> None:
    assert f"`/{command}" in text("docs/reference/commands.md")
    assert f"/{command}" in text("docs/guide/chat.md")


@pytest.mark.parametrize(
    "command", [info.name or info.callback.__name__ for info in app.registered_commands if info.callback]
)
def test_every_program_command_is_documented(command: str) -> None:
    assert f"`mocam {command}" in text("docs/reference/program.md")


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
def test_every_make_target_is_documented(target: str) -> None:
    assert f"make {target}" in text("README.md") + text("docs/contributing.md")


def dependencies() -> list[str]:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    lines = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    return sorted({re.split(r"[<>=;\[ ]", line)[0] for line in lines})


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_reason_and_its_pin(name: str) -> None:
    reasons = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs/decisions").glob("*.md"))
    assert re.search(rf"\b{re.escape(name)}\b", reasons, re.IGNORECASE), f"docs/decisions gives no reason for {name}"
    assert re.search(rf"^{re.escape(name)}==", text("constraints.txt"), re.MULTILINE | re.IGNORECASE)


def test_decisions_are_numbered_one_by_one() -> None:
    """Two that are written at the same time easily take the same number."""
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for number, page in enumerate(pages, 1):
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. "), page.name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    body = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", body):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", "\n".join(path.read_text(encoding="utf-8") for path in DOCS))


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_every_test_that_the_docs_name_exists(path: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", text(path), re.MULTILINE), f"{path} has no {name}"


def test_the_threat_model_names_a_test_for_every_adversary() -> None:
    parts = text("docs/design/threat-model.md").split("\n## ")[1:]
    assert [part.splitlines()[0] for part in parts if "::test_" not in part] == []


def test_the_changelog_says_each_thing_once() -> None:
    """A merge of two branches that moved its lines doubles them."""
    points = [" ".join(point.split())[:60] for point in re.split(r"\n(?=- )", text("CHANGELOG.md"))[1:]]
    assert sorted({point for point in points if points.count(point) > 1}) == []
