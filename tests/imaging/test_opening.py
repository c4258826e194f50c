"""Pictures of every kind come in upright, whole and as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps
from support.edited_photos import edited

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.photo import samples_of
from rtedit_desktop.imaging.photo_service import FilePhotoService

pytestmark = pytest.mark.usefixtures("no_warnings")


_TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("suffix", ["png", "tif", "webp", "bmp", "gif", "jpg"])
def test_plain_pictures(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    kinds: dict[str, dict[str, Any]] = {"webp": {"lossless": True}, "jpg": {"quality": 95}}
    options = kinds.get(suffix, {})
    Image.fromarray(scene).save(path, **options)
    photo = photo_service.open(path)
    assert photo.size == (64, 48)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags.c_contiguous
    assert photo.alpha is None
    assert (photo.name, photo.path, photo.notes) == (path.name, path, ())
    tolerance = {"jpg": 12, "gif": 60}.get(suffix, 0)
    assert np.abs(photo.pixels.astype(int) - scene).max() <= tolerance


def test_the_photo_cannot_be_written_to(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray(scene).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="read-only"):
        photo_service.open(tmp_path / "a.png").pixels[0, 0] = 0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif", "tif-lzw"])
def test_orientation_is_applied_once(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, orientation: int, kind: str
) -> None:
    upright = Image.fromarray(scene)
    turn = _TURNS[orientation]
    stored = upright.transpose(turn) if turn is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{kind.split('-')[0]}"
    options: dict[str, dict[str, Any]] = {
        "jpg": {"quality": 98, "subsampling": 0},
        "webp": {"lossless": True},
        "tif-lzw": {"compression": "tiff_lzw"},
    }
    stored.save(path, exif=exif, **options.get(kind, {}))
    photo = photo_service.open(path)
    assert photo.size == (64, 48)
    assert np.abs(photo.pixels.astype(int) - scene).max() <= (8 if kind == "jpg" else 0)
    again = tmp_path / f"again-{path.name}"
    photo_service.save(again, photo, edited(photo))
    reopened = photo_service.open(again)
    assert reopened.size == (64, 48)
    with Image.open(again) as written:
        assert written.getexif().get(0x0112, 1) == (orientation if kind == "jpg" else 1)
        assert ImageOps.exif_transpose(written).size == (64, 48), "others see it the same way"


def test_orientation_by_xmp_alone(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    turned = Image.fromarray(scene).transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "a.webp", lossless=True, xmp=xmp)
    photo = photo_service.open(tmp_path / "a.webp")
    assert np.array_equal(photo.pixels, scene)
    photo_service.save(tmp_path / "b.webp", photo, photo.pixels)
    assert np.array_equal(photo_service.open(tmp_path / "b.webp").pixels, scene)


def test_alpha_of_every_kind_is_kept(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path) -> None:
    alpha = np.linspace(0, 255, 64).astype(np.uint8)[None, :].repeat(48, 0)
    rgba = Image.fromarray(np.dstack([scene, alpha]))
    grey = Image.merge("LA", (rgba.convert("RGB").convert("L"), rgba.getchannel("A")))
    rgba.save(tmp_path / "rgba.png")
    grey.save(tmp_path / "la.png")
    for name in ("rgba.png", "la.png"):
        opened = photo_service.open(tmp_path / name).alpha
    assert opened is not None and np.array_equal(opened, alpha)
    assert np.array_equal(photo_service.open(tmp_path / "rgba.png").pixels, scene)


def test_alpha_turns_with_the_picture(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path) -> None:
    alpha = scene[..., 0]
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.dstack([scene, alpha])).transpose(Image.Transpose.ROTATE_90)
    stored.save(tmp_path / "a.png", exif=exif)
    photo = photo_service.open(tmp_path / "a.png")
    assert photo.alpha is not None and np.array_equal(photo.alpha, alpha)
    assert np.array_equal(photo.pixels, scene)


def test_palette_with_transparency(photo_service: FilePhotoService, tmp_path: Path) -> None:
    picture = Image.fromarray(np.arange(32 * 32, dtype=np.uint8).reshape(32, 32) % 2)
    picture = picture.convert("P")
    picture.putpalette([255, 0, 0, 0, 0, 255])
    for transparency in (1, b"\xff\x00"):
        picture.save(tmp_path / "a.png", transparency=transparency)
        photo = photo_service.open(tmp_path / "a.png")
        assert photo.alpha is not None
        assert photo.pixels[0, 0].tolist() == [255, 0, 0]
        assert photo.alpha[0, :2].tolist() == [255, 0]


@pytest.mark.parametrize("suffix", ["gif", "tif", "png", "webp"])
def test_the_first_of_several_frames(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    options: dict[str, Any] = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], **options)
    photo = photo_service.open(tmp_path / f"a.{suffix}")
    assert photo.pixels[5, 5].tolist() == [255, 0, 0]
    assert photo.notes == ("The first of 3 frames is used.",)


@pytest.mark.parametrize("name", ["Ünïcödé photo.png", "写真 – 日本.jpg", "фото.webp", "📷.tif"])
def test_any_path(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Åse's Bilder"
    folder.mkdir()
    Image.fromarray(scene).save(folder / name)
    photo = photo_service.open(folder / name)
    assert photo.name == name
    photo_service.save(folder / f"2 {name}", photo, photo.pixels)
    assert photo_service.open(folder / f"2 {name}").size == photo.size


def test_pasted_pixels(photo_service: FilePhotoService, scene: np.ndarray) -> None:
    photo = photo_service.from_pixels(scene, "clipboard")
    assert np.array_equal(photo.pixels, scene)
    assert photo.path is None
    assert not np.shares_memory(photo.pixels, scene)
    with_alpha = photo_service.from_pixels(np.dstack([scene, scene[..., 0]]), "clipboard")
    assert with_alpha.alpha is not None and np.array_equal(with_alpha.alpha, scene[..., 0])
    for bad in (scene[:10], scene[..., 0], scene.astype(np.float32)):
        with pytest.raises(PictureError, match="clipboard"):
            photo_service.from_pixels(bad, "clipboard")


def test_samples_are_sorted_pictures(
    photo_service: FilePhotoService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("rtedit_desktop.imaging.photo_service.resources", lambda: tmp_path)
    assert photo_service.samples() == []
    (tmp_path / "samples").mkdir()
    for name in ("b.png", "a.JPG", "notes.txt"):
        (tmp_path / "samples" / name).touch()
    (tmp_path / "samples" / "tiny").mkdir()
    (tmp_path / "samples" / "tiny" / "c.png").touch()
    samples = photo_service.samples()
    assert [path.name for path in samples] == ["a.JPG", "b.png", "c.png"]
    assert [path.name for path in samples_of("tiny", samples)] == ["c.png"]
    assert samples_of("other", samples) == samples


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_thumbnail_is_the_photo_upright_and_small(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    large = Image.fromarray(scene).resize((1280, 960), Image.Resampling.BICUBIC)
    large.save(tmp_path / f"a.{suffix}", exif=exif, quality=95)
    small = photo_service.thumbnail(tmp_path / f"a.{suffix}", 80)
    assert small.shape == (80, 60, 3) and small.dtype == np.uint8
    whole = photo_service.open(tmp_path / f"a.{suffix}").pixels
    expected = np.asarray(Image.fromarray(whole).resize((60, 80), Image.Resampling.BOX))
    assert np.abs(small.astype(int) - expected).mean() < 2


def test_a_thumbnail_of_what_cannot_be_opened(photo_service: FilePhotoService, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no photo")
    with pytest.raises(PictureError, match=r"Could not open a\.png"):
        photo_service.thumbnail(tmp_path / "a.png", 80)
