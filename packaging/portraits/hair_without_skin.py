"""A hair mask without the foreheads and ears that a small net takes for hair; where it is in doubt, no hair."""

from __future__ import annotations

import cv2
import numpy as np
from face import OVAL, SIZE, Face
from segment import Colours, guided_filter

ALIKE = 0.1  # how much of what is certainly hair may look more like the face's skin
LOST = 0.22  # how much of the hair beside the face may be lost, or skin and hair were not told apart
LEAST = 2500  # pixels
_FEW, _SPECK = 250, 150


def remove_skin(face: Face) -> bool:
    """Take what is skin by colour out of ``face.hair``; False, and nothing is done, where that cannot be told."""
    found = _hair(face)
    if found is None:
        return False
    hair, alike = found
    beside = face.polygon(OVAL, grow=1.0) < 0.5
    lost = float((face.hair * (1 - hair))[beside].sum()) / max(1.0, float(face.hair[beside].sum()))
    if alike > ALIKE or lost > LOST or hair.sum() < LEAST:
        return False
    face.hair = hair
    for kept in ("hair_matte", "hair_lab", "hair_doubt"):
        face.__dict__.pop(kept, None)
    return True


def _hair(face: Face) -> tuple[np.ndarray, float] | None:
    """The mask, (256, 256) float32, and how much of what is certainly hair looks more like skin."""
    lab = cv2.GaussianBlur(face.lab, (0, 0), 0.8).astype(np.float32)
    rows = np.arange(SIZE)[:, None] * np.ones((1, SIZE))
    brow = float(face.mesh[[105, 334]].mean(0)[1])
    inner = (face.polygon(OVAL, grow=0.88) > 0.5) & (face.features < 0.3) & (rows > brow - 2)
    certain = (face.hair > 0.8) & (face.polygon(OVAL, grow=1.08) < 0.5) & (rows < brow + 10)
    if certain.sum() < _FEW or inner.sum() < _FEW:
        return None
    skin, hair = (Colours(lab[where], 3, widen=25.0).log(lab) for where in (inner, certain))
    likely = 1 / (1 + np.exp(-np.clip(hair - skin, -6, 6) / 1.5))
    likely = cv2.GaussianBlur(likely.astype(np.float32), (0, 0), 1.5)
    alike = float((likely[certain] < 0.5).mean())
    mask = face.hair * np.clip((likely - 0.35) / 0.4, 0, 1)
    mask[(rows > brow + 6) & (face.polygon(OVAL, grow=1.0) > 0.5)] = 0
    mask = np.clip((mask - 0.15) / 0.6, 0, 1) * _from_the_top(mask > 0.24, rows < brow + 10)
    return (guided_filter(face.picture, mask.astype(np.float32), 2, 1e-3) * face.person).astype(np.float32), alike


def _from_the_top(mask: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Soft, (256, 256): the parts that reach the head's top. Others are clothes."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    parts = [k for k in np.unique(labels[mask & top]) if k and stats[k, cv2.CC_STAT_AREA] > _SPECK]
    joined = cv2.dilate(np.isin(labels, parts).astype(np.float32), np.ones((5, 5)))
    return np.clip(1.5 * cv2.GaussianBlur(joined, (0, 0), 1.5), 0, 1)
