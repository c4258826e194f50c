"""Stochastic against deterministic encoding over t0: what the base rebuilds in 6 and in 40 steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.bench.evidence import metrics
from rtedit_desktop.bench.evidence.subject import SAME_PERSON, Subject
from rtedit_desktop.bench.own_edits.identity import cosine
from rtedit_desktop.core.edits import Encoding
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.pictures import to_pixels

STEPS = (6, 40)
N_INVERSION = 40
_AT_ONCE = 4

Found = dict[str, list[float]]


@torch.no_grad()
def measure(
    subject: Subject, t0: int, encoding: Encoding, indices: Sequence[int], steps: Sequence[int], seed: int
) -> dict[str, Found]:
    """By number of steps and metric, a value for each picture."""
    pack = subject.pack
    pack.base.restore()
    found: dict[str, Found] = {}
    for part in torch.tensor(list(indices)).split(_AT_ONCE):
        chosen = part.tolist()
        x0 = subject.x0(chosen)
        x_t = latents(subject, x0, chosen, t0, encoding, seed)
        for n in steps:
            *_, last = sampling.decode(pack.denoiser, x_t, t0, n)
            for name, values in compared(subject, chosen, x0, last.x0).items():
                found.setdefault(str(n), {}).setdefault(name, []).extend(values)
    return found


def latents(subject: Subject, x0: Tensor, indices: Sequence[int], t0: int, encoding: Encoding, seed: int) -> Tensor:
    """x_t at t0, (N, 3, S, S), with noise of each picture's own; the base is in the network."""
    denoiser = subject.pack.denoiser
    if encoding == "deterministic":
        *_, last = sampling.invert(denoiser, x0, t0, N_INVERSION)
        return last.x
    rows = []
    for row, index in zip(x0.split(1), indices, strict=True):
        rows.append(sampling.encode(row, denoiser.abar(t0), torch.Generator().manual_seed(1000 * seed + index)))
    return torch.cat(rows)


def compared(subject: Subject, indices: Sequence[int], x0: Tensor, rebuilt: Tensor) -> Found:
    """How near pictures (N, 3, S, S) are to what they were made of."""
    found = {
        "psnr": metrics.psnr(rebuilt, x0),
        "ssim": metrics.ssim(rebuilt, x0),
        "gmsd": metrics.gmsd(rebuilt, x0),
    }
    if subject.pack.has_text_model:
        embed = subject.pack.embed
        found["clip"] = metrics.cosines(embed(rebuilt.clamp(-1, 1)), embed(x0))
    pixels = [to_pixels(row) for row in rebuilt.split(1)]
    if subject.judge is not None:
        pairs = zip(subject.judge([subject.pictures[i] for i in indices]), subject.judge(pixels), strict=True)
        found["attributes"] = [float(np.mean([was[name] == now[name] for name in was])) for was, now in pairs]
    found |= identity(subject, indices, pixels)
    return found


def identity(subject: Subject, indices: Sequence[int], pixels: Sequence[np.ndarray]) -> Found:
    """Whether faces stay the same person: the cosine of descriptors, and 1 where they are near enough."""
    found: dict[str, Any] = {}
    if subject.descriptor is None:
        return found
    for index, picture in zip(indices, pixels, strict=True):
        box = subject.boxes[index]
        if box is None:
            continue
        was, now = subject.descriptor(subject.pictures[index], box), subject.descriptor(picture, box)
        found.setdefault("identity", []).append(round(cosine(was, now), 4))
        found.setdefault("same person", []).append(float(np.linalg.norm(was - now) < SAME_PERSON))
    return found
