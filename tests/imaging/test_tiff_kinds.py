"""TIFF of every layout: what was not changed keeps its values, read by tifffile."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from PIL import Image
from support.edited_photos import exiftool, noise, refused, resaved, soft, touched

from rtedit_desktop.imaging.containers import tiff_file
from rtedit_desktop.imaging.metadata.directories import Tags
from rtedit_desktop.imaging.metadata.parts import Parts
from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)


def page(path: Path) -> tuple[np.ndarray, tifffile.TiffPage]:
    """(H, W, channels) as stored, and its tags."""
    with tifffile.TiffFile(path) as file:
        first = file.pages[0]
        assert isinstance(first, tifffile.TiffPage)
        values = first.asarray()
        if first.planarconfig == 2 and values.ndim == 3:
            values = values.transpose(1, 2, 0)
        return (values if values.ndim == 3 else values[..., None]), first


def same_outside(path: Path, out: Path, expected: np.ndarray | None = None) -> tifffile.TiffPage:
    values = page(path)[0] if expected is None else expected
    now, tags = page(out)
    _, outside = touched(SIZE)
    assert now.dtype == values.dtype
    assert np.array_equal(now[outside], values[outside])
    return tags


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("layout", ["contig", "separate", "tiled", "deflate", "deflate-separate", "big", "strips"])
def test_layouts(
    photo_service: FilePhotoService, tmp_path: Path, layout: str, order: Literal["<", ">"], kind: type
) -> None:
    values = noise(*SIZE, 3, kind=kind)
    how: dict[str, Any] = {}
    if "separate" in layout:
        how["planarconfig"] = "separate"
    if layout == "tiled":
        how["tile"] = (64, 48)
    if "deflate" in layout:
        how["compression"] = "zlib"
    if layout == "strips":
        how["rowsperstrip"] = 7
    stored = values.transpose(2, 0, 1) if "separate" in layout else values
    path, out = tmp_path / "a.tif", tmp_path / "out.tif"
    tifffile.imwrite(path, stored, photometric="rgb", byteorder=order, bigtiff=layout == "big", metadata=None, **how)
    photo = resaved(photo_service, path, out)
    assert np.abs(photo.pixels - values / (np.iinfo(kind).max / 255)).max() <= 0.5
    assert any("16 bits" in note for note in photo.notes) == (kind is np.uint16)
    same_outside(path, out)
    inside, _ = touched(SIZE)
    assert np.abs(page(out)[0][inside] / (np.iinfo(kind).max / 255) - (200, 40, 90)).max() <= 1


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd"])
def test_compressions(photo_service: FilePhotoService, tmp_path: Path, compression: str, kind: type) -> None:
    """Pillow writes greys; with a predictor where there is one."""
    values = noise(*SIZE, kind=kind)
    values[:60] = np.linspace(0, np.iinfo(kind).max, SIZE[1]).astype(kind)
    path = tmp_path / "a.tif"
    info = {317: 2} if compression != "packbits" else {}
    Image.fromarray(values).save(path, compression=compression, tiffinfo=info)
    photo = photo_service.open(path)
    assert np.abs(photo.pixels[..., 1] - values / (np.iinfo(kind).max / 255)).max() <= 0.5
    resaved(photo_service, path, tmp_path / "out.tif", (77, 77, 77))
    assert same_outside(path, tmp_path / "out.tif", values[..., None]).photometric == 1


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("grey", [False, True])
def test_white_that_is_zero(photo_service: FilePhotoService, tmp_path: Path, kind: type, grey: bool) -> None:
    values, most = noise(*SIZE, kind=kind), np.iinfo(kind).max
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite")
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif", (9, 9, 9) if grey else (200, 40, 90))
    assert np.abs(photo.pixels[..., 0] - (most - values) / (most / 255)).max() <= 0.5
    expected = np.repeat((most - values)[..., None], 1 if grey else 3, axis=2)
    assert same_outside(tmp_path / "a.tif", tmp_path / "out.tif", expected).photometric == (1 if grey else 2)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("colours", [1, 3, 4])
@pytest.mark.parametrize("extras", [(0,), (1,), (2,), (0, 2), (2, 0, 0)])
def test_channels_beyond_the_colours(
    photo_service: FilePhotoService, tmp_path: Path, colours: int, extras: tuple[int, ...], kind: type
) -> None:
    values = noise(*SIZE, colours + len(extras), kind=kind)
    if 1 in extras:
        values[..., :colours] = np.minimum(values[..., :colours], values[..., colours:])
    model = {1: "minisblack", 3: "rgb", 4: "separated"}[colours]
    path, out = tmp_path / "a.tif", tmp_path / "out.tif"
    tifffile.imwrite(path, values, photometric=model, planarconfig="contig", extrasamples=extras)
    photo = resaved(photo_service, path, out, (60, 60, 60))
    assert (photo.alpha is not None) == bool({1, 2} & set(extras))
    if photo.alpha is not None:
        place = colours + [kind in (1, 2) for kind in extras].index(True)
        assert np.abs(photo.alpha - values[..., place] / (np.iinfo(kind).max / 255)).max() <= 0.5
    tags = same_outside(path, out, values)
    assert tuple(tags.extrasamples) == extras
    png = tmp_path / "out.png"
    resaved(photo_service, path, png)
    with Image.open(png) as written:
        assert ("A" in written.getbands()) == bool({1, 2} & set(extras))


def test_multiplied_transparency_is_undone_for_other_formats(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = np.full((*SIZE, 4), 32768, np.uint16)
    values[..., :3] = (8192, 16384, 32768)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extrasamples=(1,))
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.webp")
    assert np.abs(photo.pixels[0, 0].astype(int) - (64, 128, 255)).max() <= 1
    with Image.open(tmp_path / "out.webp") as written:
        assert np.abs(np.array(written.getpixel((0, 0))) - (64, 128, 255, 128)).max() <= 1


def test_layers_do_not_travel(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """Photoshop's layers hold the picture as it was; the rest of the EXIF stays, also in a JPEG."""
    layers = b"Adobe Photoshop Document Data Block\0" + b"SECRET LAYER" * 8000
    tags = [(37724, 7, len(layers), layers, True), (271, 2, 0, "Maker", True), (315, 2, 0, "A Person", True)]
    tifffile.imwrite(tmp_path / "a.tif", soft(*SIZE), photometric="rgb", extratags=tags)
    for name in ("out.tif", "out.jpg", "out.png"):
        photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / name)
        assert any("layers" in note for note in photo.notes)
        assert b"SECRET LAYER" not in (tmp_path / name).read_bytes()
        with Image.open(tmp_path / name) as written:
            assert (written.getexif()[271], written.getexif()[315]) == ("Maker", "A Person")


