"""Batches for the CLIP: pairs that differ in one to three painted attributes, both seen by the same camera."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from chains import Chain
from facts import FALSE, NAMES, PRESUMED, TRUE, UNKNOWN
from torch import Tensor
from torch.nn import functional
from training_pictures import SIDE, Variation

sys.path.append(str(Path(__file__).parents[1] / "training"))
from contrast import part_of

CLIP_SIDE = 128
Estimator = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Batch:
    """Pictures (2P, 3, 128, 128) in [-1, 1], first all befores, then all afters; what is known of them (2P, A);
    what was painted between the two; how much of it each pair has (P,)."""

    x: Tensor
    known: Tensor
    changes: list[tuple[str, ...]]
    fractions: Tensor


def as_tensor(pictures: list[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def shrunk(x: Tensor) -> Tensor:
    """As the app shows pictures to a pack's CLIP."""
    return functional.interpolate(x, size=CLIP_SIDE, mode="bicubic", antialias=True)


class Pairs:
    """Draws batches from chains; ``labels`` are those of the photographs."""

    def __init__(self, chains: list[Chain], labels: list[dict[str, Any]]) -> None:
        self._chains = [chain for chain in chains if chain.names]
        self._facts = [
            torch.tensor([[facts[name] for name in NAMES] for facts in chain.facts(labels)], dtype=torch.int8)
            for chain in self._chains
        ]

    def draw(
        self, rng: np.random.Generator, pairs: int, estimator: Estimator | None, *, parts: float, spoil: float
    ) -> Batch:
        """``parts``: how many pairs are changed in some places only; ``spoil``: how many are blurred further.

        With an estimator the whole batch is the U-Net's one-step estimates, both of a pair from the same noise.
        """
        side = SIDE if estimator else CLIP_SIDE
        first, second, known_a, known_b, changes = [], [], [], [], []
        for number in rng.integers(len(self._chains), size=pairs):
            chain, facts = self._chains[number], self._facts[number]
            steps = 1 if rng.random() < 0.7 else int(rng.integers(1, len(chain.names) + 1))
            i = int(rng.integers(len(chain.names) - steps + 1))
            pictures = chain.pictures()
            variation = Variation.draw(rng, side)
            first.append(variation.apply(pictures[i], side))
            second.append(variation.apply(pictures[i + steps], side))
            known_a.append(_without(facts[i], chain.names[i : i + steps]))
            known_b.append(facts[i + steps])
            changes.append(chain.names[i : i + steps])
        x, known = as_tensor(first + second), torch.stack(known_a + known_b)
        fractions = torch.ones(pairs)
        for k in np.flatnonzero(rng.random(pairs) < parts):
            k = int(k)
            if (found := part_of(x[pairs + k] - x[k], rng)) is not None:
                mask, fraction = found
                x[pairs + k] = x[k] + mask * (x[pairs + k] - x[k])
                fractions[k] = fraction
                known[pairs + k] = torch.where(known[k] == known[pairs + k], known[k], UNKNOWN)
        if estimator is not None:
            t = torch.from_numpy(rng.integers(100, 400, pairs))
            x = shrunk(estimator(x, t.repeat(2)))
        return Batch(_softened(x, rng, spoil), known, changes, fractions)


def _without(facts: Tensor, names: tuple[str, ...]) -> Tensor:
    """Painters paint nothing that is there already: before it is painted it is not presumed away, it is away."""
    facts = facts.clone()
    for name in names:
        k = NAMES.index(name)
        if facts[k] == PRESUMED:
            facts[k] = FALSE
    return facts


def _softened(x: Tensor, rng: np.random.Generator, share: float) -> Tensor:
    """Some pairs with less detail, as estimates have."""
    pairs = len(x) // 2
    chosen = torch.from_numpy(np.flatnonzero(rng.random(pairs) < share))
    if not len(chosen):
        return x
    rows = torch.cat([chosen, chosen + pairs])
    small = functional.interpolate(x[rows], size=int(rng.integers(44, 112)), mode="area")
    x = x.clone()
    x[rows] = functional.interpolate(small, size=CLIP_SIDE, mode="bicubic")
    return x


def agreement(claims: list[dict[str, int]], known: Tensor) -> tuple[Tensor, Tensor]:
    """(T, N) bool: the claim is true of the picture; the claim can be judged.

    What is presumed not to be there makes a claim that it is there false, and leaves a claim that it is not open.
    """
    true = torch.ones(len(claims), len(known), dtype=torch.bool)
    judged = torch.ones_like(true)
    number = {name: k for k, name in enumerate(NAMES)}
    for row, claim in enumerate(claims):
        columns = torch.tensor([number[name] for name in claim])
        claimed = torch.tensor(list(claim.values()), dtype=torch.int8)
        fact = known[:, columns]
        fact = torch.where((fact == PRESUMED) & (claimed == TRUE), FALSE, fact)
        open_ = (fact != TRUE) & (fact != FALSE)
        wrong = ((fact != claimed) & ~open_).any(1)
        true[row], judged[row] = ~wrong & ~open_.any(1), wrong | ~open_.any(1)
    return true, judged


def placed(picture: np.ndarray) -> np.ndarray:
    """(256, 256, 3) uint8 -> (128, 128, 3), as it is."""
    return cv2.resize(picture, (CLIP_SIDE, CLIP_SIDE), interpolation=cv2.INTER_AREA)
