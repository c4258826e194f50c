"""Depths, profiles and inks: what is shown as it should look, and what is said of the rest."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from PIL import Image, ImageCms
from support.edited_photos import refused

from rtedit_desktop.imaging.photo_service import FilePhotoService

pytestmark = pytest.mark.usefixtures("no_warnings")


def test_one_bit_and_grey(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path) -> None:
    grey = Image.fromarray(scene).convert("L")
    grey.save(tmp_path / "grey.png")
    grey.convert("1").save(tmp_path / "bit.png")
    assert np.array_equal(photo_service.open(tmp_path / "grey.png").pixels[..., 1], np.asarray(grey))
    assert set(np.unique(photo_service.open(tmp_path / "bit.png").pixels)) == {0, 255}


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_grey_is_rounded_and_reported(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    values = np.linspace(0, 65535, 32 * 32).astype(np.uint16).reshape(32, 32)
    Image.fromarray(values).save(tmp_path / f"a.{suffix}")
    photo = photo_service.open(tmp_path / f"a.{suffix}")
    assert any("16 bits" in note for note in photo.notes)
    assert np.array_equal(photo.pixels[..., 0], np.rint(values / 257).astype(np.uint8))


def test_sixteen_bit_colour_is_reported(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (20, 30, 3), dtype=np.uint16)
    (tmp_path / "a.png").write_bytes(_png(30, 20, depth=16, colour=2, rows=values.astype(">u2")))
    photo = photo_service.open(tmp_path / "a.png")
    assert any("16 bits" in note for note in photo.notes)
    assert np.abs(photo.pixels.astype(int) - values / 257).max() <= 1


def test_thirty_two_bit_float_beyond_white_is_refused(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 20), 30, dtype=np.float32)).save(tmp_path / "a.tif")
    assert "8 or 16 bits" in refused(photo_service, tmp_path / "a.tif", "no agreed brightness").todo


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_without_a_profile(photo_service: FilePhotoService, tmp_path: Path, suffix: str) -> None:
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / f"a.{suffix}")
    photo = photo_service.open(tmp_path / f"a.{suffix}")
    red, green, blue = photo.pixels[16, 16].tolist()
    assert red > 200
    assert max(green, blue) < 80
    assert any("CMYK" in note for note in photo.notes)


def test_colours_go_through_the_profile(photo_service: FilePhotoService, tmp_path: Path) -> None:
    """The same red is further out in a wide space, so in sRGB its other channels fall."""
    wide = _matrix_profile()
    Image.new("RGB", (32, 32), (200, 100, 100)).save(tmp_path / "a.jpg", icc_profile=wide, quality=100)
    photo = photo_service.open(tmp_path / "a.jpg")
    red, green, blue = photo.pixels[16, 16].tolist()
    assert red > 205
    assert green < 98
    assert abs(blue - 100) < 12
    assert photo.notes == ()
    assert photo.origin.icc == wide


def test_an_srgb_profile_changes_no_pixel(photo_service: FilePhotoService, tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(noise).save(tmp_path / "a.png", icc_profile=profile)
    assert np.array_equal(photo_service.open(tmp_path / "a.png").pixels, noise)


@pytest.mark.parametrize("profile", [b"not a profile", b"\x00" * 200])
def test_a_broken_profile_is_reported(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, profile: bytes
) -> None:
    Image.fromarray(scene).save(tmp_path / "a.png", icc_profile=profile)
    photo = photo_service.open(tmp_path / "a.png")
    assert np.array_equal(photo.pixels, scene)
    assert any("sRGB" in note for note in photo.notes)


def test_a_profile_for_other_colours_is_reported(photo_service: FilePhotoService, tmp_path: Path) -> None:
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "a.jpg", icc_profile=_matrix_profile())
    assert len(photo_service.open(tmp_path / "a.jpg").notes) == 2


def _png(width: int, height: int, *, depth: int, colour: int, rows: np.ndarray) -> bytes:
    """A PNG with any header; ``rows`` need not fill it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def _matrix_profile() -> bytes:
    """An ICC v2 display profile with Display P3's primaries and a gamma of 2.2."""

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(s15, values))

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(78) + bytes(1)
    tags = {
        b"desc": text,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        b"rTRC": gamma,
        b"gTRC": gamma,
        b"bTRC": gamma,
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 128 + len(table) + len(body)
    header = struct.pack(">I", size) + bytes(4) + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12)
    header += b"acsp" + bytes(28) + s15(0.9642) + s15(1.0) + s15(0.8249)
    return header + bytes(128 - len(header)) + table + body


@pytest.mark.parametrize("source", [".jpg", ".png", ".tif"])
def test_greys_of_a_profile_in_a_webp(photo_service: FilePhotoService, tmp_path: Path, source: str) -> None:
    """A WebP has red, green and blue, for which a profile of greys is none: other programs leave it aside."""
    grey = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    path = tmp_path / f"a{source}"
    Image.fromarray(grey).save(path, icc_profile=made_profile("grey"))
    photo = photo_service.open(path)
    pixels = photo.pixels.copy()
    pixels[:8, :8] = 77
    photo_service.save(tmp_path / "out.webp", photo, pixels)
    with Image.open(tmp_path / "out.webp") as written:
        found = np.asarray(written.convert("RGB")).astype(int)
        space = written.info.get("icc_profile", b"RGB ".rjust(20))[16:20]
    assert space == b"RGB " and np.abs(found - pixels).max() <= 1
