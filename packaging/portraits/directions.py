"""Edits as directions of the time embedding, learned together with the base.

Each edit has a vector that is added to the base's time embedding: of a photograph's latent it should make the
photograph with the attribute. All edits share what the network must know for them, where a mouth is and where hair
ends, so pictures of one teach all; and no edit is learned again when the base is better. What an edit changes of the
weights is the bias of the embedding's last layer: a delta of a few hundred numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from attribute import TONAL, WHOLE
from paint import ATTRIBUTES, TABLE
from photos import Photos
from safetensors.torch import load_file
from torch import Tensor, nn
from training_pictures import Variation

BIAS = "time_embedding.linear_2.bias"


@dataclass(frozen=True)
class Taught:
    """How an edit is taught: the seed of its painter's style, and how often it is drawn beside others."""

    style: int | None = 1
    often: float = 1.0


_LATER = Taught(often=0)

EDITS: dict[str, Taught] = {
    **dict.fromkeys(("black and white", "sepia", "golden light", "night", "film", "vivid", "warm", "cool"), Taught()),
    "red lipstick": Taught(often=1.5),
    **dict.fromkeys(("pink lipstick", "dark lipstick"), _LATER),
    **dict.fromkeys(("tan", "pale", "blush", "eye makeup", "stubble"), Taught()),
    **dict.fromkeys(("white teeth", "blue eyes", "green eyes"), _LATER),
    **dict.fromkeys(("blond hair", "brown hair", "black hair", "red hair", "grey hair"), Taught()),
    **dict.fromkeys(("pink hair", "blue hair"), Taught()),
    **dict.fromkeys(("purple hair", "green hair"), _LATER),
    **dict.fromkeys(("older", "smile", "big smile"), _LATER),
    "sunglasses": Taught(often=1.5),
    "glasses": _LATER,
    "beard": Taught(often=1.5),
    "moustache": _LATER,
    **dict.fromkeys(("beanie", "santa hat", "clown nose", "face mask"), _LATER),
    **dict.fromkeys(("white background", "dark background", "blue background"), _LATER),
}
"""Those that are drawn 0 times wait until the others are learned."""


class Directions(nn.Module):
    """Owns the vector of each edit: ``rows`` (K, D), of which mixtures are added to the embedding.

    At first they are random and of the embedding's own size, so that the net can tell the edits apart at once: from
    zero it learned the mean of all edits instead, for every picture.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.rows = nn.Parameter(0.3 * torch.randn(len(EDITS), size, generator=torch.Generator().manual_seed(0)))
        self._shares: Tensor | None = None

    def attach(self, net: nn.Module) -> None:
        """From now on ``net`` gives the edits of ``use``."""
        net.get_submodule("time_embedding").register_forward_hook(self._moved)

    def use(self, shares: Tensor | None) -> None:
        """How much of each edit the next pictures get, (N, K), or None for none."""
        self._shares = shares

    def _moved(self, _module: nn.Module, _inputs: object, embedding: Tensor) -> Tensor:
        return embedding if self._shares is None else embedding + self._shares @ self.rows

    def load(self, path: Path) -> None:
        """Take the vectors of RUN/edits.safetensors; edits that it does not know stay as they are."""
        stored = load_file(path)
        with torch.no_grad():
            for row, name in zip(self.rows, EDITS, strict=True):
                if name in stored:
                    row.copy_(stored[name])


class Lessons:
    """Draws pairs to learn edits from: photographs of training people with an edit or two painted on.

    Painting takes longer than learning from what is painted, so up to ``kept`` paintings of each edit are kept, and
    a new one is made ``new`` of the times.
    """

    def __init__(
        self, photos: Photos, which: np.ndarray, weights: np.ndarray, kept: int = 100, new: float = 0.25
    ) -> None:
        self._photos, self._kept, self._new = photos, kept, new
        ready = np.array([photos.mask_path(int(i)).exists() for i in which])
        self._which, self._weights = which[ready], weights[ready] / weights[ready].sum()
        self._names = list(EDITS)
        often = np.array([taught.often for taught in EDITS.values()])
        self._often = often / often.sum()
        self._pool: dict[int, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
        """before, after (256, 256, 3) uint8, the shares of each edit (K,) float32, and whether colours may vary."""
        first = int(rng.choice(len(self._names), p=self._often))
        pool = self._pool.setdefault(first, [])
        if len(pool) < 6 or rng.random() < self._new:
            painted = self._paint(first, rng)
            if len(pool) < self._kept:
                pool.append(painted)
            else:
                pool[int(rng.integers(self._kept))] = painted
        else:
            painted = pool[int(rng.integers(len(pool)))]
        before, after, shares = painted
        free = TABLE[self._names[first]].kind != WHOLE
        if TABLE[self._names[first]].kind in (TONAL, WHOLE) and rng.random() < 0.15:
            some = float(rng.uniform(0.3, 1))
            mixed = before + some * (after.astype(np.float32) - before)
            after, shares = (mixed + 0.5).astype(np.uint8), shares * some
        return before, after, shares, free

    def _paint(self, first: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        while True:
            index = int(rng.choice(self._which, p=self._weights))
            face = self._photos[index]
            if rng.random() < 0.1:  # an edit must work on a face that has something else already
                other = list(ATTRIBUTES.values())[rng.integers(len(ATTRIBUTES))](face, rng)
                face.picture = face.picture if other is None else other
            before = face.picture
            shares = np.zeros(len(self._names), np.float32)
            for number in (first, *([int(rng.choice(len(self._names), p=self._often))] if rng.random() < 0.1 else [])):
                after = paint_edit(self._names[number], face, rng)
                if after is None:
                    break
                face.picture = after
                shares[number] = 1
            if shares[first]:
                return before, face.picture, shares


def paint_edit(name: str, face: object, rng: np.random.Generator) -> np.ndarray | None:
    """The face with one edit in the style that it is taught in, or None where the face does not allow it."""
    style = EDITS.get(name, Taught()).style
    return ATTRIBUTES[name](face, rng if style is None else np.random.default_rng(style))


def colourless(variation: Variation) -> Variation:
    """The variation without changes of colour: a picture made black and white has none."""
    grey = np.full(3, float(np.exp(np.log(variation.gains).mean())), np.float32)
    return replace(variation, gains=grey, saturation=1.0)
