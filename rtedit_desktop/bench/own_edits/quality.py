"""Measures the edits that a pack brings, on photographs that somebody gives, and writes sheets to look at.

For every edit and photograph: how much changes outside the region of change, whether the face stays the same person,
and how long the preset takes when it is loaded. Besides, how well the U-Net rebuilds the photographs in one step. A
judge would have to know photographs; none comes with a pack, so whether an edit is there is told by looking.

The region of change is where a result differs from its source by more than ``SEEN`` of 255, softened, and what lies
within a sixteenth of the picture's side of that; a whole picture's edit has no outside.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from rtedit_desktop.batch.seeing import Seen, looking_for, seen
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.output import check_outputs, write_output
from rtedit_desktop.bench.own_edits.identity import Descriptor, cosine, own_descriptor
from rtedit_desktop.bench.own_edits.sheets import write_sheet
from rtedit_desktop.core.edits import MAX_SEED, MixSpec, PresetUse
from rtedit_desktop.core.errors import PictureError, SaveError, SettingsError
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.packs.learned_edits import LearnedEdit
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import ApplyRequest, WarmUpRequest
from rtedit_desktop.diffusion.sampling import encode
from rtedit_desktop.engine.machine.devices import Device, best_device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog

COUNT, ON_SHEET = 50, 20
REBUILT_FROM = (100, 200, 300, 400, 500)
SEEN = 8
_AROUND = 1.5  # of a photo's square, how much of the photo a sheet shows
Box = tuple[float, float, float, float]  # of a face, as ``core.photos.face`` has it
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic"})


@dataclass
class Measured:
    """What one edit did; a number for each photograph. ``identity`` is empty where nobody tells people apart."""

    title: str
    outside: list[float] = field(default_factory=list)
    region: list[float] = field(default_factory=list)
    identity: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def run(args: argparse.Namespace, catalog: Catalog, info: PackInfo) -> int:
    """Print the table and write the sheets. Raises what a command knows."""
    if args.count < 1 or args.seed < 0 or (args.threads is not None and args.threads < 1):
        raise SettingsError("A number is out of its range.", "Give at least 1 photograph, 1 thread and seed 0.")
    check_outputs(args.markdown, overwrite=args.overwrite)
    if args.threads:
        torch.set_num_threads(args.threads)
    device = best_device()
    engine = TorchEngine(catalog, device)
    try:
        table = measured_table(args, engine, device, info, FilePhotoService())
    finally:
        engine.close()
    print(table, end="", flush=True)
    if args.markdown:
        write_output(args.markdown, table.encode())
    return 0


def measured_table(
    args: argparse.Namespace, engine: TorchEngine, device: Device, info: PackInfo, photo_service: PhotoService
) -> str:
    """The table, in Markdown; a sheet of each edit is written when it is measured."""
    edits = chosen_edits(info, args.edits)
    looks = {edit.file: looking_for(info, MixSpec(pack=info.id, uses=(_use(info, edit),))) for edit in edits}
    known: dict[str, list[Seen]] = {}
    for look in looks.values():
        if look.square not in known:
            known[look.square] = list(photographs(photo_service, args.photos, look, args.count, args.held_out))
    out = sheet_folder(args.sheets or Path(f"quality-{info.id}"))
    sheets = {edit.file: out / f"{Path(edit.file).stem}.jpg" for edit in edits}
    check_outputs(*sheets.values(), overwrite=args.overwrite)
    _finish(engine, WarmUpRequest(pack=info.id))
    descriptor = own_descriptor()
    faces = {
        square: [face_box(photo_service, photo.before) if descriptor is not None else None for photo in seen_so]
        for square, seen_so in known.items()
    }
    measured = []
    for edit in edits:
        photos, boxes = known[looks[edit.file].square], faces[looks[edit.file].square]
        _say(f"{edit.title}, {len(photos)} photographs")
        found, columns = measure(
            engine, info, edit, list(zip(photos, boxes, strict=True)), descriptor, photo_service, args.seed
        )
        write_sheet(sheets[edit.file], columns)
        measured.append(found)
    _say("one-step rebuilding")
    photos = known.get("face", photos)
    assert engine.packs.loaded is not None
    rebuilt = psnr(engine.packs.loaded, [photo.before for photo in photos], args.seed)
    machine = f"Machine: {this_machine(device)}."
    return to_markdown(info, measured, rebuilt, photos, args.seed, machine)


def sheet_folder(path: Path) -> Path:
    """The folder, made where it is not there. Raises SaveError, before anything is measured."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"The folder {path} could not be made: {reason}.", "Choose another place.") from error
    return path


