"""An engine, a desk and a pack that need no model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from rtedit_desktop.core import events
from rtedit_desktop.core.errors import PictureError, SaveError
from rtedit_desktop.core.pack_info import PackInfo, Suggestion
from rtedit_desktop.core.photo import Photo, Square
from rtedit_desktop.core.requests import EditRequest, EditSettings, Request, WarmUpRequest
from rtedit_desktop.ui.pyramid import from_qimage, to_qimage

SIZE = 32
ITERATIONS = 6

PACK = PackInfo(
    id="fakes",
    title="Fakes",
    version="1",
    domain="faces",
    source="face",
    image_size=SIZE,
    licence="MIT",
    attribution="drawn for the tests",
    folder=Path("fakes"),
    suggestions=(
        Suggestion(prompt="smiling face", kind="expression"),
        Suggestion(prompt="face with sunglasses", kind="accessory"),
        Suggestion(prompt="face with red hair", kind="hair"),
        Suggestion(prompt="sketch of a face", kind="style"),
    ),
    vocabulary=frozenset(["a", "face", "of", "with", "smiling", "sunglasses", "red", "hair", "sketch"]),
    settings={
        "default": EditSettings(iterations=ITERATIONS, steps=3, preview_every=2),
        "style": EditSettings(iterations=ITERATIONS, steps=3, t0=600, preview_every=2),
    },
    kind_of_word={"sketch": "style"},
)


class FakeEngine:
    """Brightens the picture by the strength, in small slow steps."""

    def __init__(self, pause: float = 0.004) -> None:
        self.pause = pause
        self.requests: list[Request] = []
        self.thread = threading.current_thread()
        self.closed = False
        self.fails: Exception | events.Failed | None = None
        self.learned: set[tuple[str, int]] = set()
        self.hold = threading.Event()
        self.hold.set()

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[events.Event]:
        self.requests.append(request)
        job = request.job_id
        yield events.Loading(job_id=job, what="fake net", fraction=0.5)
        if isinstance(request, WarmUpRequest):
            yield events.Finished(job_id=job, recipe={"device": "CPU"})
            return
        if isinstance(self.fails, Exception):
            raise self.fails
        if self.fails is not None:
            yield events.Failed(job_id=job, what=self.fails.what, todo=self.fails.todo, details=self.fails.details)
            return
        yield from self._edit(request, cancelled)

    def _edit(self, request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job, settings = request.job_id, request.settings
        key = (request.prompt, settings.seed)
        if key not in self.learned:
            for step in range(1, settings.iterations + 1):
                while not self.hold.is_set() and not cancelled.is_set():
                    time.sleep(self.pause)
                time.sleep(self.pause)
                if cancelled.is_set():
                    yield events.Cancelled(job_id=job)
                    return
                part = step / settings.iterations
                preview = brighter(request.picture, 60 * part) if step % settings.preview_every == 0 else None
                yield events.Adapting(
                    job_id=job,
                    step=step,
                    of=settings.iterations,
                    score=0.3 * part,
                    seconds_left=(settings.iterations - step) * self.pause,
                    preview=preview,
                )
            self.learned.add(key)
        for index in range(1, settings.steps + 1):
            time.sleep(self.pause)
            if cancelled.is_set():
                yield events.Cancelled(job_id=job)
                return
            picture = brighter(request.picture, 60 * settings.strength * index / settings.steps)
            t = round(settings.t0 * (1 - index / settings.steps))
            yield events.DecodeStep(job_id=job, index=index, of=settings.steps, t=t, picture=picture)
        yield events.Finished(
            job_id=job,
            picture=brighter(request.picture, 60 * settings.strength),
            score=0.3,
            steps_taken=settings.iterations,
            recipe={"device": "CPU", "prompt": request.prompt},
            seconds={"total": 0.1},
        )

    def close(self) -> None:
        self.closed = True


class FakeDesk:
    """Opens and saves through QImage."""

    def __init__(self, samples: list[Path] | None = None) -> None:
        self._samples = samples or []
        self.save_error: SaveError | None = None

    def open(self, path: Path) -> Photo:
        image = QImage(str(path))
        if image.isNull():
            raise PictureError(f"Could not open {path.name}: it is not a picture.", "Choose a PNG or JPEG file.")
        pixels = from_qimage(image)
        alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), alpha=alpha, name=path.name, path=path)

    def from_pixels(self, pixels: np.ndarray, name: str) -> Photo:
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), name=name)

    def samples(self) -> list[Path]:
        return self._samples

    def centred_square(self, photo: Photo) -> Square:
        width, height = photo.size
        side = min(width, height)
        return Square(x=(width - side) // 2, y=(height - side) // 2, side=side)

    def crop(self, photo: Photo, square: Square, size: int) -> np.ndarray:
        pixels = photo.pixels[square.y : square.y + square.side, square.x : square.x + square.side]
        where = np.arange(size) * square.side // size
        return np.ascontiguousarray(pixels[where][:, where])

    def paste(self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        where = np.arange(square.side) * before.shape[0] // square.side
        change = (after.astype(np.int16) - before)[where][:, where]
        pixels = photo.pixels.copy()
        region = pixels[square.y : square.y + square.side, square.x : square.x + square.side]
        region[:] = np.clip(region + change, 0, 255)
        return pixels

    def save(self, path: Path, photo: Photo, pixels: np.ndarray) -> None:
        if self.save_error is not None:
            raise self.save_error
        if not to_qimage(pixels).save(str(path)):
            raise SaveError(f"Could not save {path.name}.", "Choose another name.")


def brighter(picture: np.ndarray, by: float) -> np.ndarray:
    return np.clip(picture + by, 0, 255).astype(np.uint8)


def picture(width: int = 64, height: int = 48, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 150, (height, width, 3), dtype=np.uint8)
