"""A knitted scarf around the neck, and the hat of Father Christmas."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, noise, over, smoothstep
from face import OVAL, SIZE, Face, fill
from headwear import COLOURS, MIDDLE, Dome, clear_above, shadow_below, usable
from makeup import smooth


def _place(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    return xx - np.float32(points[0]), yy - np.float32(points[1])


def scarf(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Two or three turns of knitted cloth under the chin."""
    if abs(face.yaw) > 0.5 or abs(face.pitch) > 0.4 or face.has("scarf", "hand covering", "beard", "hood", "hijab"):
        return None
    chin = face.mesh[152]
    if chin[1] > 238:
        return None
    picture = face.picture.astype(np.float32)
    first = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32) * rng.uniform(0.85, 1.15)
    second = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32)
    striped, stripe = rng.random() < 0.4, rng.uniform(1.2, 2.6)
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    sideways = face.light[0]
    painted, where = picture.copy(), np.zeros((SIZE, SIZE), np.float32)
    angle = np.linspace(-1.75, 1.75, 60)
    turns = int(rng.integers(2, 4))
    front = face.polygon(OVAL, grow=1.01, soft=0.6)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    top = -10.1 + rng.uniform(-0.3, 0.5)
    for turn in range(turns + 2):
        tilt, drop = rng.normal(0, 0.35), rng.uniform(1.5, 1.9)
        y = top - turn * drop
        wide = 6.9 + 0.75 * turn + rng.uniform(-0.2, 0.3)
        wave = 0.25 * np.sin(angle * rng.uniform(1.5, 3) + rng.uniform(0, 6))
        path = np.stack(
            [
                wide * np.sin(angle),
                y + 2.4 * (1 - np.cos(angle)) * 0.75 + tilt * np.sin(angle) + wave,
                -3.0 + (wide + 0.4) * np.cos(angle),
            ],
            -1,
        )
        line = face.project(path)
        half = rng.uniform(1.25, 1.5) * face.scale
        below = np.array([0, 1.0]) * half
        band = fill([np.r_[line - below, (line + below)[::-1]]], 4) * (1 - front)
        if (band > 0.5).sum() < 30:
            continue
        order = np.argsort(line[:, 0])
        middle = np.interp(xx[0], line[order, 0], line[order, 1]).astype(np.float32)
        t = (yy - middle[None]) / half  # -1 at the upper edge, 1 at the lower
        along = np.interp(xx[0], line[order, 0], angle[order]).astype(np.float32)[None] + 0 * yy
        round_ = np.clip(1 - 0.42 * np.abs(t) ** 2.2 - 0.16 * t, 0.3, 1.1)
        wobble = 0.3 * noise(rng, (SIZE, SIZE), 9, 2)
        ribs = 0.5 + 0.5 * np.cos(2 * np.pi * (t * 2.2 + 0.25 * wobble))
        stitch = 0.5 + 0.5 * np.cos(
            2 * np.pi * (along * 13 + 0.5 * np.abs(np.mod(t * 2.2, 1) - 0.5) * 2 + 0.2 * wobble)
        )
        knit = 1 - 0.26 * (1 - ribs) - 0.2 * (1 - stitch)
        folds = 1 + 0.12 * noise(rng, (SIZE, SIZE), 16, 2) + 0.05 * noise(rng, (SIZE, SIZE), 1.5)
        turned = np.clip(0.72 + 0.28 * np.cos(along) + 0.35 * sideways * np.sin(along), 0.35, 1.2)
        yarn = np.broadcast_to(first, (SIZE, SIZE, 3))
        if striped:
            stripes = smoothstep(0.35, 0.5, np.abs(np.mod(along * stripe * 2, 2) - 1))
            yarn = over(yarn, second, stripes)
        cast = cv2.GaussianBlur(cv2.warpAffine(band, np.float32([[1, 0, 0], [0, 1, 3]]), (SIZE, SIZE)), (0, 0), 2.5)
        painted = painted * (1 - 0.4 * (cast * (1 - band) * (1 - front))[..., None])
        colour = np.clip(yarn * (round_ * knit * folds * turned * exposure)[..., None] + 3, 0, 255)
        painted = over(painted, colour, cv2.GaussianBlur(band, (0, 0), 0.4))
        where = np.maximum(where, np.maximum(band, cast * 0.4 * (1 - front)))
    # the chin's shadow
    under = cv2.GaussianBlur(cv2.warpAffine(front, np.float32([[1, 0, 0], [0, 1, 7]]), (SIZE, SIZE)), (0, 0), 4)
    painted = painted * (1 - 0.42 * (under * where * (1 - front))[..., None])
    if (where > 0.5).sum() < 900:
        return None
    painted = picture + strength * (painted - picture)
    where = np.where(where > 0.01, where, 0).astype(np.float32)
    return finish(face, painted, where, rng)


