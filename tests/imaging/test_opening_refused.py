"""What is damaged, too large or no picture: refused, each with its reason."""

from __future__ import annotations

import errno
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.edited_photos import refused

from rtedit_desktop.core.errors import PictureError, SaveError
from rtedit_desktop.imaging import pillow_pictures
from rtedit_desktop.imaging.photo_service import FilePhotoService

pytestmark = pytest.mark.usefixtures("no_warnings")


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_a_file_cut_anywhere_is_refused_or_whole(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    whole = tmp_path / f"whole.{suffix}"
    Image.fromarray(noise).save(whole)
    expected = photo_service.open(whole).pixels
    data = whole.read_bytes()
    for part in (0.001, 0.01, 0.1, 0.5, 0.9, 0.99):
        cut = tmp_path / f"cut.{suffix}"
        cut.write_bytes(data[: int(len(data) * part)])
        try:
            photo = photo_service.open(cut)
        except PictureError as error:
            assert error.what.startswith("Could not open cut.")
        else:
            assert np.array_equal(photo.pixels, expected)
    cut.write_bytes(data[: len(data) // 2])
    refused(photo_service, cut, "damaged")


def test_damaged_bytes_never_escape_as_another_error(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path
) -> None:
    random = np.random.default_rng(4)
    for suffix in ("png", "jpg", "tif", "webp", "gif"):
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(scene).save(path, exif=_exif())
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        for _ in range(40):
            spoilt = data.copy()
            spoilt[random.integers(0, min(len(data), 400), 6)] = random.integers(0, 256, 6)
            path.write_bytes(spoilt.tobytes())
            try:
                photo = photo_service.open(path)
                photo_service.save(tmp_path / "out.jpg", photo, photo.pixels)
            except (PictureError, SaveError) as error:
                assert error.todo


def test_things_that_are_not_pictures(
    photo_service: FilePhotoService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "text.png"
    text.write_text("this is a letter")
    refused(photo_service, text, "not a picture")
    empty = tmp_path / "empty.jpg"
    empty.touch()
    refused(photo_service, empty, "empty")
    folder = tmp_path / "folder.png"
    folder.mkdir()
    refused(photo_service, folder, "folder")
    refused(photo_service, tmp_path / "missing.png", "no such file")
    refused(photo_service, tmp_path / "nul\0.png", "name")
    vector = tmp_path / "a.eps"
    vector.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n")
    refused(photo_service, vector, "not a picture")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        refused(photo_service, tmp_path / "pipe.png", "device")

    def forbidden(*_: object, **__: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    refused(photo_service, text, "permission")


def test_heic_is_named_when_it_cannot_be_read(
    photo_service: FilePhotoService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pillow_pictures.learn_heic()
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    error = refused(photo_service, path, "HEIC")
    assert "extra “heic”" in error.todo
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "extra" not in refused(photo_service, path, "HEIC").todo  # a bundle takes none


@pytest.mark.parametrize(("width", "height"), [(60000, 60000), (20001, 10000)])
def test_a_huge_header_is_refused_before_decoding(
    photo_service: FilePhotoService, tmp_path: Path, width: int, height: int
) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(_png(width, height, depth=8, colour=2, rows=np.zeros((1, 3), np.uint8)))
    refused(photo_service, path, f"({width} × {height})")


def test_just_below_the_limit_is_not_refused_for_its_size(photo_service: FilePhotoService, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(_png(20000, 10000, depth=1, colour=0, rows=np.zeros((1, 2), np.uint8)))
    refused(photo_service, path, "damaged")


def test_tiny_pictures_are_refused(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.new("RGB", (100, 15)).save(tmp_path / "a.png")
    refused(photo_service, tmp_path / "a.png", "100 × 15")
    Image.new("RGB", (16, 16)).save(tmp_path / "b.png")
    assert photo_service.open(tmp_path / "b.png").size == (16, 16)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 3
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    return exif


def _png(width: int, height: int, *, depth: int, colour: int, rows: np.ndarray) -> bytes:
    """A PNG with any header; ``rows`` need not fill it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
