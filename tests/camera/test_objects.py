"""Loading, letterbox and decoding, on models of a few kilobytes that OpenCV really runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camera.detections import Form, Seen
from camera.errors import ModelUnusable
from camera.objects import OPEN_SIZE_PX, Objects, picture_of_jpeg
from tests.camera import tiny_model
from tests.demo.media import jpeg

PERSON, CAR, DOG, CHAIR = 0, 2, 16, 56


def white(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)


def near(seen: Seen, label: str, *box: float) -> None:
    assert seen.label == label
    assert seen.box == pytest.approx(box, abs=0.002)


def test_a_raw_yolox_names_things_where_they_are(tmp_path: Path) -> None:
    path = tiny_model.yolox(tmp_path / "m.onnx", {PERSON: (9, 0.9), CAR: (30, 0.8), DOG: (50, 0.6), CHAIR: (20, 1.0)})
    objects = Objects(path)
    assert (objects.form, objects.height, objects.width) == (Form.YOLOX, 64, 64)
    person, car, dog = objects.look(white(64, 64))
    near(person, "person", 4 / 64, 4 / 64, 16 / 64, 16 / 64)
    near(car, "vehicle", 44 / 64, 20 / 64, 16 / 64, 16 / 64)
    near(dog, "animal", 12 / 64, 44 / 64, 16 / 64, 16 / 64)
    assert [round(one.score, 2) for one in (person, car, dog)] == [0.9, 0.8, 0.6]


def test_a_wide_picture_is_letterboxed_and_boxes_are_shares_of_it(tmp_path: Path) -> None:
    path = tiny_model.yolox(tmp_path / "m.onnx", {PERSON: (9, 0.9)})
    (person,) = Objects(path).look(white(1080, 1920))
    near(person, "person", 4 / 64, 4 / 36, 16 / 64, 16 / 36)
    grey_margin = (36 + 28 * 114 / 255) / 64
    assert person.score == pytest.approx(0.9 * grey_margin, abs=0.01)


def test_in_the_dark_nothing_is_named(tmp_path: Path) -> None:
    objects = Objects(tiny_model.yolox(tmp_path / "m.onnx", {PERSON: (9, 0.9)}))
    assert objects.look(np.zeros((64, 64, 3), np.uint8)) == []


def test_a_decoded_yolox_is_told_from_a_raw_one(tmp_path: Path) -> None:
    answer = np.zeros((1, tiny_model.yolox_rows(64), 85), np.float32)
    answer[0, :, :4] = 32, 32, 16, 8
    answer[0, 5, 4] = 1
    scored = np.zeros_like(answer)
    scored[0, 5, 5 + CAR] = 0.7
    (car,) = Objects(tiny_model.model(tmp_path / "m.onnx", answer, scored, size=64, full=255)).look(white(64, 64))
    near(car, "vehicle", 24 / 64, 28 / 64, 16 / 64, 8 / 64)


def test_yolov5_gets_its_picture_in_its_own_scale(tmp_path: Path) -> None:
    answer = np.zeros((1, 7, 85), np.float32)
    answer[0, 3, :5] = 32, 32, 16, 8, 1
    scored = np.zeros_like(answer)
    scored[0, 3, 5 + DOG] = 0.9
    objects = Objects(tiny_model.model(tmp_path / "m.onnx", answer, scored, size=64, full=1))
    assert objects.form is Form.YOLOV5
    red = white(64, 64)
    red[:, :, :2] = 0
    (dog,) = objects.look(red)
    near(dog, "animal", 24 / 64, 28 / 64, 16 / 64, 8 / 64)


def test_yolov8_has_rows_and_columns_the_other_way_round(tmp_path: Path) -> None:
    answer = np.zeros((1, 84, 9), np.float32)
    answer[0, :4, 4] = 16, 48, 8, 16
    scored = np.zeros_like(answer)
    scored[0, 4 + PERSON, 4] = 0.9
    objects = Objects(tiny_model.model(tmp_path / "m.onnx", answer, scored, size=64, full=1))
    assert objects.form is Form.YOLOV8
    (person,) = objects.look(white(64, 64))
    near(person, "person", 12 / 64, 40 / 64, 8 / 64, 16 / 64)


def test_nanodet_tells_distances_as_distributions(tmp_path: Path) -> None:
    answer = np.zeros((1, tiny_model.yolox_rows(64) + 1, 112), np.float32)
    answer[0, 27, 80 + 8 * np.arange(4) + np.array([1, 2, 1, 2])] = 50  # one step left and right, two up and down
    scored = np.zeros_like(answer)
    scored[0, 27, PERSON] = 0.9
    objects = Objects(tiny_model.model(tmp_path / "m.onnx", answer, scored, size=64, full=(255 - 103.53) / 57.375))
    assert objects.form is Form.NANODET
    (person,) = objects.look(white(64, 64))
    near(person, "person", 16 / 64, 8 / 64, 16 / 64, 32 / 64)


def test_one_thing_that_many_cells_see_is_one(tmp_path: Path) -> None:
    path = tiny_model.yolox(tmp_path / "m.onnx", {0: (27, 0.9), 1: (28, 0.8), 2: (28, 0.7)}, cells=6)
    assert [one.label for one in Objects(path).look(white(64, 64))] == ["person"]


def test_an_answer_of_unknown_form_ends_in_a_sentence(tmp_path: Path) -> None:
    answer = np.zeros((1, 10, 7), np.float32)
    path = tiny_model.model(tmp_path / "m.onnx", answer, answer, size=64, full=1)
    with pytest.raises(ModelUnusable, match=r"m.onnx answers in a form that MoCam does not know \(1x10x7\). Use YOLOX"):
        Objects(path)


@pytest.mark.parametrize("size", [0, 1, 40, 2000, 100_000])
def test_a_damaged_file_ends_in_a_sentence(tmp_path: Path, size: int) -> None:
    path = tiny_model.yolox(tmp_path / "m.onnx", {PERSON: (9, 0.9)})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelUnusable, match=r"m.onnx is no ONNX model that OpenCV .* can load"):
        Objects(path)


def test_another_kind_of_file_ends_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(jpeg())
    with pytest.raises(ModelUnusable, match="no ONNX model"):
        Objects(path)


def test_a_missing_file_or_a_folder_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"cannot be read .No such file"):
        Objects(tmp_path / "m.onnx")
    with pytest.raises(ModelUnusable, match=r"cannot be read .Is a directory"):
        Objects(tmp_path)


def test_a_model_for_pictures_of_any_size_gets_a_usual_one(tmp_path: Path) -> None:
    answer = np.zeros((1, 4, 85), np.float32)
    path = tiny_model.model(tmp_path / "m.onnx", answer, answer, size=OPEN_SIZE_PX, full=1, any_size=True)
    objects = Objects(path)
    assert (objects.height, objects.width) == (OPEN_SIZE_PX, OPEN_SIZE_PX)


def test_a_damaged_jpeg_is_no_picture() -> None:
    assert picture_of_jpeg(b"") is None
    assert picture_of_jpeg(b"jpeg") is None
    picture = picture_of_jpeg(jpeg(64, 36))
    assert picture is not None
    assert picture.shape == (36, 64, 3)
