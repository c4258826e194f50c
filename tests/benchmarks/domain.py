"""How often the domain check is wrong: avatars that it warns of, and other pictures that it lets pass.

    python tests/benchmarks/domain.py [--far 2.8]

The pack Avatars, whose 48 own pictures are the measure: the 200 held-out avatars of the benchmarks and, where
python_avatars is installed, 200 new ones; the pictures that come with scikit-image, cut at random; noise, gradients.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.portrait import turned_portrait

from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine import models
from rtedit_desktop.engine.domain.statistics import difference
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
SIZE = 128
PHOTOS = (
    "chelsea.png", "coffee.png", "rocket.jpg", "coins.png", "motorcycle_left.png", "retina.jpg", "ihc.png",
    "hubble_deep_field.jpg", "horse.png", "camera.png", "brick.png", "grass.png", "text.png", "page.png", "moon.png",
    "astronaut.png",
)  # fmt: skip


def cells(path: Path) -> list[np.ndarray]:
    with Image.open(path) as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    rows, columns = (range(0, length, SIZE) for length in pixels.shape[:2])
    return [pixels[y : y + SIZE, x : x + SIZE] for y in rows for x in columns]


def drawn(count: int) -> list[np.ndarray]:
    if importlib.util.find_spec("python_avatars") is None:
        return []
    sys.path.insert(0, str(ROOT / "packaging" / "avatars"))
    import build_pack

    artist = build_pack.Artist(build_pack.Atlas.load(Path(tempfile.gettempdir()) / "rtedit-atlas.pt"))
    return [build_pack.plain_portrait(artist, 900_000 + seed)[1] for seed in range(count)]


def photographs() -> list[np.ndarray]:
    spec, found = importlib.util.find_spec("skimage"), []
    if spec is None or not spec.submodule_search_locations:
        return []
    random = np.random.default_rng(0)
    for name in PHOTOS:
        picture = Image.open(Path(spec.submodule_search_locations[0]) / "data" / name).convert("RGB")
        for _ in range(10):
            side = int(random.integers(min(64, *picture.size), min(picture.size) + 1))
            x, y = (int(random.integers(0, length - side + 1)) for length in picture.size)
            found.append(np.asarray(picture.resize((SIZE, SIZE), box=(x, y, x + side, y + side))))
    return found


def faces() -> list[np.ndarray]:
    photo_service, found = FilePhotoService(), []
    for degrees in range(0, 360, 30):
        photo = Photo(pixels=np.asarray(turned_portrait(degrees)))
        found.append(photo_service.crop(photo, photo_service.faces(photo)[0].square, SIZE))
    return found


def made_up() -> dict[str, list[np.ndarray]]:
    random = np.random.default_rng(1)
    noise = [random.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8) for _ in range(40)]
    y, x = np.mgrid[0:SIZE, 0:SIZE][..., None]
    gradients = [
        np.clip(random.integers(0, 255, 3) + x * random.normal(size=3) + y * random.normal(size=3), 0, 255)
        for _ in range(40)
    ]
    return {
        "noise": noise,
        "soft noise": [blurred(one, 5) for one in noise],
        "gradients": [one.astype(np.uint8) for one in gradients],
        "one colour": [np.full((SIZE, SIZE, 3), random.integers(0, 256, 3), np.uint8) for _ in range(40)],
    }


def blurred(pixels: np.ndarray, radius: float) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--far", type=float, help="another limit than the pack's")
    args = parser.parse_args()
    torch.set_num_threads(1)
    manifest = Catalog.default().manifest("avatars")
    usual = manifest.info.domain_statistics
    assert usual is not None
    limit = usual.far if args.far is None else args.far
    pack = models.load_pack(manifest, torch.device("cpu"))
    held_out = cells(ROOT / "resources" / "bench" / "held_out.png")
    sets = {
        "avatars, held out": held_out,
        "avatars, new": drawn(200),
        "avatars, mirrored": [one[:, ::-1].copy() for one in held_out[:60]],
        "avatars, JPEG 50": [jpeg(one, 50) for one in held_out[:60]],
        "avatars, blurred": [blurred(one, 1) for one in held_out[:60]],
        "photographs": photographs(),
        "photographs of a face": faces(),
        **made_up(),
    }
    print(f"farther than {limit:g}: warned of")
    for name, pictures in sets.items():
        far = np.array([difference(pack, usual, to_tensor(picture, SIZE)) for picture in pictures])
        if not len(far):
            print(f"{name}: not here")
            continue
        print(
            f"{name}: {(far > limit).sum()} of {len(far)}; {far.min():.2f} to {np.median(far):.2f} to {far.max():.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
