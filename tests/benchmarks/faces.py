"""Detectors of faces side by side on the pictures of docs/faces.md: ours, and MediaPipe where it is to be had.

    python tests/benchmarks/faces.py [--mediapipe PYTHON] [--photos FOLDER] [--count 200]

PYTHON is the interpreter of an environment in which mediapipe 0.10.21 is installed, the last one whose wheel brings
its weights; it does not install beside ours. Each detector is as good as it is known to be made: MediaPipe's two
models, near and far, over the picture and, where that shows nothing, over it turned by quarters. Counted are

    whichever way up    two photographs turned by 15 degrees at a time, 48 pictures: one face found, and its eyes
                        within a fifth of their distance from where they are
    small               one photograph from 64 to 1,024 pixels
    worse               blurred, dark, grey, cut, noisy
    no person           16 pictures of things and animals, turned by 30 degrees at a time: something was found

and, with --photos, in how many of the photographs of a folder one face is found. The two photographs are in the public
domain: the astronaut of scikit-image and the officer of matplotlib, without which half of the pictures are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.imaging.photo_service import FilePhotoService

THINGS = (
    "brick.png", "cell.png", "chelsea.png", "chessboard_RGB.png", "clock_motion.png", "coffee.png", "coins.png",
    "color.png", "grass.png", "gravel.png", "horse.png", "hubble_deep_field.jpg", "moon.png", "motorcycle_left.png",
    "rocket.jpg", "text.png",
)  # fmt: skip
EYES = {"astronaut.png": ((204, 101), (247, 103)), "grace_hopper.jpg": ((222, 190), (305, 187))}
"""Of the upright photographs, the left one in the picture first: (x, y) in pixels."""

NEAR = 0.2

_MEDIAPIPE = """
import json, sys
import mediapipe, numpy as np
from PIL import Image
nets = [mediapipe.solutions.face_detection.FaceDetection(model_selection=which, min_detection_confidence=0.5)
        for which in (0, 1)]
def eyes(pixels):
    found = []
    for net in nets:
        seen = net.process(np.ascontiguousarray(pixels)).detections or []
        found = max(found, [[(p.x, p.y) for p in one.location_data.relative_keypoints[:2]] for one in seen], key=len)
    return found
print("ready", flush=True)
for line in sys.stdin:
    pixels = np.asarray(Image.open(line.strip()).convert("RGB"))
    found = []
    for turn in range(4):
        height, width = np.rot90(pixels, turn).shape[:2]
        for pair in eyes(np.rot90(pixels, turn)):
            points = []
            for x, y in pair:
                x, y = x * width, y * height
                for _ in range(turn):  # back by a quarter
                    x, y, width, height = height - y, x, height, width
                if turn % 2:
                    width, height = height, width
                points.append((x, y))
            found.append(points)
        if found:
            break
    print(json.dumps(found), flush=True)
