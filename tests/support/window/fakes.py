"""An engine, a photo service, a library and a pack that need no model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.core import events
from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.edits import Blending, EditSettings, EditSpec
from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.errors import PictureError, PresetDamaged, PresetError, RemoteError, SaveError
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point, Square
from rtedit_desktop.core.photos.photo import Patch, Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.preset import SUFFIX, Addition, PresetInfo
from rtedit_desktop.core.requests import (
    ApplyRequest,
    EditRequest,
    KeepRequest,
    LearnRequest,
    RecallRequest,
    Request,
    WarmUpRequest,
)
from rtedit_desktop.imaging.square.region import mask_of
from rtedit_desktop.ui.photo.camera import Camera
from rtedit_desktop.ui.widgets.pyramid import from_qimage, to_qimage

SIZE = 32
ITERATIONS = 6

PACK = drawn_pack(
    "fakes",
    SIZE,
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
        self.questions: list[RecallRequest] = []
        self.thread = threading.current_thread()
        self.closed = False
        self.fails: Exception | events.Failed | None = None
        self.learned: set[tuple[str, int]] = set()
        self.check: DomainCheck | None = None
        self.hold = threading.Event()
        self.hold.set()

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[events.Event]:
        job = request.job_id
        if isinstance(request, RecallRequest):
            self.questions.append(request)
            known = tuple((edit.prompt, edit.settings.seed) in self.learned for edit in request.edits)
            yield events.Finished(job_id=job, known=known, check=self.check)
            return
        self.requests.append(request)
        yield events.Loading(job_id=job, what="fake net", fraction=0.5)
        if isinstance(request, WarmUpRequest):
            yield events.Finished(job_id=job, recipe={"device": "CPU"})
            return
        if isinstance(self.fails, Exception):
            raise self.fails
        if self.fails is not None:
            yield replace(self.fails, job_id=job)
            return
        match request:
            case ApplyRequest():
                yield from self._apply(request, cancelled)
            case LearnRequest() | KeepRequest():
                yield from self._learn(request, cancelled)
            case EditRequest():
                yield from self._edit(request, cancelled)

    def _apply(self, request: ApplyRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job, steps, by = request.job_id, 3, 40 * sum(use.strength for use in request.spec.uses)
        for index in range(1, steps + 1):
            while not self.hold.is_set() and not cancelled.is_set():
                time.sleep(self.pause)
            time.sleep(self.pause)
            if cancelled.is_set():
                yield events.Cancelled(job_id=job)
                return
            picture = brighter(request.picture, by * index / steps)
            yield events.DecodeStep(job_id=job, index=index, of=steps, t=400 - 100 * index, picture=picture)
        yield events.Finished(job_id=job, picture=brighter(request.picture, by), instant=True)

    def _learn(self, request: LearnRequest | KeepRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job = request.job_id
        prompt = (request if isinstance(request, LearnRequest) else request.edit).spec.prompt
        instant = isinstance(request, KeepRequest) and (prompt, request.edit.spec.settings.seed) in self.learned
        for step in range(1, 1 if instant else ITERATIONS + 1):
            while not self.hold.is_set() and not cancelled.is_set():
                time.sleep(self.pause)
            time.sleep(self.pause)
            if cancelled.is_set():
                yield events.Cancelled(job_id=job)
                return
            yield events.Adapting(job_id=job, step=step, of=ITERATIONS, score=0.1, seconds_left=2.0)
        write_preset(request.output, request.title, prompt)
        yield events.Finished(job_id=job, preset=request.output, score=0.3, instant=instant)

    def _edit(self, request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job, settings, every = request.job_id, request.spec.settings, request.spec.settings.preview_every
        key = (request.spec.prompt, settings.seed)
        instant = key in self.learned
        if not instant:
            for step in range(1, settings.iterations + 1):
                while not self.hold.is_set() and not cancelled.is_set():
                    time.sleep(self.pause)
                time.sleep(self.pause)
                if cancelled.is_set():
                    yield events.Cancelled(job_id=job)
                    return
                part = step / settings.iterations
                preview = brighter(request.picture, 60 * part) if every and step % every == 0 else None
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
            recipe={"device": "CPU", "prompt": request.spec.prompt},
            seconds={"total": 0.1},
            instant=instant,
        )

    def close(self) -> None:
        self.closed = True


class FakeCamera(Camera):
    """Sees a picture as soon as it is on, or says why there is none."""

    def __init__(self, parent: QObject | None = None, problem: str = "") -> None:
        super().__init__(parent)
        self.on, self.problem = False, problem

    def start(self) -> None:
        if self.problem:
            self.failed.emit(self.problem)
            return
        self.on = True
        self.picture_came.emit(to_qimage(picture(60, 40)))

    def stop(self) -> None:
        self.on = False


class FakePhotoService:
    """Opens and saves through QImage."""

    def __init__(self, samples: list[Path] | None = None) -> None:
        self._samples = samples or []
        self.save_error: SaveError | None = None
        self.saved_impersonal: dict[str, bool] = {}
        self.saved_recipes: dict[str, str] = {}
        self.found: tuple[Face, ...] = ()
        self.looked_on: list[threading.Thread] = []
        self.warm = False

    def warm_up(self) -> None:
        self.warm = True

    def open(self, path: Path) -> Photo:
        image = QImage(str(path))
        if image.isNull():
            raise PictureError(f"Could not open {path.name}: it is not a picture.", "Choose a PNG or JPEG file.")
        pixels = from_qimage(image)
        alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), alpha=alpha, name=path.name, path=path)

    def thumbnail(self, path: Path, side: int) -> np.ndarray:
        pixels = self.open(path).pixels
        step = max(1, max(pixels.shape[:2]) // side)
        return np.ascontiguousarray(pixels[::step, ::step])

    def from_pixels(self, pixels: np.ndarray, name: str) -> Photo:
        return Photo(pixels=np.ascontiguousarray(pixels[..., :3]), name=name)

    def samples(self) -> list[Path]:
        return self._samples

    def centred_square(self, photo: Photo) -> Square:
        width, height = photo.size
        side = min(width, height)
        return Square(x=(width - side) // 2, y=(height - side) // 2, side=side)

    def faces(self, photo: Photo) -> tuple[Face, ...]:
        self.looked_on.append(threading.current_thread())
        return self.found

    def crop(self, photo: Photo, square: Square, size: int) -> np.ndarray:
        pixels = photo.pixels[square.y : square.y + square.side, square.x : square.x + square.side]
        where = np.arange(size) * square.side // size
        return np.ascontiguousarray(pixels[where][:, where])

    def paste(
        self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
    ) -> np.ndarray:
        where = np.arange(square.side) * before.shape[0] // square.side
        change = (after.astype(np.int16) - before)[where][:, where]
        pixels = photo.pixels.copy()
        inside = (slice(square.y, square.y + square.side), slice(square.x, square.x + square.side))
        pixels[inside] = np.clip(pixels[inside] + change, 0, 255)
        return pixels if mask is None else np.where(mask[..., None] >= 128, pixels, photo.pixels)

    def compose(self, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
        for patch in patches:
            mask = self.mask(photo, patch.square, patch.region) if patch.region is not None else patch.mask
            pixels = self.paste(photo, patch.square, patch.before, patch.after, mask)
            photo = replace(photo, pixels=pixels)
        return photo.pixels

    def mask(self, photo: Photo, square: Square, region: Region) -> np.ndarray:
        return mask_of(region, photo.size, square.bounds(photo.size))

    def save(self, path: Path, photo: Photo, pixels: np.ndarray, *, impersonal: bool = False, recipe: str = "") -> None:
        if self.save_error is not None:
            raise self.save_error
        if not to_qimage(pixels).save(str(path)):
            raise SaveError(f"Could not save {path.name}.", "Choose another name.")
        self.saved_impersonal[path.name] = impersonal
        self.saved_recipes[path.name] = recipe


class FakePresetLibrary:
    """A preset is a file of lines: title, prompt, pack, whether it is a favourite."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[PresetError] = []
        self.removed: dict[Path, str] = {}
        self.read_on: set[threading.Thread] = set()
        self.fails: PresetError | None = None
        self.strengths: dict[str, float] = {}
        self.blendings: dict[str, Blending] = {}

    @property
    def folder(self) -> Path:
        return self._folder

    def presets(self) -> list[PresetInfo]:
        self.read_on.add(threading.current_thread())
        found, self.problems = [], []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else []:
            try:
                found.append(self._read(path))
            except PresetError as error:
                self.problems.append(error)
        return sorted(found, key=lambda preset: (not preset.favourite, preset.title.casefold()))

    def find(self, name: str, packs: Sequence[str] = ()) -> PresetInfo:
        for preset in self.presets():
            if name in (preset.title, preset.path.name, str(preset.path)):
                return preset
        raise PresetError(f"There is no preset called “{name}”.", "Choose another.")

    def add(self, path: Path) -> Addition:
        self._read(path)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{path.stem}{SUFFIX}"
        target.write_bytes(path.read_bytes())
        return Addition(self._read(target), known=False)

    def share(self, preset: PresetInfo, to: Path) -> None:
        to.write_bytes(preset.path.read_bytes())

    def new_path(self, title: str) -> Path:
        self._may_write()
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{title.replace(' ', '-')}{SUFFIX}"

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo:
        self._may_write()
        write_preset(preset.path, title, preset.spec.prompt, preset.spec.pack, preset.favourite)
        return self._read(preset.path)

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        write_preset(preset.path, preset.title, preset.spec.prompt, preset.spec.pack, favourite)

    def remove(self, preset: PresetInfo) -> None:
        self._may_write()
        self.removed[preset.path] = preset.path.read_text(encoding="utf-8")
        preset.path.unlink()

    def put_back(self, preset: PresetInfo) -> PresetInfo:
        preset.path.write_text(self.removed.pop(preset.path), encoding="utf-8")
        return self._read(preset.path)

    def _may_write(self) -> None:
        if self.fails is not None:
            raise self.fails

    def _read(self, path: Path) -> PresetInfo:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) != 4:
            raise PresetDamaged(f"{path.name} is not a preset.", "Ask for the file again.")
        title, prompt, pack, favourite = lines
        thumb = picture(96, 96, seed=len(title))
        strength, blending = self.strengths.get(title, 1.0), self.blendings.get(title, "auto")
        settings = EditSettings(strength=strength, blending=blending)
        return PresetInfo(
            path=path,
            title=title,
            spec=EditSpec(pack=pack, prompt=prompt, source="face", settings=settings),
            base_sha256="",
            before=thumb,
            after=brighter(thumb, 60),
            favourite=favourite == "favourite",
        )


