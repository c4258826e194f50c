"""--face, --square, --mask and “rtedit faces”."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.command_line import GivenEngine, edit
from support.portrait import backdrop, turned_portrait

from rtedit_desktop.cli import main
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifest


@pytest.fixture
def faces_catalog(tiny_pack: Path, tmp_path: Path) -> Catalog:
    """The tiny pack, as one that edits faces of photographs."""
    folder = tmp_path / "packs" / "tiny"
    folder.mkdir(parents=True)
    for file in tiny_pack.iterdir():
        (folder / file.name).symlink_to(file)
    own = manifest.read(folder)
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_text(replace(own, info=replace(own.info, square="face")).to_json(), "utf-8")
    return Catalog([folder.parent])


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two faces: a large one on the right, turned by 40 degrees, and a small one."""
    picture = backdrop(1200, 700)
    picture.paste(turned_portrait(40).resize((700, 700)), (480, 0))
    picture.paste(turned_portrait(0).resize((300, 300)), (60, 200))
    picture.save(tmp_path / "people.png")
    return tmp_path / "people.png"


def _printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_faces_are_listed(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(people), "--json"]) == 0
    first, second = _printed(capsys)["faces"]
    assert (first["number"], second["number"]) == (1, 2)
    assert first["square"]["side"] > second["square"]["side"]
    assert first["square"]["angle"] == pytest.approx(42, abs=15)
    assert first["box"]["x"] > 480 > second["box"]["x"]
    assert main(["faces", str(people)]) == 0
    assert "turned by" in capsys.readouterr().out


def test_no_faces_are_listed(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(photo)]) == 0
    assert "No face" in capsys.readouterr().out


