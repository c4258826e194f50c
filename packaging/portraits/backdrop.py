"""What lies behind the person: blurred, or a studio's backdrop."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, noise, smoothstep
from face import SIZE, Face


def cut_out(face: Face) -> tuple[np.ndarray, np.ndarray]:
    """The person's own colours carried on past the outline (float32), and how much of each pixel is person."""
    picture = face.picture.astype(np.float32)
    alpha = smoothstep(0.12, 0.88, face.person)
    sure = (smoothstep(0.8, 0.98, cv2.erode(face.person, np.ones((3, 3))))).astype(np.float32)
    spread = np.zeros_like(picture)
    weight = np.zeros((SIZE, SIZE), np.float32)
    for sigma, share in ((1.5, 1.0), (4.0, 0.05), (10.0, 0.002)):
        weight += share * cv2.GaussianBlur(sure, (0, 0), sigma)
        spread += share * cv2.GaussianBlur(picture * sure[..., None], (0, 0), sigma)
    spread = spread / np.maximum(weight, 1e-6)[..., None]
    own = sure[..., None]
    colours = picture * own + (0.55 * spread + 0.45 * np.minimum(picture, spread * 1.25 + 8)) * (1 - own)
    return colours, alpha


def _enough(face: Face) -> bool:
    share = float((face.person > 0.5).mean())
    uncertain = float(((face.person > 0.2) & (face.person < 0.8)).mean())
    return 0.2 < share < 0.9 and uncertain < 0.12


def blurred_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not _enough(face):
        return None
    picture = face.picture.astype(np.float32)
    colours, alpha = cut_out(face)
    radius = rng.uniform(4.5, 9.0)
    size = int(np.ceil(radius))
    y, x = np.mgrid[-size : size + 1, -size : size + 1]
    disc = smoothstep(radius + 0.5, radius - 0.5, np.hypot(x, y)).astype(np.float32)
    disc /= disc.sum()
    free = 1 - smoothstep(0.02, 0.35, cv2.dilate(face.person, np.ones((3, 3))))
    bright = (picture / 255) ** 3.0 + 1e-4  # lights stay lights
    blurred = cv2.filter2D(bright * free[..., None], -1, disc, borderType=cv2.BORDER_REFLECT)
    weight = cv2.filter2D(free, -1, disc, borderType=cv2.BORDER_REFLECT)
    far = (
        cv2.GaussianBlur(bright * free[..., None], (0, 0), 30)
        / np.maximum(cv2.GaussianBlur(free, (0, 0), 30), 1e-5)[..., None]
    )
    behind = (blurred + 0.02 * far) / (weight + 0.02)[..., None]
    behind = 255 * np.clip(behind, 0, 1) ** (1 / 3.0)
    painted = colours * alpha[..., None] + behind * (1 - alpha)[..., None]
    where = np.where(alpha < 0.995, 1.0 - alpha, 0.0).astype(np.float32)
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng, grain=1.0)


def _studio(
    face: Face, rng: np.random.Generator, strength: float, colour: np.ndarray, fall: float
) -> np.ndarray | None:
    if not _enough(face) or (face.monochrome and np.ptp(colour) > 15):
        return None
    picture = face.picture.astype(np.float32)
    colours, alpha = cut_out(face)
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    centre = rng.uniform(-0.4, 0.4, 2)
    light = 1 - fall * smoothstep(0.2, 1.7, np.hypot(x - centre[0], y - centre[1]))
    cloth = 1 + 0.25 * fall * 0.1 * noise(rng, (SIZE, SIZE), 60, 3)
    behind = np.clip(colour * (light * cloth)[..., None], 0, 255)
    painted = colours * alpha[..., None] + behind * (1 - alpha)[..., None]
    where = np.where(alpha < 0.995, 1.0 - alpha, 0.0).astype(np.float32)
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng, grain=0.7)


def white_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _studio(face, rng, strength, np.full(3, rng.uniform(240, 253)), rng.uniform(0.0, 0.08))


def blue_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    colour = np.array((rng.uniform(50, 95), rng.uniform(105, 145), rng.uniform(165, 210)))
    return _studio(face, rng, strength, colour, rng.uniform(0.15, 0.5))


def dark_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _studio(face, rng, strength, np.full(3, rng.uniform(28, 56)) * (0.97, 1, 1.04), rng.uniform(0.3, 0.7))


def red_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    colour = np.array((rng.uniform(165, 205), rng.uniform(38, 60), rng.uniform(38, 58)))
    return _studio(face, rng, strength, colour, rng.uniform(0.15, 0.45))


def green_background(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    colour = np.array((rng.uniform(55, 90), rng.uniform(125, 160), rng.uniform(75, 105)))
    return _studio(face, rng, strength, colour, rng.uniform(0.15, 0.45))
