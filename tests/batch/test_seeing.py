"""The square that a batch cuts out of a photo."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from support.batch_table import INFO, Table

from rtedit_desktop.batch.seeing import seen
from rtedit_desktop.commands.shared.squares import chosen_square
from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point, Square
from rtedit_desktop.imaging.photo_service import FilePhotoService


def face_at(x: float, apart: float) -> Face:
    points = [Point(x, 14), Point(x + apart, 16), Point(x + apart / 2, 18), Point(x + 1, 22), Point(x + apart - 1, 23)]
    names = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")
    return Face(box=(x, 10, apart, 16), confidence=0.9, **dict(zip(names, points, strict=True)))


@pytest.mark.parametrize("faces", [(), (face_at(12, 7),), (face_at(12, 7), face_at(20, 4))])
@pytest.mark.parametrize("wants", ["face", "centre", "whole"])
def test_the_square_is_the_one_that_a_single_photo_gets(table: Table, faces: tuple[Face, ...], wants: str) -> None:
    class Seeing(FilePhotoService):
        def faces(self, photo: Any) -> tuple[Face, ...]:
            return faces

    info = replace(INFO, square=wants)
    photo = FilePhotoService().open(table.photo("a.png", size=40))
    one = seen(Seeing(), photo, info)
    args = argparse.Namespace(square=None, face=None)
    assert one.square == chosen_square(Seeing(), photo, info, args, Progress(None))
    assert one.before.shape == (16, 16, 3)
    assert len(one.notes) == (wants == "face" and len(faces) != 1)


def test_a_model_of_whole_photos_sees_all_of_one(table: Table) -> None:
    service = FilePhotoService()
    path = table.photo("wide.png", size=40)
    with Image.open(path) as picture:
        picture.crop((0, 0, 40, 24)).save(path)
    photo = service.open(path)
    assert seen(service, photo, replace(INFO, square="whole")).square == Square(x=0, y=-8, side=40)
    assert seen(service, photo, replace(INFO, square="centre")).square == Square(x=8, y=0, side=24)
