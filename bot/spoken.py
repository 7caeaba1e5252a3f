"""What people type, in whatever language, as the words that commands know. Pure.

Each language has its words; all of them are known to everybody, since a household mixes them. The name of a camera
stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("photo", "picture", "pic"), "snapshot"),
    **dict.fromkeys(("events", "recordings", "videos"), "clips"),
    "video": "clip",
    "rec": "record",
    **dict.fromkeys(("silence", "quiet"), "mute"),
    "pause": "disarm",
    "resume": "arm",
    "hilfe": "help",
    "stand": "status",
    "scharf": "arm",
    "unscharf": "disarm",
    "foto": "snapshot",
    "bild": "snapshot",
    "aufnehmen": "record",
    "aufnahme": "record",
    "stumm": "mute",
    "zeitplan": "schedule",
    "zonen": "zones",
    "empfindlichkeit": "sensitivity",
    "warum": "why",
    "privat": "privacy",
    "aufbewahrung": "retention",
    "archiv": "archive",
    "gast": "guest",
    "protokoll": "log",
    "sprache": "language",
    "überblick": "digest",
    "anheften": "pin",
}
"""Commands by another name; they are obeyed, and no menu shows them."""

_PHRASES: Mapping[str, str] = {
    "heute morgen": "today mornings",
    "gestern morgen": "yesterday mornings",
    "heute früh": "today mornings",
    "gestern früh": "yesterday mornings",
    "von hand": "by hand",
    "für immer": "forever",
    "jede größe": "anysize",
    "jeden tag": "daily",
    "nur text": "text",
    "so lassen": "stay",
    "rund um die uhr": "daily",
}
_WORDS: Mapping[str, str] = {
    # how long
    **dict.fromkeys(("minute", "minuten"), "min"),
    **dict.fromkeys(("std", "stunde", "stunden"), "h"),
    **dict.fromkeys(("tag", "tage", "tagen"), "d"),
    **dict.fromkeys(("woche", "wochen"), "w"),
    **dict.fromkeys(("monat", "monate", "monaten"), "months"),
    **dict.fromkeys(("jahr", "jahre", "jahren"), "y"),
    **dict.fromkeys(("sekunde", "sekunden", "sek"), "s"),
    "für": "for",
    "fuer": "for",
    # when
    "heute": "today",
    **dict.fromkeys(("letzte", "letzten", "letzter", "letztes", "vergangene", "vergangenen"), "last"),
    "diese": "this",
    **dict.fromkeys(("mittag", "mittags"), "noon"),
    "seit": "since",
    "vor": "before",
    "zwischen": "between",
    "gegen": "around",
    "gestern": "yesterday",
    **dict.fromkeys(("mo", "montag", "montags"), "mon"),
    **dict.fromkeys(("di", "dienstag", "dienstags"), "tue"),
    **dict.fromkeys(("mi", "mittwoch", "mittwochs"), "wed"),
    **dict.fromkeys(("do", "donnerstag", "donnerstags"), "thu"),
    **dict.fromkeys(("fr", "freitag", "freitags"), "fri"),
    **dict.fromkeys(("sa", "samstag", "samstags", "sonnabend", "sonnabends"), "sat"),
    **dict.fromkeys(("so", "sonntag", "sonntags"), "sun"),
    **dict.fromkeys(("werktags", "werktage", "wochentags"), "weekdays"),
    **dict.fromkeys(("wochenende", "wochenenden"), "weekends"),
    **dict.fromkeys(("täglich", "taeglich"), "daily"),
    **dict.fromkeys(("januar", "jänner"), "jan"),
    "februar": "feb",
    **dict.fromkeys(("märz", "maerz", "mär"), "mar"),
    "mai": "may",
    "juni": "jun",
    "juli": "jul",
    **dict.fromkeys(("oktober", "okt"), "oct"),
    **dict.fromkeys(("dezember", "dez"), "dec"),
    **dict.fromkeys(("morgens", "vormittag", "vormittags"), "mornings"),
    **dict.fromkeys(("nachmittag", "nachmittags"), "afternoons"),
    **dict.fromkeys(("abend", "abends"), "evenings"),
    **dict.fromkeys(("nacht", "nachts"), "nights"),
    "tagsüber": "daytime",
    "von": "from",
    "bis": "until",
    "um": "at",
    "am": "on",
    "und": "and",
    "uhr": "",
    # which
    **dict.fromkeys(("alle", "alles"), "all"),
    **dict.fromkeys(("aus", "ende", "keine", "kein"), "off"),
    **dict.fromkeys(("an", "ein"), "on"),
    "immer": "always",
    "hier": "here",
    "archiv": "archive",
    "behalten": "keep",
    **dict.fromkeys(("fehlalarm", "fehlalarme"), "false"),
    **dict.fromkeys(("personen", "menschen"), "person"),
    **dict.fromkeys(("tier", "tiere"), "animal"),
    **dict.fromkeys(("fahrzeug", "fahrzeuge", "autos"), "vehicle"),
    **dict.fromkeys(("höchstens", "maximal"), "max"),
    "unbegrenzt": "unlimited",
    # what a chat sees
    "ausschnitt": "cut-out",
    "verpixelt": "pixelated",
    "ganz": "full",
    "entfernen": "remove",
    "nach": "after",
    "bleiben": "stay",
    "nie": "never",
    "jetzt": "now",
    **dict.fromkeys(("an", "ein"), "on"),
    # places in the picture
    "ignorieren": "ignore",
    "beachten": "watch",
    "nennen": "name",
    "vergessen": "forget",
    "leeren": "clear",
    "schwärzen": "mask",
    "zeigen": "unmask",
    "rückgängig": "undo",
    # how sensitive
    "niedrig": "low",
    "hoch": "high",
    # languages
    "deutsch": "de",
    **dict.fromkeys(("englisch", "english"), "en"),
    **dict.fromkeys(("automatisch", "automatic"), "auto"),
}
_WORD = re.compile(r"[^\W\d_]+")
_NAMING = frozenset({"name", "call", "forget", "nennen", "vergessen"})
"""What follows one of these is a name, and stays."""
_DECIMAL = re.compile(r"(?<![\d:,-])(\d+),(\d+)(?=\s*[^\W\d])")
"""`1,5 h`; not the comma of a list, as in `8-12,14-18`."""


def plain(words: str, names: Collection[str]) -> str:
    """`wochentags 8 bis 17 Uhr` -> `weekdays 8 until 17`; words it does not know, and `names`, stay as they are."""
    kept = {name.lower() for name in names}
    text = _DECIMAL.sub(r"\1.\2", words)
    for phrase, known in _PHRASES.items():
        text = re.sub(rf"\b{phrase}\b", known, text, flags=re.IGNORECASE)
    pieces = text.split()
    named = next((at for at, piece in enumerate(pieces) if piece.lower() in _NAMING), len(pieces))
    known_ones = [_piece(piece, kept) for piece in pieces[: named + 1]]
    return " ".join(filter(None, [*known_ones, *pieces[named + 1 :]]))


def _piece(piece: str, kept: Collection[str]) -> str:
    if piece.strip(",;").lower() in kept:
        return piece
    return _WORD.sub(lambda word: _WORDS.get(word[0].lower(), word[0]), piece)
