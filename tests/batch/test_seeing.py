"""The square that a batch cuts out of a photo."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.batch_table import INFO, Table

from rtedit_desktop.batch.seeing import looked_at_apart, looking_for, needs_face, no_face, seen
from rtedit_desktop.batch.stack_places import placed_in
from rtedit_desktop.commands.shared.squares import chosen_square
from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.packs.learned_edits import LearnedEdit
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point, Square
from rtedit_desktop.core.stack import LayerSpec, StackSpec
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog


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
    spec = EditSpec(pack=info.id, prompt="smiling face", source="face")
    assert one.square == chosen_square(Seeing(), photo, info, spec, args, Progress(None))
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


SCENES = LearnedEdit(file="sepia.rtpreset", title="Sepia", phrases=("sepia",), blending="whole")
LIPS = LearnedEdit(file="lips.rtpreset", title="Red lipstick", phrases=("red lipstick",), blending="tonal")
GLASSES = LearnedEdit(file="glasses.rtpreset", title="Glasses", phrases=("glasses",), blending="opaque")


@pytest.mark.parametrize(
    ("prompt", "square"),
    [
        ("red lipstick", "face"),
        ("glasses and red lipstick", "face"),
        ("sepia", "whole"),
        ("sepia, red lipstick", "whole"),
        ("nothing that it knows", "whole"),
    ],
)
def test_a_model_of_whole_photos_is_shown_the_face_for_what_belongs_on_it(prompt: str, square: str) -> None:
    info = replace(INFO, square="whole", edits=(SCENES, LIPS, GLASSES), has_text_model=False)
    assert looking_for(info, EditSpec(pack=info.id, prompt=prompt, source="face")).square == square
    by_name = {"red lipstick": LIPS, "sepia": SCENES, "glasses": GLASSES}
    uses = tuple(PresetUse(Path(edit.file), 1.0, edit.blending) for name, edit in by_name.items() if name in prompt)
    if uses:
        assert looking_for(info, MixSpec(pack=info.id, uses=uses)).square == square
    assert looking_for(replace(info, square="centre"), EditSpec(pack=info.id, prompt=prompt, source="face")).square == (
        "centre"
    )


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("sepia photo, very red lipstick and glasses", ["very red lipstick, glasses", "sepia"]),
        ("sepia, a hat, red lipstick", ["red lipstick", "sepia, hat"]),
        ("red lipstick and glasses", None),
        ("sepia", None),
        ("nothing that it knows", None),
    ],
)
def test_edits_of_the_face_and_of_the_photo_are_made_apart(prompt: str, parts: list[str] | None) -> None:
    kinds = {"default": EditSettings(t0=300), "strong": EditSettings(t0=500)}
    info = replace(
        INFO, square="whole", edits=(SCENES, LIPS, GLASSES), has_text_model=False, settings=kinds,
        suggestions=(Suggestion(prompt="sepia", kind="strong"),),
    )  # fmt: skip
    spec = EditSpec(pack=info.id, prompt=prompt, source="face", settings=EditSettings(t0=300, seed=7, strength=0.5))
    made = looked_at_apart(info, spec)
    assert [one.prompt for one in made] == (parts or [prompt])
    assert all((one.settings.seed, one.settings.strength) == (7, 0.5) for one in made)
    if parts == ["very red lipstick, glasses", "sepia"]:
        assert [one.settings.t0 for one in made] == [300, 500], "each as recommended for it"
        assert [looking_for(info, one).square for one in made] == ["face", "whole"]


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("Sepiafoto mit rotem Lippenstift", ["rotem Lippenstift", "Sepiafoto"]),
        ("Mondlicht mit etwas rotem Lippenstift, sehr gebräuntes Gesicht",
         ["etwas rotem Lippenstift, sehr gebräuntes", "Mondlicht"]),
        ("sepia photo with red lipstick", ["red lipstick", "sepia"]),
    ],
)  # fmt: skip
def test_what_is_made_apart_is_called_as_it_was_written(prompt: str, parts: list[str]) -> None:
    """In German with the pack of photographs that comes with the app."""
    info = Catalog.default().manifest("portraits").info
    spec = info.edit_by(prompt, info.source)
    made = looked_at_apart(info, spec)
    assert [one.prompt for one in made] == parts
    asked = [use for one in made for use in info.asked_edits(one.prompt).uses]
    assert sorted((edit.file, strength) for edit, strength in asked) == sorted(
        (edit.file, strength) for edit, strength in info.asked_edits(prompt).uses
    )


def test_without_a_face_an_edit_of_the_face_is_refused_in_a_sentence(table: Table) -> None:
    info = replace(INFO, square="whole", edits=(SCENES, LIPS), has_text_model=False)
    lips, sepia = (EditSpec(pack=info.id, prompt=prompt, source="face") for prompt in ("red lipstick", "sepia"))
    assert needs_face(info, lips) and not needs_face(info, sepia) and not needs_face(replace(info, square="face"), lips)
    service, path = FilePhotoService(), table.photo("a.png", size=40)  # of plain colours
    photo = service.open(path)
    with pytest.raises(PictureError, match="No face was found") as caught:
        seen(service, photo, looking_for(info, lips), only_faces=True)
    assert str(caught.value) == str(no_face())
    args = argparse.Namespace(square=None, face=None)
    with pytest.raises(PictureError, match="edit of a face"):
        chosen_square(service, photo, info, lips, args, Progress(None))
    args.face = "none"
    assert chosen_square(service, photo, info, lips, args, Progress(None)).side == 40, "asked for by hand"
    with pytest.raises(PictureError):
        placed_in(StackSpec(layers=(LayerSpec(spec=lips),)), photo, service, {info.id: info})


def test_a_stack_of_both_is_placed_on_the_face_and_around_another_photo(table: Table) -> None:
    class Seeing(FilePhotoService):
        def faces(self, photo: Any) -> tuple[Face, ...]:
            return (face_at(12, 7),)

    info = replace(INFO, square="whole", edits=(SCENES, LIPS), has_text_model=False)
    specs = [EditSpec(pack=info.id, prompt=prompt, source="face") for prompt in ("sepia", "red lipstick")]
    elsewhere = Square(x=0, y=0, side=90), Square(x=30, y=30, side=30)
    photo = Seeing().open(table.photo("a.png", size=40))
    expected = [Square.around(photo.size), Seeing().faces(photo)[0].square]
    for squares in ((None, None), elsewhere):
        layers = tuple(LayerSpec(spec=spec, square=square) for spec, square in zip(specs, squares, strict=True))
        placed, _ = placed_in(StackSpec(layers=layers), photo, Seeing(), {info.id: info})
        assert [layer.square for layer in placed.layers] == expected