def test_a_pack_of_faces_takes_the_largest_and_says_so(
    faces_catalog: Catalog, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, engine = edit(faces_catalog, people, "--json")
    assert code == 0
    printed = _printed(capsys)
    assert any("2 faces" in note and "--face 2" in note for note in printed["notes"])
    assert printed["square"]["angle"] == pytest.approx(42, abs=15)
    result, own = (np.asarray(Image.open(path)) for path in (people.with_name("out.png"), people))
    assert np.array_equal(result[:, :400], own[:, :400])
    assert not np.array_equal(result, own)
    assert engine.requests[0].picture.shape[0] == engine.requests[0].picture.shape[1]


def test_the_other_face(faces_catalog: Catalog, people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(faces_catalog, people, "--face", "2", "--json")[0] == 0
    assert _printed(capsys)["square"]["x"] < 300


def test_a_face_that_is_not_there(
    faces_catalog: Catalog, people: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, engine = edit(faces_catalog, people, "--face", "3")
    assert (code, engine.requests) == (3, [])
    assert "2 faces" in capsys.readouterr().err
    assert edit(faces_catalog, photo, "--face", "1")[0] == 3


def test_without_a_face_the_middle_is_used_and_reported(
    faces_catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(faces_catalog, photo)[0] == 0
    assert "No face was found" in capsys.readouterr().err


def test_none_and_other_packs_do_not_look_for_faces(
    faces_catalog: Catalog, catalog: Catalog, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Blind(FilePhotoService):
        def faces(self, photo: Photo) -> tuple[()]:
            raise AssertionError("nobody asked for faces")

    for one, args in ((faces_catalog, ("--face", "none")), (catalog, ())):
        assert edit(one, people, *args, "--json", photo_service=Blind())[0] == 0
        assert _printed(capsys)["square"] == {"x": 250, "y": 0, "side": 700, "angle": 0.0}


@pytest.mark.parametrize(
    ("given", "square"),
    [("10,5,20", (10, 5, 20, 0)), ("-5,-5,30,370", (-5, -5, 30, 10)), ("1.4,2.6,10,-90", (1, 3, 10, -90))],
)
def test_a_square_by_hand(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], given: str, square: tuple[int, ...]
) -> None:
    assert edit(catalog, photo, f"--square={given}", "--json")[0] == 0
    assert tuple(_printed(capsys)["square"].values()) == square


@pytest.mark.parametrize("given", ["", "1,2", "1,2,3,4,5", "a,b,c", "1,2,0", "1,2,nan", "0,0,1e9"])
def test_nonsense_squares_are_refused(catalog: Catalog, photo: Path, given: str) -> None:
    code, engine = edit(catalog, photo, f"--square={given}")
    assert (code, engine.requests) == (2, [])


def test_a_square_outside_and_two_choices_are_refused(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(catalog, photo, "--square", "500,0,20")[0] == 3
    assert "60 × 40" in capsys.readouterr().err
    assert edit(catalog, photo, "--square", "5,0,20", "--face", "1")[0] == 2
    assert edit(catalog, photo, "--face", "zero")[0] == 2


def test_a_mask_limits_the_edit(catalog: Catalog, photo: Path, tmp_path: Path) -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[10:30, 25:35] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    assert edit(catalog, photo, "--mask", str(tmp_path / "mask.png"))[0] == 0
    result, own = (np.asarray(Image.open(path)) for path in (photo.with_name("out.png"), photo))
    assert np.array_equal(result[mask == 0], own[mask == 0])
    assert not np.array_equal(result[mask == 255], own[mask == 255])


def test_a_mask_of_another_size_is_refused(
    catalog: Catalog, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (61, 40)).save(tmp_path / "mask.png")
    code, engine = edit(catalog, photo, "--mask", str(tmp_path / "mask.png"))
    assert (code, engine.requests) == (3, [])
    assert "61 × 40 pixels and the picture 60 × 40" in capsys.readouterr().err
    assert edit(catalog, photo, "--mask", str(tmp_path / "none.png"))[0] == 3


def test_a_manifest_says_which_square(faces_catalog: Catalog, tiny_pack: Path) -> None:
    (info,) = faces_catalog.packs()
    assert info.square == "face"
    assert manifest.read(tiny_pack).info.square == "centre"


def test_personal_metadata_can_be_stripped(catalog: Catalog, photo: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "Maker", "A. Person"
    exif.get_ifd(0x8825)[1] = "N"
    with Image.open(photo) as picture:
        picture.save(photo, exif=exif)
    for args, place in (((), {1: "N"}), (("--strip-metadata",), {})):
        assert edit(catalog, photo, *args)[0] == 0
        with Image.open(photo.with_name("out.png")) as result:
            assert result.getexif()[0x010F] == "Maker"
            assert dict(result.getexif().get_ifd(0x8825)) == place
            assert (0x013B in result.getexif()) == bool(place)


def test_the_recipe_can_be_embedded(catalog: Catalog, photo: Path) -> None:
    for args, expected in (((), False), (("--embed-recipe",), True)):
        assert edit(catalog, photo, *args)[0] == 0
        with Image.open(photo.with_name("out.png")) as result:
            xmp = result.info.get("xmp", b"")
        assert (b"rtedit:Recipe" in xmp) is expected
        assert str(photo.parent).encode() not in xmp


def test_a_folder_to_learn_from_is_seen_like_its_photos_alone(
    faces_catalog: Catalog, people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    people.rename(folder / "people.png")
    backdrop(300, 200).save(folder / "wall.png")
    engine = GivenEngine(lambda request, _: iter([Finished(job_id=request.job_id)]))
    out = str(tmp_path / "smile.rtpreset")
    command = ["learn", "smiling face", "--images", str(folder), "-o", out, "--json"]
    assert main(command, engine=engine, catalog=faces_catalog) == 0
    assert _printed(capsys)["notes"] == ["In 1 of 2 pictures no face was found; their middles are used."]
    _, edits = edit(faces_catalog, folder / "people.png")
    assert np.array_equal(engine.requests[0].pictures[0], edits.requests[0].picture)
