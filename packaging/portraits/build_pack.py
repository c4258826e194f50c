"""Write the Portraits pack: the U-Net, the edits that it learned, pictures of its own making, its words, and a CLIP.

    python build_pack.py --photos FOLDER --split split.json --unet UNETRUN --deltas DELTAS --out PACKS/portraits
    python build_pack.py --photos FOLDER --split split.json --unet UNETRUN --clip CLIPRUN --out PACKS/portraits

With ``--deltas`` each delta that learn_pairs.py wrote becomes a small preset of the pack (own_presets.py), which
prompts name by the phrases of paint.TABLE. Without ``--clip`` those are all that the pack can do.

The pictures are what the U-Net makes of photographs that are all but drowned in noise: people whom nobody knows. The
limits of the domain are measured on the photographs of split.json, which no training saw, against pictures of other
kinds, and stand in PACKS/portraits.domain.json with what they let pass. The pack is then loaded as the app loads it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from attribute import NEUTRAL, OPAQUE, WHOLE
from facts import GROUP_OF, GROUPS
from measure_clip import TEMPLATES
from networks import ABAR, DTYPE, FORMS
from own_presets import ALSO, own_presets
from paint import TABLE
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load, load_file, save
from sayings import Sayings, words_of
from train_clip import MODEL
from train_unet import _tensor
from training_pictures import TrainingPictures

from rtedit_desktop.core.domain import DomainLimits
from rtedit_desktop.core.events import Failed
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine import models
from rtedit_desktop.engine.domain.checker import DomainChecker, roughness
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.int8 import from_int8, to_int8
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, PICTURES_FILE, UNET_FILE
from rtedit_desktop.packs.store import write_pack

sys.path.append(str(Path(__file__).parents[1] / "training"))
from halves import half

ROOT = Path(__file__).parents[2]
OWN = 48
PER_ROW = 8
FALSE_ALARMS = 0.015  # of held-out photographs, at most, where the limits are chosen
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {"t0": 220, "steps": 4, "source_image": "estimate", "softening": 1.0},
    "tonal": {},
    "opaque": {"t0": 350, "steps": 6},
    "picture": {"t0": 250, "steps": 4},
}
KINDS = {OPAQUE: "opaque", WHOLE: "picture"}
ATTRIBUTION = """\
Weights trained for RTEdit. Photographs they were trained on, none of which is in the pack:
synthetic people cut from the figures of SelfishGene/SFHQ-T2I-dataset, David Beniaguev, MIT licence;
synthetic people of faker-js/assets-person-portrait, CC0 1.0;
stock photographs of cjdowner/interfaces, CC0 1.0;
portraits of members of the United States Congress, works of the government, public domain.
The face on the thumbnails is that of an astronaut, NASA, public domain."""


def kind_of(name: str) -> str:
    return KINDS.get(TABLE[name].kind, "tonal")


def kind_of_word(sayings: Sayings) -> dict[str, str]:
    """A word belongs to the kind of the attributes that use it; words of several kinds are left out."""
    kinds: dict[str, set[str]] = {}
    for name in TABLE:
        for phrase in [*sayings.phrases[name], sayings.held.get(name, "")]:
            for word in words_of(phrase):
                kinds.setdefault(word, set()).add(kind_of(name))
    return {word: next(iter(found)) for word, found in sorted(kinds.items()) if len(found) == 1}


def suggestions(left_out: list[str]) -> list[dict[str, str]]:
    """The first phrase of each attribute, those of one group apart, so that the first few are varied."""
    places: dict[str, int] = {}
    ordered = []
    for name in TABLE:
        if name in left_out:
            continue
        title = GROUP_OF[name]
        places[title] = places.get(title, -1) + 1
        ordered.append((places[title] * len(GROUPS), name))
    ordered.sort(key=lambda pair: pair[0])
    return [
        {
            "prompt": TABLE[name].phrases[0],
            "kind": kind_of(name),
            "source": "" if TABLE[name].source == NEUTRAL else TABLE[name].source,
        }
        for _, name in ordered
    ]


def fields(unet: dict[str, Any], left_out: list[str], version: str, *, clip: bool) -> dict[str, Any]:
    """The manifest without its edits; the words and the CLIP only with ``clip``."""
    sayings = Sayings(everything=True)
    unshuffle = round((unet["in_channels"] / 3) ** 0.5)
    vocabulary = {*sayings.vocabulary(), *(word for template in TEMPLATES for word in words_of(template))}
    told = {
        "id": "portraits",
        "title": "Portraits",
        "version": version,
        "domain": "photographs of faces",
        "source": NEUTRAL,
        "image_size": unet["sample_size"] * unshuffle,
        "square": "face" if clip else "whole",  # tones, until edits of faces are learned
        "licence": "MIT",
        "attribution": ATTRIBUTION,
        "unet": {
            "config": unet,
            "prediction_type": "sample",
            "learned_variance": False,
            "pixel_unshuffle": unshuffle,
        },
        "schedule": {"beta_start": 0.0001, "beta_end": 0.02, "timesteps": 1000},
        "suggestions": suggestions(left_out),
        "settings": SETTINGS,
    }
    if clip:
        told |= {
            "clip": {"config": MODEL, "quick_gelu": False, "image_size": 128, "mean": [0.5] * 3, "std": [0.5] * 3},
            "templates": TEMPLATES,
            "vocabulary": sorted(vocabulary),
            "kind_of_word": kind_of_word(sayings),
            "learning": {"iterations": 60, "learning_rate": 1e-4, "noise_draws": 4},
        }
    return told


@torch.no_grad()
def own_pictures(net: Denoiser, photos: TrainingPictures, t0: int, steps: int) -> tuple[bytes, dict[str, float]]:
    """A PNG of what the model makes of noise with a trace of two photographs in it, and how near it is to the first.

    The two are of one source and sex, so that what is made is nobody: from the trace of one alone the model makes that
    person again. Photographs of trained people, the sources and sexes evened out. ``near`` is the mean PSNR, ``same``
    how many made pictures are nearer (in 16 x 16 pixels, brightness apart) to the first photograph than to the first of
    any other of the 48.
    """
    rng = np.random.default_rng(11)
    which = np.flatnonzero(~photos.held_out)
    chosen = rng.choice(which, OWN, replace=False, p=photos.weights(which))
    partners = [_partner(int(i), which, photos, rng) for i in chosen]
    first = _tensor(photos.pictures[chosen])
    x0 = (first + _tensor(photos.pictures[partners]).flip(3)) / 2
    made = []
    for number, part in enumerate(x0.split(4)):
        x_t = sampling.encode(part, net.abar(t0), torch.Generator().manual_seed(number))
        with torch.autocast("cpu", DTYPE, enabled=torch.float32 != DTYPE):
            *_, last = sampling.decode(net, x_t, t0, steps, skip_last=True)
        made.append(last.x0.float().clamp(-1, 1))
    out = torch.cat(made)
    coarse = [torch.nn.functional.interpolate(x, size=16, mode="area").flatten(1) for x in (out, first)]
    coarse = [part - part.mean(1, keepdim=True) for part in coarse]
    same = float((torch.cdist(*coarse).argmin(1) == torch.arange(OWN)).float().mean())
    near = float((-10 * ((out - first) / 2).square().mean((1, 2, 3)).log10()).mean())
    cells = ((out + 1) * 127.5 + 0.5).byte().permute(0, 2, 3, 1).numpy()
    rows = [np.concatenate(list(cells[i : i + PER_ROW]), 1) for i in range(0, OWN, PER_ROW)]
    file = io.BytesIO()
    Image.fromarray(np.concatenate(rows)).save(file, "PNG", optimize=True)
    return file.getvalue(), {"near": near, "same": same}


def _partner(index: int, which: np.ndarray, photos: TrainingPictures, rng: np.random.Generator) -> int:
    """Another photograph of the same source and sex; where there is none, of the same sex."""
    own = photos.labels[index]
    same = [int(j) for j in which if j != index and photos.labels[j]["sex"] == own["sex"]]
    near = [j for j in same if photos.labels[j]["source"] == own["source"]]
    return int(rng.choice(near or same))


def others(size: int) -> dict[str, list[np.ndarray]]:
    """Pictures of other kinds, (size, size, 3) uint8: avatars, photographs of things, noise, gradients, colours."""
    rng = np.random.default_rng(1)
    found: dict[str, list[np.ndarray]] = {}
    sheet = ROOT / "resources" / "bench" / "held_out.png"
    if sheet.exists():
        found["avatars"] = [
            _sized(cell, size) for cell in _cells(np.asarray(Image.open(sheet).convert("RGB")), 128)[:80]
        ]
    found["photographs without a face"] = _plain_photographs(rng, size)
    noise = [rng.integers(0, 256, (size, size, 3), dtype=np.uint8) for _ in range(24)]
    y, x = np.mgrid[0:size, 0:size][..., None] * (128 / size)
    found["noise"] = noise
    found["soft noise"] = [cv2.GaussianBlur(picture, (0, 0), size / 25) for picture in noise]
    found["gradients"] = [
        np.clip(rng.integers(0, 255, 3) + x * rng.normal(size=3) + y * rng.normal(size=3), 0, 255).astype(np.uint8)
        for _ in range(24)
    ]
    found["one colour"] = [np.full((size, size, 3), rng.integers(0, 256, 3), np.uint8) for _ in range(24)]
    return {title: pictures for title, pictures in found.items() if pictures}


def _plain_photographs(rng: np.random.Generator, size: int) -> list[np.ndarray]:
    import importlib.util

    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        return []
    folder, found = Path(spec.submodule_search_locations[0]) / "data", []
    for name in (
        "chelsea.png",
        "coffee.png",
        "rocket.jpg",
        "coins.png",
        "motorcycle_left.png",
        "brick.png",
        "text.png",
    ):
        if not (folder / name).exists():
            continue
        picture = Image.open(folder / name).convert("RGB")
        for _ in range(8):
            side = int(rng.integers(min(picture.size) // 3, min(picture.size) + 1))
            x, y = (int(rng.integers(0, length - side + 1)) for length in picture.size)
            found.append(np.asarray(picture.resize((size, size), box=(x, y, x + side, y + side))))
    return found


def free_portrait(size: int) -> np.ndarray:
    """(size, size, 3) uint8: the face of the sample photograph, for thumbnails."""
    service = FilePhotoService()
    photo = service.open(ROOT / "resources" / "samples" / "portraits" / "astronaut.jpg")
    return service.crop(photo, service.faces(photo)[0].square, size)


def _cells(sheet: np.ndarray, side: int) -> list[np.ndarray]:
    rows, columns = (range(0, length, side) for length in sheet.shape[:2])
    return [sheet[y : y + side, x : x + side] for y in rows for x in columns]


def _sized(picture: np.ndarray, size: int) -> np.ndarray:
    return cv2.resize(np.ascontiguousarray(picture), (size, size), interpolation=cv2.INTER_CUBIC)


def unet_file(path: Path, form: str, seen: int) -> bytes:
    """A U-Net at a byte a weight; its header says how many pictures it saw, for a training that goes on from it.

    One that is small already is taken to the byte, so that its presets go on fitting it.
    """
    with safe_open(path, "pt") as file:
        told = {"form": form, **(file.metadata() or {})}
    tensors = load_file(path)
    if from_int8(tensors).keys() != tensors.keys():
        return path.read_bytes()
    return save(to_int8(tensors), told | ({"seen": str(seen)} if seen else {}))


def loaded(manifest: Manifest) -> models.LoadedPack:
    *_, (_, _, pack) = models.load(manifest, torch.device("cpu"))
    assert pack is not None
    return pack


def limits(
    manifest: Manifest, catalog: Catalog, photos: TrainingPictures, most: int
) -> tuple[DomainLimits, dict[str, Any]]:
    """The limits that let the fewest other pictures pass among those that refuse few of the held-out photographs."""
    pack, judge = loaded(manifest), DomainChecker(catalog)
    size = manifest.info.image_size
    kinds = {"photographs": [_sized(p, size) for p in photos.pictures[photos.held_out]], **others(size)}
    measured = {}
    with torch.no_grad():
        for title, pictures in kinds.items():
            x = [to_tensor(picture, size) for picture in pictures[:most]]
            measured[title] = np.array([(judge.distance(pack, one), roughness(pack, one)) for one in x])
    own = measured["photographs"]
    rest = np.concatenate([values for title, values in measured.items() if title != "photographs"])

    def fits(values: np.ndarray, limit: DomainLimits) -> np.ndarray:
        far, rough = values.T
        return (far <= limit.far) | ((far <= limit.very_far) & (rough <= limit.rough))

    best, least = DomainLimits(far=1e9, very_far=1e9, rough=1e9), 2.0
    spread = [float(v) for v in np.quantile(own[:, 0], [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0])]
    for far in spread:
        for very_far in [v for v in (*spread, 1.1 * spread[-1]) if v >= far]:
            for rough in np.quantile(own[:, 1], [0.9, 0.95, 0.98, 1.0]).tolist():
                limit = DomainLimits(far=_up(far), very_far=_up(very_far), rough=round(rough * 1.02, 3))
                alarms, passed = 1 - fits(own, limit).mean(), fits(rest, limit).mean()
                if alarms <= FALSE_ALARMS and passed < least:
                    best, least = limit, float(passed)
    told = {
        title: {
            "warned of": f"{int((~fits(values, best)).sum())} of {len(values)}",
            "far": [round(float(v), 1) for v in np.quantile(values[:, 0], [0, 0.5, 1])],
            "rough": [round(float(v), 3) for v in np.quantile(values[:, 1], [0, 0.5, 1])],
        }
        for title, values in measured.items()
    }
    return best, {"limits": asdict(best), "measured": told}


def _up(value: float) -> float:
    return float(np.ceil(value * 10) / 10)


def tried(folder: Path) -> list[str]:
    """What the engine says to the pack when it warms up; raises RuntimeError where it fails."""
    engine = TorchEngine(Catalog([folder.parent]), Device(torch.device("cpu")))
    events = list(engine.run(WarmUpRequest(pack="portraits"), threading.Event()))
    if isinstance(events[-1], Failed):
        raise RuntimeError(f"{events[-1].what} {events[-1].todo}")
    return [type(event).__name__ for event in events]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--unet", type=Path, required=True, help="folder of unet.safetensors and config.json")
    arguments.add_argument("--clip", type=Path, help="folder of clip.safetensors")
    arguments.add_argument("--deltas", type=Path, help="folder that learn_pairs.py filled")
    arguments.add_argument("--preset-bytes", type=int, default=160_000, help="how large the preset of an edit may be")
    arguments.add_argument("--out", type=Path, required=True, help="the pack's folder; it is replaced as a whole")
    arguments.add_argument("--form", choices=FORMS, default="256-grid32-wide")
    arguments.add_argument("--left-out", action="append", default=[], help="an attribute that is not suggested")
    arguments.add_argument(
        "--unsure",
        action="append",
        default=[],
        help="an attribute whose prompts are warned of",
    )
    arguments.add_argument("--t0", type=int, default=540, help="how much noise the own pictures come from")
    arguments.add_argument("--steps", type=int, default=12)
    arguments.add_argument("--measured", type=int, default=200, help="pictures of a kind, for the limits")
    arguments.add_argument("--version", default="1.0")
    arguments.add_argument("--seen", type=int, default=0, help="how many pictures the U-Net saw, if its file is silent")
    arguments.add_argument("--threads", type=int, default=1)
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    config = json.loads((args.unet / "config.json").read_text())
    photos = TrainingPictures.load(args.photos, args.split)
    unet = unet_file(args.unet / UNET_FILE, args.form, args.seen)
    weights = {CLIP_FILE: half(load_file(args.clip / CLIP_FILE))} if args.clip else {}
    made = sorted(json.loads(path.read_text())["name"] for path in args.deltas.glob("*.json")) if args.deltas else []
    left_out = [*args.left_out, *args.unsure, *(name for name in TABLE if args.deltas and name not in made)]
    told = fields(config, left_out, args.version, clip=bool(args.clip))
    if args.unsure:
        said = (phrase for name in args.unsure for phrase in (name, *TABLE[name].phrases, *ALSO.get(name, ())))
        told["unsure"] = list(dict.fromkeys(said))
    net = FORMS[args.form].network()
    net.load_state_dict(from_int8(load(unet)))
    denoiser = Denoiser(net.eval(), ABAR, prediction="sample", pixel_unshuffle=FORMS[args.form].unshuffle)
    files, nearness = {UNET_FILE: unet}, {}
    if args.clip:  # what a prompt is learned on, and the domain is known by; edits of the pack's own need neither
        files[PICTURES_FILE], nearness = own_pictures(denoiser, photos, args.t0, args.steps)
    if args.deltas:
        own = [(name, args.deltas / f"{name.replace(' ', '-')}") for name in TABLE if name in made]
        told["edits"], presets = own_presets(
            denoiser,
            hashlib.sha256(unet).hexdigest(),
            own,
            free_portrait(FORMS[args.form].side),
            [_sized(photos.pictures[i], FORMS[args.form].side) for i in np.flatnonzero(~photos.held_out)[:6]],
            args.preset_bytes,
        )
        files |= presets
    manifest = write_pack(args.out, told, weights, files)
    record: dict[str, Any] = {}
    if args.clip:
        found, record = limits(manifest, Catalog([args.out.parent]), photos, args.measured)
        manifest = write_pack(args.out, {**told, "domain_limits": asdict(found)}, weights, files)
        record["own pictures"] = {"t0": args.t0, **nearness}
        (args.out.parent / f"{args.out.name}.domain.json").write_text(json.dumps(record, indent=1))
    print({name: file.bytes for name, file in manifest.files.items()})
    print("now: python packaging/german_words.py")
    print(json.dumps(record))
    print("the engine:", tried(args.out))


if __name__ == "__main__":
    main()