@pytest.mark.parametrize("kind", ["dng", "sub", "cfa", "cr2"])
def test_raw_photos_are_refused(photo_service: FilePhotoService, tmp_path: Path, kind: str) -> None:
    """The first picture of most is a thumbnail, which nobody means."""
    path = tmp_path / "a.dng"
    thumbnail, sensor = soft(60, 80), noise(120, 160)
    tags = [(50706, 1, 4, b"\1\4\0\0", True)] if kind == "dng" else []
    if kind == "cr2":  # its mark is where the first pixels lie here
        thumbnail[0, 0] = tuple(b"CR\2")
        with path.open("wb") as out:
            tiff_file.write(out, thumbnail, (), Tags(), Parts(compressed=False))
    else:
        with tifffile.TiffWriter(path) as file:
            if kind != "cfa":
                below = 1 if kind == "sub" else 0
                file.write(thumbnail, photometric="rgb", subfiletype=1, subifds=below, extratags=tags)
            file.write(sensor, photometric=32803, subfiletype=0)
    assert "raw converter" in refused(photo_service, path, "raw photo").todo


def test_a_finished_picture_with_dng_tags_is_no_dng_afterwards(photo_service: FilePhotoService, tmp_path: Path) -> None:
    tags = [(50706, 1, 4, b"\1\4\0\0", True), (50708, 2, 0, "Camera 1", True), (271, 2, 0, "Maker", True)]
    tifffile.imwrite(tmp_path / "a.tif", soft(*SIZE), photometric="rgb", extratags=tags)
    resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    _, written = page(tmp_path / "out.tif")
    assert 50706 not in written.tags and 50708 not in written.tags and 271 in written.tags
    assert exiftool(tmp_path / "out.tif")["File:FileType"] == "TIFF"


