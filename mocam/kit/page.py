"""What stands on the page of the recovery kit: the words, the code, and the steps with stock rclone. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import segno

from mocam.kit.remote import RemoteHint, shell_word
from storage.kit import SEAL_HEAD, Kit, Part

_TITLES = {
    "password": "First password",
    "password2": "Second password",
    "seal": f"Key of the seal, after {SEAL_HEAD}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way back; a command is one line for a shell."""

    text: str
    commands: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page, for any form of it."""

    title: str
    intro: tuple[str, ...]
    parts: tuple[tuple[str, Part], ...]
    """Title and words of each secret."""
    code: str = field(repr=False)
    """What the QR holds."""
    place: tuple[str, ...] = ()
    with_mocam: tuple[Step, ...] = ()
    with_rclone: tuple[Step, ...] = ()

    def qr(self) -> segno.QRCode:
        """The secrets as a code that a phone reads."""
        return segno.make_qr(self.code, error="m")


def page(kit: Kit, remote: RemoteHint, made: date, *, sealed: bool) -> Page:
    """`sealed`: clips are sealed, whether or not this kit has the key."""
    return Page(
        title="MoCam recovery kit",
        intro=_intro(kit, made, sealed=sealed),
        parts=tuple((_TITLES[part.name], part) for part in kit.parts()),
        code=kit.text(),
        place=tuple(remote.lines()),
        with_mocam=_with_mocam(remote),
        with_rclone=_with_rclone(kit, remote, sealed=sealed),
    )


def _intro(kit: Kit, made: date, *, sealed: bool) -> tuple[str, ...]:
    lines = [
        (
            f"Made on {made:%Y-%m-%d}. Whoever has this page and the way into the archive's place sees every clip; "
            "without this page nobody does, you included. Keep it away from the camera, with your other papers. Do not "
            "photograph it with a phone that copies its pictures to a cloud."
        ),
    ]
    if sealed and kit.seal:
        lines.append("The clips are sealed: the key of the seal is on this page and nowhere else, not even in MoCam.")
    elif sealed:
        lines.append("The clips are sealed. The key of the seal is not on this page but on the one made with the seal.")
    return tuple(lines)


def _with_mocam(remote: RemoteHint) -> tuple[Step, ...]:
    first = (
        (Step("Tell rclone of the place of the archive, with your own sign-in.", (remote.create_command(),)),)
        if remote.kind
        else ()
    )
    return (
        *first,
        Step(
            "It asks for the words (or takes the code of the QR as a file: --kit FILE), lists what is there, and "
            "brings it back by day, every clip compared with what was recorded.",
            (f"mocam restore --remote {shell_word(remote.remote)} --into mocam-data",),
        ),
    )


def _with_rclone(kit: Kit, remote: RemoteHint, *, sealed: bool) -> tuple[Step, ...]:
    passwords = f"password={kit.passwords.password} password2={kit.passwords.password2}"
    steps = [Step("Install rclone from https://rclone.org/downloads/ (1.63 or newer) and open a terminal.")]
    if remote.kind:
        text = (
            "Tell it of the place, with your own sign-in in place of words in capitals. Some providers open a browser."
        )
        steps.append(Step(text, (remote.create_command(),)))
    else:
        steps.append(Step(f"Connect the disk with {remote.path}. If it has another name here, write that one below."))
    steps += [
        Step(
            "Tell it of the encryption.",
            (f"rclone config create mocam crypt remote={shell_word(remote.remote)} {passwords} --obscure",),
        ),
        Step(
            "Look. It lists years. Lines with \u201cSkipping undecryptable\u201d instead: a word is wrong. Nothing at "
            "all: the place is wrong.",
            ("rclone lsf mocam:",),
        ),
        Step("Fetch everything, or one day as mocam:2026/05/01.", ("rclone copy mocam: mocam-clips --progress",)),
    ]
    if sealed:
        steps.append(_open_seal(kit))
    steps.append(
        Step(
            "Compare (Linux, macOS). It names what was changed or is missing, and nothing else. rclone itself has said "
            "\u201cbad password\u201d or \u201cfailed to authenticate\u201d for files that were tampered with.",
            (COMPARE,),
        )
    )
    return tuple(steps)


def _open_seal(kit: Kit) -> Step:
    key = kit.seal or "AGE-SECRET-KEY-1..."
    return Step(
        "Open the seal with age (https://age-encryption.org).",
        (
            f"echo {key} > seal.key",
            "find mocam-clips -name '*.age' -exec sh -c 'age --decrypt -i seal.key -o \"${1%.age}\" \"$1\"' - {} \\;",
        ),
    )


COMPARE = (
    "cd mocam-clips && find . -name 'manifest-*.jsonl' -exec cat {} + | "
    'sed -E \'s/.*"name": "([^"]*\\.mp4)(\\.age)?".*"sha256": "([0-9a-f]*)".*/\\3  \\1/\' | sha256sum --check --quiet'
)
"""The day lists against the files. Of lists that were replaced none is left in the archive."""
