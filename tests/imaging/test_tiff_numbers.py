"""TIFF of rarer numbers: of up to 64 bits, short fractions, with a sign, and numbers of colours in a palette."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from imaging.test_tiff_depths import OUTSIDE, SIZE, bit_by_bit, made_tiff, read_by_others, written
from support.edited_photos import noise, refused, resaved, soft

from rtedit_desktop.imaging.photo_service import FilePhotoService


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("used", [16, 32, 64])
@pytest.mark.parametrize("packed", [False, True])
def test_whole_numbers_of_sixty_four_bits(
    photo_service: FilePhotoService, tmp_path: Path, packed: bool, used: int, channels: int
) -> None:
    """Over all of these, or within 32 or 16: as few as hold the brightest."""
    values = noise(*SIZE, channels).astype(np.uint64) << np.uint64(used - 16)
    how: dict[str, Any] = {"compression": "zlib", "predictor": 2} if packed else {}
    tifffile.imwrite(
        tmp_path / "a.tif", values if channels == 3 else values[..., 0],
        photometric="rgb" if channels == 3 else "minisblack", **how,
    )  # fmt: skip
    expected = noise(*SIZE, channels)
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif", (77, 77, 77))
    assert "64 bits" in photo.notes[0] and "saved with 16" in photo.notes[0]
    assert np.abs(photo.pixels - expected / 257).max() <= 0.51
    assert np.array_equal(written(tmp_path / "out.tif")[OUTSIDE], expected[OUTSIDE])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bits", [17, 20, 31])
def test_whole_numbers_of_odd_widths(photo_service: FilePhotoService, tmp_path: Path, bits: int, channels: int) -> None:
    values = noise(*SIZE, channels).astype(np.uint32) << (bits - 16)
    path = made_tiff(
        tmp_path / "a.tif", [bit_by_bit(values, bits)], width=SIZE[1], height=SIZE[0], bits=[bits] * channels,
        compression=1, photometric=2 if channels == 3 else 1, samples=channels, rows=SIZE[0],
    )  # fmt: skip
    resaved(photo_service, path, tmp_path / "out.tif", (77, 77, 77))
    assert np.array_equal(written(tmp_path / "out.tif")[OUTSIDE], noise(*SIZE, channels)[OUTSIDE])


@pytest.mark.parametrize("bits", [3, 5, 6, 7])
def test_greys_of_few_bits(photo_service: FilePhotoService, tmp_path: Path, bits: int) -> None:
    most = (1 << bits) - 1
    values = noise(*SIZE, 1) & most
    path = made_tiff(
        tmp_path / "a.tif", [bit_by_bit(values, bits)], width=SIZE[1], height=SIZE[0], bits=[bits],
        compression=1, photometric=1, samples=1, rows=SIZE[0],
    )  # fmt: skip
    assert np.abs(photo_service.open(path).pixels - values * (255 / most)).max() <= 0.51


def test_colours_of_one_bit(photo_service: FilePhotoService, tmp_path: Path) -> None:
    values = noise(*SIZE, 3) & 1
    path = made_tiff(
        tmp_path / "a.tif", [bit_by_bit(values, 1)], width=SIZE[1], height=SIZE[0], bits=[1, 1, 1],
        compression=1, photometric=2, samples=3, rows=SIZE[0],
    )  # fmt: skip
    assert np.array_equal(photo_service.open(path).pixels, values * 255)


def three_bytes(numbers: np.ndarray, order: str) -> np.ndarray:
    """(..., 3) uint8."""
    parts = np.stack([numbers >> 16 & 255, numbers >> 8 & 255, numbers & 255], axis=-1).astype(np.uint8)
    return parts if order == ">" else parts[..., ::-1]


def short_fractions(values: np.ndarray) -> np.ndarray:
    """Numbers of 24 bits of float32 that are not below nothing: the exponent counted from 63, 16 bits of the rest."""
    word = np.ascontiguousarray(values, np.float32).view(np.uint32)
    exponent = (word >> 23).astype(int) - 127 + 63
    found = np.where(exponent > 0, exponent << 16 | (word >> 7 & 0xFFFF), 0)
    return found.astype(np.uint32)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["whole", "fractions", "differences"])
def test_twenty_four_bits(
    photo_service: FilePhotoService, tmp_path: Path, kind: str, order: str, channels: int
) -> None:
    values = soft(*SIZE, channels)
    values[:2, :, 0] = 0
    values[2:4, :, 0] = 255
    values = values[..., :channels]
    whole = values.astype(np.uint32) * 0x010101
    numbers = whole if kind == "whole" else short_fractions(values.astype(np.float32) / 255)
    told: dict[str, Any] = {"compression": 1}
    raw = three_bytes(numbers, order).tobytes()
    if kind == "differences":
        planes = three_bytes(numbers, ">").reshape(SIZE[0], -1, 3).transpose(0, 2, 1)
        planes = planes.reshape(SIZE[0], -1, channels)
        raw = zlib.compress(np.diff(planes, axis=1, prepend=np.zeros_like(planes[:, :1])).tobytes())
        told = {"compression": 8, "predictor": 3}
    if kind != "whole":
        told["format"] = [3] * channels
    path = made_tiff(
        tmp_path / "a.tif", [raw], order, width=SIZE[1], height=SIZE[0], bits=[24] * channels,
        photometric=2 if channels == 3 else 1, samples=channels, rows=SIZE[0], **told,
    )  # fmt: skip
    assert np.abs(photo_service.open(path).pixels.astype(int) - values).max() <= 1
    if kind != "whole":  # which ImageMagick 6 takes for something else
        assert np.abs(read_by_others(path, channels) - values * 257.0).max() <= 300


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_greys_with_a_sign(photo_service: FilePhotoService, tmp_path: Path, compression: str | None, bits: int) -> None:
    """As plain numbers where none is below nothing; else nobody knows what is black."""
    values = soft(*SIZE, 1)[..., 0].astype(f"i{bits // 8}") if bits > 8 else soft(*SIZE, 1)[..., 0].view(np.int8) // 2
    plain, below = np.abs(values), -np.abs(values)
    tifffile.imwrite(tmp_path / "a.tif", plain, photometric="minisblack", compression=compression)
    shown = photo_service.open(tmp_path / "a.tif").pixels[..., 0]
    assert np.abs(shown - plain / (1 if bits == 8 else 257)).max() <= 0.51
    tifffile.imwrite(tmp_path / "b.tif", below, photometric="minisblack", compression=compression)
    refused(photo_service, tmp_path / "b.tif", "no agreed brightness")


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_palettes(photo_service: FilePhotoService, tmp_path: Path, compression: str | None, kind: type) -> None:
    numbers, most = noise(*SIZE, kind=kind), np.iinfo(kind).max
    colours = noise(most + 1, 3, seed=5)
    tifffile.imwrite(tmp_path / "a.tif", numbers, photometric="palette", colormap=colours.T, compression=compression)
    photo = resaved(photo_service, tmp_path / "a.tif", tmp_path / "out.tif")
    assert np.abs(photo.pixels - colours[numbers] / 257).max() <= 0.51
    now = tifffile.imread(tmp_path / "out.tif")
    assert now.dtype == kind and np.abs(now / (most / 65535) - colours[numbers])[OUTSIDE].max() <= 129


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_a_palette_of_eight_bits(photo_service: FilePhotoService, tmp_path: Path, bits: int) -> None:
    """The format asks for sixteen; libtiff takes what is nowhere over 255 for eight, and so do most."""
    colours = noise(1 << bits, 3, kind=np.uint8)
    numbers = noise(*SIZE, 1) & ((1 << bits) - 1)
    path = made_tiff(
        tmp_path / "a.tif", [bit_by_bit(numbers, bits)], width=SIZE[1], height=SIZE[0], bits=[bits], compression=1,
        photometric=3, samples=1, rows=SIZE[0],
    )  # fmt: skip
    with_colour_map(path, colours.T.ravel().tolist())
    assert np.array_equal(photo_service.open(path).pixels, colours[numbers[..., 0]])


def with_colour_map(path: Path, values: list[int]) -> None:
    """Put a tag 320 of these into the first directory, which is written behind all else."""
    data = path.read_bytes()
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    entries = [data[start + 2 + 12 * number : start + 14 + 12 * number] for number in range(count)]
    at = len(data) + len(data) % 2
    entries.append(struct.pack("<HHII", 320, 3, len(values), at + 2 + 12 * (count + 1) + 4))
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    table = struct.pack("<H", count + 1) + b"".join(entries) + bytes(4) + struct.pack(f"<{len(values)}H", *values)
    path.write_bytes(data[:4] + struct.pack("<I", at) + data[8:] + bytes(len(data) % 2) + table)


def test_white_that_is_zero_and_multiplied(photo_service: FilePhotoService, tmp_path: Path) -> None:
    grey, alpha = soft(*SIZE, 1).astype(int), soft(*SIZE, 1)[::-1].astype(int) // 2 + 100
    stored = np.rint((255 - grey) * alpha / 255)
    values = np.concatenate([stored, alpha], axis=2).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite", planarconfig="contig", extrasamples=[1])
    photo = photo_service.open(tmp_path / "a.tif")
    assert np.abs(photo.pixels - grey).max() <= 2
