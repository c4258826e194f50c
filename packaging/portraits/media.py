"""The portrait as a drawing or a painting."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import noise, smoothstep
from face import SIZE, Face
from flow import along_flow, edge_flow
from whole import mixed, rgb_of


def _kuwahara(image: np.ndarray, radius: int) -> np.ndarray:
    """The calmest of four quadrants' means, softly chosen."""
    size = radius + 1
    means, weights = [], []
    grey = image.mean(-1)
    for anchor in ((0, 0), (0, radius), (radius, 0), (radius, radius)):
        mean = cv2.blur(image, (size, size), anchor=anchor)
        m1 = cv2.blur(grey, (size, size), anchor=anchor)
        m2 = cv2.blur(grey * grey, (size, size), anchor=anchor)
        means.append(mean)
        weights.append(1 / (1e-4 + np.maximum(m2 - m1 * m1, 0)) ** 4)
    weight = np.stack(weights)
    weight = weight / weight.sum(0)
    return (np.stack(means) * weight[..., None]).sum(0).astype(np.float32)


def _paper(rng: np.random.Generator, depth: float) -> np.ndarray:
    fibre = 0.6 * noise(rng, (SIZE, SIZE), 2.2) + 0.4 * noise(rng, (SIZE, SIZE), 7)
    return (1 + depth * fibre).astype(np.float32)


