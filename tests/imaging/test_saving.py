from __future__ import annotations

import errno
import io
import os
import signal
import stat
import struct
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.edited_photos import edited

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.photos.photo import Origin, Photo
from rtedit_desktop.imaging import saving
from rtedit_desktop.imaging.metadata import exif as tags_of
from rtedit_desktop.imaging.metadata.parts import Damaged
from rtedit_desktop.imaging.photo_service import FilePhotoService

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".TIFF")
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="8" xmp:Rating="4">'
    b"<tiff:Orientation>8</tiff:Orientation></rdf:Description></x:xmpmeta>"
)


@pytest.fixture
def photo(scene: np.ndarray) -> Photo:
    return Photo(pixels=scene, name="scene")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_opens_again(photo_service: FilePhotoService, photo: Photo, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    photo_service.save(path, photo, photo.pixels)
    again = photo_service.open(path).pixels
    assert np.abs(again.astype(int) - photo.pixels).max() <= (12 if "jp" in suffix else 0)
    assert list(tmp_path.iterdir()) == [path]
    with Image.open(path) as written:
        assert "icc_profile" not in written.info


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_alpha(photo_service: FilePhotoService, photo: Photo, tmp_path: Path, suffix: str) -> None:
    alpha = np.zeros((48, 64), np.uint8)
    alpha[:, 32:] = 200
    path = tmp_path / f"a{suffix}"
    photo_service.save(path, replace(photo, alpha=alpha), photo.pixels)
    again = photo_service.open(path)
    if "jp" in suffix:
        assert again.alpha is None
        assert again.pixels[:, :24].min() > 240
    else:
        assert again.alpha is not None
        assert np.array_equal(again.alpha, alpha)
        assert np.array_equal(again.pixels, photo.pixels), "also under what is transparent"


@pytest.mark.parametrize("target", SUFFIXES)
@pytest.mark.parametrize("source", ["jpg", "png", "webp", "tif"])
def test_metadata_survives_every_change_of_format(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, source: str, target: str
) -> None:
    exif = _camera_exif()
    first = tmp_path / f"first.{source}"
    options: dict[str, Any] = {"exif": exif}
    if source in {"jpg", "webp"}:
        options["xmp"] = XMP
    Image.fromarray(scene).save(first, **options)
    photo = photo_service.open(first)
    assert photo.size == (48, 64)
    path = tmp_path / f"second{target}"
    photo_service.save(path, photo, edited(photo))
    with Image.open(path) as written:
        written.load()
        kept = written.getexif()
        assert kept[0x010F] == "Ase's camera"
        assert kept.get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
        assert kept.get_ifd(0x8825)[1] == "N"
        lies = source == "jpg" and target in {".jpg", ".jpeg"}
        assert kept.get(0x0112, 1) == (6 if lies else 1)
        assert written.size == ((64, 48) if lies else (48, 64))
    again = photo_service.open(path)
    assert again.size == (48, 64)
    if source in {"jpg", "webp"}:
        assert b'xmp:Rating="4"' in again.origin.xmp
        orientation = b"6" if lies else b"1"
        assert b'Orientation="' + orientation + b'"' in again.origin.xmp
        assert b"Orientation>" + orientation + b"<" in again.origin.xmp


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_exif_with_one_bad_tag_is_written_in_silence(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, suffix: str
) -> None:
    entries = struct.pack(">HHI", 0x010F, 2, 3) + b"Me\0\0" + struct.pack(">HHII", 0x0110, 2, 5000, 60_000)
    exif = b"MM\0*" + struct.pack(">IH", 8, 2) + entries + bytes(4)
    photo_service.save(tmp_path / f"a{suffix}", replace(photo, origin=Origin(exif=exif)), photo.pixels)
    assert photo_service.open(tmp_path / f"a{suffix}").size == photo.size


def test_exif_keeps_its_bytes_but_for_what_changed(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path
) -> None:
    """Offsets inside a maker note stay true, since nothing in the block moves."""
    exif = _camera_exif()
    private = exif.get_ifd(0x8769)
    private[0x927C] = b"MAKER\0" + bytes(range(200))
    private[0xA002], private[0xA003] = 64, 48
    Image.fromarray(scene).save(tmp_path / "a.jpg", exif=exif)
    photo = photo_service.open(tmp_path / "a.jpg")
    photo_service.save(tmp_path / "c.jpg", photo, edited(photo))
    assert photo_service.open(tmp_path / "c.jpg").origin.exif == photo.origin.exif, "it lies as it lay"
    photo_service.save(tmp_path / "b.png", photo, edited(photo))
    again = photo_service.open(tmp_path / "b.png")
    assert len(again.origin.exif) == len(photo.origin.exif)
    changed = [i for i, (a, b) in enumerate(zip(photo.origin.exif, again.origin.exif, strict=True)) if a != b]
    assert 1 <= len(changed) <= 3, "orientation, width and height"
    with Image.open(tmp_path / "b.png") as written:
        kept = written.getexif().get_ifd(0x8769)
        assert (kept[0xA002], kept[0xA003]) == (48, 64)
        assert kept[0x927C] == private[0x927C]


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_thumbnail_of_the_old_picture_goes(order: str) -> None:
    raw = _exif_with_thumbnail(order)
    assert b"\xff\xd8old\xff\xd9" in raw
    upright = tags_of.corrected(raw, (10, 20), srgb=True)
    assert b"old" not in upright
    exif = Image.Exif()
    exif.load(upright)
    assert exif[0x0112] == 1
    assert not exif.get_ifd(1)
    assert exif.get_ifd(0x8769)[0xA001] == 1
    untouched = Image.Exif()
    untouched.load(tags_of.corrected(raw, (10, 20), srgb=False))
    assert untouched.get_ifd(0x8769)[0xA001] == 65535


@pytest.mark.parametrize("raw", [b"nonsense", b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08\xff\xff"])
def test_damaged_exif_is_known_as_such(raw: bytes) -> None:
    with pytest.raises(Damaged):
        tags_of.corrected(raw, (1, 1), srgb=False)


def test_damaged_exif_is_reported_and_does_not_stop_saving(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path
) -> None:
    Image.fromarray(scene).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    photo = photo_service.open(tmp_path / "a.jpg")
    assert any("EXIF" in note for note in photo.notes)
    photo_service.save(tmp_path / "b.jpg", photo, edited(photo))
    assert photo_service.open(tmp_path / "b.jpg").notes == ()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_that_had_a_profile_says_srgb(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    photo_service.save(path, replace(photo, origin=Origin(icc=b"any")), photo.pixels)
    with Image.open(path) as written:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(written.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert photo_service.open(path).notes == ()


@pytest.mark.parametrize("quality", [60, 85, 95, 100])
def test_jpeg_quality_is_kept(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, quality: int) -> None:
    Image.fromarray(scene).save(tmp_path / "a.jpg", quality=quality)
    photo = photo_service.open(tmp_path / "a.jpg")
    assert photo.origin.quality == quality
    photo_service.save(tmp_path / "b.jpg", photo, edited(photo))
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "b.jpg") as second:
        assert first.quantization == second.quantization
        assert first.layer == second.layer


def test_metadata_too_long_for_a_jpeg_does_not_stop_saving(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path
) -> None:
    heavy = replace(photo, origin=Origin(xmp=b"x" * 70_000))
    photo_service.save(tmp_path / "a.jpg", heavy, photo.pixels)
    photo_service.save(tmp_path / "a.png", heavy, photo.pixels)
    assert photo_service.open(tmp_path / "a.jpg").origin.xmp == b""
    assert len(photo_service.open(tmp_path / "a.png").origin.xmp) == 70_000


@pytest.mark.parametrize("name", ["a.heic", "a.gif", "a", "a.png.exe"])
def test_unknown_suffixes_are_refused(photo_service: FilePhotoService, photo: Photo, tmp_path: Path, name: str) -> None:
    with pytest.raises(SaveError, match="Could not save") as caught:
        photo_service.save(tmp_path / name, photo, photo.pixels)
    assert ".png" in caught.value.todo
    assert list(tmp_path.iterdir()) == []


def test_results_of_another_picture_are_refused(photo_service: FilePhotoService, photo: Photo, tmp_path: Path) -> None:
    for pixels in (photo.pixels[:-1], photo.pixels.astype(np.float32)):
        with pytest.raises(SaveError, match="does not belong"):
            photo_service.save(tmp_path / "a.png", photo, pixels)


def test_pictures_too_wide_for_a_format(photo_service: FilePhotoService, tmp_path: Path) -> None:
    wide = Photo(pixels=np.zeros((16, 16_400, 3), np.uint8))
    with pytest.raises(SaveError, match="16383"):
        photo_service.save(tmp_path / "a.webp", wide, wide.pixels)
    photo_service.save(tmp_path / "a.jpg", wide, wide.pixels)


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "permission"), (errno.EROFS, "permission"), (errno.EIO, "written")],
)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_a_failing_disk_leaves_the_old_file(
    photo_service: FilePhotoService,
    photo: Photo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    reason: str,
    suffix: str,
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"the old picture")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace" if number in (errno.EACCES, errno.EROFS) else "fsync", fail)
    with pytest.raises(SaveError, match=reason) as caught:
        photo_service.save(path, photo, photo.pixels)
    assert "intact" in caught.value.todo
    assert path.read_bytes() == b"the old picture"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EACCES])
