from __future__ import annotations

import importlib.util
import math
import socket

import numpy as np
import pytest
from PIL import Image
from support.portrait import ANGLE, EYES, MOUTH, backdrop, portrait, turned_portrait

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging import faces
from rtedit_desktop.imaging.photo_service import FilePhotoService


def _photo(picture: Image.Image) -> Photo:
    return Photo(pixels=np.asarray(picture))


def _off(angle: float, wanted: float) -> float:
    return abs((angle - wanted + 180) % 360 - 180)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_square_of_a_face_is_that_of_ffhq() -> None:
    """By hand: level eyes 40 apart, mouth 50 below; 2 * 40 = 80 and 1.8 * 50 = 90."""
    face = Face(
        box=(70, 60, 60, 80), left_eye=Point(80, 80), right_eye=Point(120, 80), nose=Point(100, 105),
        left_mouth=Point(85, 130), right_mouth=Point(115, 130), confidence=0.9,
    )  # fmt: skip
    assert (face.square.side, face.square.angle) == (180, 0.0)
    assert face.square.centre == (100.0, 85.0)


def test_a_face_that_leans_has_a_square_that_leans() -> None:
    turn = math.radians(30)

    def place(x: float, y: float) -> Point:
        return Point(200 + x * math.cos(turn) - y * math.sin(turn), 200 + x * math.sin(turn) + y * math.cos(turn))

    face = Face(
        box=(0, 0, 1, 1), left_eye=place(-20, 0), right_eye=place(20, 0), nose=place(0, 25),
        left_mouth=place(-15, 50), right_mouth=place(15, 50), confidence=0.9,
    )  # fmt: skip
    assert face.square.angle == pytest.approx(30)
    assert face.square.side == 180
    assert face.square.centre == pytest.approx(place(0, 5), abs=0.75)


def test_the_face_of_a_portrait_is_found_where_it_is(photo_service: FilePhotoService) -> None:
    (face,) = photo_service.faces(_photo(portrait()))
    for seen, there in zip((face.left_eye, face.right_eye), EYES, strict=True):
        assert math.dist(seen, there) < 6
    mouth = ((face.left_mouth.x + face.right_mouth.x) / 2, (face.left_mouth.y + face.right_mouth.y) / 2)
    assert math.dist(mouth, MOUTH) < 6
    left, top, width, height = face.box
    assert left < EYES[0][0] < EYES[1][0] < left + width
    assert top < EYES[0][1] < MOUTH[1] < top + height
    assert face.confidence > 0.9


@pytest.mark.parametrize("degrees", range(0, 360, 30))
def test_a_face_is_found_whichever_way_up(photo_service: FilePhotoService, degrees: int) -> None:
    (face,) = photo_service.faces(_photo(turned_portrait(degrees)))
    assert _off(face.square.angle, ANGLE + degrees) < 15
    assert 150 < face.square.side < 220


def test_the_crop_of_a_turned_face_stands_upright(photo_service: FilePhotoService) -> None:
    photo = _photo(turned_portrait(140))
    (face,) = photo_service.faces(photo)
    (again,) = photo_service.faces(Photo(pixels=photo_service.crop(photo, face.square, 256)))
    assert _off(again.square.angle, 0) < 6
    assert again.square.side == pytest.approx(256, rel=0.12)
    assert math.dist(again.square.centre, (128, 128)) < 12


@pytest.mark.parametrize("side", [64, 128, 1024])
def test_small_and_large_portraits(photo_service: FilePhotoService, side: int) -> None:
    (face,) = photo_service.faces(_photo(portrait().resize((side, side), Image.Resampling.LANCZOS)))
    assert face.square.side == pytest.approx(184 * side / 512, rel=0.2)


def test_a_face_that_fills_the_photo(photo_service: FilePhotoService) -> None:
    close = portrait().crop((170, 50, 280, 185)).resize((1100, 1350), Image.Resampling.BICUBIC)
    (face,) = photo_service.faces(_photo(close))
    assert face.square.side > 1350, "it leaves the photo"
    assert photo_service.crop(_photo(close), face.square, 64).shape == (64, 64, 3)


def test_a_face_at_the_edge(photo_service: FilePhotoService) -> None:
    (face,) = photo_service.faces(_photo(portrait().crop((205, 0, 512, 300))))
    assert face.left_eye.x < 5
    assert face.square.x < 0


def test_a_turned_face_in_24_megapixels(photo_service: FilePhotoService, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    detected = faces._Search._detected

    def counted(search: faces._Search, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        looks.append(picture.shape[0] * picture.shape[1])
        return detected(search, picture)

    monkeypatch.setattr(faces._Search, "_detected", counted)
    picture = backdrop(6000, 4000)
    picture.paste(turned_portrait(180).resize((1200, 1200)), (4700, 2700))
    photo = _photo(picture)
    (face,) = photo_service.faces(photo)
    assert sum(looks) < 24e6 / 2, "it is looked for in small copies, not in the photo"
    assert _off(face.square.angle, ANGLE + 180) < 10
    assert math.dist(face.square.centre, (4700 + 1200 * (1 - 221 / 512), 2700 + 1200 * (1 - 108 / 512))) < 60


def test_fifty_faces_are_fifty(photo_service: FilePhotoService) -> None:
    picture = backdrop(3000, 2000)
    for number in range(50):
        copy = portrait().crop((100, 0, 350, 250)).resize((180 + number, 180 + number))
        picture.paste(copy, (50 + number % 10 * 290, 40 + number // 10 * 390))
    found = photo_service.faces(_photo(picture))
    assert len(found) == 50
    sides = [face.square.side for face in found]
    assert sides == sorted(sides, reverse=True)


def test_no_face(photo_service: FilePhotoService) -> None:
    assert photo_service.faces(_photo(backdrop(900, 700))) == ()
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    assert photo_service.faces(Photo(pixels=noise)) == ()
    assert photo_service.faces(Photo(pixels=np.zeros((16, 400, 3), np.uint8))) == ()


def test_without_the_detectors_file_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    faces._weights.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PictureError, match="missing"):
        faces.find_faces(Photo(pixels=np.zeros((64, 64, 3), np.uint8)))
