"""Hair of another colour: light and strands stay, colour follows the light."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep
from face import BROW_LEFT, BROW_RIGHT, SIZE, Face

# L, a, b of the middle tone; how much lighter the gleams become; spread of the colour
COLOURS = {
    "blond": (66, 5, 28),
    "platinum": (80, 1, 10),
    "brown": (28, 8, 14),
    "black": (12, 1, 0),
    "red": (38, 30, 32),
    "pink": (60, 44, -4),
    "blue": (38, 2, -42),
    "purple": (34, 32, -34),
    "green": (44, -34, 22),
    "grey": (62, 0, 1),
    "white": (82, 0, 3),
}


def _recolour(face: Face, rng: np.random.Generator, strength: float, colour: str) -> np.ndarray | None:
    own = face.hair_lab
    if own is None or face.monochrome or (face.hair > 0.5).sum() < 1500 or abs(face.yaw) > 0.9:
        return None
    if face.has("hat", "cap", "beanie", "fedora", "bandana", "helmet", "turban", "hijab", "headscarf", "bald", "crown"):
        return None
    target = np.array(COLOURS[colour], float) + rng.normal(0, (2.5, 2, 3))
    lab = face.lab
    hair = lab[face.hair > 0.7]
    middle = float(np.median(hair[:, 0]))
    spread = float(np.percentile(hair[:, 0], 90) - np.percentile(hair[:, 0], 10))
    exposure = np.clip(0.35 + 0.65 * face.exposure, 0.55, 1.05)
    wanted = target[0] * exposure
    difference = abs(float(np.linalg.norm(target - own)))
    if difference < 14:
        return None
    # strands: the same light, spread as wide as hair of this tone is
    natural = {"black": 18, "brown": 26}.get(colour, 38)
    gain = np.clip(natural / max(spread, 6), 0.55, 1.9)
    light = wanted + (lab[..., 0] - middle) * gain
    light = np.where(light < wanted, wanted - (wanted - light) * np.clip(wanted / 55, 0.7, 1.25), light)
    grain_free = cv2.bilateralFilter(light.astype(np.float32), 5, 8, 1.5)
    light = np.where(gain > 1.2, 0.5 * light + 0.5 * grain_free, light)
    light = 96 - (96 - light) * smoothstep(-10, 60, 100 - light) ** 0.15
    light = np.clip(light, 2, 96)
    depth = np.clip(light / max(wanted, 4), 0.15, 1.4)
    chroma = np.where(depth < 1, depth**0.8, 1 - 0.35 * (depth - 1))
    tint = np.stack([target[1] * chroma, target[2] * chroma], -1)
    streaks = 1 + 0.12 * noise(rng, (SIZE, SIZE), 9, 2)
    tint = tint * streaks[..., None]
    keep = rng.uniform(0.05, 0.2)
    tint = tint + keep * (lab[..., 1:] - own[1:])
    new = np.concatenate([light[..., None], tint], -1)
    mask = np.clip(face.hair, 0, 1)
    if (
        colour not in ("black", "white", "grey", "platinum") and rng.random() < 0.3 and wanted > middle + 14
    ):  # dark roots
        skin_edge = cv2.GaussianBlur(face.skin, (0, 0), 7)
        roots = smoothstep(0.12, 0.4, skin_edge) * rng.uniform(0.25, 0.55)
        mask = mask * (1 - roots)
    if rng.random() < 0.5 and colour not in ("pink", "blue", "purple", "green"):
        brows = np.maximum(face.polygon(BROW_LEFT, soft=1.5), face.polygon(BROW_RIGHT, soft=1.5))
        skin = face.skin_lab[0]
        dark = smoothstep(skin * 0.92, skin * 0.6, lab[..., 0])
        mask = np.maximum(mask, brows * dark * rng.uniform(0.25, 0.5))
    painted = over(face.picture.astype(np.float32), lab_to_rgb(new), mask * strength)
    where = np.where(mask > 0.012, mask, 0)
    return finish(face, painted, where, rng, grain=0)


def painter(colour: str):
    def paint(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
        return _recolour(face, rng, strength, colour)

    paint.__name__ = f"{colour}_hair"
    return paint
