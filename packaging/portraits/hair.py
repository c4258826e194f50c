"""Hair of another colour: light and strands stay, colour follows the light."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep
from face import BROW_LEFT, BROW_RIGHT, SIZE, Face
from flow import along_flow, edge_flow

# L, a, b of the middle tone; how much lighter the gleams become; spread of the colour
COLOURS = {
    "blond": (68, 4, 25),
    "platinum": (80, 1.5, 12),
    "brown": (28, 8, 14),
    "black": (12, 1, 0),
    "red": (37, 24, 28),
    "pink": (60, 44, -4),
    "blue": (37, 3, -38),
    "purple": (34, 32, -34),
    "green": (44, -34, 22),
    "grey": (55, 1, 3),
    "white": (82, 0.5, 4),
}


def _strands(face: Face, rng: np.random.Generator) -> np.ndarray:
    """(256, 256) of mean 0 and deviation 1: fine lines that follow the hair's own flow."""
    grey = cv2.GaussianBlur(face.lab[..., 0] / 100, (0, 0), 0.8)
    # where the picture says nothing the hair falls from the parting
    top = face.mesh[10]
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    fall = np.stack([(xx - top[0]) * 0.8, np.abs(yy - top[1]) * 0.6 + 14], -1)
    fall = fall / np.linalg.norm(fall, axis=-1, keepdims=True)
    flow = edge_flow(grey, 3.0, fall, 2e-4)
    lines = along_flow(noise(rng, (SIZE, SIZE), 1.1), flow, 8)
    return np.clip(lines / max(float(lines.std()), 1e-3), -2.5, 2.5)


def recolour(
    face: Face, rng: np.random.Generator, strength: float, colour: str, doubt: float = 0.35
) -> np.ndarray | None:
    own = face.hair_lab
    if own is None or face.monochrome or face.hair_doubt > doubt or abs(face.yaw) > 0.9:
        return None
    if face.headgear or face.has("bald"):
        return None
    target = np.array(COLOURS[colour], float) + rng.normal(0, (2.5, 2, 3))
    alpha, lab = face.hair_matte
    hair = face.lab[face.hair > 0.7]
    middle = float(np.median(hair[:, 0]))
    spread = float(np.percentile(hair[:, 0], 90) - np.percentile(hair[:, 0], 10))
    exposure = np.clip(0.35 + 0.65 * face.exposure, 0.55, 1.05)
    wanted = target[0] * exposure
    difference = abs(float(np.linalg.norm(target - own)))
    if difference < 14:
        return None
    # strands: the same light, spread as wide as hair of this tone is
    natural = {"black": 16, "brown": 26}.get(colour, 40)
    gain = float(np.clip(natural / max(spread, 6), 0.55, 2.6))
    own_light = lab[..., 0]
    if gain > 1.15:  # what is stretched must not be noise
        own_light = cv2.bilateralFilter(own_light, 5, 5, 1.6)
    broad = cv2.GaussianBlur(own_light * face.hair, (0, 0), 7) / (cv2.GaussianBlur(face.hair, (0, 0), 7) + 0.02)
    light = wanted + (broad - middle) * min(gain, 1.5) + (own_light - broad) * gain
    drawn = _strands(face, rng)
    light = light + drawn * np.clip((wanted - middle) / 22, 0.3, 2.4)
    light = np.where(light > wanted, wanted + (96 - wanted) * np.tanh((light - wanted) / max(96 - wanted, 6)), light)
    light = np.where(light < wanted, wanted * np.exp(np.minimum((light - wanted) / max(wanted, 4), 0)), light)
    light = np.clip(light, 2, 96)
    depth = np.clip(light / max(wanted, 4), 0.15, 1.4)
    chroma = np.where(depth < 1, depth**0.75, 1 - 0.45 * (depth - 1))
    tint = np.stack([target[1] * chroma, target[2] * chroma], -1)
    tint = tint * (1 + 0.05 * drawn + 0.05 * noise(rng, (SIZE, SIZE), 24, 2))[..., None]
    keep = rng.uniform(0.05, 0.2)
    tint = tint + keep * (lab[..., 1:] - own[1:])
    new = np.concatenate([light[..., None], tint], -1)
    mask = alpha
    if (
        colour not in ("black", "white", "grey", "platinum") and rng.random() < 0.3 and wanted > middle + 14
    ):  # dark roots
        skin_edge = cv2.GaussianBlur(face.skin, (0, 0), 7)
        roots = smoothstep(0.12, 0.4, skin_edge) * rng.uniform(0.25, 0.55)
        mask = mask * (1 - roots)
    picture = face.picture.astype(np.float32)
    # what is not hair in a pixel stays: only the hair's own change is added
    painted = picture + (mask * strength)[..., None] * (lab_to_rgb(new) - lab_to_rgb(lab))
    if rng.random() < 0.5 and colour not in ("pink", "blue", "purple", "green"):
        brows = np.maximum(face.polygon(BROW_LEFT, soft=1.5), face.polygon(BROW_RIGHT, soft=1.5)) * (1 - alpha)
        skin = face.skin_lab[0]
        dark = smoothstep(skin * 0.92, skin * 0.6, face.lab[..., 0])
        flat = np.full((SIZE, SIZE, 2), (target[1] * 0.5 + 4, target[2] * 0.6 + 3))
        tinted = np.concatenate([face.lab[..., :1] * 0.8 + 0.2 * wanted, flat], -1)
        brows = brows * dark * rng.uniform(0.3, 0.6) * strength
        painted = over(painted, lab_to_rgb(tinted.astype(np.float32)), brows)
        mask = np.maximum(mask, brows)
    where = np.where(mask > 0.012, mask, 0)
    return finish(face, painted, where, rng, grain=0)


def painter(colour: str):
    def paint(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
        return recolour(face, rng, strength, colour)

    paint.__name__ = f"{colour}_hair"
    return paint
