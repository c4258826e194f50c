"""Lips that part: the mouth of surprise and the smile that shows teeth.

``low`` is how far a pixel lies below the seam of the lips, ``along`` how far to the side of its middle. Each column of
the face moves along itself only, so that the motion is inverted in one dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from canvas import lab_to_rgb, noise, over, smoothstep
from face import SIZE, Face

UPPER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
LOWER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]


@dataclass(frozen=True)
class Opening:
    drop: float  # centimetres between the lips in the middle
    follow: float  # of it that the chin goes down
    round: float  # 0.5 an ellipse, larger: pointed corners
    teeth: float  # height of the upper teeth that is seen, centimetres; 0 for none
    reach: float  # of the mouth's width that opens


def open_mouth(
    face: Face, base: np.ndarray, mesh: np.ndarray, opening: Opening, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """``base`` (float RGB) with lips parted along the seam of ``mesh``; also how far each pixel was changed."""
    up = face.camera[1] / np.linalg.norm(face.camera[1])
    side = np.array([-up[1], up[0]])
    origin = mesh[[13, 14]].mean(0)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    along = ((xx - origin[0]) * side[0] + (yy - origin[1]) * side[1]).astype(np.float32)
    below = -((xx - origin[0]) * up[0] + (yy - origin[1]) * up[1])
    seam = (mesh[UPPER] + mesh[LOWER]) / 2 - origin
    across, level = seam @ side, -(seam @ up)
    order = np.argsort(across)
    low = (below - np.interp(along.ravel(), across[order], level[order]).reshape(SIZE, SIZE)).astype(np.float32)
    along = along - np.float32((across.min() + across.max()) / 2)
    half = float(np.ptp(across)) / 2 * opening.reach
    chin = float(np.linalg.norm(mesh[152] - origin))
    pixels = opening.drop * face.scale
    lips = (pixels * np.clip(1 - (along / half) ** 2, 0, 1) ** opening.round).astype(np.float32)
    jaw = pixels * opening.follow * smoothstep(half * 3.0, half * 0.8, np.abs(along))

    def motion(depth: np.ndarray) -> np.ndarray:
        settle = smoothstep(0.0, chin * 0.4, depth)
        return (lips * (1 - settle) + jaw * settle) * smoothstep(chin * 1.75, chin * 0.95, depth)

    source = np.maximum(low - lips, 0)
    for _ in range(8):
        source = np.maximum(0.5 * source + 0.5 * (low - motion(source)), 0)
    shift = np.where(low > 0, low - source, 0)
    at = [(xx + shift * up[0]).astype(np.float32), (yy + shift * up[1]).astype(np.float32)]
    lower = cv2.remap(base, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    hole = smoothstep(-0.6, 0.6, low) * smoothstep(-0.6, 0.6, lips - low) * smoothstep(0.3, 1.2, lips)
    inside = _inside(face, low, along, lips, half, opening, rng)
    shade = 1 - 0.25 * np.exp(-(((low + 0.8) / 1.2) ** 2)) * smoothstep(0.5, 2, lips)  # the upper lip's edge
    painted = over(lower * shade[..., None], inside, hole)
    return painted, np.maximum(np.abs(shift), np.maximum(hole, (1 - shade) * 4))


def _inside(
    face: Face,
    low: np.ndarray,
    along: np.ndarray,
    lips: np.ndarray,
    half: float,
    opening: Opening,
    rng: np.random.Generator,
) -> np.ndarray:
    """(256, 256, 3): the dark of the mouth, the tongue, the upper teeth behind the lip."""
    light = np.clip(0.4 + 0.6 * face.exposure, 0.45, 1.05)
    depth = np.clip(low / np.maximum(lips, 1), 0, 1)
    lab = np.stack([12 + 6 * depth, 13 + 7 * depth, 8 + 3 * depth], -1)
    tongue = np.exp(-((along / (half * 0.6)) ** 2)) * smoothstep(0.55, 0.95, depth) * smoothstep(4, 8, lips)
    lab = lab + tongue[..., None] * np.array((17, 13, 7), np.float32)
    if opening.teeth > 0:
        tall = opening.teeth * face.scale
        arch = np.clip(1 - (along / (half * 0.9)) ** 2, 0, 1)
        # eight teeth, narrower as the arch turns away
        turned = np.arcsin(np.clip(along / (half * 1.02), -1, 1)) * half * 1.02 / face.scale
        edges = np.array([0.0, 0.8, 1.42, 2.1, 2.75, 3.4])
        gap = np.min(np.abs(np.abs(turned)[..., None] - edges), -1) * face.scale
        centres = (edges[1:] + edges[:-1]) / 2
        rounding = np.min(np.abs(np.abs(turned)[..., None] - centres), -1) * face.scale
        bite = tall * (0.8 + 0.2 * arch) - 0.05 * rounding**2 - 0.35 * smoothstep(0.9, 0.0, gap)
        tooth = smoothstep(0.75, -0.75, low - bite) * smoothstep(0.0, 0.22, arch) * smoothstep(1.5, 3.5, lips)
        skin = face.skin_lab[0] / 68
        bright = (74 + 6 * rng.random()) * np.clip(0.75 + 0.25 * skin, 0.7, 1.05) * (0.42 + 0.58 * arch**0.8)
        bright = bright * (0.72 + 0.28 * smoothstep(-0.5, 2.5, low)) - 7 * np.exp(-((gap / 0.55) ** 2))
        bright = bright + 1.2 * noise(rng, (SIZE, SIZE), 3)
        warm = np.stack([bright, 2.5 + 3 * (1 - arch), 9 + 4 * (1 - arch)], -1)
        lab = lab + tooth[..., None] * (warm - lab)
    lab[..., 0] *= light
    return lab_to_rgb(lab.astype(np.float32))
