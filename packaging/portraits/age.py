"""Older and younger: lines drawn on the unrolled head as relief, and the skin's own relief deeper or shallower."""

from __future__ import annotations

import cv2
import hair
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep
from face import BROW_LEFT, BROW_RIGHT, SIZE, TEXTURE, Face, shape
from makeup import bare_skin, frontal, smooth
from skin import tone_mask
from warp import Motion, moved

STEPS = 2


def _line(canvas: np.ndarray, points: np.ndarray, width: float, depth: float) -> None:
    """A groove that is deepest in its middle and fades out at its ends."""
    path = (smooth(np.asarray(points, float), False, 4) + 0.5) * STEPS - 0.5
    sigma = 0.55 * width * STEPS
    margin = int(3 * sigma + width * STEPS) + 2
    left, top = np.maximum(np.floor(path.min(0)).astype(int) - margin, 0)
    right, bottom = np.minimum(np.ceil(path.max(0)).astype(int) + margin, (canvas.shape[1], canvas.shape[0]))
    if right <= left or bottom <= top:
        return
    layer = np.zeros((bottom - top, right - left), np.float32)
    strong = depth * np.sin(np.pi * (0.08 + 0.84 * np.linspace(0, 1, len(path) - 1))) ** 0.7
    fixed = np.round((path - [left, top]) * 16).astype(int).tolist()
    for start, end, value in zip(fixed[:-1], fixed[1:], strong.tolist(), strict=True):
        cv2.line(layer, start, end, value, max(1, round(width * STEPS)), cv2.LINE_AA, 4)
    window = canvas[top:bottom, left:right]
    np.maximum(window, cv2.GaussianBlur(layer, (0, 0), sigma), out=window)


def _both(canvas: np.ndarray, points: np.ndarray, width: float, depth: float, rng: np.random.Generator) -> None:
    """The same line on both sides, never quite alike."""
    points = np.asarray(points, float)
    for mirrored in (False, True):
        own = points + rng.normal(0, 0.7, points.shape)
        if mirrored:
            own[:, 0] = TEXTURE[0] - own[:, 0]
        _line(canvas, own, width * rng.uniform(0.85, 1.15), depth * rng.uniform(0.8, 1.15))


def _wrinkles(rng: np.random.Generator, amount: float) -> np.ndarray:
    """(256, 304) float32: depth of the grooves on the unrolled head."""
    t = shape()["texture"].astype(float)
    canvas = np.zeros((TEXTURE[1] * STEPS, TEXTURE[0] * STEPS), np.float32)
    # the forehead
    brow, top = t[105][1], t[10][1]
    for k in range(int(rng.integers(3, 5))):
        y = brow - 9 - (brow - top - 16) * (k + rng.uniform(-0.2, 0.2)) / 3.6
        reach = rng.uniform(26, 44)
        x = np.linspace(-reach, reach, 9)
        wave = 2.2 * np.cos(x / 15 + rng.uniform(-0.4, 0.4)) - 0.0022 * x**2 + rng.normal(0, 0.7, 9)
        _line(canvas, np.c_[152 + x, y - wave], rng.uniform(1.1, 1.7), rng.uniform(0.45, 0.85) * amount)
    # between the brows
    for sign in (-1, 1):
        x = 152 + sign * rng.uniform(4, 6.5)
        points = [(x + sign * 1.2, t[168][1] + 1), (x, t[9][1] + 3), (x + sign * 0.5, t[9][1] - 7 + rng.uniform(-2, 2))]
        _line(canvas, np.array(points), 1.2, rng.uniform(0.3, 0.75) * amount)
    # beside the eyes
    corner = t[33]
    for angle in np.radians(rng.normal((-32, -10, 12, 34), 4)):
        length = rng.uniform(12, 20)
        away = np.array([-np.cos(angle), np.sin(angle)])
        bend = np.array([0, np.sign(np.sin(angle)) * 1.2])
        start = corner + away * 5
        _both(
            canvas,
            np.array([start, start + away * length * 0.5 + bend, start + away * length + bend * 2.5]),
            1.0,
            rng.uniform(0.4, 0.75) * amount,
            rng,
        )
    # under the eyes
    under = t[[133, 155, 154, 153, 145, 144, 163, 7, 33]]
    for drop, depth in ((5.5, 0.45), (10.5, 0.75)):
        bag = under[1:8] + np.array([0, drop]) + np.c_[np.zeros(7), 1.5 * np.sin(np.linspace(0.3, np.pi, 7))]
        _both(canvas, bag, 1.5, depth * rng.uniform(0.6, 1.0) * amount, rng)
    # from nose to mouth, and down from its corners
    fold = np.array(
        [
            t[129] * 0.75 + t[203] * 0.25 + [0, -2],
            t[203] * 0.85 + t[206] * 0.15,
            t[216] * 0.7 + t[206] * 0.3,
            t[57] + [-5, -1],
            t[57] + [-6, 7],
        ]
    )
    _both(canvas, fold, 2.0, rng.uniform(0.75, 1.0) * amount, rng)
    down = np.array([t[61] + [-1, 2], t[61] + [-3.5, 9], t[61] + [-3, 18]])
    _both(canvas, down, 1.5, rng.uniform(0.4, 0.8) * amount, rng)
    # cheeks
    for _ in range(int(rng.integers(1, 4))):
        start = t[205] + rng.normal(0, 5, 2) + [-8, 0]
        _both(
            canvas,
            np.array([start, start + np.array([-3, 9]), start + np.array([-3, 19])]),
            1.2,
            rng.uniform(0.15, 0.4) * amount,
            rng,
        )
    # over the lip
    for _ in range(int(rng.integers(3, 8))):
        x = 152 + rng.uniform(-17, 17)
        y = t[0][1] - 1.5
        _line(
            canvas,
            np.array([(x, y), (x * 0.98 + 152 * 0.02, y - 3.5), (x * 0.97 + 152 * 0.03, y - 7)]),
            0.8,
            rng.uniform(0.15, 0.35) * amount,
        )
    return cv2.resize(canvas, TEXTURE, interpolation=cv2.INTER_AREA)