def pencil_sketch(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    grey = cv2.cvtColor(face.picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    grey = np.clip((grey - np.percentile(grey, 2)) / max(np.percentile(grey, 98) - np.percentile(grey, 2), 0.1), 0, 1)
    clean = cv2.bilateralFilter(grey, 5, 0.08, 2)
    broad = cv2.GaussianBlur(clean, (0, 0), rng.uniform(4, 8))
    dodge = np.clip(clean / np.maximum(broad, 0.02), 0, 1)
    line = smoothstep(0.35, 1.0, dodge)
    small = cv2.GaussianBlur(clean, (0, 0), 0.8) - cv2.GaussianBlur(clean, (0, 0), 1.6)
    line = np.clip(line - np.clip(-small * 5, 0, 0.5), 0, 1)
    flow = edge_flow(clean, 4)
    hatch = along_flow(noise(rng, (SIZE, SIZE), 1.2), flow, 6)
    stroke = np.zeros((19, 19), np.float32)
    cv2.line(stroke, (4, 16), (14, 2), 1.0, 1, cv2.LINE_AA)
    cross = cv2.filter2D(noise(rng, (SIZE, SIZE), 1.1), -1, stroke / stroke.sum(), borderType=cv2.BORDER_REFLECT)
    hatch, cross = hatch / max(hatch.std(), 1e-3), cross / max(cross.std(), 1e-3)
    tone = np.clip(1 - clean, 0, 1)
    shade = 0.16 * tone + 0.46 * tone**2.2
    graphite = shade * np.clip(1 + 0.42 * cross + 0.16 * hatch * smoothstep(0.4, 0.9, tone), 0.25, 1.8)
    sheet = np.clip((0.25 + 0.75 * line) * (1 - graphite), 0, 1)
    sheet = 0.12 + 0.86 * sheet
    sheet = sheet * _paper(rng, 0.018)
    tint = np.array((1.0, rng.uniform(0.97, 1.0), rng.uniform(0.9, 0.99)), np.float32)
    return mixed(face, np.clip(sheet, 0, 1)[..., None] * tint, strength)


def oil_painting(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    rgb = rgb_of(face)
    calm = _kuwahara(_kuwahara(rgb, 5), 3)
    grey = cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY)
    flow = edge_flow(grey, 3.5)
    strokes = along_flow(calm, flow, int(rng.integers(4, 7)))
    detail = cv2.GaussianBlur(rgb, (0, 0), 0.8) - cv2.GaussianBlur(rgb, (0, 0), 3)
    near = cv2.GaussianBlur(face.features, (0, 0), 3)[..., None]
    strokes = strokes + detail * (0.4 + 0.75 * near)
    bristle = along_flow(noise(rng, (SIZE, SIZE), 1.6), flow, 7)
    bristle = bristle / max(bristle.std(), 1e-3)
    relief = cv2.Sobel(bristle, cv2.CV_32F, 1, 1, ksize=3)
    relief = relief / max(relief.std(), 1e-3)
    body = 0.4 + 0.6 * smoothstep(0.05, 0.6, grey)
    strokes = strokes + (0.016 * bristle + 0.02 * relief * body)[..., None]
    lab = cv2.cvtColor(np.clip(strokes, 0, 1).astype(np.float32), cv2.COLOR_RGB2LAB)
    lab[..., 1:] *= rng.uniform(1.12, 1.35)
    lab[..., 0] = 50 + (lab[..., 0] - 50) * rng.uniform(1.02, 1.15)
    lab[..., 2] += rng.uniform(0, 5)
    return mixed(face, cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), strength)


def watercolour(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    rgb = rgb_of(face)
    calm = _kuwahara(cv2.bilateralFilter(rgb, 7, 0.12, 4), 4)
    wobble = np.stack([noise(rng, (SIZE, SIZE), 9, 2), noise(rng, (SIZE, SIZE), 9, 2)], -1) * np.float32(0.9)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    calm = cv2.remap(calm, xx + wobble[..., 0], yy + wobble[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    detail = cv2.GaussianBlur(rgb, (0, 0), 0.7) - cv2.GaussianBlur(rgb, (0, 0), 3)
    near = cv2.GaussianBlur(face.features, (0, 0), 3)[..., None]
    wash = np.clip(calm + detail * (0.35 + 0.75 * near), 0.02, 1)
    grey = cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY)
    edge = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    edge = np.clip(cv2.GaussianBlur(edge, (0, 0), 0.8) * 1.2, 0, 0.4)
    pigment = 1 + 0.1 * noise(rng, (SIZE, SIZE), 34, 3) + 0.04 * noise(rng, (SIZE, SIZE), 1.8)
    density = -np.log(wash) * rng.uniform(0.62, 0.8) * (pigment * (1 + edge))[..., None]
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    ragged = np.maximum(np.abs(x), np.abs(y)) + 0.035 * noise(rng, (SIZE, SIZE), 34, 3)
    border = smoothstep(1.0, rng.uniform(0.86, 0.95), ragged)
    sheet = np.exp(-density * border[..., None])
    lab = cv2.cvtColor(np.clip(sheet, 0, 1).astype(np.float32), cv2.COLOR_RGB2LAB)
    lab[..., 1:] *= rng.uniform(1.15, 1.4)
    sheet = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * _paper(rng, 0.02)[..., None]
    return mixed(face, sheet, strength)


def cartoon(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Flat colours in a few steps, with inked outlines."""
    rgb = rgb_of(face)
    calm = rgb
    for _ in range(3):
        calm = cv2.bilateralFilter(calm, 7, 0.1, 4)
    calm = _kuwahara(calm, 3)
    lab = cv2.cvtColor(calm, cv2.COLOR_RGB2LAB)
    levels = int(rng.integers(6, 9))
    scaled = lab[..., 0] / 100 * levels
    floor = np.floor(scaled)
    lab[..., 0] = (floor + smoothstep(0.35, 0.65, scaled - floor)) * 100 / levels
    lab[..., 1:] *= rng.uniform(1.25, 1.5)
    flat = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    grey = cv2.cvtColor(cv2.bilateralFilter(rgb, 5, 0.08, 3), cv2.COLOR_RGB2GRAY)
    flow = edge_flow(grey, 2.5)
    difference = cv2.GaussianBlur(grey, (0, 0), 1.0) - 0.985 * cv2.GaussianBlur(grey, (0, 0), 1.7)
    ink = along_flow(difference, flow, 4)
    line = smoothstep(-0.016, -0.002, ink)
    return mixed(face, flat * (0.12 + 0.88 * line)[..., None], strength)
