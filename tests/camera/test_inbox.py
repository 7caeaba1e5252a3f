"""Where packets wait for their reader: bounded, in order, and sound never at a picture's cost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from camera.errors import SourceLost
from camera.model import GrayFrame, Packet, Track
from camera.sources.inbox import MOST_PACKETS, MOST_SOUNDS, Inbox

VIDEO = Track("h264", Fraction(1, 15), 16, 16)
SOUND = Track("aac", Fraction(1, 1000), sample_rate=16_000, channels=1)


def picture(number: int) -> Packet:
    return Packet(b"v", number, number, number % 15 == 0, number / 15, VIDEO)


def sound(mono_s: float) -> Packet:
    return Packet(b"s", round(mono_s * 1000), round(mono_s * 1000), False, mono_s, SOUND)


def test_any_amount_of_sound_costs_no_picture() -> None:
    inbox = Inbox("It", 0.1)
    inbox.put_packet(picture(0))
    for number in range(2 * MOST_SOUNDS):
        inbox.put_packet(sound(number / 100))
    for number in range(1, MOST_PACKETS):
        inbox.put_packet(picture(number))
    taken = [inbox.take() for _ in range(MOST_PACKETS + MOST_SOUNDS)]
    assert [item.pts for item in taken if isinstance(item, Packet) and item.track == VIDEO] == list(range(MOST_PACKETS))
    assert inbox.dropped_packets == 0
    with pytest.raises(SourceLost):
        inbox.take()


def test_sound_before_the_first_key_frame_is_left_out_and_sound_lets_no_gray_frame_pass() -> None:
    inbox = Inbox("It", 0.1)
    inbox.put_packet(sound(0.0))
    inbox.put_packet(picture(0))
    inbox.put_packet(sound(9.0))
    inbox.put_gray(GrayFrame(np.zeros((9, 16), np.uint8), 1 / 15, lambda: b""))
    inbox.put_packet(picture(1))
    kinds = [item.track.codec if isinstance(item, Packet) else "gray" for item in (inbox.take() for _ in range(4))]
    assert kinds == ["h264", "aac", "h264", "gray"]
