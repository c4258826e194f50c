"""Deltas that were learned from painted pairs, as the small presets that a pack brings."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import torch
from attribute import NEUTRAL
from paint import TABLE
from safetensors.torch import load_file
from torch import Tensor

from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.preset import THUMBNAIL, PresetInfo
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.codec import compress, expand, measure_sensitivity
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.engine.recipes import METHOD_VERSION
from rtedit_desktop.presets.format import write

_TABLE = 64 * 1024  # of a preset's header and thumbnails

# What people write besides the painters' phrases.
ALSO: dict[str, tuple[str, ...]] = {
    "stubble": ("5 o'clock shadow",),
    "red lipstick": ("lipstick",),
    "eye makeup": ("eyeliner", "mascara"),
    "pale": ("lighter skin",),
    "black and white": ("bw photo",),
    "golden light": ("evening light", "sunset"),
    "night": ("nighttime",),
    "cool": ("blue tones",),
    "dramatic": ("high contrast", "more contrast"),
    "faded": ("muted colours",),
    "cinema": ("movie", "scene of a movie"),
    "moonlight": ("moonlit portrait",),
    "rose": ("pink tint",),
}


def own_presets(
    net: Denoiser,
    base_sha256: str,
    deltas: list[tuple[str, Path]],
    portrait: np.ndarray,
    pictures: list[np.ndarray],
    most_bytes: int,
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """The manifest's "edits" and the files of the presets, from (attribute, path without ending) of each delta.

    Thumbnails are made of ``portrait``, (S, S, 3) uint8; on ``pictures`` of that shape the weights are weighed.
    """
    base = BaseWeights(net.net)
    shapes = {name: tuple(p.shape) for name, p in net.net.named_parameters()}
    x0 = torch.cat([to_tensor(picture, picture.shape[0]) for picture in pictures])
    shown = to_tensor(portrait, portrait.shape[0])
    edits, files = [], {}
    for name, path in deltas:
        learned = json.loads(path.with_suffix(".json").read_text())
        delta = load_file(path.with_suffix(".safetensors"))
        settings = EditSettings(t0=learned["t0"], steps=learned["steps"], blending=learned["blending"])
        *_, sensitivity = measure_sensitivity(net, base, delta, x0, settings.t0)
        parts = compress(delta, most_bytes - _TABLE, sensitivity)
        kept = {key: expand(part, shapes[key]) for key, part in parts.items()}
        before, after = shown, _applied(net, base, kept, shown, settings)
        title, phrases = name[0].upper() + name[1:], TABLE[name].phrases
        with tempfile.TemporaryDirectory() as folder:
            info = PresetInfo(
                path=Path(folder) / f"{path.name}.rtpreset",
                title=title,
                spec=EditSpec(
                    pack="portraits", prompt=phrases[0], source=TABLE[name].source or NEUTRAL, settings=settings
                ),
                base_sha256=base_sha256,
                method_version=METHOD_VERSION,
                pictures=learned["pairs"],
                score=round(1 - float(learned["left"]), 3),
                created=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                author="RTEdit",
                licence="MIT",
                before=_thumbnail(before),
                after=_thumbnail(after),
            )
            content = write(info.path, info, parts).path.read_bytes()
        files[f"{path.name}.rtpreset"] = content
        edits.append(
            {
                "file": f"{path.name}.rtpreset",
                "title": title,
                "phrases": [name, *phrases, *ALSO.get(name, ())],
                "blending": settings.blending,
            }
        )
        print(f"{name}: {len(content)} bytes", flush=True)
    return edits, files


@torch.no_grad()
def _applied(net: Denoiser, base: BaseWeights, delta: dict[str, Tensor], x0: Tensor, settings: EditSettings) -> Tensor:
    x_t = sampling.encode(x0, net.abar(settings.t0), torch.Generator().manual_seed(settings.seed))
    base.restore()
    *_, rebuilt = sampling.decode(net, x_t, settings.t0, settings.steps, skip_last=True)
    base.apply(delta)
    *_, edited = sampling.decode(net, x_t, settings.t0, settings.steps, skip_last=True)
    base.restore()
    return keep_untouched(x0, edited.x0, rebuilt.x0, settings.blending)


def _thumbnail(x0: Tensor) -> np.ndarray:
    small = torch.nn.functional.interpolate(x0, size=(THUMBNAIL, THUMBNAIL), mode="bicubic", antialias=True)
    return ((small[0].clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
