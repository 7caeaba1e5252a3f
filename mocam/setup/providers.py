"""Places for the archive that need no monthly fee: how to get in, and what bites. Free sizes are as of 2026."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be asked for."""

    name: str
    """rclone's option."""
    question: str
    secret: bool = False
    obscured: bool = False
    """rclone keeps it obscured in its configuration."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One place; `steps` before the questions, `pitfalls` to be read once."""

    key: str
    title: str
    kind: str
    """rclone's type."""
    free: str
    steps: tuple[str, ...]
    pitfalls: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    browser: bool = False
    """A sign-in in a browser makes the token."""


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "koofr",
        "Koofr",
        "koofr",
        "10 GB free",
        (
            "Make an account at koofr.eu.",
            "There: Preferences, Password, App passwords; make one named mocam. It is not your own password.",
        ),
        ("The simplest one without a browser. Deleted files stay in its trash for a while; the trash counts.",),
        (Field("user", "Your mail address at Koofr"), Field("password", "The app password", True, True)),
        {"provider": "koofr"},
    ),
    Provider(
        "b2",
        "Backblaze B2",
        "b2",
        "10 GB free",
        (
            "Make an account at backblaze.com and a private bucket.",
            "There: Application Keys, a new key for that bucket only, with read and write.",
        ),
        (
            "The folder's first part must be the bucket's name. Free room is not told, so set a size in /retention.",
            "Set for you: hard_delete, or deleted clips would go on counting as hidden versions.",
        ),
        (Field("account", "keyID"), Field("key", "applicationKey", True)),
        {"hard_delete": "true"},
    ),
    Provider(
        "r2",
        "Cloudflare R2",
        "s3",
        "10 GB free",
        (
            "Make an account at cloudflare.com, switch R2 on (it wants a payment card) and make a bucket.",
            "There: Manage API tokens, a token with object read and write for that bucket.",
        ),
        (
            "Above the free size it costs money: set a size in /retention. Free room is not told.",
            "The folder's first part must be the bucket's name.",
        ),
        (
            Field("access_key_id", "Access Key ID"),
            Field("secret_access_key", "Secret Access Key", True),
            Field("endpoint", "Endpoint, as https://ACCOUNT.r2.cloudflarestorage.com"),
        ),
        {"provider": "Cloudflare", "no_check_bucket": "true"},
    ),
    Provider(
        "drive",
        "Google Drive",
        "drive",
        "15 GB free",
        (
            "Best with a Google account for this alone.",
            'On a computer with a browser and rclone: rclone authorize "drive" scope=drive.file',
            "It prints one line in curly brackets; copy it whole.",
        ),
        (
            "With a client id of your own whose app is in testing, the sign-in ends after 7 days: publish the app.",
            "Mail and photos count in the same 15 GB. Set for you: use_trash=false; else deleted clips still count.",
        ),
        (),
        {"scope": "drive.file", "use_trash": "false"},
        browser=True,
    ),
    Provider(
        "pcloud",
        "pCloud",
        "pcloud",
        "10 GB free",
        (
            "Make an account at pcloud.com.",
            'On a computer with a browser and rclone: rclone authorize "pcloud"',
            "It prints one line in curly brackets; copy it whole.",
        ),
        ("Deleted clips stay in its trash for 15 days and count. European accounts need hostname eapi.pcloud.com.",),
        (Field("hostname", "api.pcloud.com, or eapi.pcloud.com for an account in Europe"),),
        browser=True,
    ),
    Provider(
        "mega",
        "Mega",
        "mega",
        "20 GB free",
        ("Make an account at mega.io, without two-factor sign-in.",),
        (
            "It limits how much one may fetch a day. Many sign-ins in a short time lock the account for a while.",
            "Set for you: hard_delete, or deleted clips would stay in its rubbish bin and count.",
        ),
        (Field("user", "Your mail address at Mega"), Field("pass", "Your password there", True, True)),
        {"hard_delete": "true"},
    ),
    Provider(
        "webdav",
        "a WebDAV server (Nextcloud, a NAS)",
        "webdav",
        "your own room",
        ("Nextcloud: Settings, Security, an app password; the address stands in Files, Settings, WebDAV.",),
        (
            "A server in the same house burns and is stolen with the camera.",
            "Nextcloud keeps deleted files in its trash; empty it there or switch it off.",
        ),
        (
            Field("url", "Address, as https://cloud.example.org/remote.php/dav/files/anna"),
            Field("user", "User"),
            Field("pass", "Password", True, True),
        ),
        {"vendor": "other"},
    ),
)
BY_KEY = {provider.key: provider for provider in PROVIDERS}
