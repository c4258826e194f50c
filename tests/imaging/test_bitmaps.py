"""BMP whose colours have bits of their own, as phones and old cards write them: the values that the masks name."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.edited_photos import refused, resaved, soft, touched

from rtedit_desktop.imaging.photo_service import FilePhotoService

SIZE = (120, 136)


def bitmap(path: Path, numbers: np.ndarray, masks: tuple[int, ...], packed: int = 3, *, tall: int = 1) -> Path:
    """Numbers of 16 or 32 bits, the lowest row first unless ``tall`` is -1; masks behind its header."""
    height, width = numbers.shape
    bits = numbers.dtype.itemsize * 8
    rows = numbers if tall < 0 else numbers[::-1]
    body = b"".join(row.tobytes() + bytes(-len(row.tobytes()) % 4) for row in rows)
    head = struct.pack("<IiiHHIIiiII", 40, width, tall * height, 1, bits, packed, 0, 11811, 5906, 0, 0)
    head += struct.pack(f"<{len(masks)}I", *masks)
    if packed == 3 and len(masks) == 4:  # the newest header, which has room for them
        head = (struct.pack("<I", 124) + head[4:]).ljust(124, b"\0")
    start = 14 + len(head)
    path.write_bytes(b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + head + body)
    return path


@pytest.mark.parametrize("packed", [3, 6])
@pytest.mark.parametrize("tall", [1, -1])
@pytest.mark.parametrize(
    ("depths", "kind"), [((4, 4, 4, 4), "<u2"), ((5, 5, 5, 1), "<u2"), ((10, 10, 10, 2), "<u4"), ((8, 8, 8, 8), "<u4")]
)
def test_bits_of_transparency(
    photo_service: FilePhotoService, tmp_path: Path, depths: tuple[int, ...], kind: str, tall: int, packed: int
) -> None:
    values, numbers, masks, shift = soft(*SIZE, 4), np.zeros(SIZE, np.uint32), [], 0
    expected = np.zeros((*SIZE, 4))
    for channel, bits in enumerate(depths):
        most = (1 << bits) - 1
        own = values[..., channel].astype(np.uint32) * most // 255
        numbers |= own << shift
        expected[..., channel] = own * (255 / most)
        masks.append(most << shift)
        shift += bits
    path = bitmap(tmp_path / "a.bmp", numbers.astype(kind), tuple(masks), packed, tall=tall)
    photo = resaved(photo_service, path, tmp_path / "out.png")
    assert photo.alpha is not None
    assert np.abs(np.dstack([photo.pixels, photo.alpha]) - expected).max() <= 0.51
    with Image.open(tmp_path / "out.png") as written:
        assert np.abs(np.asarray(written) - expected)[touched(SIZE)[1]].max() <= 0.51
        assert written.info["dpi"] == pytest.approx((300, 150), abs=0.1)


def test_ten_bits_for_each_colour(photo_service: FilePhotoService, tmp_path: Path) -> None:
    own = soft(*SIZE).astype(np.uint32) * 1023 // 255
    numbers = own[..., 0] << 20 | own[..., 1] << 10 | own[..., 2]
    path = bitmap(tmp_path / "a.bmp", numbers.astype("<u4"), (0x3FF00000, 0xFFC00, 0x3FF))
    assert np.abs(photo_service.open(path).pixels - own * (255 / 1023)).max() <= 0.51


@pytest.mark.parametrize("masks", [(0xF0F, 0xF0, 0xF000), (0, 0xF0, 0xF)])
def test_masks_that_make_no_sense(photo_service: FilePhotoService, tmp_path: Path, masks: tuple[int, ...]) -> None:
    refused(photo_service, bitmap(tmp_path / "a.bmp", np.zeros(SIZE, "<u2"), masks), "damaged")


@pytest.mark.parametrize(("packed", "words"), [(4, "JPEG"), (5, "PNG"), (9, "compression 9")])
def test_a_bitmap_that_is_not_read_is_named(
    photo_service: FilePhotoService, tmp_path: Path, packed: int, words: str
) -> None:
    path = bitmap(tmp_path / "a.bmp", np.zeros(SIZE, "<u2"), (0, 0, 0), packed)
    assert "PNG" in refused(photo_service, path, words).todo