def test_a_file_system_without_fsync_and_modes_keeps_the_result(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"the old picture")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr(os, "chmod", fail)
    monkeypatch.setattr(Path, "chmod", fail)
    photo_service.save(path, photo, photo.pixels)
    with Image.open(path) as written:
        assert np.array_equal(np.asarray(written), photo.pixels)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be opened there")
def test_a_folder_that_cannot_be_synced_keeps_the_result(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    own = os.fsync

    def fail_for_folders(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        if synced[-1]:
            raise OSError(errno.EIO, "Input/output error")
        own(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    photo_service.save(tmp_path / "a.png", photo, photo.pixels)
    assert (tmp_path / "a.png").exists() and synced == [False, True]


def test_a_disk_that_fills_while_the_encoder_writes(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"the old picture")

    def half(self: Image.Image, file: BinaryIO, *_: object, **__: object) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", half)
    with pytest.raises(SaveError, match="disk is full"):
        photo_service.save(path, photo, photo.pixels)
    assert path.read_bytes() == b"the old picture"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a file size limit")
@pytest.mark.parametrize("exif", [b"", b"MM\0*\0\0\0\x08\0\0\0\0\0\0"])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_a_file_that_may_not_grow(
    photo_service: FilePhotoService,
    big_photo: Photo,
    tmp_path: Path,
    suffix: str,
    exif: bytes,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The system itself refuses in the middle of the file, below Python."""
    import resource

    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"the old picture")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(SaveError, match="disk is full"):
            photo_service.save(path, replace(big_photo, origin=Origin(exif=exif)), big_photo.pixels)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"the old picture"
    assert list(tmp_path.iterdir()) == [path]
    assert capfd.readouterr().err == ""


def test_an_encoder_that_fails_is_one_sentence(
    photo_service: FilePhotoService, photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("encoder error")

    monkeypatch.setattr(saving, "_metadata", broken)
    with pytest.raises(SaveError, match="encoder error"):
        photo_service.save(tmp_path / "a.png", photo, photo.pixels)


def test_missing_folders_and_folders_as_names(photo_service: FilePhotoService, photo: Photo, tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="folder does not exist"):
        photo_service.save(tmp_path / "nowhere" / "a.png", photo, photo.pixels)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(SaveError, match="it is a folder"):
        photo_service.save(tmp_path / "folder.png", photo, photo.pixels)
    with pytest.raises(SaveError, match="name is too long"):
        photo_service.save(tmp_path / ("a" * 300 + ".png"), photo, photo.pixels)


def test_an_edit_of_a_photo_keeps_the_rest_of_the_file(
    photo_service: FilePhotoService, big_photo: Photo, tmp_path: Path
) -> None:
    """Open, crop, change, paste, save, open: only the change differs."""
    photo_service.save(tmp_path / "a.png", big_photo, big_photo.pixels)
    source = (tmp_path / "a.png").read_bytes()
    photo = photo_service.open(tmp_path / "a.png")
    square = photo_service.centred_square(photo)
    before = photo_service.crop(photo, square, 64)
    after = before.copy()
    after[28:36, 28:36] //= 2
    photo_service.save(tmp_path / "b.png", photo, photo_service.paste(photo, square, before, after))
    difference = np.abs(photo_service.open(tmp_path / "b.png").pixels.astype(int) - photo.pixels).max(axis=2)
    rows, columns = np.nonzero(difference)
    assert len(rows) > 100
    assert (rows.min() > 70, rows.max() < 130) == (True, True)
    assert (columns.min() > 120, columns.max() < 180) == (True, True)
    assert (tmp_path / "a.png").read_bytes() == source


def _camera_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Ase's camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    whole = Image.Exif()
    whole.load(exif.tobytes())
    return whole


def _exif_with_thumbnail(order: str) -> bytes:
    """Orientation 6, an uncalibrated colour space, and a second directory with a JPEG at the end."""

    def entry(tag: int, kind: int, value: int) -> bytes:
        packed = struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
        return struct.pack(order + "HHI", tag, kind, 1) + packed

    thumbnail = b"\xff\xd8old\xff\xd9"
    first, private = 8, 8 + 2 + 2 * 12 + 4
    second = private + 2 + 12 + 4
    picture = second + 2 + 2 * 12 + 4
    block = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, first)
    block += struct.pack(order + "H", 2) + entry(0x0112, 3, 6) + entry(0x8769, 4, private)
    block += struct.pack(order + "I", second)
    block += struct.pack(order + "H", 1) + entry(0xA001, 3, 65535) + bytes(4)
    block += struct.pack(order + "H", 2) + entry(0x0201, 4, picture) + entry(0x0202, 4, len(thumbnail)) + bytes(4)
    return block + thumbnail