"""

Eyes = tuple[tuple[float, float], tuple[float, float]]
Detector = Callable[[np.ndarray], list[Eyes]]


class Shown(NamedTuple):
    """A picture, (H, W, 3) uint8, and where its eyes are; None where it has none."""

    pixels: np.ndarray
    eyes: Eyes | None


def ours() -> Detector:
    service = FilePhotoService()

    def detect(pixels: np.ndarray) -> list[Eyes]:
        faces = service.faces(Photo(pixels=pixels))
        return [((f.left_eye.x, f.left_eye.y), (f.right_eye.x, f.right_eye.y)) for f in faces]

    return detect


def mediapipe(python: Path, folder: Path) -> Detector:
    process = subprocess.Popen(
        [str(python), "-c", _MEDIAPIPE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    if process.stdout.readline().strip() != "ready":
        raise SystemExit("mediapipe does not start there")
    asked, answered = process.stdin, process.stdout

    def detect(pixels: np.ndarray) -> list[Eyes]:
        Image.fromarray(pixels).save(folder / "picture.png")
        asked.write(f"{folder / 'picture.png'}\n")
        asked.flush()
        return [(tuple(a), tuple(b)) for a, b in json.loads(answered.readline())]

    return detect


def data(package: str, within: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / within


def portraits() -> dict[str, Image.Image]:
    found = {}
    for package, within in (("skimage", "data/astronaut.png"), ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")):
        path = data(package, within)
        if path and path.exists():
            found[path.name] = Image.open(path).convert("RGB")
    return found


def turned(picture: Image.Image, eyes: Eyes, degrees: float) -> Shown:
    """The picture turned clockwise about its middle, grown so that all of it is seen, over grey."""
    result = picture.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(128, 128, 128))
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    (left, right) = (turn @ (np.array(eye) - np.array(picture.size) / 2) + np.array(result.size) / 2 for eye in eyes)
    return Shown(np.asarray(result), ((left[0], left[1]), (right[0], right[1])))


def scaled(picture: Image.Image, eyes: Eyes, side: int) -> Shown:
    share = side / max(picture.size)
    small = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)
    (a, b), (c, d) = eyes
    return Shown(np.asarray(small), ((a * share, b * share), (c * share, d * share)))


def worse(picture: Image.Image, eyes: Eyes) -> list[Shown]:
    noise = np.random.default_rng(0).normal(0, 25, (picture.height, picture.width, 3))
    pixels = np.asarray(picture)
    cut = int(eyes[0][0])
    (_, b), (c, d) = eyes
    return [
        Shown(np.asarray(picture.filter(ImageFilter.GaussianBlur(4))), eyes),
        Shown((pixels // 4).astype(np.uint8), eyes),
        Shown(np.asarray(picture.convert("L").convert("RGB")), eyes),
        Shown(np.ascontiguousarray(pixels[:, cut:]), ((0, b), (c - cut, d))),
        Shown(np.clip(pixels + noise, 0, 255).astype(np.uint8), eyes),
    ]


def right(found: Sequence[Eyes], eyes: Eyes) -> bool:
    """One face, with each eye where it is; which one is called left does not matter."""
    if len(found) != 1:
        return False
    apart = float(np.linalg.norm(np.subtract(*eyes)))
    off = min(
        max(float(np.linalg.norm(np.subtract(a, b))) for a, b in zip(pair, eyes, strict=True))
        for pair in (found[0], found[0][::-1])
    )
    return off <= NEAR * apart


def things() -> Iterable[Shown]:
    for name in THINGS:
        path = data("skimage", f"data/{name}")
        if path and path.exists():
            picture = Image.open(path).convert("RGB")
            picture.thumbnail((512, 512))
            for degrees in range(0, 360, 30):
                yield turned(picture, ((0, 0), (1, 0)), degrees)._replace(eyes=None)


def table(detectors: dict[str, Detector], photos: Sequence[Path]) -> str:
    people = portraits()
    kinds: dict[str, list[Shown]] = {
        "whichever way up": [turned(p, EYES[n], d) for n, p in people.items() for d in range(0, 360, 15)],
        "small": [
            scaled(people["astronaut.png"], EYES["astronaut.png"], s) for s in (64, 96, 128, 192, 256, 512, 1024)
        ],
        "worse": [one for n, p in people.items() for one in worse(p, EYES[n])],
        "no person": list(things()),
    }
    lines = [f"| pictures | {' | '.join(detectors)} |", f"| --- |{' --- |' * len(detectors)}"]
    spent = dict.fromkeys(detectors, 0.0)
    for kind, shown in kinds.items():
        cells = []
        for name, detect in detectors.items():
            began = time.perf_counter()
            seen = [(detect(one.pixels), one.eyes) for one in shown]
            spent[name] += time.perf_counter() - began
            good = sum(right(found, eyes) if eyes else bool(found) for found, eyes in seen)
            cells.append(f"{good} of {len(shown)}")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    if photos:
        counts = []
        for detect in detectors.values():
            numbers = [len(detect(np.asarray(Image.open(path).convert("RGB")))) for path in photos]
            counts.append(f"{numbers.count(1)} one, {numbers.count(0)} none, of {len(photos)}")
        lines.append(f"| photographs of one person | {' | '.join(counts)} |")
    total = sum(map(len, kinds.values()))
    each = " | ".join(f"{seconds / total:.2f}" for seconds in spent.values())
    lines.append(f"| seconds a picture, with the file between the two programs | {each} |")
    return "\n".join(lines)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mediapipe", type=Path, metavar="PYTHON")
    arguments.add_argument("--photos", type=Path)
    arguments.add_argument("--count", type=int, default=200)
    args = arguments.parse_args()
    photos = sorted(args.photos.rglob("*.jpg")) if args.photos else []
    photos = photos[:: max(1, len(photos) // args.count)][: args.count]
    with tempfile.TemporaryDirectory() as folder:
        detectors: dict[str, Detector] = {"ours (YuNet)": ours()}
        if args.mediapipe:
            detectors["MediaPipe 0.10.21"] = mediapipe(args.mediapipe, Path(folder))
        print(f"Measured on {this_machine(best_device())}.\n")
        print(table(detectors, photos))
    return 0


if __name__ == "__main__":
    sys.exit(main())
