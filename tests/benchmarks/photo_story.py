"""A photograph and a checkpoint file, on a computer that is offline: the whole way in a real window.

    python tests/benchmarks/photo_story.py OUT [--float32]

Linux, with Xvfb, openbox, xdotool and ImageMagick's import. Writes to OUT a checkpoint of the CelebA-HQ
architecture and a CLIP as OpenAI's are kept, both with random weights (the published ones cannot be had here), and a
photo of 24 megapixels whose face is turned; then starts the window and works on it by mouse and keyboard: both files
are imported, the photo is dropped on it, its face is found, a prompt runs, the result is saved twice. What an edit by
random weights shows is noise; what is looked at is everything around it. Prints a line for each thing that was tried,
leaves screenshots in OUT, and ends with 1 when something was not as it should be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image, ImageCms
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from check_bundle import Report, Screen, until
from support.nets.reference_nets import DDPM, seeded
from support.portrait import backdrop, portrait

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.imaging.photo_service import FilePhotoService

WIDTH, HEIGHT, LEANS = 6000, 4000, 25
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>kept</note></x:xmpmeta>'
PATIENCE_S = 1500.0
USE_FACES = (1072, 93)  # on the strip above the photo, in the window as it opens there


def make_files(folder: Path) -> tuple[Path, Path, Path]:
    """The checkpoint, the CLIP and the photo."""
    checkpoint, clip = folder / "celeba_hq.ckpt", folder / "open_clip_model.safetensors"
    photo = folder / "Café 写真.jpg"
    if not checkpoint.exists():
        torch.save(seeded(DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,))).state_dict(), checkpoint)
    if not clip.exists():
        torch.manual_seed(0)
        save_file(open_clip.create_model("ViT-B-16-quickgelu").state_dict(), clip)
    picture = backdrop(WIDTH, HEIGHT)
    leaning = portrait().resize((2400, 2400), Image.Resampling.LANCZOS).rotate(-LEANS, expand=True)
    picture.paste(leaning, (2300, 300), leaning.convert("L").point(lambda level: 255 if level else 0))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    picture.transpose(Image.Transpose.ROTATE_90).save(  # lies on its side, as a camera that was held upright has it
        photo, quality=93, exif=exif, xmp=XMP, icc_profile=_profile()
    )
    return checkpoint, clip, photo


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


class Window:
    """The app in a display of its own, and the moves that a person makes."""

    def __init__(self, screen: Screen, folder: Path, *, float32: bool) -> None:
        self.screen, self.folder, self.home = screen, folder, folder / "home"
        (self.home / "data").mkdir(parents=True, exist_ok=True)
        if float32:
            (self.home / "data" / "settings.json").write_text('{"precision": "float32"}')
        environment = {**screen.environment, "RTEDIT_HOME": str(self.home), "https_proxy": "http://127.0.0.1:9"}
        program = [sys.executable, "-c", "import sys; from rtedit_desktop.app import main; sys.exit(main())"]
        self.process = subprocess.Popen(program, env=environment)
        self.main = screen.wait_for("RTEdit")

    def type_path(self, path: Path) -> None:
        """Into the file dialog that has the keyboard."""
        time.sleep(1.5)
        self.screen.keys("ctrl+a")
        self.screen.type(str(path))
        time.sleep(0.5)
        self.screen.keys("Return")

    def import_model(self, path: Path, written_last: Path) -> float:
        """In how many seconds."""
        models = self.screen.wait_for("Models")
        self.screen.do("windowactivate", "--sync", models)
        self.screen.keys("alt+f")
        self.type_path(path)
        began = time.monotonic()
        until(lambda: "there" if written_last.exists() else "", f"{path.name} was not imported")
        return time.monotonic() - began

    def save(self, path: Path) -> None:
        self.screen.keys("ctrl+shift+s")
        self.type_path(path)
        until(lambda: "there" if path.exists() and path.stat().st_size else "", f"{path.name} was not saved")
        time.sleep(2)


def walk(window: Window, report: Report, checkpoint: Path, clip: Path, photo: Path) -> tuple[Path, Path]:
    screen = window.screen
    time.sleep(12)  # the built-in models load
    screen.keys("ctrl+m")
    data = window.home / "data"
    pack, part = data / "packs" / "celebahq-256" / "manifest.json", data / "parts" / "ViT-B-16-quickgelu" / "part.json"
    report.time("the checkpoint is imported", window.import_model(checkpoint, pack), 15)
    time.sleep(2)
    screen.picture("1-checkpoint-imported")
    report.time("the text model is imported", window.import_model(clip, part))
    time.sleep(2)
    screen.picture("2-both-imported")
    screen.keys("Escape")
    screen.do("windowactivate", "--sync", window.main)
    screen.keys("ctrl+o")
    window.type_path(photo)
    began = time.monotonic()
    screen.wait_for(photo.name)
    report.time("a photo of 24 megapixels is shown", time.monotonic() - began)
    time.sleep(3)
    screen.picture("3-photo")
    screen.click(window.main, *USE_FACES)
    time.sleep(10)
    screen.picture("4-faces")
    return window.folder / "edited.png", window.folder / "edited.jpg"


def edit(window: Window, report: Report, png: Path, jpg: Path) -> None:
    screen = window.screen
    screen.keys("ctrl+l")
    screen.type("smiling face")
    screen.keys("Return")
    began = time.monotonic()
    time.sleep(20)
    screen.picture("5-learning")
    until(lambda: screen.window(r"\*"), "no result came", PATIENCE_S)
    report.time("from Enter to the result", time.monotonic() - began)
    time.sleep(2)
    screen.picture("6-result")
    window.save(png)
    window.save(jpg)
    screen.picture("7-saved")


def look_at(report: Report, photo: Path, before: bytes, png: Path, jpg: Path) -> None:
    """What was saved, against what was opened."""
    photo_service = FilePhotoService()
    opened, profile = photo_service.open(photo), Image.open(photo).info["icc_profile"]
    (face,) = photo_service.faces(opened)
    square: Square = face.square
    report.say("the face is found", f"{square}", abs(square.angle - LEANS) < 15)
    saved = photo_service.open(png)
    changed = (saved.pixels != opened.pixels).any(axis=2)
    rows, columns = np.nonzero(changed)
    left, top, right, bottom = square.bounds(opened.size)
    inside = len(rows) > 0 and rows.min() >= top and rows.max() < bottom and columns.min() >= left
    inside = inside and columns.max() < right
    report.say("changed only in the square", f"{changed.mean():.1%} of the pixels", inside)
    report.say("as large as it was, upright", f"{saved.size}", saved.size == opened.size == (WIDTH, HEIGHT))
    for path in (png, jpg):
        with Image.open(path) as written:
            exif = written.getexif()
            kept = exif[0x010F] == "A camera" and exif.get_ifd(0x8825)[1] == "N" and exif.get(0x0112, 1) == 1
            kept = kept and written.info["icc_profile"] == profile
        kept = kept and b"<note>kept</note>" in path.read_bytes()
        report.say(f"{path.suffix}: camera, place, profile, XMP", "", kept)
    outside = np.abs(photo_service.open(jpg).pixels.astype(np.int16) - opened.pixels)[~_near(changed)]
    report.say(".jpg: outside, compressed again", f"{outside.mean():.2f} levels on average, {outside.max()} at most")
    report.say("the photo itself is as it was", "", photo.read_bytes() == before)


def _near(changed: np.ndarray) -> np.ndarray:
    """With a margin of a block of JPEG's."""
    rows, columns = np.nonzero(changed)
    near = np.zeros_like(changed)
    near[max(0, rows.min() - 16) : rows.max() + 17, max(0, columns.min() - 16) : columns.max() + 17] = True
    return near


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--float32", action="store_true", help="learn in float32, not in what is fastest here")
    args = parser.parse_args()
    folder = args.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    checkpoint, clip, photo = make_files(folder)
    before = photo.read_bytes()
    screen = Screen(folder)
    window = Window(screen, folder, float32=args.float32)
    try:
        png, jpg = walk(window, report, checkpoint, clip, photo)
        edit(window, report, png, jpg)
        look_at(report, photo, before, png, jpg)
        log = window.home / "data" / "network-log.jsonl"
        report.say("nothing was asked of the network", "", not log.exists())
        print(f"{this_machine(best_device())}.")
    except TimeoutError as error:
        screen.picture("0-stuck")
        report.say("stuck", str(error), met=False)
    finally:
        window.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            window.process.wait(10)
        screen.close()
        os.sync()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
