"""Mutated pictures, opened and saved: whether anything escapes, runs, grows or takes long.

    python tests/benchmarks/attack_photos.py [--count 500] [--seed 0] [--first 0]

Counted are what was opened and refused, what ``attacking`` counts, and

    unsaved     opened, and then refused when the result was to be saved
    unreadable  saved, and then not opened by Pillow or tifffile

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import io
import random
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
import tifffile  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from imaging import test_stripping  # noqa: E402
from imaging.test_named_colours import newest_bitmap  # noqa: E402
from imaging.test_round_trip import profile  # noqa: E402
from imaging.test_tiff_depths import SRGB, bit_by_bit, made_tiff  # noqa: E402
from PIL import Image, features  # noqa: E402
from support.edited_photos import deep_png, edited, noise, png_chunk, soft, with_chunks  # noqa: E402

from rtedit_desktop.core.errors import PictureError, SaveError  # noqa: E402
from rtedit_desktop.imaging import profiles  # noqa: E402
from rtedit_desktop.imaging.containers import jpeg_file  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402

SUFFIXES = (".jpg", ".png", ".tif", ".webp")
SIZE = (48, 64)
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


def originals(folder: Path) -> list[bytes]:
    """Good pictures of many kinds, with much beside their pixels."""
    found: list[bytes] = []

    def keep(write: Callable[[Path], object], suffix: str) -> None:
        path = folder / f"original{suffix}"
        write(path)
        found.append(path.read_bytes())

    for suffix, make in test_stripping.MAKERS.items():
        keep(lambda path, make=make: make(path, test_stripping.Words()), suffix)  # type: ignore[misc]
    colours = Image.fromarray(soft(*SIZE))
    for mode in ("L", "RGB", "CMYK"):
        for progressive in (False, True):
            picture = colours.convert(mode)
            keep(lambda path, p=picture, b=progressive: p.save(path, quality=85, progressive=b), ".jpg")  # type: ignore[misc]
    keep(lambda path: colours.save(path, keep_rgb=True), ".jpg")
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        values = Image.fromarray(noise(*SIZE)) if mode == "I;16" else colours.convert(mode)
        keep(lambda path, v=values: v.save(path), ".png")  # type: ignore[misc]
    for channels in (3, 4):
        buffer = io.BytesIO()
        deep_png(buffer, noise(*SIZE, channels), exif=b"MM\0*\0\0\0\x08\0\0\0\0\0\0", xmp=b"<a/>")
        found.append(buffer.getvalue())
    chunks = b"".join((png_chunk(b"gAMA", struct.pack(">I", 100_000)), png_chunk(b"cICP", bytes((12, 13, 0, 1)))))
    found += [with_chunks(found[1], chunks)]
    moving: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", colours.size, "red")] * 3}
    for suffix in (".gif", ".png", ".webp", ".tif"):
        keep(lambda path: colours.save(path, **moving), suffix)
    keep(lambda path: colours.convert("RGBA").save(path, lossless=True), ".webp")
    keep(lambda path: colours.save(path), ".bmp")
    for kind in (np.uint8, np.uint16):
        for layout in (
            {},
            {"planarconfig": "separate"},
            {"tile": (16, 32)},
            {"compression": "zlib", "predictor": True},
        ):
            pixels = noise(*SIZE, 3, kind=kind)
            pixels = pixels.transpose(2, 0, 1) if "planarconfig" in layout else pixels
            predicted = {name: value for name, value in layout.items() if name != "predictor"}
            keep(lambda path, v=pixels, o=predicted: tifffile.imwrite(path, v, photometric="rgb", **o), ".tif")  # type: ignore[misc]
        extras = noise(*SIZE, 5, kind=kind)
        keep(lambda path, v=extras: tifffile.imwrite(path, v, photometric="rgb", extrasamples=(1, 0)), ".tif")  # type: ignore[misc]
        keep(lambda path, k=kind: tifffile.imwrite(path, noise(*SIZE, kind=k), photometric="miniswhite"), ".tif")  # type: ignore[misc]
    for compression in ("tiff_lzw", "jpeg", "packbits", "group4"):
        picture = colours.convert("1") if compression == "group4" else colours
        keep(lambda path, p=picture, c=compression: p.save(path, compression=c), ".tif")  # type: ignore[misc]
    keep(_fractions, ".tif")
    keep(lambda path: tifffile.imwrite(path, noise(*SIZE, 3, kind=np.uint32), photometric="rgb"), ".tif")
    keep(lambda path: tifffile.imwrite(path, noise(*SIZE, 3), photometric="cielab", compression="zlib"), ".tif")
    twelve: dict[str, Any] = {
        "width": SIZE[1],
        "height": SIZE[0],
        "bits": [12] * 3,
        "samples": 3,
        "photometric": 2,
        "rows": SIZE[0],
    }
    keep(lambda path: made_tiff(path, [bit_by_bit(noise(*SIZE, 3) & 4095, 12)], compression=1, **twelve), ".tif")
    found.append(newest_bitmap(soft(*SIZE), profile("p3")))
    keep(lambda path: colours.convert("CMYK").save(path), ".jpg")
    found.append(jpeg_file.with_transform(found[-1], 2))
    if features.check("avif"):
        keep(lambda path: colours.save(path), ".avif")
    return found


def _fractions(path: Path) -> None:
    values = (soft(*SIZE) / 255).astype(np.float32)
    icc = profiles.matrix_profile(SRGB, lambda x: x)
    tifffile.imwrite(path, values, photometric="rgb", tile=(16, 32), extratags=[(34675, 7, len(icc), icc, True)])


def mutated(number: int, seed: int, good: list[bytes]) -> bytes:
    dice = random.Random(f"{seed}:{number}")
    data = bytearray(dice.choice(good))
    for _ in range(dice.choice((1, 1, 2, 3, 6, 20))):
        if len(data) < 8:
            break
        # Half of it where the heads are.
        at = dice.randrange(min(len(data), 600)) if dice.random() < 0.5 else dice.randrange(len(data))
        match dice.randrange(8):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at] = dice.randrange(256)
            case 2:
                order = dice.choice("<>")
                kind, most = dice.choice((("B", 0xFF), ("H", 0xFFFF), ("I", 0xFFFFFFFF)))
                packed = struct.pack(order + kind, dice.choice(EXTREMES) & most)
                data[at : at + len(packed)] = packed
            case 3:
                del data[at : at + dice.choice((1, 2, 4, 12, 100))]
            case 4:
                data[at:at] = bytes(dice.randrange(256) for _ in range(dice.choice((1, 2, 4, 12, 100))))
            case 5:
                piece = data[at : at + dice.choice((4, 12, 64, 400))]
                data[at:at] = piece * dice.choice((1, 2, 50))
            case 6:
                other = dice.choice(good)
                start = dice.randrange(len(other))
                piece = bytearray(other[start : start + dice.choice((8, 60, 600, 6000))])
                data[at : at + len(piece)] = piece
            case 7:
                del data[dice.randrange(len(data)) :]
    return with_right_sums(bytes(data)) if dice.random() < 0.7 else bytes(data)


def with_right_sums(data: bytes) -> bytes:
    """A PNG whose checksums fit again, so that more than the first look meets the damage."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    pieces, position = [data[:8]], 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if position + 12 + length > len(data):
            break
        pieces.append(png_chunk(data[position + 4 : position + 8], data[position + 8 : position + 8 + length]))
        position += 12 + length
    return b"".join([*pieces, data[position:]])


