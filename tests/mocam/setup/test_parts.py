"""The parts of the wizard that need no terminal: proposals, questions without a person, providers and their page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot import rules
from mocam.kit.remote import hint
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.forecast import Proposal, proposed
from mocam.setup.preview import shown
from mocam.setup.providers import BY_KEY, PROVIDERS, Provider
from storage.files import Files
from storage.keys import Keys
from storage.rclone import Rclone
from storage.rclone_config import add_remote, remotes
from tests.demo.media import jpeg

GB = 10**9
GUIDE = Path(__file__).parents[3] / "docs/guide/archive"


@pytest.mark.parametrize(
    ("a_day", "here", "there", "expected"),
    [
        (300_000_000, 100 * GB, 10 * GB, Proposal(300_000_000, 14, 70, 30, 9)),
        (300_000_000, 100 * GB, None, Proposal(300_000_000, 14, 70, 90, None)),
        (10 * GB, 20 * GB, 10 * GB, Proposal(10 * GB, 1, 14, 1, 9)),
        (1_000_000, 0, 0, Proposal(1_000_000, 14, 1, 365, 1)),
    ],
)
def test_the_proposal_fits_the_room(a_day: int, here: int, there: int | None, expected: Proposal) -> None:
    found = proposed(a_day, here, there)
    assert found == expected
    assert rules.parse(found.words()), "it is what /retention takes"


def dialogue(*, interactive: bool = False) -> Dialogue:
    return Dialogue(Console(file=io.StringIO()), interactive=interactive)


def even(text: str) -> int:
    if not text.isdecimal() or int(text) % 2:
        raise Wrong("An even number, please.")
    return int(text)


def test_without_a_person_flags_and_defaults_are_final() -> None:
    assert dialogue().ask("Number", even, given="4") == 4
    assert dialogue().ask("Number", even, default="2") == 2
    for given in ("3", None):
        with pytest.raises(Wrong, match="even number"):
            dialogue().ask("Number", even, given=given)
    assert dialogue().yes("Sure?", default=False) is False
    assert dialogue().choice("Which?", ["a", "b"], default=2) == 1


def test_a_terminal_without_colours_gets_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    path.write_bytes(jpeg(64, 48))
    assert not shown(path, Console(file=io.StringIO(), force_terminal=True, color_system=None))
    assert shown(path, Console(file=io.StringIO(), force_terminal=True, color_system="truecolor"))
    path.write_bytes(b"no picture")
    assert not shown(path, Console(file=io.StringIO(), force_terminal=True, color_system="truecolor"))


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_every_provider_has_its_page_with_its_pitfalls(provider: Provider) -> None:
    page = (GUIDE / f"{provider.key}.md").read_text(encoding="utf-8")
    plain = " ".join(page.replace("`", "").split())
    assert page.lower().startswith(f"# {provider.title.lower()}\n")
    assert f"(archive/{provider.key}.md) | {provider.free} |" in GUIDE.with_suffix(".md").read_text(encoding="utf-8")
    assert provider.free.removesuffix(" room") in plain
    assert f"rclone type {provider.kind}" in plain
    for name in provider.fixed:
        assert name in plain, f"{name} is set and not explained"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
async def test_what_is_made_of_each_is_known_to_rclone_and_to_the_kit(provider: Provider, tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    config = files.keys_dir / "rclone.conf"
    rclone = Rclone("none:", Keys(files).load_or_make(), files.data_dir, config)
    secrets = {field.name: "s3cret-of-the-provider" for field in provider.fields if field.secret}
    plain = {
        "type": provider.kind,
        **provider.fixed,
        **{f.name: f"my-{f.name}" for f in provider.fields if not f.secret},
    }
    obscured = {field.name: secrets[field.name] for field in provider.fields if field.obscured}
    plain |= {name: value for name, value in secrets.items() if name not in obscured}
    await add_remote(rclone, files, config, "first", {"type": "local"}, {})
    await add_remote(rclone, files, config, provider.key, plain, obscured)
    assert config.stat().st_mode & 0o777 == 0o600
    found = await remotes(rclone)
    assert set(found) == {"first", provider.key}
    for name, value in obscured.items():
        assert found[provider.key][name] != value
    kit = hint(f"{provider.key}:mocam", found[provider.key])
    command = kit.create_command()
    assert "s3cret" not in command
    for field in provider.fields:
        assert f"{field.name}=" in command, "who has only the paper must learn that this is needed"
    for name in provider.fixed:
        assert f"{name}=" in command
    assert BY_KEY[provider.key] is provider


def test_a_terminal_gets_whole_words_and_whole_links() -> None:
    out = io.StringIO()
    dialogue = Dialogue(Console(file=out, width=40, force_terminal=True, color_system=None), interactive=True)
    link = "https://t.me/some_bot?start=" + "A" * 30
    code = "█ ▄" * 30
    dialogue.say(f"Now your phone becomes the owner, and nobody else. Open\n\n    {link}\n{code}")
    assert out.getvalue().splitlines() == [
        "Now your phone becomes the owner, and",
        "nobody else. Open",
        "",
        f"    {link}",
        code,
    ]