def chosen_edits(info: PackInfo, titles: Sequence[str]) -> list[LearnedEdit]:
    """Those of these titles, or all; raises SettingsError for one that the pack does not have."""
    by_title = {edit.title.casefold(): edit for edit in info.edits}
    unknown = [title for title in titles if title.casefold() not in by_title]
    if unknown or not info.edits:
        what = f"“{unknown[0]}” is no edit of {info.title}." if unknown else f"{info.title} brings no edits."
        names = ", ".join(edit.title for edit in info.edits)
        raise SettingsError(what, f"It has {names}." if names else "Choose another pack.")
    return [by_title[title.casefold()] for title in titles] or list(info.edits)


def photographs(
    photo_service: PhotoService, folder: Path, info: PackInfo, count: int, held_out: Path | None
) -> Iterator[Seen]:
    """The first ``count`` photographs of a folder, or of those that a list names, each cut to what sheets show of it.

    Raises PictureError where there is none; a file that is no picture is passed over with a sentence.
    """
    names = None if held_out is None else set(listed(held_out))
    try:
        paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _PICTURES]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(f"The folder {folder} could not be read: {reason}.", "Choose another folder.") from error
    found = 0
    for path in paths:
        if found == count:
            break
        if names is not None and path.name not in names:
            continue
        try:
            one = seen(photo_service, photo_service.open(path), info)
        except PictureError as error:
            _say(f"left out: {error.what}")
            continue
        found += 1
        yield around(photo_service, one)
    if not found:
        raise PictureError(f"There are no photographs to measure on in {folder}.", "Choose another folder, or list.")


def listed(path: Path) -> list[str]:
    """File names, a line each or as a list in JSON. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
        names = json.loads(text) if text.lstrip().startswith("[") else text.split("\n")
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} is no list of file names.", "Give a text file, a name a line.") from error
    return [str(name).strip() for name in names if str(name).strip()]


def around(photo_service: PhotoService, one: Seen) -> Seen:
    """The same with no more of the photo than lies near its square: large photographs do not fit in memory at once."""
    square, (width, height) = one.square, one.photo.size
    left, top, right, bottom = square.bounds((width, height))
    margin = round((_AROUND - 1) / 2 * square.side)
    left, top = max(0, left - margin), max(0, top - margin)
    right, bottom = min(width, right + margin), min(height, bottom + margin)
    pixels = np.ascontiguousarray(one.photo.pixels[top:bottom, left:right])
    part = photo_service.from_pixels(pixels, one.photo.name)
    return replace(one, photo=part, square=replace(square, x=square.x - left, y=square.y - top))


def measure(
    engine: TorchEngine,
    info: PackInfo,
    edit: LearnedEdit,
    photos: Sequence[tuple[Seen, Box | None]],
    descriptor: Descriptor | None,
    photo_service: PhotoService,
    seed: int,
) -> tuple[Measured, list[list[np.ndarray]]]:
    """One edit on all photographs, each with the box of its face; and the columns of its sheet.

    A column is source, result, and the result in its photo.
    """
    found, columns = Measured(edit.title), []
    use = _use(info, edit)
    for index, (photo, box) in enumerate(photos):
        spec = MixSpec(pack=info.id, uses=(use,), seed=(seed + index) % (MAX_SEED + 1))
        request = ApplyRequest(spec=spec, picture=photo.before)
        if not index:
            _finish(engine, request)  # reads the preset
        begun = time.perf_counter()
        after = _finish(engine, request).picture
        found.seconds.append(time.perf_counter() - begun)
        assert after is not None  # an applied preset has one
        outside, region = outside_of_change(photo.before, after)
        found.region.append(region)
        if outside is not None:
            found.outside.append(outside)
        if descriptor is not None and box is not None:
            found.identity.append(cosine(descriptor(photo.before, box), descriptor(after, box)))
        if index < ON_SHEET:
            pasted = photo_service.paste(photo.photo, photo.square, photo.before, after)
            columns.append([photo.before, after, squared(pasted, photo.square)])
    return found, columns


def _use(info: PackInfo, edit: LearnedEdit) -> PresetUse:
    return PresetUse(info.folder / edit.file, 1.0, edit.blending)


def outside_of_change(before: np.ndarray, after: np.ndarray) -> tuple[float | None, float]:
    """The mean change outside the region of change, in 255ths, and the region's share; None where nothing is outside.

    Both pictures are (S, S, 3) uint8.
    """
    change = np.abs(after.astype(np.float32) - before).mean(2)
    side = before.shape[0]
    soft = cv2.GaussianBlur(change, (0, 0), max(0.5, side / 128))
    reach = max(1, side // 16)
    region = cv2.dilate((soft > SEEN).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    return (float(change[~region].mean()) if not region.all() else None), float(region.mean())


def squared(pixels: np.ndarray, square: Square) -> np.ndarray:
    """The upright square around a photo's square, as far as the photo reaches, with white beyond."""
    half = round(_AROUND * square.side / 2)
    x, y = (round(value) for value in square.centre)
    out = np.full((2 * half, 2 * half, 3), 255, np.uint8)
    height, width = pixels.shape[:2]
    left, top, right, bottom = max(0, x - half), max(0, y - half), min(width, x + half), min(height, y + half)
    out[top - (y - half) : bottom - (y - half), left - (x - half) : right - (x - half)] = pixels[top:bottom, left:right]
    return out


