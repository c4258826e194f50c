"""Photographs of aligned faces: load, split by person, and vary as cameras do.

The folder has ``aligned/*.jpg`` (256 px), ``labels.json`` and ``landmarks.npz`` (see README.md here). Nothing of it is
written into the repository.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

SIDE = 256
SAME_PERSON = 0.5  # distance of two face embeddings below which two pictures may show one person


@dataclass(frozen=True)
class TrainingPictures:
    """Pictures (N, 256, 256, 3) uint8 RGB, mesh (N, 478, 2) in their pixels, labels, and which are held out (N,)."""

    pictures: np.ndarray
    mesh: np.ndarray
    labels: list[dict[str, Any]]
    held_out: np.ndarray

    @classmethod
    def load(cls, folder: Path, split: Path) -> TrainingPictures:
        """Read the folder; ``split`` is the file that ``split.py`` wrote: names of the pictures held out."""
        labels = json.loads((folder / "labels.json").read_text())
        mesh = np.load(folder / "landmarks.npz")["mesh"].astype(np.float32)
        kept = set(json.loads(split.read_text()))
        pictures = np.stack([_read(folder / "aligned" / label["file"]) for label in labels])
        return cls(pictures, mesh, labels, np.array([label["file"] in kept for label in labels]))

    def weights(self, which: np.ndarray) -> np.ndarray:
        """(n,) how often each picture of ``which`` is drawn: sources and sexes evened out by square roots."""
        groups = [(self.labels[i]["source"], self.labels[i]["sex"]) for i in which]
        sizes = {group: groups.count(group) for group in set(groups)}
        weight = np.array([1 / np.sqrt(sizes[group]) for group in groups])
        return weight / weight.sum()


def _read(path: Path) -> np.ndarray:
    raw = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if raw is None:
        raise FileNotFoundError(path)
    return cv2.cvtColor(raw, cv2.COLOR_BGR2RGB)


@dataclass(frozen=True)
class Variation:
    """One draw of crop, mirror, light and camera; the same for both pictures of a pair."""

    matrix: np.ndarray
    gains: np.ndarray
    gamma: float
    saturation: float
    blur: float
    noise: float
    noise_seed: int
    quality: int

    @classmethod
    def draw(cls, rng: np.random.Generator, side: int = SIDE, *, camera: bool = True) -> Variation:
        """Draw a variation whose pictures come out ``side`` pixels wide; ``camera`` also spoils them a little."""
        angle, scale = rng.normal(0, 3), np.exp(rng.normal(0, 0.06))
        move = rng.normal(0, 0.02, 2) * SIDE
        matrix = cv2.getRotationMatrix2D((SIDE / 2 - 0.5, SIDE / 2 - 0.5), angle, scale)
        matrix[:, 2] += move
        if rng.random() < 0.5:
            matrix = matrix @ np.array([[-1, 0, SIDE - 1], [0, 1, 0], [0, 0, 1.0]])
        zoom = side / SIDE
        matrix = np.array([[zoom, 0, zoom / 2 - 0.5], [0, zoom, zoom / 2 - 0.5]]) @ np.vstack([matrix, [0, 0, 1]])
        strong = rng.random() < 0.5
        gains = np.exp(rng.normal(0, 0.06 if strong else 0.02, 3) + rng.normal(0, 0.12 if strong else 0.04))
        spoilt = camera and rng.random() < 0.35
        return cls(
            matrix=matrix,
            gains=gains.astype(np.float32),
            gamma=float(np.exp(rng.normal(0, 0.15 if strong else 0.05))),
            saturation=float(np.exp(rng.normal(0, 0.2 if strong else 0.05))),
            blur=float(rng.uniform(0, 1.2) * side / SIDE) if spoilt and rng.random() < 0.5 else 0.0,
            noise=float(rng.uniform(0, 7)) if spoilt and rng.random() < 0.5 else 0.0,
            noise_seed=int(rng.integers(2**31)),
            quality=int(rng.integers(45, 95)) if spoilt and rng.random() < 0.5 else 0,
        )

    def apply(self, picture: np.ndarray, side: int) -> np.ndarray:
        """(256, 256, 3) uint8 -> (side, side, 3) uint8, for which it was drawn."""
        return self._coloured(self._placed(picture, side))

    def _placed(self, picture: np.ndarray, side: int) -> np.ndarray:
        shrinks = abs(np.linalg.det(self.matrix[:, :2])) < 0.7
        if shrinks:
            picture = cv2.GaussianBlur(picture, (0, 0), 0.45 * SIDE / side)
        flags = cv2.INTER_CUBIC if not shrinks else cv2.INTER_LINEAR
        return cv2.warpAffine(picture, self.matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)

    def _coloured(self, picture: np.ndarray) -> np.ndarray:
        x = np.power(picture.astype(np.float32) / 255, self.gamma) * self.gains
        grey = x @ np.array([0.299, 0.587, 0.114], np.float32)
        x = grey[..., None] + (x - grey[..., None]) * self.saturation
        if self.blur > 0.2:
            x = cv2.GaussianBlur(x, (0, 0), self.blur)
        if self.noise:
            grain = np.random.default_rng(self.noise_seed).normal(0, self.noise / 255, x.shape)
            x = x + grain.astype(np.float32)
        out = (np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8)
        if self.quality:
            coded = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, self.quality])[1]
            out = np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])
        return out
