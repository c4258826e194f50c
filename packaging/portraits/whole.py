"""The whole picture in another light or medium."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import lab_to_rgb, smoothstep
from face import SIZE, Face


def rgb_of(face: Face) -> np.ndarray:
    return face.picture.astype(np.float32) / 255


def mixed(face: Face, painted: np.ndarray, strength: float) -> np.ndarray:
    picture = face.picture.astype(np.float32)
    mixed = picture + strength * (np.clip(painted, 0, 1) * 255 - picture)
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)


def _grey(rgb: np.ndarray, weights: tuple[float, float, float] = (0.299, 0.587, 0.114)) -> np.ndarray:
    return rgb @ np.asarray(weights, np.float32)


def _curve(x: np.ndarray, contrast: float) -> np.ndarray:
    """An S about the middle grey; 1 leaves it as it is."""
    curved = 1 / (1 + np.exp(-4 * contrast * (x - 0.5)))
    low, high = 1 / (1 + np.exp(2 * contrast)), 1 / (1 + np.exp(-2 * contrast))
    return x + min(contrast, 1) * ((curved - low) / (high - low) - x) * 0.8


def black_and_white(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if face.monochrome:
        return None
    red = rng.uniform(0.22, 0.45)
    blue = rng.uniform(0.05, 0.16)
    grey = _curve(_grey(rgb_of(face), (red, 1 - red - blue, blue)), rng.uniform(0.2, 0.9))
    if rng.random() < 0.4:
        grain = cv2.GaussianBlur(rng.standard_normal((SIZE, SIZE)).astype(np.float32), (0, 0), 0.6)
        grey = grey + grain * rng.uniform(0.01, 0.035)
    return mixed(face, np.repeat(grey[..., None], 3, -1), strength)


def sepia(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    grey = _curve(_grey(rgb_of(face)), rng.uniform(0.1, 0.6))
    amount = rng.uniform(0.55, 0.95)
    lab = np.stack(
        [4 + 92 * grey, amount * (3 + 9 * np.sin(np.pi * grey)), amount * (7 + 22 * np.sin(np.pi * grey))], -1
    )
    toned = lab_to_rgb(lab) / 255
    if rng.random() < 0.5:
        toned = toned * _vignette(rng.uniform(0.1, 0.35))[..., None]
    return mixed(face, toned, strength)


def _vignette(depth: float) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    return (1 - depth * smoothstep(0.5, 1.4, np.hypot(x, y))).astype(np.float32)


def golden_light(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A low sun: warm from one side, a glow at the edge of hair and shoulders."""
    rgb = rgb_of(face) ** 2.2
    side = 1 if rng.random() < 0.5 else -1
    x = np.linspace(-1, 1, SIZE)[None, :] * side
    y = np.linspace(-1, 1, SIZE)[:, None]
    fall = smoothstep(-1.2, 1.2, x * 0.9 - y * 0.45) * np.ones((SIZE, SIZE), np.float32)
    warm = np.array([1.22, 0.93, 0.58]) ** rng.uniform(0.8, 1.2)
    sun = np.array([1.5, 0.98, 0.5])
    # facing the light: the smoothed brightness' own slope
    form = cv2.GaussianBlur(face.lab[..., 0] / 100, (0, 0), 5)
    slope = -cv2.Sobel(form, cv2.CV_32F, 1, 0, ksize=5) * side * 0.25
    lit = np.clip(0.35 + 0.75 * fall + np.clip(slope, -0.2, 0.35), 0.25, 1.5)[..., None]
    picture = rgb * warm * (0.72 + 0.2 * (1 - fall[..., None])) + rgb * sun * lit * 0.42
    edge = np.clip(cv2.GaussianBlur(face.person, (0, 0), 4) * 4 * (1 - cv2.GaussianBlur(face.person, (0, 0), 4)), 0, 1)
    rim = edge * face.person * smoothstep(0.3, 1.0, fall)
    picture = picture + (rim * rng.uniform(0.05, 0.16))[..., None] * np.array([1.0, 0.66, 0.25])
    haze = (smoothstep(0.25, 1.25, fall) * rng.uniform(0.03, 0.13))[..., None] * np.array([1.0, 0.7, 0.32])
    picture = np.clip(picture + haze, 0, None)
    picture = picture / (1 + 0.18 * picture)
    return mixed(face, np.clip(picture * 1.02, 0, 1) ** (1 / 2.2), strength)