def face_box(photo_service: PhotoService, picture: np.ndarray) -> Box | None:
    """Where the largest face of a picture (S, S, 3) uint8 is; None where none is found."""
    photo: Photo = photo_service.from_pixels(picture, "picture")
    try:
        faces = photo_service.faces(photo)
    except PictureError:
        return None
    return faces[0].box if faces else None


@torch.no_grad()
def psnr(pack: LoadedPack, pictures: Sequence[np.ndarray], seed: int) -> dict[int, float]:
    """By t, the mean over pictures (S, S, 3) uint8 of the PSNR in dB of the U-Net's estimate of the clean picture."""
    pack.base.restore()
    found: dict[int, float] = {}
    for t in REBUILT_FROM:
        if t >= pack.denoiser.timesteps:
            continue
        each = []
        for index, picture in enumerate(pictures):
            x0 = pack.x0(picture)
            x_t = encode(x0, pack.denoiser.abar(t), torch.Generator().manual_seed(seed + index))
            error = (pack.denoiser(x_t, t).x0.float().clamp(-1, 1) - x0) / 2
            each.append(float(-10 * error.square().mean().clamp(min=1e-12).log10()))
        found[t] = statistics.mean(each)
    return found


def to_markdown(
    info: PackInfo,
    measured: Sequence[Measured],
    rebuilt: dict[int, float],
    photos: Sequence[Seen],
    seed: int,
    machine: str,
) -> str:
    lines = [
        f"{info.title} {info.version}, {info.image_size} px, {len(photos)} photographs, "
        f"{sum(photo.faceless for photo in photos)} of them without a face that was found, seeds from {seed} on.",
        machine,
        "",
        "| edit | outside the region of change, of 255 | region | same person, cosine | seconds, median |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for one in measured:
        outside, identity = (_mean(values, digits) for values, digits in ((one.outside, 3), (one.identity, 3)))
        region = f"{100 * statistics.mean(one.region):.0f} %"
        lines.append(f"| {one.title} | {outside} | {region} | {identity} | {statistics.median(one.seconds):.2f} |")
    lines += ["", "| rebuilt in one step from t = | PSNR, dB |", "| ---: | ---: |"]
    lines += [f"| {t} | {value:.1f} |" for t, value in rebuilt.items()]
    return "\n".join(lines) + "\n"


def _mean(values: Sequence[float], digits: int) -> str:
    return f"{statistics.mean(values):.{digits}f}" if values else "–"


def _finish(engine: TorchEngine, request: ApplyRequest | WarmUpRequest) -> Finished:
    *_, last = engine.run(request, threading.Event())
    if isinstance(last, Failed):
        raise SettingsError(str(last.what), str(last.todo))
    assert isinstance(last, Finished)
    return last


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)
