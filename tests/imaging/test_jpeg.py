"""A JPEG of a JPEG: compressed once more, and still the photo wherever nothing was changed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from patience import PATIENCE_S
from PIL import Image, ImageOps
from support.portrait import portrait

from rtedit_desktop.imaging.jpeg import compression, planes
from rtedit_desktop.imaging.orientation import as_stored
from rtedit_desktop.imaging.photo_service import FilePhotoService

TABLES = [[min(255, 3 + row * 2) for row in range(64)], [min(255, 5 + row * 3) for row in range(64)]]  # a camera's own


def saved(folder: Path, orientation: int, **options: Any) -> Path:
    """The portrait, 509 x 500, as a camera held in that way writes it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = folder / "photo.jpg"
    upright = np.asarray(portrait().crop((0, 0, 509, 500)))
    Image.fromarray(as_stored(upright, orientation)).save(path, exif=exif, **options)
    return path


def outside(photo_service: FilePhotoService, path: Path, out: Path, **options: Any) -> np.ndarray:
    """How far values are off that an edit of a corner left alone, two blocks and more away from it."""
    photo = photo_service.open(path)
    pixels = photo.pixels.copy()
    pixels[100:200, 100:200] = 255 - pixels[100:200, 100:200]
    photo_service.save(out, photo, pixels, **options)
    again = photo_service.open(out).pixels
    assert np.abs(again[110:190, 110:190].astype(int) - pixels[110:190, 110:190]).mean() < 12
    away = np.abs(again.astype(int) - photo.pixels)
    away[68:232, 68:232] = 0
    return away


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_what_was_not_changed_stays(
    photo_service: FilePhotoService, tmp_path: Path, orientation: int, subsampling: int
) -> None:
    path = saved(tmp_path, orientation, quality=88, subsampling=subsampling)
    away = outside(photo_service, path, tmp_path / "out.jpg")
    assert (away == 0).mean() > 0.97 and away.mean() < 0.05
    with Image.open(path) as first, Image.open(tmp_path / "out.jpg") as second:
        assert first.layer == second.layer and first.quantization == second.quantization
        assert second.size == first.size and second.getexif()[0x0112] == orientation
        assert ImageOps.exif_transpose(second).size == (509, 500)


def test_tables_of_a_cameras_own_are_kept(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = saved(tmp_path, 6, qtables=TABLES, subsampling=1)
    away = outside(photo_service, path, tmp_path / "out.jpg")
    assert (away == 0).mean() > 0.95
    with Image.open(path) as first, Image.open(tmp_path / "out.jpg") as second:
        assert first.quantization == second.quantization


@pytest.mark.parametrize("sampling", ["4:4:0", "4:1:1", "4:1:0"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_samplings_that_no_writer_here_has(
    photo_service: FilePhotoService, tmp_path: Path, sampling: str, orientation: int
) -> None:
    """As a photo on its side becomes 4:4:0 when it is turned without loss: full colours, and its own tables."""
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    saved(tmp_path, orientation, quality=95, subsampling=0)
    path = tmp_path / "a.jpg"
    made = [program, str(tmp_path / "photo.jpg"), "-sampling-factor", sampling, "-quality", "88", str(path)]
    subprocess.run(made, check=True, timeout=PATIENCE_S)
    away = outside(photo_service, path, tmp_path / "out.jpg")
    assert (away == 0).mean() > 0.65 and away.mean() < 0.65
    with Image.open(path) as first, Image.open(tmp_path / "out.jpg") as second:
        assert first.quantization == second.quantization and second.size == first.size
        luma = [np.asarray(image.convert("L")).astype(int) for image in (first, second)]
    assert np.abs(luma[0] - luma[1])[250:, 250:].mean() < 0.25


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_colours_of_a_profile_stay_in_it(photo_service: FilePhotoService, tmp_path: Path, subsampling: int) -> None:
    path = saved(tmp_path, 1, quality=90, subsampling=subsampling, icc_profile=made_profile("p3"))
    out = tmp_path / "out.jpg"
    away = outside(photo_service, path, out)
    assert (away == 0).mean() > 0.96
    with Image.open(path) as first, Image.open(out) as second:
        assert second.info["icc_profile"] == first.info["icc_profile"]
        stored = np.abs(np.asarray(first).astype(int) - np.asarray(second))
    stored[68:232, 68:232] = 0
    assert (stored == 0).mean() > 0.96


@pytest.mark.parametrize("width", [16, 17, 500, 509])
def test_colours_that_a_decoder_spread_are_gathered(width: int) -> None:
    """``spread`` as libjpeg does it for colours that are stored for two pixels each."""
    stored = np.random.default_rng(0).integers(0, 256, (8, (width + 1) // 2))
    left = np.concatenate([stored[:, :1], stored[:, :-1]], axis=1)
    right = np.concatenate([stored[:, 1:], stored[:, -1:]], axis=1)
    spread = np.stack([(3 * stored + left + 1) >> 2, (3 * stored + right + 2) >> 2], axis=2).reshape(8, -1)[:, :width]
    found = planes._gathered(spread.astype(np.uint8))
    away = np.abs(found.astype(int) - stored)
    assert away.max() <= 1 and away.mean() < 0.15


def test_ten_times_over_it_is_still_the_photo(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = first = saved(tmp_path, 8, quality=90)
    for number in range(10):
        path, before = tmp_path / f"{number}.jpg", path
        outside(photo_service, before, path)
    away = np.abs(photo_service.open(path).pixels.astype(int) - photo_service.open(first).pixels)
    away[68:232, 68:232] = 0
    assert (away == 0).mean() > 0.95 and away.mean() < 0.1


def test_without_personal_data_it_still_lies_as_it_lay(photo_service: FilePhotoService, tmp_path: Path) -> None:
    away = outside(photo_service, saved(tmp_path, 6, quality=90), tmp_path / "out.jpg", impersonal=True)
    assert (away == 0).mean() > 0.96


def test_where_the_exif_cannot_tell_it_is_written_upright(photo_service: FilePhotoService, tmp_path: Path) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    Image.fromarray(as_stored(np.asarray(portrait()), 6)).save(path, xmp=xmp, exif=exif)
    outside(photo_service, path, tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as written:
        assert np.abs(np.asarray(written).astype(int) - photo_service.open(path).pixels)[300:].mean() < 3, (
            "no turn is needed"
        )
    assert b'tiff:Orientation="1"' in (tmp_path / "out.jpg").read_bytes()


def test_another_photo_has_full_colours() -> None:
    assert compression.options("RGB", None, None) == {"quality": 95, "subsampling": 0}
    assert compression.options("RGB", None, 80) == {"quality": 80, "subsampling": 0}
