"""Dockerfile and compose file, as far as they can be held without an engine: nothing is built here."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

from tests.hardware.debian_root import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
LINES = re.sub(r"\\\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8")).splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICE: dict[str, Any] = COMPOSE["services"]["mocam"]


def instructions(word: str) -> list[list[str]]:
    return [line.split()[1:] for line in LINES if line.startswith(f"{word} ")]


def copied() -> list[str]:
    """What is copied out of the checkout."""
    return [source for words in instructions("COPY") if not words[0].startswith("--") for source in words[:-1]]


def test_all_that_is_copied_is_there() -> None:
    assert [source for source in copied() if not (CHECKOUT / source).exists()] == []


def test_every_package_is_copied_and_let_through() -> None:
    setuptools = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {package.split(".")[0] for package in setuptools["packages"]}
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert rooms <= set(copied())
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied())


def test_it_does_not_run_as_root_and_says_how_it_is() -> None:
    last_stage = LINES[max(number for number, line in enumerate(LINES) if line.startswith("FROM ")) :]
    users = [line for line in last_stage if line.startswith("USER ")]
    assert users == ["USER 10001"]
    assert any(line.startswith("HEALTHCHECK ") and "mocam.alive" in line for line in last_stage)
    assert last_stage.index(users[0]) < last_stage.index('ENTRYPOINT ["mocam"]')


def test_both_stages_have_the_python_that_is_promised() -> None:
    versions = {re.fullmatch(r"python:(\d\.\d+)-slim-\w+", words[0]) for words in instructions("FROM")}
    assert {match[1] if match else None for match in versions} <= {"3.11", "3.12", "3.13"}


def test_compose_builds_this_dockerfile_closed() -> None:
    build = SERVICE["build"]
    assert (DEPLOY / build["context"]).resolve() == CHECKOUT.resolve()
    assert (CHECKOUT / build["dockerfile"]).is_file()
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in SERVICE
    assert "privileged" not in SERVICE


def test_all_that_is_written_lies_in_the_volume() -> None:
    (mount,) = SERVICE["volumes"]
    name, _, place = mount.partition(":")
    assert name in COMPOSE["volumes"]
    assert all(path.startswith(f"{place}/") for path in SERVICE["environment"].values())
    assert [place] in instructions("VOLUME")
