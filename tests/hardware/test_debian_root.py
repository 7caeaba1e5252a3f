"""How the Debian root is made: from this machine's sources, anew with its recipe, a word where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardware import __main__ as runner
from tests.hardware.debian_root import CannotRun, apt_options, archive_lines, key, pip_paths


def test_another_recipe_is_another_root(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    recipe.write_text("one")
    before = key([recipe])
    assert key([recipe]) == before
    recipe.write_text("two")
    assert key([recipe]) != before


def test_the_archive_is_the_one_that_apt_knows_here() -> None:
    targets = "http://a.example/security/ Debian-Security\nhttp://b.example/debian/ Debian\n"
    assert archive_lines(targets, "trixie") == ["deb http://b.example/debian/ trixie main"]
    with pytest.raises(CannotRun, match="knows no Debian archive"):
        archive_lines("http://c.example/node nodistro\n", "trixie")


def test_how_apt_fetches_is_taken_over_and_nothing_else() -> None:
    taken = ['Acquire::Check-Valid-Until "false";', 'Acquire::http::Proxy "http://proxy.example:3128";']
    left = [
        'Acquire "";',
        'Acquire::Languages "none";',
        'APT::Architecture "amd64";',
        'Acquire::cdrom::mount "/media";',
    ]
    assert apt_options("\n".join([*taken, *left])) == taken


def test_pips_own_folders_are_shown_inside(tmp_path: Path) -> None:
    index, wheels, certificates = tmp_path / "mirror" / "simple", tmp_path / "wheels", tmp_path / "ca.crt"
    index.mkdir(parents=True)
    wheels.mkdir()
    certificates.touch()
    settings = {"extra-index-url": f"https://x.example/simple file://{index}", "find-links": str(wheels)}
    environment = {"SSL_CERT_FILE": str(certificates), "HOME": str(tmp_path), "PIP_CERT": "/not/there"}
    assert pip_paths(settings, environment) == sorted([index.parent, wheels, certificates])


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_where_it_cannot_run_it_says_why_and_ci_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("CI", ci)
    assert runner.main() == code
    assert "not run here because only root may" in capsys.readouterr().err