def warm(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    gain = np.array([1.13, 1.02, 0.78]) ** rng.uniform(0.8, 1.5)
    return mixed(face, rgb_of(face) * gain / gain.max() ** 0.5, strength)


def cool(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    gain = np.array([0.82, 0.98, 1.16]) ** rng.uniform(0.8, 1.5)
    return mixed(face, rgb_of(face) * gain / gain.max() ** 0.5, strength)


def film(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Colour film of the seventies: lifted blacks, soft whites, shadows to teal, lights to amber, grain."""
    rgb = rgb_of(face)
    grey = _grey(rgb)[..., None]
    rgb = grey + (rgb - grey) * rng.uniform(0.7, 0.9)
    shadow, light = (1 - grey) ** 2, grey**1.5
    rgb = rgb + shadow * np.array((-0.015, 0.025, 0.04)) * rng.uniform(0.6, 1.4)
    rgb = rgb + light * np.array((0.07, 0.025, -0.075)) * rng.uniform(0.7, 1.4)
    low = rng.uniform(0.05, 0.11)
    rgb = low + (0.96 - low) * _curve(np.clip(rgb, 0, 1), rng.uniform(0.1, 0.4))
    glow = cv2.GaussianBlur(np.clip(grey[..., 0] - 0.72, 0, 1), (0, 0), 7)[..., None]
    rgb = rgb + glow * np.array((0.5, 0.2, 0.08))
    grain = cv2.GaussianBlur(rng.standard_normal((SIZE, SIZE, 3)).astype(np.float32), (0, 0), 0.75)
    grain = 0.6 * grain.mean(-1, keepdims=True) * 1.7 + 0.4 * grain
    rgb = rgb + grain * rng.uniform(0.022, 0.045)
    return mixed(face, rgb * _vignette(rng.uniform(0.1, 0.3))[..., None], strength)


def night(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Dark and blue, with lamps far behind and the light of one of them on the face."""
    linear = rgb_of(face) ** 2.2
    level = float(np.clip(0.16 / max(linear.mean(), 0.02), 0.5, 1.2))
    grey = _grey(linear)[..., None]
    moon = (grey * 0.55 + linear * 0.45) * np.array((0.42, 0.62, 1.15)) * 0.34 * level
    side = 1 if rng.random() < 0.5 else -1
    x = np.linspace(-1, 1, SIZE)[None, :] * side * np.ones((SIZE, 1))
    form = cv2.GaussianBlur(face.lab[..., 0] / 100, (0, 0), 4)
    slope = -cv2.Sobel(form, cv2.CV_32F, 1, 0, ksize=5) * side * 0.35
    falls = np.clip(smoothstep(-0.75, 0.9, x) * 0.8 + np.clip(slope, -0.25, 0.4), 0, 1.3) * face.person
    lamps = [(1.25, 0.72, 0.32), (1.2, 0.5, 0.2), (0.35, 0.6, 1.3), (1.2, 0.35, 0.75), (0.95, 0.9, 0.8)]
    colour = np.array(lamps[int(rng.choice(5, p=[0.35, 0.2, 0.15, 0.15, 0.15]))])
    lit = linear * colour * (falls * rng.uniform(0.45, 0.8) * level)[..., None]
    behind = (1 - face.person)[..., None]
    picture = moon * (1 - 0.62 * behind) + lit
    bokeh = np.zeros((SIZE, SIZE, 3), np.float32)
    for _ in range(int(rng.integers(4, 22))):
        at = (int(rng.integers(0, SIZE)), int(rng.integers(0, 190)))
        disc = np.zeros((SIZE, SIZE), np.float32)
        radius = float(rng.gamma(4, 1.4) + 2)
        cv2.circle(disc, (at[0] * 16, at[1] * 16), int(radius * 16), 1.0, -1, cv2.LINE_AA, 4)
        tone = np.array(lamps[int(rng.integers(5))]) * rng.uniform(0.12, 0.6)
        bokeh += cv2.GaussianBlur(disc, (0, 0), radius * 0.18 + 0.6)[..., None] * tone.astype(np.float32)
    picture = picture + bokeh * (1 - smoothstep(0.05, 0.6, face.person))[..., None]
    return mixed(face, np.clip(picture * 1.05, 0, 1) ** (1 / 2.2), strength)


def vivid(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    lab = face.lab.copy()
    lab[..., 1:] *= rng.uniform(1.25, 1.5)
    lab[..., 0] = 100 * _curve(lab[..., 0] / 100, rng.uniform(0.3, 0.7))
    return mixed(face, lab_to_rgb(lab) / 255, strength)


def soft_glow(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A dreamy diffusion of the lights."""
    rgb = rgb_of(face)
    glow = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(6, 12))
    screen = 1 - (1 - rgb) * (1 - glow * rng.uniform(0.4, 0.65))
    return mixed(face, screen * 0.9 + 0.02, strength)


def bright(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A high key: light shadows, clean whites."""
    rgb = rgb_of(face) ** 0.72
    return mixed(face, 0.03 + 0.97 * rgb + 0.02, strength)


def dramatic(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A low key: deep shadows, little colour, darker to the corners."""
    rgb = _curve(rgb_of(face) ** 1.25, 1.6)
    grey = _grey(rgb)[..., None]
    return mixed(face, (grey + 0.75 * (rgb - grey)) * _vignette(0.45)[..., None], strength)


def faded(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A print that lay in the sun: blacks are grey, colours pale."""
    rgb = rgb_of(face)
    grey = _grey(rgb)[..., None]
    return mixed(face, np.array((0.17, 0.15, 0.16)) + 0.74 * (grey + 0.55 * (rgb - grey)), strength)


def cinema(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Shadows to teal, lights to orange."""
    rgb = np.clip(_curve(rgb_of(face), 0.7), 0, 1)
    grey = np.clip(_grey(rgb), 0, 1)[..., None]
    shadow, light = (1 - grey) ** 1.5, grey**1.2
    toned = rgb + shadow * np.array((-0.1, 0.02, 0.08)) + light * np.array((0.1, 0.02, -0.12))
    return mixed(face, toned, strength)


def moonlight(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Dark and blue, with little colour left."""
    linear = rgb_of(face) ** 2.2
    grey = _grey(linear)[..., None]
    lit = (0.7 * grey + 0.3 * linear) * np.array((0.33, 0.52, 0.95)) * 0.62
    return mixed(face, np.clip(lit, 0, 1) ** (1 / 2.2) * _vignette(0.25)[..., None], strength)


def rose(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Through pink glass."""
    rgb = rgb_of(face)
    grey = _grey(rgb)[..., None]
    return mixed(
        face, (grey + 0.85 * (rgb - grey)) * np.array((1.1, 0.9, 0.98)) + np.array((0.05, 0.0, 0.03)), strength
    )


def noir(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Black and white with hard contrast."""
    if face.monochrome:
        return None
    grey = _curve(np.clip(_grey(rgb_of(face), (0.4, 0.5, 0.1)), 0, 1) ** 1.15, 2.2) * _vignette(0.35)
    return mixed(face, np.repeat(grey[..., None], 3, -1), strength)
