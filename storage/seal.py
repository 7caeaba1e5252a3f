"""Sealing: a clip is encrypted to a public key before it is archived, so that this device cannot read its own past.

The format is age's (age-encryption.org/v1, X25519 and ChaCha20-Poly1305): any age program opens it with the key that
stands in the recovery kit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.errors import ArchiveCorrupt, ArchiveRefused, StorageError

SUFFIX = ".age"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The private half must not stay on this machine."""

    private: str = field(repr=False)
    """`AGE-SECRET-KEY-1..`"""
    public: str
    """`age1..`"""


def _age() -> Any:
    """The library, which most owners never need: a megabyte."""
    import pyrage  # noqa: PLC0415

    return pyrage


def make_pair() -> KeyPair:
    """A new pair from the system's secure source."""
    identity = _age().x25519.Identity.generate()
    return KeyPair(str(identity), str(identity.to_public()))


def public_half(private: str) -> str:
    """Raises StorageError for what is no private half."""
    age = _age()
    try:
        return str(age.x25519.Identity.from_str(private).to_public())
    except age.IdentityError as error:
        raise StorageError("This is no key of a seal.") from error


def is_public(text: str) -> bool:
    """Whether clips can be sealed to it."""
    age = _age()
    try:
        age.x25519.Recipient.from_str(text)
    except age.RecipientError:
        return False
    return True


def seal(source: Path, target: Path, public: str) -> None:
    """Writes the sealed file. Raises ArchiveRefused for a public half that is none, StorageError from the disk."""
    age = _age()
    try:
        age.encrypt_file(str(source), str(target), [age.x25519.Recipient.from_str(public)])
    except age.RecipientError as error:
        raise ArchiveRefused("ARCHIVE_SEAL_TO is no public key of a seal. Run `mocam setup --seal`.") from error
    except (OSError, age.EncryptError) as error:
        raise StorageError(f"A clip could not be sealed ({error}).") from error


def opener(private: str) -> Callable[[Path, Path], None] | None:
    """Opens sealed files with this private half; None for an empty one."""
    if not private:
        return None
    age = _age()
    identity = age.x25519.Identity.from_str(private)

    def unseal(source: Path, target: Path) -> None:
        try:
            age.decrypt_file(str(source), str(target), [identity])
        except age.DecryptError as error:
            raise ArchiveCorrupt("A sealed clip does not open with the key of this kit.") from error

    return unseal
