"""Which thing of a picture names the event."""

from __future__ import annotations

import numpy as np

from camera.detections import Form, Seen, decoded, form_of, named_first, named_later

PARKED = Seen("vehicle", 0.95, (0.6, 0.6, 0.3, 0.2))
WALKER = Seen("person", 0.7, (0.1, 0.4, 0.1, 0.3))
MOVED = (0.12, 0.5, 0.05, 0.1)


def test_the_parked_car_does_not_name_the_event_that_a_walker_set_off() -> None:
    assert named_first([PARKED, WALKER], MOVED) == WALKER
    assert named_first([PARKED], MOVED) is None


def test_without_knowing_where_it_moved_the_surest_counts() -> None:
    assert named_first([WALKER, PARKED], None) == PARKED
    assert named_first([], None) is None


def test_later_only_what_was_not_there_before_counts() -> None:
    again = Seen("vehicle", 0.9, (0.61, 0.6, 0.3, 0.2))
    assert named_later([again, WALKER], [PARKED]) == WALKER
    assert named_later([again], [PARKED]) is None
    gone_on = Seen("vehicle", 0.9, (0.2, 0.6, 0.3, 0.2))
    assert named_later([gone_on], [PARKED]) == gone_on


def test_forms() -> None:
    assert form_of((1, 3549, 85), 416, 416) is Form.YOLOX
    assert form_of((1, 25200, 85), 640, 640) is Form.YOLOV5
    assert form_of((1, 84, 8400), 640, 640) is Form.YOLOV8
    assert form_of((1, 3598, 112), 416, 416) is Form.NANODET
    for unknown in ((1, 3598, 112, 1), (3549, 85), (1, 0, 85), (2, 3549, 85), (1, 6, 7), (1, 3549, 25), ()):
        assert form_of(unknown, 416, 416) is None


def test_what_is_no_number_is_no_thing() -> None:
    answer = np.full((1, 10, 85), np.nan, np.float32)
    answer[0, 3] = 1
    answer[0, 3, 0] = np.inf
    assert decoded(Form.YOLOV5, answer, 64, 64) == []
