"""The edits of a pack without a text model, measured on photographs by the command."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.nets import tiny_pack
from support.nets.engines import new_engine, picture, run

from rtedit_desktop.bench.own_edits import identity, quality
from rtedit_desktop.bench.own_edits.quality import outside_of_change, squared
from rtedit_desktop.cli import main
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import LearnRequest, Pair
from rtedit_desktop.packs.catalog import Catalog


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny pack with one edit and no text model."""
    folder = tmp_path_factory.mktemp("own")
    tiny_pack.write(folder / "packs" / "tiny")
    engine = new_engine(Catalog([folder / "packs"]))
    pairs = tuple(Pair(picture(n), (picture(n) // 2).astype(np.uint8)) for n in range(2))
    settings = replace(PAIR_SETTINGS, iterations=2, noise_draws=2, steps=2)
    request = LearnRequest(
        spec=EditSpec(pack="tiny", prompt="dark", source="face", settings=settings),
        output=folder / "dark.rtpreset",
        title="Dark",
        pairs=pairs,
    )
    last = run(engine, request)[-1]
    assert isinstance(last, Finished), last
    engine.close()
    edits = [{"file": "dark.rtpreset", "title": "Dark", "phrases": ["dark"]}]
    files = {"dark.rtpreset": (folder / "dark.rtpreset").read_bytes()}
    own = folder / "wordless" / "tiny"
    tiny_pack.write(own, others=files, edits=edits, clip=None, vocabulary=[], suggestions=[], kind_of_word={})
    return own


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for n in range(4):
        Image.fromarray(picture(n)).resize((60, 44)).save(folder / f"{n}.png")
    (folder / "broken.jpg").write_text("no picture")
    (folder / "notes.txt").write_text("no picture either")
    return folder


def bench(pack: Path, photos: Path, *more: str) -> int:
    return main(["bench", "quality", "--pack-folder", str(pack), "--photos", str(photos), *more])


def test_a_table_and_a_sheet_of_each_edit(
    pack: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets, table = tmp_path / "sheets", tmp_path / "table.md"
    assert bench(pack, photos, "--count", "3", "--seed", "5", "--sheets", str(sheets), "--markdown", str(table)) == 0
    shown = capsys.readouterr()
    assert table.read_text("utf-8") == shown.out
    assert "Tiny 0.1, 32 px, 3 photographs" in shown.out and "seeds from 5" in shown.out
    assert "Machine: " in shown.out and "decoding in float32" in shown.out
    (row,) = [line for line in shown.out.splitlines() if line.startswith("| Dark |")]
    assert row.split("|")[4].strip() == "–"  # no face in dots, so nobody to keep
    assert [line.split("|")[1].strip() for line in shown.out.splitlines()[-5:]] == ["100", "200", "300", "400", "500"]
    with Image.open(sheets / "dark.jpg") as sheet:
        assert sheet.width == 3 * 262 and sheet.height == 3 * 256 + 6


def test_sheets_that_are_there_are_kept(
    pack: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dark.jpg").write_text("mine")
    assert bench(pack, photos, "--count", "1", "--sheets", str(tmp_path)) == 6
    shown = capsys.readouterr()
    assert "dark.jpg" in shown.err and "--overwrite" in shown.err and "measuring" not in shown.err
    assert (tmp_path / "dark.jpg").read_text() == "mine"
    assert bench(pack, photos, "--count", "1", "--sheets", str(tmp_path), "--overwrite") == 0
    assert (tmp_path / "dark.jpg").read_bytes().startswith(b"\xff\xd8")


def test_a_list_says_which_photographs(
    pack: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.json").write_text('["1.png", "broken.jpg", "3.png", "nowhere.png"]')
    options = ("--held-out", str(tmp_path / "list.json"), "--sheets", str(tmp_path))
    assert bench(pack, photos, *options) == 0
    shown = capsys.readouterr()
    assert "2 photographs" in shown.out and "left out: " in shown.err and "broken.jpg" in shown.err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--count", "0"), "out of its range"),
        (("--edits", "Wings"), "“Wings” is no edit of Tiny"),
        (("--held-out", "nowhere.txt"), "nowhere.txt is no list"),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(
    pack: Path, photos: Path, more: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(pack, photos, *more) != 0
    assert sentence in capsys.readouterr().err


def test_a_folder_without_photographs_and_no_folder_at_all(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(pack, tmp_path) != 0
    assert "no photographs to measure on" in capsys.readouterr().err
    assert main(["bench", "quality", "--pack-folder", str(pack)]) != 0
    assert "Name a folder of them by --photos." in capsys.readouterr().err


def test_the_region_of_change_and_what_is_outside() -> None:
    before = np.full((64, 64, 3), 100, np.uint8)
    after = before.copy()
    after[20:30, 20:30] = 200
    after[60:, 60:] += 2  # too little to be seen
    outside, region = outside_of_change(before, after)
    assert outside is not None and 0 < outside < 0.02
    assert 0.05 < region < 0.15
    assert outside_of_change(before, before) == (0.0, 0.0)
    assert outside_of_change(before, before + 50) == (None, 1.0)


def test_the_part_of_a_photo_around_its_square() -> None:
    pixels = np.arange(100 * 80 * 3, dtype=np.uint32).reshape(80, 100, 3).astype(np.uint8)
    part = squared(pixels, Square(x=0, y=20, side=40))
    assert part.shape == (60, 60, 3)
    assert (part[:, :10] == 255).all()  # left of the photo
    assert np.array_equal(part[:, 10:], pixels[10:70, 0:50])


def test_a_face_is_told_apart_only_where_the_packages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert identity.own_descriptor() is None
    assert identity.cosine(np.array([1.0, 0]), np.array([2.0, 0])) == pytest.approx(1.0)


def test_the_same_person_is_measured_where_a_face_is_found(
    pack: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quality, "own_descriptor", lambda: lambda picture, box: picture.mean((0, 1)))
    monkeypatch.setattr(quality, "face_box", lambda service, picture: (4.0, 4.0, 24.0, 24.0))
    assert bench(pack, photos, "--count", "2", "--sheets", str(tmp_path)) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| Dark |")]
    assert 0.5 < float(row.split("|")[4]) <= 1.0
