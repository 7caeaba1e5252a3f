"""Makes a packet of H.264 follow upon another than it was made for: rewrites the number of its picture; pure.

A decoder that is fed a packet without those before it sees a gap in the numbers, copies pictures to fill it, and may
take what comes after a wrap for a picture of long ago, which it does not show. Names are those of ITU-T H.264, 7.3.
"""

from __future__ import annotations

from itertools import islice

from camera.bitstream import Buffer, parameter_set_units, slices

_LOOKED_AT = 24
"""Bytes of a slice; its number ends long before."""
_HIGH_PROFILES = frozenset((44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244))
"""Whose parameter sets say more of colour (7.3.2.1.1)."""
_MOST_SLICES = 64
_PLAIN_SLICE = 1
"""The type of a slice that needs others and is in one piece (table 7-1)."""
_LEAST_ORDER_BITS = 6
"""Of the counts by which pictures are put in order (7.4.3): with shorter ones, one that follows half a second later
might be taken for an earlier one."""


class FrameNumbers:
    """Follows what number a decoder's last reference picture has, for one stream."""

    def __init__(self, extradata: bytes) -> None:
        self._extradata = extradata
        self._bits: int | None = None
        self._last: int | None = None

    def begin(self, data: bytes) -> None:
        """The group begins with this packet, whose parameter sets hold for all of it."""
        self._bits = _number_bits(data, self._extradata)
        self.follow(data)

    def follow(self, data: bytes) -> None:
        """The decoder had this packet, as it was or as `renumbered` gave it, and all before that it needs."""
        self._last = None
        for start, length in islice(slices(data, self._extradata), 1):
            found = self._find(memoryview(data)[start : start + length])
            if found is not None:
                number, is_reference = found[2], data[start] & 0x60
                self._last = number if is_reference else number - 1

    def renumbered(self, data: bytes) -> bytes | None:
        """The packet as the decoder would expect it next; None when that cannot be made of it."""
        if self._last is None or self._bits is None:
            return None
        changed, number = bytearray(data), (self._last + 1) % (1 << self._bits)
        found = list(islice(slices(data, self._extradata), _MOST_SLICES + 1))
        for start, length in found:
            unit = memoryview(data)[start : start + length]
            place = self._find(unit) if unit[0] & 31 == _PLAIN_SLICE else None
            if place is None:
                return None
            head, shift, old = place
            written = (head ^ ((old ^ number) << shift)).to_bytes(min(length, _LOOKED_AT))
            if _has_escapes(written, shift):
                return None
            changed[start : start + len(written)] = written
        return bytes(changed) if 0 < len(found) <= _MOST_SLICES else None

    def _find(self, unit: memoryview) -> tuple[int, int, int] | None:
        """The first bytes of a slice as one integer, how many bits come after the number in them, and the number.

        None also in the rare case that a byte there escapes others (7.4.1): another packet will do as well.
        """
        if self._bits is None:
            return None
        head = bytes(unit[:_LOOKED_AT])
        bits = _Bits(head)
        try:
            bits.take(8)
            bits.golomb(), bits.golomb(), bits.golomb()  # first_mb_in_slice, slice_type, pic_parameter_set_id
            number = bits.take(self._bits)
        except ValueError:
            return None
        return None if _has_escapes(head, bits.left) else (bits.value, bits.left, number)


def _number_bits(data: Buffer, extradata: bytes) -> int | None:
    """How long numbers are, if the packet's own parameter sets or else those of the codec set-up agree on it."""
    for where in (data, extradata):
        said = {_log2_max_frame_num(unit) for unit in parameter_set_units(where, extradata) if unit[0] & 31 == 7}
        if said:
            return said.pop() if len(said) == 1 else None
    return None


def _log2_max_frame_num(sps: bytes) -> int | None:
    """None where a renumbered packet would not be understood."""
    bits = _Bits(sps.replace(b"\0\0\3", b"\0\0"))
    try:
        bits.take(8)
        profile = bits.take(8)
        bits.take(16)
        bits.golomb()
        if profile in _HIGH_PROFILES:
            if bits.golomb() == 3:
                return None  # colours may be separate pictures, whose slices say which before their number
            bits.golomb(), bits.golomb(), bits.take(1)
            if bits.take(1):
                _pass_scaling_lists(bits)
        size, order = bits.golomb() + 4, bits.golomb()
        in_order = order == 2 or (order == 0 and bits.golomb() + 4 >= _LEAST_ORDER_BITS)
    except ValueError:
        return None
    return size if size <= 16 and in_order else None


def _pass_scaling_lists(bits: _Bits) -> None:
    for index in range(8):
        last = following = 8
        for _ in range((16 if index < 6 else 64) if bits.take(1) else 0):
            if following:
                following = (last + bits.signed_golomb()) % 256
            last = following or last


def _has_escapes(head: bytes, left: int) -> bool:
    """Whether bytes escape others, or would have to, before the last `left` bits or across where those begin: two zeros
    and something small."""
    end = len(head) - left // 8
    return any(head[at] <= 3 and not head[at - 1] and not head[at - 2] for at in range(2, min(end + 2, len(head))))


class _Bits:
    """Reads bits from the front. Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self.value, self.left = int.from_bytes(data), 8 * len(data)

    def take(self, count: int) -> int:
        if count > self.left:
            raise ValueError("the unit is cut short")
        self.left -= count
        return self.value >> self.left & ((1 << count) - 1)

    def golomb(self) -> int:
        """ue(v), 9.1."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        if zeros > 32:
            raise ValueError("no number is this large")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        """se(v), 9.1.1."""
        code = self.golomb()
        return (code + 1) // 2 if code % 2 else -code // 2
