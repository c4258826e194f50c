"""Drawing at several times the picture's size, and laying what was drawn over the photograph as if it were there."""

from __future__ import annotations

import cv2
import numpy as np
from face import SIZE, Face


def noise(rng: np.random.Generator, shape: tuple[int, int], cell: float, octaves: int = 1) -> np.ndarray:
    """Smooth noise of mean 0 and deviation 1, whose blobs are ``cell`` pixels wide; each octave half as wide."""
    total, weight, power = np.zeros(shape, np.float32), 1.0, 0.0
    for _ in range(octaves):
        grid = rng.standard_normal((int(shape[0] / cell) + 3, int(shape[1] / cell) + 3)).astype(np.float32)
        y, x = rng.uniform(0, 1, 2)
        size = (int(grid.shape[1] * cell) + 1, int(grid.shape[0] * cell) + 1)
        large = cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        top, left = int(y * cell), int(x * cell)
        total += weight * large[top : top + shape[0], left : left + shape[1]]
        power += weight**2
        weight *= 0.55
        cell = max(cell / 2, 1)
    return total * np.float32(1 / (power**0.5 * 0.75))


def smoothstep(low: float, high: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((np.asarray(x, np.float32) - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return t * t * (3 - 2 * t)


def lab_to_rgb(lab: np.ndarray) -> np.ndarray:
    """L in [0, 100], a, b -> float32 RGB in [0, 255]; any shape that ends in 3."""
    flat = np.asarray(lab, np.float32).reshape(-1, 1, 3)
    return np.clip(cv2.cvtColor(flat, cv2.COLOR_LAB2RGB) * 255, 0, 255).reshape(np.shape(lab))


def rgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    flat = np.asarray(rgb, np.float32).reshape(-1, 1, 3) / 255
    return cv2.cvtColor(flat, cv2.COLOR_RGB2LAB).reshape(np.shape(rgb))


def strokes(paths: list[np.ndarray], colours: np.ndarray, widths: np.ndarray, steps: int = 3) -> np.ndarray:
    """Fine lines, (256, 256, 4) float32 in [0, 255], colours multiplied by alpha.

    ``colours`` (N, 3) in [0, 255]; ``widths`` (N,) in pixels. Lines thinner than one drawn pixel are drawn one wide.
    """
    whole = np.zeros((SIZE, SIZE, 4), np.float32)
    if not len(paths):
        return whole
    ends = np.concatenate(paths)
    left, top = np.clip(np.floor(ends.min(0)).astype(int) - 2, 0, SIZE)
    right, bottom = np.clip(np.ceil(ends.max(0)).astype(int) + 3, 0, SIZE)
    if right <= left or bottom <= top:
        return whole
    canvas = np.zeros(((bottom - top) * steps, (right - left) * steps, 4), np.uint8)
    corner = np.array([left, top]) - 0.5
    fixed = ((ends - corner) * (steps * 16) - 8).astype(np.int32)
    pieces = np.split(fixed, np.cumsum([len(path) for path in paths])[:-1])
    thick = np.maximum(np.round(widths * steps), 1).astype(int).tolist()
    for piece, colour, width in zip(pieces, colours.tolist(), thick, strict=True):
        cv2.polylines(canvas, [piece], False, (*colour, 255.0), width, cv2.LINE_AA, 4)
    small = cv2.resize(canvas, (int(right - left), int(bottom - top)), interpolation=cv2.INTER_AREA)
    whole[top:bottom, left:right] = small
    return whole


def over(picture: np.ndarray, colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """A colour (3,) or picture over a picture, float32 in [0, 255]."""
    alpha = np.asarray(alpha, np.float32)[..., None]
    return picture + alpha * (np.asarray(colour, np.float32) - picture)


def finish(
    face: Face, painted: np.ndarray, where: np.ndarray, rng: np.random.Generator, grain: float = 1.0
) -> np.ndarray:
    """The painted picture (float, [0, 255]) as uint8: the photograph's own grain on what is new, and no colour on a
    photograph without any. Where ``where`` is 0 the photograph stays as it is, to the bit."""
    picture = face.picture.astype(np.float32)
    painted = np.clip(painted, 0, 255)
    if grain > 0 and face.noise > 0.3:
        speckle = rng.standard_normal((SIZE, SIZE)).astype(np.float32)
        speckle = cv2.GaussianBlur(speckle, (0, 0), 0.6) * 2.0
        painted = painted + (grain * face.noise * speckle * where)[..., None]
    if face.monochrome:
        lab = cv2.cvtColor((np.clip(painted, 0, 255) / 255).astype(np.float32), cv2.COLOR_RGB2LAB)
        tone = np.median(face.lab[..., 1:].reshape(-1, 2), axis=0)
        lab[..., 1:] = tone
        painted = over(picture, np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1) * 255, (where > 0) * 1.0)
    result = np.clip(np.round(painted), 0, 255).astype(np.uint8)
    result[where <= 1 / 512] = face.picture[where <= 1 / 512]
    return result
