"""Write the Avatars pack, the judge, the held-out portraits and the samples into ``resources``.

    python build_pack.py --run RUN [--resources DIR]
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from dataclasses import asdict
from pathlib import Path

import attributes
import numpy as np
import torch
from PIL import Image
from render import Artist, Atlas
from safetensors.torch import save_file
from train_clip import MODEL
from train_unet import CONFIG, UNSHUFFLE

from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine.domain.statistics import statistics
from rtedit_desktop.engine.models import load_pack, own_pictures
from rtedit_desktop.packs.store import write_pack

sys.path.append(str(Path(__file__).parents[1] / "training"))
from halves import half

ROOT = Path(__file__).parents[2]
HELD_OUT = 200
HELD_OUT_SEED = 2 * 10**6
PER_ROW = 20
LEARNING = 48
LEARNING_SEED = 4 * 10**6
LEARNING_PER_ROW = 8
FAR = 2.8  # by tests/benchmarks/domain.py

SETTINGS: dict[str, dict[str, object]] = {
    "default": {"t0": 400, "refine_from": 300, "steps": 6, "iterations": 16, "learning_rate": 3e-4,
                "learning_rate_growth": 1.0, "noise_draws": 3, "crops": 2, "l1_weight": 0.3,
                "source_image": "estimate", "softening": 1.0, "overshoot": 1.15},
    "accessory": {"softening": 1.5, "l1_weight": 0.25, "overshoot": 1.0},
    "beard": {},
    "expression": {},
    "eyes": {"overshoot": 1.0},
    "hat": {"refine_from": 350},
    "hair": {"refine_from": 350, "softening": 1.5, "l1_weight": 0.2},
    "colour": {"overshoot": 1.3},
    "skin": {"overshoot": 1.75},
    "clothes": {"overshoot": 1.7},
    "background": {"t0": 450, "refine_from": 350, "softening": 2.0, "l1_weight": 0.15, "overshoot": 1.0},
    "style": {"t0": 550, "refine_from": 300, "softening": 3.0, "l1_weight": 0.0, "learning_rate": 5e-4,
              "overshoot": 1.0},
}
LEARNING_SETTINGS = {"iterations": 60, "learning_rate": 1.5e-4, "noise_draws": 4, "overshoot": 1.1}
KIND_OF_ATTRIBUTE = {
    "glasses": "accessory", "facial hair": "beard", "expression": "expression", "eyes": "eyes", "hat": "hat",
    "hair": "hair", "hair colour": "colour", "skin": "skin", "clothes": "clothes", "clothes colour": "clothes",
    "background": "background", "style": "style",
}
SUGGESTIONS = [
    ("smiling face", "expression"), ("face with sunglasses", "accessory"), ("face with a beard", "beard"),
    ("angry face", "expression"), ("face with blond hair", "colour"), ("face with a winter hat", "hat"),
    ("surprised face", "expression"), ("face with glasses", "accessory"), ("face with pink hair", "colour"),
    ("sad face", "expression"), ("face with a moustache", "beard"), ("bald face", "hair"),
    ("face with long hair", "hair"), ("face with curly hair", "hair"), ("face with an eyepatch", "accessory"),
    ("face with heart eyes", "eyes"), ("sleeping face", "eyes"), ("silly face", "expression"),
    ("face with a chef hat", "hat"), ("face with a turban", "hat"), ("face with red hair", "colour"),
    ("face with green skin", "skin"), ("face in a suit", "clothes"), ("face in a hoodie", "clothes"),
    ("face with red clothes", "clothes"), ("face on a yellow background", "background"),
    ("face on a blue background", "background"), ("face at night", "style"), ("face in sepia", "style"),
    ("face as a sketch", "style"), ("face as pixel art", "style"),
]
ATTRIBUTION = (
    "Weights trained for RTEdit on portraits drawn with the Python package python_avatars 1.4.1 "
    "(MIT licence, copyright its author), whose parts were designed by Pablo Stanley: avataaars.com, free for "
    "personal and commercial use, and the avatar parts of blush.design."
)


def kind_of_word() -> dict[str, str]:
    """A word belongs to the kind of the one attribute that uses it; words of several kinds are left out."""
    kinds: dict[str, set[str]] = {}
    for name, values in attributes.ATTRIBUTES.items():
        for value in values.values():
            for phrase in (*value.before, *value.after):
                for word in phrase.replace("-", " ").split():
                    kinds.setdefault(word, set()).add(KIND_OF_ATTRIBUTE[name])
    hints = {word: next(iter(found)) for word, found in sorted(kinds.items()) if len(found) == 1}
    hints.update(hair="hair", hat="hat", eyes="eyes", background="background", skin="skin")
    return hints


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--run", type=Path, required=True)
    arguments.add_argument("--resources", type=Path, default=ROOT / "resources")
    args = arguments.parse_args()
    fields = {
        "id": "avatars", "title": "Avatars", "version": "1.2", "domain": "illustrated portraits",
        "source": attributes.NEUTRAL, "image_size": 128, "licence": "MIT", "attribution": ATTRIBUTION,
        "unet": {"config": CONFIG, "prediction_type": "sample", "learned_variance": False,
                 "pixel_unshuffle": UNSHUFFLE},
        "schedule": {"beta_start": 0.0001, "beta_end": 0.02, "timesteps": 1000},
        "clip": {"config": MODEL, "quick_gelu": False, "image_size": 128, "mean": [0.5] * 3, "std": [0.5] * 3},
        "templates": ["{}", "a {}", "the {}", "a photo of {}", "a picture of {}", "an illustration of a {}"],
        "suggestions": [{"prompt": prompt, "kind": kind} for prompt, kind in SUGGESTIONS],
        "vocabulary": attributes.vocabulary(), "kind_of_word": kind_of_word(), "settings": SETTINGS,
        "learning": LEARNING_SETTINGS,
    }
    artist = Artist(Atlas.load(args.run / "atlas.pt"))
    weights = {f"{name}.safetensors": half(torch.load(args.run / f"{name}.pt", weights_only=True))
               for name in ("unet", "clip")}
    folder = args.resources / "packs" / "avatars"
    own = {"pictures.png": pictures(artist)}
    pack = load_pack(write_pack(folder, fields, weights, own), torch.device("cpu"))
    usual = statistics(pack, [to_tensor(picture, 128) for picture in own_pictures(pack.manifest)], FAR)
    manifest = write_pack(folder, {**fields, "domain_statistics": asdict(usual)}, weights, own)
    print({name: record.bytes for name, record in manifest.files.items()})
    print("now: python packaging/german_words.py")

    bench = args.resources / "bench"
    bench.mkdir(parents=True, exist_ok=True)
    if (args.run / "judge.pt").exists():
        save_file(half(torch.load(args.run / "judge.pt", weights_only=True)), bench / "judge.safetensors")
        values = {name: list(v) for name, v in attributes.ATTRIBUTES.items()}
        (bench / "judge.json").write_text(json.dumps(values, indent=1) + "\n", "utf-8")
    held_out(artist, bench)
    samples(artist, args.resources / "samples" / "avatars")


def plain_portrait(artist: Artist, seed: int) -> tuple[dict[str, str], np.ndarray]:
    """A portrait of a seed that no training draws from, in the plain style: truths and pixels."""
    raw = {**attributes.draw(np.random.default_rng(seed)), "style": "plain"}
    return attributes.settle(raw), (artist.draw(raw, 2**31 + seed) * 255).round().astype(np.uint8)


def sheet(portraits: list[np.ndarray], per_row: int) -> Image.Image:
    rows = [np.concatenate(portraits[i : i + per_row], 1) for i in range(0, len(portraits), per_row)]
    return Image.fromarray(np.concatenate(rows))


def pictures(artist: Artist) -> bytes:
    """The portraits that presets are learned on, as a PNG."""
    drawn = [plain_portrait(artist, LEARNING_SEED + i)[1] for i in range(LEARNING)]
    file = io.BytesIO()
    sheet(drawn, LEARNING_PER_ROW).save(file, "PNG", optimize=True)
    return file.getvalue()


def held_out(artist: Artist, folder: Path) -> None:
    drawn = [plain_portrait(artist, HELD_OUT_SEED + i) for i in range(HELD_OUT)]
    sheet([p for _, p in drawn], PER_ROW).save(folder / "held_out.png", optimize=True)
    (folder / "held_out.json").write_text(json.dumps([truth for truth, _ in drawn]) + "\n", "utf-8")


def samples(artist: Artist, folder: Path) -> None:
    """Six portraits to try the app with, plain and easy to change."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [("short", "none"), ("long", "none"), ("curly", "none"), ("short", "none"), ("long", "none"),
              ("", "turban")]
    seed = 3 * 10**6
    for number, (hair, hat) in enumerate(wanted, 1):
        while True:
            seed += 1
            truth, pixels = plain_portrait(artist, seed)
            if (truth["hair"] == hair and truth["hat"] == hat and truth["glasses"] == "none"
                    and truth["facial hair"] == "none" and truth["expression"] in ("neutral", "sad")
                    and truth["eyes"] == "open" and truth["skin"] != "green"):
                break
        Image.fromarray(pixels).save(folder / f"portrait-{number}.png", optimize=True)


if __name__ == "__main__":
    main()
