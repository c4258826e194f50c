"""Skin: tanned, pale, smooth."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep
from face import SIZE, Face
from makeup import frontal


def tone_mask(face: Face) -> np.ndarray:
    """All skin that is seen: whole on the face, less on lips and eyes, as far as sure on ears and neck."""
    oval = face.polygon(_FACE, grow=1.0, soft=2.5)
    mask = np.maximum(face.skin, oval * (1 - face.hair))
    mask = mask * (1 - face.hair) * face.person
    eyes = _eyes(face)
    return np.clip(cv2.GaussianBlur(mask, (0, 0), 0.8) * (1 - 0.9 * eyes), 0, 1)


_FACE = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152]
_FACE += [148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]


def _eyes(face: Face) -> np.ndarray:
    from face import EYE_LEFT, EYE_RIGHT, LIPS_INNER

    mask = np.zeros((SIZE, SIZE), np.float32)
    for points in (EYE_LEFT, EYE_RIGHT):
        mask = np.maximum(mask, face.polygon(points, grow=1.08, soft=0.8))
    teeth = face.polygon(LIPS_INNER, soft=0.7) * smoothstep(45, 60, face.lab[..., 0])
    return np.maximum(mask, teeth)


def _tone(face: Face, rng: np.random.Generator, strength: float, target: np.ndarray, floor: float) -> np.ndarray | None:
    if face.monochrome or not frontal(face, 1.1):
        return None
    mask = tone_mask(face)
    own = face.skin_lab
    lab = face.lab
    factor = float(np.clip(target[0] / max(own[0], 5), 1 - floor, 1 + floor))
    new = lab.copy()
    bright = smoothstep(78, 96, lab[..., 0])  # gleams stay
    factor_map = factor + (1 - factor) * 0.4 * bright if factor < 1 else factor
    if factor < 1:
        new[..., 0] = lab[..., 0] * factor_map
    else:
        gamma = np.log(min(own[0] * factor, 96) / 100) / np.log(min(own[0], 95) / 100)
        new[..., 0] = 100 * np.power(np.clip(lab[..., 0], 0, 100) / 100, gamma)
    depth = np.clip(lab[..., 0] / max(own[0], 5), 0.35, 1.15)[..., None]
    new[..., 1:] = lab[..., 1:] + (target[1:] - own[1:]) * depth * (1 - 0.5 * bright[..., None])
    uneven = 1 + 0.05 * noise(rng, (SIZE, SIZE), 60)
    painted = over(face.picture.astype(np.float32), lab_to_rgb(new), mask * np.clip(uneven, 0.8, 1.1) * strength)
    where = np.where(mask > 0.01, mask, 0)
    return finish(face, painted, where, rng, grain=0)


def tan(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    own = face.skin_lab
    if own[0] < 38:
        return None
    target = np.array([own[0] * rng.uniform(0.76, 0.86), own[1] + rng.uniform(4, 8), own[2] + rng.uniform(7, 13)])
    return _tone(face, rng, strength, target, 0.3)


def pale(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    own = face.skin_lab
    if own[0] > 84:
        return None
    target = np.array(
        [
            own[0] + (94 - own[0]) * rng.uniform(0.35, 0.55),
            own[1] * rng.uniform(0.5, 0.7),
            own[2] * rng.uniform(0.4, 0.6),
        ]
    )
    return _tone(face, rng, strength, target, 0.45)


def smooth_skin(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Retouched: fine blemishes and lines go, pores stay a little, edges stay."""
    if not frontal(face, 1.0):
        return None
    mask = tone_mask(face) * (1 - face.features)
    guide = face.picture
    soft = cv2.bilateralFilter(guide, 9, 34, 6).astype(np.float32)
    softer = cv2.bilateralFilter(np.clip(soft, 0, 255).astype(np.uint8), 11, 26, 9).astype(np.float32)
    picture = guide.astype(np.float32)
    keep = rng.uniform(0.06, 0.22)
    painted = softer + keep * (picture - softer)
    painted = over(picture, painted, mask * strength)
    return finish(face, painted, mask, rng, grain=0)