def santa_hat(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Red felt that leans over to one side, white fur at its edge and a bobble at its end."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    front, ear = rng.uniform(6.2, 7.2), rng.uniform(4.2, 5.0)
    dome = Dome(face, 1.07, 1.0)
    ring = dome.ring(front, ear)
    up = face.camera[1] / np.linalg.norm(face.camera[1])
    side = np.array([-up[1], up[0]]) * (1 if rng.random() < 0.5 else -1)
    unit = face.scale
    left, right = (ring[0], ring[-1]) if side @ (ring[-1] - ring[0]) > 0 else (ring[-1], ring[0])
    middle = face.project(MIDDLE)
    crest = middle + up * unit * rng.uniform(8.6, 9.6)
    if crest[1] < -30:
        return None
    knee = crest + side * unit * 4.6 - up * unit * 1.2
    end = right + side * unit * rng.uniform(1.2, 2.4) - up * unit * rng.uniform(-1.5, 2.5)
    outer = smooth(
        np.array([left, left * 0.55 + crest * 0.45 - side * unit * 1.5, crest, knee, end + side * unit * 0.9]),
        False,
        10,
    )
    inner = smooth(np.array([end - side * unit * 0.7, right + side * unit * 0.3 + up * unit * 0.9, right]), False, 10)
    body = fill([np.r_[outer, inner, ring[1:-1][:: -1 if (right == ring[-1]).all() else 1]]], 4)
    fur_dome = Dome(face, 1.14, 1.0)
    low, high = fur_dome.ring(front - 0.5, ear - 0.6), fur_dome.ring(front + 1.7, ear + 1.6)
    fur = fill([np.r_[low, high[::-1]]], 4)
    ragged = noise(rng, (SIZE, SIZE), 2.6, 2)
    fur = smoothstep(0.38, 0.62, cv2.GaussianBlur(fur, (0, 0), 1.6) + 0.1 * ragged)
    dx, dy = _place(end)
    radius = unit * rng.uniform(1.3, 1.7)
    bobble = smoothstep(1.04, 0.92, np.hypot(dx, dy) / radius + 0.08 * ragged)
    hat = np.maximum(np.maximum(body, fur), bobble)
    cleared = clear_above(face, picture, np.maximum(body, fur), low, rng)
    if cleared is None:
        return None
    painted, gone = cleared
    painted, shadow = shadow_below(face, painted, hat, 0.4, unit * 0.5)
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    felt = np.array((168, 22, 30), np.float32) * rng.uniform(0.85, 1.15)
    soft = cv2.GaussianBlur(body, (0, 0), 7)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    lamp = face.light
    relief = 0.85 + 2.6 * (gy * lamp[1] * 0.9 - gx * lamp[0])
    folds = 1 + 0.1 * noise(rng, (SIZE, SIZE), 22, 2) + 0.04 * noise(rng, (SIZE, SIZE), 1.5)
    near_fur = 1 - 0.35 * cv2.GaussianBlur(fur, (0, 0), 3)
    colour = felt * (np.clip(relief, 0.35, 1.35) * folds * near_fur * exposure)[..., None]
    painted = over(painted, np.clip(colour, 0, 255), cv2.GaussianBlur(body, (0, 0), 0.4))
    white = np.array((236, 234, 230), np.float32)
    for mask in (fur, bobble):
        soft = cv2.GaussianBlur(mask, (0, 0), 4)
        slope = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) * 1.2
        shade = 0.86 + slope * 0.9 + 0.07 * ragged + 0.05 * noise(rng, (SIZE, SIZE), 1.3)
        colour = white * (np.clip(shade, 0.45, 1.08) * exposure)[..., None]
        cast = cv2.GaussianBlur(mask, (0, 0), 2.5) * (1 - mask) * body
        painted = painted * (1 - 0.35 * cast[..., None])
        painted = over(painted, np.clip(colour, 0, 255), cv2.GaussianBlur(mask, (0, 0), 0.5))
    where = cv2.dilate(np.maximum(hat, np.maximum(gone, shadow)).astype(np.float32), np.ones((3, 3)))
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng)
