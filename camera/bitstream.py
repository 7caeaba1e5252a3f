"""The two byte forms of H.264 and HEVC: Annex B (start codes, as cameras send) and length-prefixed (as MP4 holds)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TypeAlias

Buffer: TypeAlias = "bytes | memoryview"
START_CODE = b"\x00\x00\x00\x01"


def is_annex_b(extradata: bytes) -> bool:
    """Whether packets with this codec set-up use start codes; without any set-up they carry their own and do."""
    return not extradata or extradata[:3] == b"\x00\x00\x01" or extradata[:4] == START_CODE


def annex_b(data: bytes, codec: str, extradata: bytes) -> bytes:
    """One length-prefixed access unit as Annex B, its parameter sets (from avcC or hvcC `extradata`) in front.

    Raises ValueError when `extradata` or `data` is cut short.
    """
    try:
        if codec == "h264":
            sets, length_size = list(_avc_sets(extradata)), (extradata[4] & 3) + 1
        else:
            sets, length_size = list(_hevc_sets(extradata)), (extradata[21] & 3) + 1
    except IndexError as exc:
        raise ValueError("the codec set-up is cut short") from exc
    return b"".join(START_CODE + unit for unit in [*sets, *_units(data, length_size)])


def first_slice(data: Buffer, codec: str) -> int | None:
    """Where the first unit with a piece of picture begins in Annex B `data`, after its start code; None without one."""
    for at, kind in _kinds(data, codec):
        if _is_slice(kind, codec):
            return at
    return None


def parameter_sets(data: Buffer, codec: str) -> bytes:
    """SPS and PPS (HEVC: and VPS) that stand before the picture in Annex B `data`, byte for byte; empty without any."""
    sets, start = b"", None
    for at, kind in _kinds(data, codec):
        if start is not None:
            sets += bytes(memoryview(data)[start : at - 3]).rstrip(b"\0")
        if _is_slice(kind, codec):
            break
        start = at if kind in _SETS[codec] else None
    return sets


def starts_anew(data: bytes, codec: str, extradata: bytes) -> bool:
    """Whether decoding can begin with this access unit and what is shown after it comes out whole.

    A picture of H.264 that only begins a recovery (intra refresh) is no such start, though it counts as a key frame.
    """
    if is_annex_b(extradata):
        kinds = (kind for _, kind in _kinds(data, codec))
    else:
        size = (extradata[4 if codec == "h264" else 21] & 3) + 1 if len(extradata) > 21 else 4
        kinds = (_kind(unit, codec) for unit in _whole_units(data, size))
    first = next((kind for kind in kinds if _is_slice(kind, codec)), None)
    return first in _STARTS[codec] if first is not None else False


def slices(data: Buffer, extradata: bytes) -> Iterator[tuple[int, int]]:
    """Where each piece of picture in a packet of H.264 begins, with its type, and how long it is."""
    for at, length in _h264_units(data, extradata):
        if _is_slice(_kind(memoryview(data)[at:], "h264"), "h264"):
            yield at, length


def parameter_set_units(data: Buffer, extradata: bytes) -> Iterator[bytes]:
    """SPS and PPS of H.264 in a packet; of the codec set-up itself, where that is given as both. Ends where it is cut
    short."""
    if data == extradata and not is_annex_b(extradata):
        with contextlib.suppress(IndexError, ValueError):
            yield from _avc_sets(extradata)
        return
    for at, length in _h264_units(data, extradata):
        unit = memoryview(data)[at : at + length]
        if _is_slice(_kind(unit, "h264"), "h264"):
            return
        if _kind(unit, "h264") in _SETS["h264"]:
            yield bytes(unit)


def _h264_units(data: Buffer, extradata: bytes) -> Iterator[tuple[int, int]]:
    """Where each unit begins and how long it is, in either form; no unit is empty."""
    if is_annex_b(extradata):
        starts = [code.end() for code in _START.finditer(memoryview(data))]
        ends = [*(start - 3 for start in starts[1:]), len(data)]
        yield from ((at, end - at) for at, end in zip(starts, ends, strict=False) if end > at)
        return
    size = (extradata[4] & 3) + 1 if len(extradata) > 4 else 4
    for unit, at in _placed_units(data, size):
        yield at, len(unit)


_STARTS = {"h264": (5,), "hevc": range(16, 22)}
"""Unit types of IDR pictures (H.264, table 7-1) and of random access pictures (HEVC, table 7-1)."""

_SETS = {"h264": (7, 8), "hevc": (32, 33, 34)}
"""Unit types of parameter sets: H.264 table 7-1, HEVC table 7-1."""

_START = re.compile(rb"\x00\x00\x01")


def _kinds(data: Buffer, codec: str) -> Iterator[tuple[int, int]]:
    """Each unit's place after its start code, and its type."""
    view = memoryview(data)
    for code in _START.finditer(view):
        at = code.end()
        if at < len(view):
            yield at, _kind(view[at:], codec)


def _kind(unit: Buffer, codec: str) -> int:
    return unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63


def _is_slice(kind: int, codec: str) -> bool:
    return 1 <= kind <= 5 if codec == "h264" else kind <= 31


def _avc_sets(extradata: bytes) -> Iterator[bytes]:
    """SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1)."""
    at = 5
    for mask in (0x1F, 0xFF):
        count, at = extradata[at] & mask, at + 1
        for _ in range(count):
            unit, at = _sized(extradata, at, 2)
            yield unit


def _hevc_sets(extradata: bytes) -> Iterator[bytes]:
    """VPS, SPS and PPS of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1)."""
    arrays, at = extradata[22], 23
    for _ in range(arrays):
        count, at = int.from_bytes(extradata[at + 1 : at + 3]), at + 3
        for _ in range(count):
            unit, at = _sized(extradata, at, 2)
            yield unit


def _whole_units(data: Buffer, length_size: int) -> Iterator[memoryview]:
    """Until the first one that is cut short."""
    return (unit for unit, _ in _placed_units(data, length_size))


def _placed_units(data: Buffer, length_size: int) -> Iterator[tuple[memoryview, int]]:
    """The same with where each begins."""
    at, view = 0, memoryview(data)
    while at + length_size < len(data):
        start = at + length_size
        at = start + int.from_bytes(data[at:start])
        if at > start and at <= len(data):
            yield view[start:at], start


def _units(data: bytes, length_size: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        unit, at = _sized(data, at, length_size)
        yield unit


def _sized(data: bytes, at: int, length_size: int) -> tuple[bytes, int]:
    start = at + length_size
    end = start + int.from_bytes(data[at:start])
    if end > len(data):
        raise ValueError("a unit is cut short")
    return data[start:end], end
