"""Sentences of /zones."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.formatting import clock_text, escaped, moment_text
from bot.language import Text, Words, t
from bot.texts.foreign import told
from bot.zones import AT_TIMES, IGNORED, MASKED, Hours, IgnoredView, ZonesView

WHOLE_ROW = Text("whole row")
TAP_IGNORES = Text("🚫 don't watch")
TAP_MASKS = Text("⬛ black out")
UNDO = Text("↩ Undo")
NEW_PICTURE = Text("🔄 New picture")
TOO_LATE = Text("That cannot be undone any more: it was changed again since. /zones shows how it is now.")
HINT = Text(
    "Tap a row number, then squares. Or write <code>/zones {camera} ignore D4 17:00-19:00</code>, "
    "<code>watch B2</code>, <code>name porch B2-C4</code>, <code>mask A1-B2</code>, <code>unmask all</code>, "
    "<code>clear</code>."
)
_OURS = Text("black in pictures and clips, here and in the archive, and not watched.")
_NOT_OURS = Text(
    "black in pictures and in every clip that I send, and not watched. The recording is the camera's own video, copied "
    "as it is: on the disk and in the encrypted archive these places can be seen. If that must not be, set a privacy "
    "mask in the camera itself."
)
_NOT_KNOWN = Text(
    "black in pictures and in every clip that I send, and not watched. A camera's own H.264 or H.265 is recorded as it "
    "is: on the disk and in the encrypted archive these places can be seen there."
)
_MASK = {True: _OURS, False: _NOT_OURS, None: _NOT_KNOWN}


def which(camera: str) -> str:
    """Several cameras and none was named; `camera` is an example."""
    return t(
        "Of which camera? With words its name comes first: <code>/zones {camera} ignore B2-C4</code>",
        camera=escaped(camera),
    )


def tap_label(label: Words, *, chosen: bool) -> str:
    """What a tap on a square does; the chosen one is marked."""
    return f"{label} ✓" if chosen else str(label)


def row_label(row: int, chosen: int | None) -> str:
    """`row` counts from 1."""
    return f"· {row} ·" if row == chosen else str(row)


def square_label(square: str, mark: str) -> str:
    """One square of the open row."""
    return f"{mark} {square}" if mark else square


def caption(view: ZonesView, taken_utc: datetime | None, reason: str, now_utc: datetime, zone: tzinfo) -> str:
    """Below the picture with the grid."""
    when = clock_text(now_utc, zone) if taken_utc is None else moment_text(taken_utc, now_utc, zone)
    lines = [t("<b>Zones · {camera}</b> · {when}", camera=escaped(view.camera), when=when)]
    if reason:
        seen = t("This is its last recorded picture.") if taken_utc else t("So there is no picture behind the grid.")
        lines.append(f"<i>{told(reason)} {seen}</i>")
    lines += [f"{IGNORED if one.hours is None else AT_TIMES} {_ignored(one)}" for one in view.ignored]
    lines += [f"🏷 {escaped(name)}: {escaped(squares)}" for name, squares in view.names.items()]
    if view.mask:
        lines.append(f"{MASKED} {escaped(view.mask)}: {_MASK[view.encodes]}")
    if not view.ignored and not view.mask:
        lines.append(t("Everything is watched."))
    lines.append(str(HINT).format(camera=escaped(view.camera)))
    return "\n".join(lines)


def _ignored(one: IgnoredView) -> str:
    if one.hours is None:
        return t("not watched: {squares}", squares=escaped(one.squares))
    return t("not watched {hours}: {squares}", hours=hours_text(one.hours), squares=escaped(one.squares))


def hours_text(hours: Hours) -> str:
    """`17:00 to 19:00`."""
    return t("{begin} to {end}", begin=f"{hours[0]:%H:%M}", end=f"{hours[1]:%H:%M}")
