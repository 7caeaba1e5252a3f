"""An independent reader of the archive: the two passwords in, plain names and bytes out, without rclone.

Written from the published format (rclone.org/crypt): scrypt for the keys, XSalsa20-Poly1305 in blocks of 64 KiB for
content, AES-256 in EME mode (Halevi and Rogaway, 2003) and base32hex for names. AES is here as in FIPS 197.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nacl.secret import SecretBox

MAGIC = b"RCLONE\x00\x00"
BLOCK_BYTES = 64 * 1024
OVERHEAD_BYTES = 16
ENCRYPTED = re.compile(r"[0-9a-v]{26,}")
"""An encrypted name: blocks of 16 bytes in base32hex. Three letters of a plain name may well stand in it by chance, but
none of our names is so long and without a point or a hyphen."""


@dataclass(frozen=True)
class Reader:
    """Opens what rclone crypt wrote with these passwords."""

    password: str
    password2: str

    @classmethod
    def from_file(cls, path: Path) -> Reader:
        """From `archive-passwords.txt`, as an owner would read it."""
        found = dict(re.findall(r"^(password2?) = (\S+)$", path.read_text("utf-8"), re.MULTILINE))
        return cls(found["password"], found["password2"])

    @cached_property
    def _keys(self) -> bytes:
        return hashlib.scrypt(
            self.password.encode(), salt=self.password2.encode(), n=16384, r=8, p=1, dklen=80, maxmem=64 * 2**20
        )

    def content(self, encrypted: bytes) -> bytes:
        """The plain bytes of one file. Raises ValueError or nacl's CryptoError for anything that is not whole."""
        if not encrypted.startswith(MAGIC):
            raise ValueError("not an encrypted file")
        box = SecretBox(self._keys[:32])
        nonce = int.from_bytes(encrypted[8:32], "little")
        plain = bytearray()
        for start in range(32, len(encrypted), BLOCK_BYTES + OVERHEAD_BYTES):
            block = encrypted[start : start + BLOCK_BYTES + OVERHEAD_BYTES]
            plain += box.decrypt(block, (nonce % 2**192).to_bytes(24, "little"))
            nonce += 1
        return bytes(plain)

    def name(self, encrypted: str) -> str:
        """The plain path of an encrypted one."""
        return "/".join(map(self._segment, encrypted.split("/")))

    def _segment(self, encrypted: str) -> str:
        raw = base64.b32hexdecode(encrypted.upper() + "=" * (-len(encrypted) % 8))
        padded = _eme_decrypt(Aes256(self._keys[32:64]), self._keys[64:80], raw)
        count = padded[-1]
        if not 1 <= count <= 16 or padded[-count:] != bytes([count]) * count:
            raise ValueError("not a name that was encrypted with these passwords")
        return padded[:-count].decode("utf-8")

    def files(self, folder: Path) -> dict[str, bytes]:
        """Every file below `folder`, names and content decrypted."""
        return {name: self.content(path.read_bytes()) for name, path in self.paths(folder)}

    def paths(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """Plain name and true place of every file below `folder`, in order of plain name."""
        files = (path for path in folder.rglob("*") if path.is_file())
        yield from sorted((self.name(path.relative_to(folder).as_posix()), path) for path in files)


def _doubled(block: bytes) -> bytes:
    """Times two in GF(2^128), the first byte least."""
    value = int.from_bytes(block, "little") << 1
    return ((value ^ 0x87 if value >> 128 else value) & (2**128 - 1)).to_bytes(16, "little")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _eme_decrypt(aes: Aes256, tweak: bytes, data: bytes) -> bytes:
    masks = [_doubled(aes.encrypt(bytes(16)))]
    blocks = [data[start : start + 16] for start in range(0, len(data), 16)]
    while len(masks) < len(blocks):
        masks.append(_doubled(masks[-1]))
    inner = [aes.decrypt(_xor(block, mask)) for block, mask in zip(blocks, masks, strict=True)]
    before = tweak
    for block in inner:
        before = _xor(before, block)
    after = aes.decrypt(before)
    mixer = _xor(before, after)
    first = _xor(after, tweak)
    for index in range(1, len(inner)):
        mixer = _doubled(mixer)
        inner[index] = _xor(inner[index], mixer)
        first = _xor(first, inner[index])
    inner[0] = first
    return b"".join(_xor(aes.decrypt(block), mask) for block, mask in zip(inner, masks, strict=True))


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _sbox() -> bytes:
    box = bytearray(256)
    for value in range(256):
        inverse = next((other for other in range(256) if _times(value, other) == 1), 0)
        box[value] = 0x63
        for turn in range(5):
            box[value] ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
    return bytes(box)


_SBOX = _sbox()
_UNBOX = bytes(_SBOX.index(value) for value in range(256))
_TIMES = {factor: bytes(_times(value, factor) for value in range(256)) for factor in (2, 3, 9, 11, 13, 14)}


class Aes256:
    """One block at a time: slow, and plain to read."""

    def __init__(self, key: bytes) -> None:
        words = [key[start : start + 4] for start in range(0, 32, 4)]
        constant = 1
        for index in range(8, 60):
            word = words[-1]
            if index % 8 == 0:
                word = bytes(_SBOX[value] for value in word[1:] + word[:1])
                word = bytes([word[0] ^ constant]) + word[1:]
                constant = _times(constant, 2)
            elif index % 8 == 4:
                word = bytes(_SBOX[value] for value in word)
            words.append(_xor(words[-8], word))
        self._rounds = [b"".join(words[start : start + 4]) for start in range(0, 60, 4)]

    def encrypt(self, block: bytes) -> bytes:
        state = _xor(block, self._rounds[0])
        for number in range(1, 15):
            state = bytes(_SBOX[state[(4 * (index // 4) + 5 * (index % 4)) % 16]] for index in range(16))
            if number < 14:
                state = self._mixed(state, (2, 3, 1, 1))
            state = _xor(state, self._rounds[number])
        return state

    def decrypt(self, block: bytes) -> bytes:
        state = block
        for number in range(14, 0, -1):
            state = _xor(state, self._rounds[number])
            if number < 14:
                state = self._mixed(state, (14, 11, 13, 9))
            state = bytes(_UNBOX[state[(4 * (index // 4) - 3 * (index % 4)) % 16]] for index in range(16))
        return _xor(state, self._rounds[0])

    @staticmethod
    def _mixed(state: bytes, factors: tuple[int, ...]) -> bytes:
        mixed = bytearray(16)
        for column in range(0, 16, 4):
            for row in range(4):
                for index in range(4):
                    value = state[column + index]
                    factor = factors[(index - row) % 4]
                    mixed[column + row] ^= value if factor == 1 else _TIMES[factor][value]
        return bytes(mixed)
