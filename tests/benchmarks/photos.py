"""What a large photo costs, and whether a pasted change can be seen where it ends.

    python tests/benchmarks/photos.py memory     a 50-megapixel photo: opened, searched, edited, saved
    python tests/benchmarks/photos.py seams      the steps across the square's border, before and after
    python tests/benchmarks/photos.py sheet OUT  the same as pictures, to look at

The photograph is scikit-image's astronaut (public domain); the edits are blunt on purpose: every pixel of the
square changes, up to its border.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.edited_photos import deep_png, deep_tiff
from support.portrait import backdrop, portrait

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.imaging.square.compositing import WIDEST

WIDTH, HEIGHT = 8660, 5774
SIZE = 256
LIMIT = 1.5 * 2**30

EDITS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "brighter": lambda p: np.clip(p.astype(int) + 40, 0, 255).astype(np.uint8),
    "redder": lambda p: np.clip(p + np.array((50, -10, -30)), 0, 255).astype(np.uint8),
    "less contrast": lambda p: (128 + (p.astype(int) - 128) // 2).astype(np.uint8),
    "blurred": lambda p: np.asarray(Image.fromarray(p).filter(ImageFilter.GaussianBlur(4))),
    "mirrored": lambda p: p[:, ::-1].copy(),
}


def memory() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("jpg", "png", "tif", "16-bit png", "16-bit tif"):
            suffix = f".{name[-3:]}"
            source = Path(folder) / f"large{suffix}"
            picture = backdrop(WIDTH, HEIGHT)
            picture.paste(portrait().rotate(-30, expand=True).resize((3000, 3000)), (4000, 1500))
            if name.startswith("16"):
                values, nothing = np.asarray(picture).astype(np.uint16) * 257, {"exif": b"", "xmp": b"", "icc": b""}
                with source.open("wb") as file:
                    (deep_png if suffix == ".png" else deep_tiff)(file, values, **nothing)
                del values
            else:
                quick: dict[str, Any] = {"compress_level": 1} if suffix == ".png" else {}
                picture.save(source, **quick)
            del picture
            done = subprocess.run(
                [sys.executable, __file__, "child", str(source), str(Path(folder) / f"out{suffix}")],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            figures = json.loads(done.stdout)
            peak = figures.pop("peak")
            verdict = "within" if peak <= LIMIT else "OVER"
            times = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in figures.items())
            print(f"{name}: peak {peak / 2**20:.0f} MiB, {verdict} 1.5 GiB; {times}", flush=True)


def child(source: Path, target: Path) -> None:
    photo_service, times = FilePhotoService(), {}

    def timed(name: str, began: float) -> float:
        times[name] = time.perf_counter() - began
        return time.perf_counter()

    mark = time.perf_counter()
    photo = photo_service.open(source)
    mark = timed("open", mark)
    square = photo_service.faces(photo)[0].square
    mark = timed("faces", mark)
    before = photo_service.crop(photo, square, SIZE)
    mark = timed("crop", mark)
    result = photo_service.paste(photo, square, before, EDITS["redder"](before))
    mark = timed("paste", mark)
    photo_service.save(target, photo, result)
    timed("save", mark)
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, **times}))


def _photos() -> dict[str, tuple[Photo, Square]]:
    photo_service, photos = FilePhotoService(), {}
    for degrees in (0, 20, 140):
        large = portrait().resize((1536, 1536), Image.Resampling.LANCZOS)
        picture = large.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
        photo = Photo(pixels=np.asarray(picture))
        photos[f"turned by {degrees}"] = (photo, photo_service.faces(photo)[0].square)
    return photos


def seams() -> None:
    """Steps between neighbours on both sides of the border, and at most in the ramp, in levels a pixel."""
    photo_service = FilePhotoService()
    print("photo, edit: step across the border before -> after (mean levels); 95th percentile; whole ramp")
    for name, (photo, square) in _photos().items():
        before = photo_service.crop(photo, square, SIZE)
        for edit, make in EDITS.items():
            result = photo_service.paste(photo, square, before, make(before))
            own, now = _steps(photo.pixels, square, 0), _steps(result, square, 0)
            ramp = max(
                float(_steps(result, square, at).mean() - _steps(photo.pixels, square, at).mean())
                for at in range(0, round(square.side * WIDEST), 2)
            )
            print(
                f"{name}, {edit}: {own.mean():.2f} -> {now.mean():.2f}; "
                f"{np.percentile(own, 95):.1f} -> {np.percentile(now, 95):.1f}; at most {ramp:+.2f} in the ramp"
            )


def _steps(pixels: np.ndarray, square: Square, inwards: float) -> np.ndarray:
    """The step across a line ``inwards`` pixels from the border, (N,), one pixel to each side of it."""
    (x, y), half, angle = square.centre, square.side / 2, math.radians(square.angle)
    along = np.linspace(-0.98, 0.98, square.side) * (half - inwards)
    steps = []
    for quarter in range(4):
        cos, sin = math.cos(angle + quarter * math.pi / 2), math.sin(angle + quarter * math.pi / 2)
        pair = []
        for depth in (half - inwards + 0.5, half - inwards - 0.5):
            columns, rows = x + along * cos + depth * sin, y + along * sin - depth * cos
            pair.append((np.floor(columns).astype(int), np.floor(rows).astype(int)))
        height, width = pixels.shape[:2]
        good = np.logical_and.reduce([(c >= 0) & (c < width) & (r >= 0) & (r < height) for c, r in pair])
        outer, inner = (pixels[r[good], c[good]].astype(int) for c, r in pair)
        steps.append(np.abs(outer - inner).max(axis=1))
    return np.concatenate(steps)


def sheet(target: Path) -> None:
    """Photo, crop, edited crop and the photo with the change, for each photo and edit."""
    photo_service, rows = FilePhotoService(), []
    for photo, square in _photos().values():
        before = photo_service.crop(photo, square, SIZE)
        row = [photo.pixels] + [photo_service.paste(photo, square, before, make(before)) for make in EDITS.values()]
        rows.append(np.concatenate([np.asarray(Image.fromarray(one).resize((640, 640))) for one in row], axis=1))
    Image.fromarray(np.concatenate(rows)).save(target)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["memory"]:
            memory()
        case ["seams"]:
            seams()
        case ["sheet", target]:
            sheet(Path(target))
        case ["child", source, target]:
            child(Path(source), Path(target))
        case _:
            print(__doc__)