def attacked(number: int, data: bytes, folder: Path, service: FilePhotoService) -> tuple[str, str]:
    """What became of it, and details of what must not be."""
    source, out = folder / "attack.bin", folder / f"out{SUFFIXES[number % 4]}"
    source.write_bytes(data)
    try:
        photo = service.open(source)
    except PictureError as error:
        return ("refused", "") if error.what and error.todo else ("escaped", repr(error))
    except BaseException as error:
        return "escaped", f"opening: {error!r}"
    try:
        service.save(out, photo, edited(photo), impersonal=number % 3 == 0, recipe='{"prompt": "smiling"}')
    except SaveError as error:
        if "pixels wide" not in error.what:  # what a format cannot hold another can
            return "unsaved", f"{error} from {error.__cause__!r}"
        out = out.with_suffix(".tif")
        service.save(out, photo, edited(photo))
    except BaseException as error:
        return "escaped", f"saving: {error!r}"
    try:
        if out.suffix == ".tif":
            with tifffile.TiffFile(out) as file:
                file.pages[0].asarray()
        else:
            with Image.open(out) as written:
                written.load()
        service.open(out)
    except BaseException as error:
        return "unreadable", repr(error)
    return "opened", ""


def prepare(folder: Path) -> tuple[Make, Attack]:
    service = FilePhotoService()
    good = originals(folder)
    for number, data in enumerate(good):  # what is loaded at the first of a kind is no growth
        assert attacked(number, data, folder, service)[0] == "opened", f"original {number}"
    return (
        lambda number, seed: (number, mutated(number, seed, good)),
        lambda given: attacked(given[0], given[1], folder, service),
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 500, bad=("unsaved", "unreadable")))