def write_preset(
    path: Path, title: str, prompt: str = "smiling face", pack: str = PACK.id, favourite: bool = False
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text("\n".join([title, prompt, pack, "favourite" if favourite else "plain"]), encoding="utf-8")
    partial.replace(path)
    return path


def brighter(picture: np.ndarray, by: float) -> np.ndarray:
    return np.clip(picture + by, 0, 255).astype(np.uint8)


def picture(width: int = 64, height: int = 48, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 150, (height, width, 3), dtype=np.uint8)


def face(x: float, y: float, size: float, lean: float = 0.0) -> Face:
    """Its eyes are ``size`` apart, around x and y; ``lean`` pixels lower at the right."""
    return Face(
        box=(x - size, y - size, 2 * size, 2.5 * size),
        left_eye=Point(x - size / 2, y - lean / 2),
        right_eye=Point(x + size / 2, y + lean / 2),
        nose=Point(x - lean / 2, y + size / 2),
        left_mouth=Point(x - size / 2 - lean, y + size - lean / 2),
        right_mouth=Point(x + size / 2 - lean, y + size + lean / 2),
        confidence=0.95,
    )


WORKSTATION = Computer(id="ab" * 32, name="workstation", host="192.168.1.20", port=17865)


class FakeComputers:
    """A list in memory; ``code`` is the one that pairs."""

    code = "right"

    def __init__(self, *computers: Computer, chosen: Computer | None = None) -> None:
        self.paired, self.in_use = [*computers], chosen
        self.fails: Exception | None = None

    def all(self) -> list[Computer]:
        return list(self.paired)

    def chosen(self) -> Computer | None:
        return self.in_use

    def choose(self, computer: Computer | None) -> None:
        if self.fails is not None:
            raise self.fails
        self.in_use = computer

    def pair(self, address: str, code: str) -> Computer:
        if code != self.code:
            raise RemoteError("The code is not right.", "Type it again.")
        self.paired.append(WORKSTATION)
        return WORKSTATION

    def forget(self, computer: Computer) -> None:
        self.paired.remove(computer)
