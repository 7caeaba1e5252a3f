"""Whatever stands in the environment: settings that can be used, or sentences; never a crash, never the token."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from mocam.settings import CameraSettings, Settings, load
from mocam.values import SettingsError

SECRET = "AASecretOfTheTokenThatNobodyMaySee"
GOOD = {"TELEGRAM_BOT_TOKEN": f"12345:{SECRET}", "CAMERAS__FRONT__SOURCE": "scene"}
NAMES = [name.upper() for name in Settings.model_fields if name != "cameras"]
NAMES += [f"CAMERAS__FRONT__{name.upper()}" for name in CameraSettings.model_fields]
NAMES += ["CAMERAS", "CAMERAS__", "CAMERAS__FRONT", "CAMERAS__X Y__SOURCE", "CAMERAS__FRONT__SOURCE__MORE"]
# What an environment cannot hold is left out: NUL, and half characters.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(
    TEXTS, st.sampled_from(["nan", "inf", "-1", "1e400", "{}", "[]", "null", "true", "../..", f"x{SECRET}"])
)


@given(odd=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4))
def test_odd_settings_are_used_or_named(odd: dict[str, str]) -> None:
    with patch.dict("os.environ", GOOD | odd, clear=True):
        said = sentences()
    assert said is None or said.strip()
    assert SECRET not in str(said)


def sentences() -> str | None:
    """Why the settings cannot be used; None: they can."""
    try:
        settings = load(Path("/nonexistent/.env"))
    except SettingsError as exc:
        return str(exc)
    assert settings.cameras
    return None
