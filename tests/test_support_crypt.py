"""The independent reader itself, against published test vectors."""

from __future__ import annotations

import pytest
from nacl.exceptions import CryptoError

from tests.support_crypt import Aes256, Reader


def test_aes_256_as_in_fips_197() -> None:
    aes = Aes256(bytes(range(32)))
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    encrypted = aes.encrypt(plain)
    assert encrypted.hex() == "8ea2b7ca516745bfeafc49904b496089"
    assert aes.decrypt(encrypted) == plain


def test_names_as_in_rclones_documentation_of_its_own_tests() -> None:
    """rclone's crypt tests give these names for empty passwords."""
    reader = Reader("", "")
    reader.__dict__["_keys"] = bytes(80)
    assert reader.name("p0e52nreeaj0a5ea7s64m4j72s") == "1"
    assert reader.name("p0e52nreeaj0a5ea7s64m4j72s/l42g6771hnv3an9cgc8cr2n1ng") == "1/12"


def test_what_is_damaged_or_of_another_password_is_refused() -> None:
    reader = Reader("one", "two")
    with pytest.raises(ValueError, match="not an encrypted file"):
        reader.content(b"plain text")
    with pytest.raises(CryptoError):
        reader.content(b"RCLONE\0\0" + bytes(24) + bytes(40))
    with pytest.raises(ValueError, match="not a name"):
        reader.name("p0e52nreeaj0a5ea7s64m4j72s")