@pytest.mark.parametrize("kind", ["shaped", "imagej", "ome"])
def test_a_description_of_how_others_store_an_array_goes(
    photo_service: FilePhotoService, tmp_path: Path, kind: str
) -> None:
    """A grey stack becomes one picture in colours, which the description would belie."""
    path, values = tmp_path / f"a{'.ome' if kind == 'ome' else ''}.tif", noise(3, *SIZE)
    with tifffile.TiffWriter(path, imagej=kind == "imagej", ome=kind == "ome", shaped=kind == "shaped") as file:
        file.write(values, photometric="minisblack")
    resaved(photo_service, path, tmp_path / "out.tif")
    seen = tifffile.imread(tmp_path / "out.tif")
    outside = touched(SIZE)[1]
    assert seen.shape == (*SIZE, 3) and np.array_equal(seen[..., 1][outside], values[0][outside])
    tifffile.imwrite(tmp_path / "b.tif", soft(*SIZE), photometric="rgb", description="A lake", metadata=None)
    resaved(photo_service, tmp_path / "b.tif", tmp_path / "out.tif")
    assert exiftool(tmp_path / "out.tif")["IFD0:ImageDescription"] == "A lake"


def test_cut_anywhere_it_is_refused_or_whole(photo_service: FilePhotoService, tmp_path: Path) -> None:
    from rtedit_desktop.core.errors import PictureError

    values = noise(*SIZE, 3)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", compression="zlib", rowsperstrip=16)
    data, expected = (tmp_path / "a.tif").read_bytes(), photo_service.open(tmp_path / "a.tif").pixels
    for part in np.linspace(0.001, 0.999, 25):
        (tmp_path / "cut.tif").write_bytes(data[: int(len(data) * part)])
        try:
            assert np.array_equal(photo_service.open(tmp_path / "cut.tif").pixels, expected)
        except PictureError as error:
            assert error.todo


@pytest.mark.parametrize("frames", [3, 1005])
def test_pages_are_counted_within_bounds(photo_service: FilePhotoService, tmp_path: Path, frames: int) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for _ in range(frames):
            file.write(np.zeros((16, 16), np.uint8), photometric="minisblack")
    expected = "The first of 3 frames is used." if frames == 3 else "The first of more than 1000 frames is used."
    assert photo_service.open(tmp_path / "a.tif").notes == (expected,)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.int16, np.int8])
def test_numbers_without_an_agreed_brightness(
    photo_service: FilePhotoService, tmp_path: Path, kind: type, channels: int
) -> None:
    if channels == 1 and kind in (np.int16, np.int8):
        pytest.skip("whether these are below nothing their values tell")
    path = tmp_path / "a.tif"
    values: np.ndarray = (soft(120, 136, channels) / 3).astype(kind)
    if channels == 1:
        tifffile.imwrite(path, values[..., 0], photometric="minisblack")
    else:
        tifffile.imwrite(path, values, photometric="rgb")
    error = refused(photo_service, path, "no agreed brightness")
    assert "8 or 16 bits" in error.todo


@pytest.mark.parametrize("pages", [2, 3])
def test_a_thumbnail_before_the_picture_is_not_the_picture(
    photo_service: FilePhotoService, tmp_path: Path, pages: int
) -> None:
    values = soft(*SIZE)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(values[::4, ::4], photometric="rgb", subfiletype=1)
        for _ in range(pages - 1):
            file.write(values, photometric="rgb", subfiletype=0, extratags=[(315, 2, 0, "A Person", True)])
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    assert np.array_equal(photo.pixels, values)
    assert photo.notes == (() if pages == 2 else ("The first of 2 frames is used.",))
    assert same_outside(tmp_path / "out.tif", tmp_path / "out.tif", values).photometric == 2
    assert exiftool(tmp_path / "out.tif")["IFD0:Artist"] == "A Person"
