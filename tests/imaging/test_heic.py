"""Photos of a phone: they open where pillow-heif is installed, and nothing of them is lost on the way out."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms
from support.edited_photos import edited, refused

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.imaging import pillow_pictures
from rtedit_desktop.imaging.photo_service import FilePhotoService


@pytest.fixture
def heic(scene: np.ndarray, tmp_path: Path) -> Path:
    """On its side, as a phone writes it: with a place, a profile and XMP."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "IMG é 写.HEIC"
    picture = pillow_heif.from_pillow(Image.fromarray(scene))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>kept</note></x:xmpmeta>'
    with path.open("wb") as file:
        picture.save(file, quality=95, exif=exif.tobytes(), xmp=xmp, icc_profile=_profile())
    return path


@functools.cache  # it says when it was made
def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_it_opens_upright_and_is_saved_with_its_metadata(
    photo_service: FilePhotoService, heic: Path, scene: np.ndarray, tmp_path: Path
) -> None:
    before = heic.read_bytes()
    photo = photo_service.open(heic)
    upright = np.asarray(Image.fromarray(scene).transpose(Image.Transpose.ROTATE_270))
    assert photo.pixels.shape == upright.shape == (64, 48, 3)
    assert np.abs(photo.pixels.astype(int) - upright).mean() < 6  # it is a lossy format
    assert photo.origin.format == "HEIF" and photo.notes == ()
    for name in ("out.jpg", "out.png", "out.tif", "out.webp"):
        photo_service.save(tmp_path / name, photo, edited(photo))
        with Image.open(tmp_path / name) as saved:
            exif = saved.getexif()
            assert saved.size == (48, 64) and exif[0x010F] == "Phone" and exif.get(0x0112, 1) == 1
            assert exif.get_ifd(0x8825)[1] == "N" and saved.info["icc_profile"] == _profile()
        assert b"<note>kept</note>" in (tmp_path / name).read_bytes()
        again = photo_service.open(tmp_path / name)
        assert np.abs(again.pixels.astype(int) - photo.pixels).mean() < 3
    assert heic.read_bytes() == before


def test_ten_bits_are_reported(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = tmp_path / "hdr.heic"
    deep = np.random.default_rng(0).integers(0, 2**16, (32, 32, 3), dtype=np.uint16)
    pillow_heif.from_bytes("RGB;16", (32, 32), deep.tobytes()).save(path.open("wb"), quality=90)
    assert photo_service.open(path).notes == ("The file has 10 bits per channel; it is worked on in 8.",)


def test_a_torn_one_is_refused(photo_service: FilePhotoService, heic: Path) -> None:
    heic.write_bytes(heic.read_bytes()[:-200])
    refused(photo_service, heic, "damaged")


@pytest.mark.parametrize("torn", [0, 200, 100_000])
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1"])
def test_where_nothing_reads_them_that_is_what_is_wrong(
    photo_service: FilePhotoService, heic: Path, monkeypatch: pytest.MonkeyPatch, brand: bytes, torn: int
) -> None:
    """Whole or damaged: nobody here can tell. Readers of AVIF take those for theirs that begin with a shared brand."""
    pillow_pictures.learn_heic()
    monkeypatch.delitem(Image.OPEN, "HEIF")
    data = heic.read_bytes()
    heic.write_bytes((data[:8] + brand + data[12:])[: max(len(data) - torn, 40)])
    error = refused(photo_service, heic, "HEIC pictures cannot be read on this computer")
    assert "JPEG" in error.todo and "damaged" not in error.what
    with pytest.raises(PictureError, match="HEIC pictures cannot be read"):
        photo_service.thumbnail(heic, 32)


def test_an_avif_is_none(photo_service: FilePhotoService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pillow_pictures.learn_heic()
    monkeypatch.delitem(Image.OPEN, "HEIF")
    path = tmp_path / "a.avif"
    path.write_bytes(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(500))
    assert "HEIC" not in refused(photo_service, path, "").what
