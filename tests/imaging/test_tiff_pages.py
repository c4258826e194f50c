"""Which picture of a TIFF with several is the photo, and how it lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from imaging.test_tiff_kinds import SIZE, same_outside
from support.edited_photos import exiftool, refused, resaved, soft

from rtedit_desktop.imaging.photo_service import FilePhotoService


@pytest.mark.parametrize("before", ["two copies", "mask", "copy and mask"])
def test_what_comes_before_the_picture_is_not_the_picture(
    photo_service: FilePhotoService, tmp_path: Path, before: str
) -> None:
    values = soft(*SIZE)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        if "cop" in before:
            file.write(values[::4, ::4], photometric="rgb", subfiletype=1)
        if before == "two copies":
            file.write(values[::2, ::2], photometric="rgb", subfiletype=1)
        if "mask" in before:
            file.write(values[..., 0] > 100, photometric="minisblack", subfiletype=4)
        file.write(values, photometric="rgb")
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    assert np.array_equal(photo.pixels, values)
    assert photo.notes == ()
    same_outside(tmp_path / "a.tif", tmp_path / "out.tif", values)


def test_smaller_copies_behind_it_are_no_frames(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = soft(*SIZE)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(values, photometric="rgb", tile=(64, 64))
        for step in (2, 4):
            file.write(values[::step, ::step], photometric="rgb", subfiletype=1)
    photo = photo_service.open(tmp_path / "a.tif")
    assert np.array_equal(photo.pixels, values) and photo.notes == ()


def test_a_finished_picture_below_its_thumbnail(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """What cameras and scanners have said stands beside the thumbnail."""
    values = soft(*SIZE)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        told = [(315, 2, 0, "A Person", True)]
        file.write(values[::4, ::4], photometric="rgb", subfiletype=1, subifds=1, extratags=told)
        file.write(values, photometric="rgb", subfiletype=0)
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    assert np.array_equal(photo.pixels, values)
    assert exiftool(tmp_path / "out.tif")["IFD0:Artist"] == "A Person"


def test_nothing_but_copies_below_a_thumbnail_is_a_raw_photo(photo_service: FilePhotoService, tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(soft(60, 80), photometric="rgb", subfiletype=1, subifds=1)
        file.write(soft(120, 160), photometric="rgb", subfiletype=1)
    refused(photo_service, tmp_path / "a.tif", "raw photo")


@pytest.mark.parametrize("turn", [3, 6])
@pytest.mark.parametrize("target", [".tif", ".png", ".jpg", ".webp"])
def test_densities_turn_with_the_picture(
    photo_service: FilePhotoService, tmp_path: Path, target: str, turn: int
) -> None:
    """300 pixels per inch across and 150 down, as faxes have it: once it stands upright, the other way round."""
    tifffile.imwrite(
        tmp_path / "a.tif", soft(*SIZE), photometric="rgb", resolution=(300, 150), resolutionunit=2,
        extratags=[(274, 3, 1, turn, True)],
    )  # fmt: skip
    out = tmp_path / f"out{target}"
    resaved(photo_service, tmp_path / "a.tif", out)
    found = exiftool(out)
    expected = (150, 300) if turn == 6 else (300, 150)
    assert found["IFD0:Orientation"] == 1
    assert (found["IFD0:XResolution"], found["IFD0:YResolution"]) == expected
    if target == ".jpg":
        assert (found["JFIF:XResolution"], found["JFIF:YResolution"]) == expected
        resaved(photo_service, out, tmp_path / "again.jpg")
        assert exiftool(tmp_path / "again.jpg")["JFIF:XResolution"] == expected[0]
    if target == ".png":
        across = round(expected[0] / 0.0254)
        assert found["PNG-pHYs:PixelsPerUnitX"] == across
