from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.picture_pairs import (
    PairFiles,
    check_pair,
    find_pairs,
    how_sure,
    outlines_agree,
    read_pair,
    turned_round,
)
from rtedit_desktop.core.requests import Pair
from rtedit_desktop.imaging.photo_service import FilePhotoService


def scene(seed: int, side: int = 96) -> np.ndarray:
    """A picture with outlines: soft blobs of several sizes."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    fine = Image.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8))
    resized = [np.asarray(one.resize((side, side), Image.Resampling.BICUBIC), np.float32) for one in (small, fine)]
    return ((resized[0] * 2 + resized[1]) / 3).astype(np.uint8)


def with_lens(picture: np.ndarray) -> np.ndarray:
    edited = picture.copy()
    edited[30:50, 16:80] = 20
    return edited


def keep(folder: Path, **pictures: np.ndarray) -> Path:
    folder.mkdir(exist_ok=True)
    for name, pixels in pictures.items():
        Image.fromarray(pixels).save(folder / f"{name.replace('__', '.')}.png")
    return folder


@pytest.mark.parametrize(
    "edit",
    [
        with_lens,
        lambda picture: (picture * [0.9, 0.7, 0.5]).astype(np.uint8),
        lambda picture: np.repeat(picture.mean(2, keepdims=True), 3, 2).astype(np.uint8),
        lambda picture: 255 - picture,
    ],
)
def test_an_edit_passes(edit: object) -> None:
    before = scene(0)
    check_pair(Pair(before, edit(before)))  # type: ignore[operator]


def test_pictures_that_are_the_same_are_refused() -> None:
    with pytest.raises(PictureError, match="no difference"):
        check_pair(Pair(scene(0), scene(0)), "a.before.jpg", "a.after.jpg")


@pytest.mark.parametrize("quality", [95, 80])
def test_a_picture_that_was_saved_again_is_the_same(quality: int) -> None:
    soft = np.random.default_rng(0).integers(60, 200, (12, 12, 1), dtype=np.uint8).repeat(3, 2)
    before, again = Image.fromarray(soft).resize((256, 256), Image.Resampling.BICUBIC), io.BytesIO()
    before.save(again, "JPEG", quality=quality)
    with pytest.raises(PictureError, match="no difference"):
        check_pair(Pair(np.asarray(before), np.asarray(Image.open(again))))


def test_a_change_of_few_pixels_is_one() -> None:
    before = np.random.default_rng(0).integers(60, 180, (16, 16, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    after = before.copy()
    after[180:190, 110:140] += np.array((20, 0, 0), np.uint8)  # lips
    check_pair(Pair(before, after))


@pytest.mark.parametrize("seed", range(1, 9))
def test_two_different_pictures_are_refused(seed: int) -> None:
    with pytest.raises(PictureError, match="do not show the same"):
        check_pair(Pair(scene(0), scene(100 + seed)))


def test_a_moved_picture_is_refused() -> None:
    whole = scene(0, 110)
    assert outlines_agree(whole[:96, :96], whole[5:101, 8:104])[1] == pytest.approx((-8 / 96, -5 / 96))
    with pytest.raises(PictureError, match="is moved against"):
        check_pair(Pair(whole[:96, :96], whole[5:101, 8:104]))


def test_pairs_are_found_by_their_names(tmp_path: Path) -> None:
    one = keep(tmp_path / "one", b__before=scene(0), b__after=scene(0), a__after=scene(0), a__before=scene(0))
    (one / ".hidden").write_bytes(b"")
    assert [files.before.name for files in find_pairs(one)] == ["a.before.png", "b.before.png"]
    first, second = keep(tmp_path / "first", x=scene(0)), keep(tmp_path / "second", x=scene(0))
    assert find_pairs(first, second) == [PairFiles(first / "x.png", second / "x.png")]
    for beside in (first / "x.xmp", first / "Thumbs.db", second / "notes.txt"):
        beside.write_bytes(b"")
    assert find_pairs(first, second) == [PairFiles(first / "x.png", second / "x.png")]
    assert find_pairs(one, one) == find_pairs(one)


def test_a_picture_without_its_other_half_is_named(tmp_path: Path) -> None:
    folder = keep(tmp_path / "one", a__before=scene(0), a__after=scene(0), b__after=scene(0))
    with pytest.raises(PictureError, match=r"b\.after\.png has no other half"):
        find_pairs(folder)
    with pytest.raises(PictureError, match="no pairs"):
        find_pairs(keep(tmp_path / "none", c=scene(0)))
    with pytest.raises(PictureError, match="could not be read"):
        find_pairs(tmp_path / "nowhere")
    twice = keep(tmp_path / "twice", a__before=scene(0), a__after=scene(0))
    Image.fromarray(scene(0)).save(twice / "a.after.jpg")
    with pytest.raises(PictureError, match="2 pictures for one half"):
        find_pairs(twice)


def test_both_pictures_are_cropped_alike(tmp_path: Path) -> None:
    before = scene(0, 120)
    folder = keep(tmp_path / "one", a__before=before, a__after=with_lens(before))
    photo_service = FilePhotoService()
    (files,) = find_pairs(folder)
    pair, notes = read_pair(photo_service, files, 64, photo_service.centred_square)
    assert pair.before.shape == pair.after.shape == (64, 64, 3)
    assert notes == ()
    Image.fromarray(before[:100]).save(files.after)
    with pytest.raises(PictureError, match=r"120 × 120 pixels and a\.after\.png 120 × 100"):
        read_pair(photo_service, files, 64, photo_service.centred_square)


def test_what_explains_nothing_is_not_called_an_edit() -> None:
    assert len({str(how_sure(share)) for share in (-0.1, 0.0)}) == 1
    assert "changes nothing" in str(how_sure(0.0))
    assert len({str(how_sure(share)) for share in (0.0, 0.1, 0.4, 0.9)}) == 4


def reddened(seed: int, *, swapped: bool = False) -> Pair:
    before = np.random.default_rng(seed).integers(40, 200, (32, 32, 3), dtype=np.uint8)
    after = before.copy()
    after[8:20, 8:20] += np.array((40, 0, 10), np.uint8)
    return Pair(after, before) if swapped else Pair(before, after)


def test_pairs_that_do_the_opposite_of_the_others_are_found() -> None:
    others = [reddened(seed) for seed in range(4)]
    assert turned_round([*others, reddened(7, swapped=True)]) == [4]
    assert turned_round([reddened(7, swapped=True), *others, reddened(8, swapped=True)]) == [0, 5]
    assert turned_round(others) == []


def test_where_no_side_is_the_usual_one_nothing_is_said() -> None:
    assert turned_round([]) == []
    assert turned_round([reddened(0), reddened(1, swapped=True)]) == []
    assert turned_round([reddened(n, swapped=n % 2 == 0) for n in range(6)]) == []
    noise = [reddened(n).before for n in range(8)]
    assert turned_round([Pair(a, b) for a, b in zip(noise[:4], noise[4:], strict=True)]) == []