def older(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Wrinkles, the skin's relief deeper and its colour uneven, hair and brows turning grey, cheeks a little lower."""
    if not frontal(face, 0.6) or face.age > 58 or face.has("senior", "old", "hand covering", "mask"):
        return None
    amount = rng.uniform(0.9, 1.3)
    original = face
    grey = hair.recolour(face, rng, float(rng.uniform(0.7, 1.0)), "grey", doubt=0.65)
    if grey is not None:
        face = face.replaced(grey)
    motion = Motion(face)
    for side, jowl, cheek, brow, lid in ((-1, 172, 205, 105, 159), (1, 397, 425, 334, 386)):
        motion.add(jowl, 0.12 * side, -0.12 * amount, 1.6)
        motion.add(cheek, 0.04 * side, -0.16 * amount, 1.8)
        motion.add(brow, 0, -0.14 * amount, 1.3)
        motion.add(lid, 0, -0.09 * amount, 0.6)
    for index in (1, 4, 2, 152, 33, 263, 133, 362, 145, 374, 168, 10, 61, 291, 13, 14):
        motion.add(index, 0, 0, 1.3)
    forward = motion.field(strength)
    lab = cv2.cvtColor(np.clip(moved(face.picture, forward).astype(np.float32) / 255, 0, 1), cv2.COLOR_RGB2LAB)
    light = lab[..., 0].copy()
    skin = np.clip(np.maximum(bare_skin(face), tone_mask(face) * (1 - face.features)), 0, 1)

    # the relief that is there
    fine = light - cv2.GaussianBlur(light, (0, 0), 1.6)
    middle = cv2.GaussianBlur(light, (0, 0), 1.6) - cv2.GaussianBlur(light, (0, 0), 6)
    deeper = np.clip(fine * rng.uniform(0.7, 1.1), -6, 6) + np.clip(middle * rng.uniform(0.35, 0.6), -5, 4)
    light = light + deeper * skin * amount

    # lines: dark in the groove, a ridge of light below it
    depth = face.wrap(_wrinkles(rng, amount)) * bare_skin(face)
    shifted = cv2.warpAffine(depth, np.float32([[1, 0, 0], [0, 1, 1.6 * face.scale / 8.3]]), (SIZE, SIZE))
    ridge = np.clip(cv2.GaussianBlur(shifted, (0, 0), 0.8) - depth, 0, 1)
    level = np.clip(light / 70, 0.25, 1.2)
    light = light - (19 * depth - 7 * ridge) * level
    lab[..., 1] += 2.0 * depth
    hollow = cv2.GaussianBlur(depth, (0, 0), 3.5)
    light = light - 5 * hollow * level

    # uneven colour: blotches and a few spots
    blotch = noise(rng, (SIZE, SIZE), 11, 3)
    light = light + skin * blotch * 0.9
    lab[..., 1] = lab[..., 1] * (1 - 0.12 * skin) + skin * 0.9 * noise(rng, (SIZE, SIZE), 14, 2)
    lab[..., 2] = lab[..., 2] * (1 - 0.08 * skin)
    lab[..., 0] = np.clip(light, 0, 100)

    mix = rng.uniform(0.6, 0.95)
    brows = np.maximum(face.polygon(BROW_LEFT, soft=1.2), face.polygon(BROW_RIGHT, soft=1.2))
    dark = smoothstep(face.skin_lab[0] * 0.95, face.skin_lab[0] * 0.6, lab[..., 0])
    faded = np.stack([lab[..., 0] + 12, lab[..., 1] * 0.3, lab[..., 2] * 0.4], -1)
    lab = over(lab, faded, brows * dark * mix * 0.7)

    where = np.clip(np.maximum(np.maximum(skin, face.hair), np.abs(forward).max(-1) > 0.03), 0, 1)
    where = np.where(where > 0.012, 1.0, 0.0).astype(np.float32)
    where = np.maximum(where, (face.picture != original.picture).any(-1))
    painted = lab_to_rgb(lab)
    picture = original.picture.astype(np.float32)
    return finish(original, picture + strength * (painted - picture), where, rng, grain=0)


def younger(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Lines and shadows of the skin filled, a fresher colour, eyes a little larger, hair without grey."""
    if not frontal(face, 0.7) or face.age < 30 or face.has("hand covering", "mask"):
        return None
    amount = rng.uniform(0.8, 1.0)
    motion = Motion(face)
    for side, jowl, cheek, upper, lower in ((-1, 172, 205, (160, 159, 158), 145), (1, 397, 425, (387, 386, 385), 374)):
        motion.add(jowl, -0.2 * side * amount, 0.12 * amount, 1.7)
        motion.add(cheek, 0, 0.16 * amount, 1.8)
        for index in upper:
            motion.add(index, 0, 0.07 * amount, 0.6)
        motion.add(lower, 0, -0.04 * amount, 0.6)
    for index in (1, 4, 2, 152, 33, 263, 133, 362, 168, 10, 61, 291, 13, 14, 105, 334):
        motion.add(index, 0, 0, 1.3)
    forward = motion.field(strength)
    base = moved(face.picture, forward)
    lab = cv2.cvtColor(base.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    skin = np.clip(tone_mask(face), 0, 1) * (1 - face.features)
    skin = cv2.GaussianBlur(skin, (0, 0), 0.8)
    soft = cv2.bilateralFilter(lab, 0, 9, 3.2)
    soft = cv2.bilateralFilter(soft, 0, 7, 3.2)
    # grooves: darker than a wide neighbourhood of skin
    weight = skin + 1e-3
    broad = cv2.GaussianBlur(soft * weight[..., None], (0, 0), 7) / cv2.GaussianBlur(weight, (0, 0), 7)[..., None]
    groove = np.clip(broad[..., 0] - soft[..., 0], 0, 9)
    soft[..., 0] += groove * 0.6 * amount
    soft[..., 1:] = 0.6 * soft[..., 1:] + 0.4 * broad[..., 1:]
    pores = lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 0.8)
    soft[..., 0] += 0.22 * pores + 1.5
    soft[..., 1] += 1.0
    lab = over(lab, soft, skin * amount)
    own = face.hair_lab
    if own is not None and np.hypot(own[1], own[2]) < 9 and own[0] > 38 and not face.monochrome:
        brown = np.stack([lab[..., 0] * 0.62, lab[..., 1] + 6, lab[..., 2] + 11], -1)
        lab = over(lab, brown, face.hair * 0.75)
    where = np.clip(np.maximum(np.maximum(skin, face.hair), np.abs(forward).max(-1) > 0.03), 0, 1)
    where = np.where(where > 0.012, 1.0, 0.0).astype(np.float32)
    painted = lab_to_rgb(lab)
    picture = face.picture.astype(np.float32)
    return finish(face, picture + strength * (painted - picture), where, rng, grain=0)
