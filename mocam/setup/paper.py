"""The kit onto paper, and the proof of it: two of its words, before the archive starts."""

from __future__ import annotations

from pathlib import Path

from mocam.setup import kit as kits
from mocam.setup.archive import Place
from mocam.setup.dialogue import Dialogue, Wrong
from mocam.setup.print_kit import say_where
from storage.files import Files
from storage.keys import Keys
from storage.kit import Kit

PRINTED, BY_HAND, LATER = range(3)
OPTIONS = (
    "I have printed it: ask me two of its words",
    "show the words here, I copy them by hand",
    "later: without the kit no archive is begun, and nothing is sealed",
)


class PaperStep:
    """Makes the page and asks until it is proved or put off."""

    def __init__(self, dialogue: Dialogue, files: Files, keys: Keys) -> None:
        self._dialogue = dialogue
        self._files = files
        self._keys = keys

    def run(self, kit: Kit, place: Place, folder: Path | None, *, sealed: bool, runs: bool) -> bool:
        """Whether the archive may start; `runs`: it has started already, with these passwords.

        Without a person: the page is written and not proved, which the chat says.
        """
        content = kits.make_page(kit, place.remote, place.section, sealed=sealed)
        printed = kits.write_page(content, self._files, folder)
        self._dialogue.heading("Recovery kit")
        self._dialogue.say(
            "Only you can open the archive: with the two passwords that were made here just now, and with nothing "
            "else. If this device is stolen or breaks, the page with them is the only way to your clips."
        )
        say_where(printed, self._dialogue.console)
        if not self._dialogue.interactive:
            self._dialogue.say(
                "The kit is not proved yet: /archive says so until `mocam setup` has asked two of its words."
            )
            return True
        if self._proved(kit):
            self._keys.confirm_kit()
            printed.wipe()
            self._dialogue.right(
                "The kit is proved, and its files are deleted here. Keep the paper away from the camera."
            )
            return True
        printed.wipe()
        stays = "goes on as it was" if runs else "stays off until then"
        self._dialogue.say(f"The archive {stays}. Run `mocam setup` again when you have paper.")
        return False

    def _proved(self, kit: Kit) -> bool:
        while True:
            match self._dialogue.choice("The page", OPTIONS):
                case chosen if chosen == LATER:
                    return False
                case chosen if chosen == BY_HAND:
                    kits.show_words(kit, self._dialogue.console)
                case _:
                    for number in kits.chosen_numbers(kit):
                        self._dialogue.ask(f"Word {number} of the page", lambda text, n=number: _right(kit, n, text))  # type: ignore[misc]
                    return True


def _right(kit: Kit, number: int, typed: str) -> None:
    if not kits.right_word(kit, number, typed):
        raise Wrong(f"That is not word {number}. Look at the number before it on the page.")
