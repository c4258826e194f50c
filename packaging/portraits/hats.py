"""Hats with a brim, a crown, headphones."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, noise, over, smoothstep
from eyewear import METAL
from face import SIZE, Face, fill
from headwear import MIDDLE, Dome, clear_above, shadow_below, usable

FELTS = (
    (38, 34, 32),
    (84, 62, 46),
    (118, 96, 72),
    (150, 132, 104),
    (60, 64, 70),
    (26, 26, 30),
    (92, 34, 36),
    (44, 56, 48),
)
STRAW = ((206, 176, 122), (190, 154, 100), (222, 200, 156))


def brimmed_hat(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A felt or straw hat: pinched crown, ribbon, a brim that bends."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    straw = rng.random() < 0.35
    colour = np.array((STRAW if straw else FELTS)[rng.integers(3 if straw else len(FELTS))], np.float32)
    colour = colour * rng.uniform(0.88, 1.12)
    front, ear = rng.uniform(6.2, 7.2), rng.uniform(5.0, 6.0)
    dome = Dome(face, rng.uniform(1.05, 1.09), rng.uniform(1.08, 1.2))
    top = face.project(MIDDLE + np.array([0, dome.axes[1] * 0.92, 0]))
    if top[1] < -25:
        return None
    ring = dome.ring(front, ear)
    crown = dome.above(ring)
    # the crown is flatter than the skull, with a dent along its middle
    level = 0.9 - (dome.height - MIDDLE[1]) / np.float32(dome.axes[1]) - 0.04 * np.cos(dome.around * 2)
    level = level.astype(np.float32)
    slope = np.hypot(cv2.Sobel(level, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(level, cv2.CV_32F, 0, 1) / 8)
    crown = crown * np.clip(level / np.maximum(slope, 1e-4) + 0.5, 0, 1)
    # the brim: a ring around the crown's foot that curls up at its sides
    turn = np.linspace(-np.pi, np.pi, 121)
    wide = rng.uniform(4.2, 6.4)
    curl = rng.uniform(0.2, 2.2)
    dip = rng.uniform(0.2, 1.0)
    foot = front + (ear - front) * (1 - np.cos(turn)) * 0.5
    rise = np.clip((foot - MIDDLE[1]) / dome.axes[1], -0.9, 0.9)
    radius = np.sqrt(1 - rise**2)
    inner = np.stack([radius * np.sin(turn) * dome.axes[0], foot, radius * np.cos(turn) * dome.axes[2]], -1)
    inner[:, [0, 2]] += MIDDLE[[0, 2]]
    out = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], -1) * wide
    outer = inner + out
    outer[:, 1] += curl * np.sin(turn) ** 2 - dip * np.cos(turn) - 0.25
    near = np.cos(turn) > -0.25
    inner_px, outer_px = face.project(inner), face.project(outer)
    brim_front = fill([np.r_[inner_px[near], outer_px[near][::-1]]], 4)
    brim_back = fill([outer_px], 4)
    brim = np.maximum(brim_front, brim_back)
    hat = np.maximum(crown, brim)
    cleared = clear_above(face, picture, hat, ring, rng)
    if cleared is None:
        return None
    painted, gone = cleared
    # the back of the brim lies behind the head
    back = brim_back * (1 - brim_front) * (1 - crown)
    back = back * (1 - smoothstep(0.3, 0.7, face.person * (1 - gone)))
    painted, shadow = shadow_below(
        face, painted, np.maximum(crown, brim_front), rng.uniform(0.35, 0.55), face.scale * 1.4
    )
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    lamp = face.light.astype(np.float32)
    if straw:
        weave = (
            1 + 0.1 * np.cos(dome.height * 14) + 0.07 * np.cos(dome.around * 90) + 0.05 * noise(rng, (SIZE, SIZE), 1.5)
        )
    else:
        weave = 1 + 0.04 * noise(rng, (SIZE, SIZE), 1.4) + 0.05 * noise(rng, (SIZE, SIZE), 18, 2)
    lambert = np.clip(dome.normal @ lamp, 0, 1)
    pinch = 1 - 0.3 * np.exp(-(((np.abs(dome.around) - 0.42) / 0.2) ** 2)) * smoothstep(
        front + 2.4, front + 5.0, dome.height
    )
    rim = 0.7 + 0.3 * smoothstep(0.0, 0.3, dome.inside)
    edge = 1 + 0.12 * smoothstep(0.8, 0.9, (dome.height - MIDDLE[1]) / dome.axes[1])
    shade = (0.42 + 0.66 * lambert) * pinch * rim * weave * exposure * edge
    under = np.clip(colour * (0.34 * exposure * weave)[..., None], 0, 255)
    painted = over(painted, under, back)
    painted = over(painted, np.clip(colour * shade[..., None] + 3, 0, 255), cv2.GaussianBlur(crown, (0, 0), 0.4))
    # the ribbon
    tall = rng.uniform(1.1, 1.9)
    foot_map = front + (ear - front) * (1 - np.cos(dome.around)) * 0.5
    t = (dome.height - foot_map) / tall
    ribbon = crown * smoothstep(1.04, 0.96, t)
    band = np.array(
        [(22, 20, 20), (60, 40, 30), (120, 30, 34), (30, 40, 70), (222, 214, 200)][rng.integers(5)], np.float32
    )
    silk = band * ((0.45 + 0.62 * lambert) * exposure * rim * (1 + 0.05 * np.cos(t * 9)))[..., None]
    painted = over(painted, np.clip(silk, 0, 255), ribbon)
    # the brim's front: its upper side if the eye is above it, else its underside
    seen_above = (outer_px[60] - inner_px[60]) @ (-face.camera[1]) > 0
    bend = 0.92 + 0.16 * lamp[0] * (np.mgrid[0:SIZE, 0:SIZE][1] - inner_px[60][0]) / (8 * face.scale)
    rings = 1 + (0.07 if straw else 0.0) * np.cos(
        np.hypot(*(np.mgrid[0:SIZE, 0:SIZE] - inner_px[60][::-1, None, None])) * 1.9
    )
    tone = bend * exposure * rings * (0.98 if seen_above else 0.5) * (1 + 0.04 * noise(rng, (SIZE, SIZE), 1.5))
    distance = cv2.distanceTransform((brim_front > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    lip = 1 + 0.2 * np.exp(-((distance - 1.0) ** 2) / 1.5)
    cast = 1 - 0.35 * cv2.GaussianBlur(crown, (0, 0), 3)
    cloth = np.clip(colour * (tone * lip * cast)[..., None] + 3, 0, 255)
    painted = over(painted, cloth, cv2.GaussianBlur(brim_front, (0, 0), 0.4))
    where = cv2.dilate(np.maximum.reduce([crown, brim_front, back, gone, shadow]).astype(np.float32), np.ones((3, 3)))
    return finish(face, picture + strength * (painted - picture), where, rng)


def crown(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A golden crown with points and stones, on the hair."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    front, ear = rng.uniform(8.8, 9.8), rng.uniform(7.6, 8.6)
    tall, point, count = rng.uniform(1.2, 1.8), rng.uniform(2.2, 3.6), int(rng.integers(9, 14)) * 2
    turn = np.linspace(-np.pi, np.pi, 241)
    foot = front + (ear - front) * (1 - np.cos(turn)) * 0.5
    wide = np.array([6.9, 0, 7.4]) * rng.uniform(0.98, 1.06)

    def ring(height: np.ndarray, flare: float) -> np.ndarray:
        grow = 1 + flare * (height - foot) / 4
        return np.stack([wide[0] * grow * np.sin(turn), height, MIDDLE[2] + wide[2] * grow * np.cos(turn)], -1)

    wave = np.abs(np.mod(turn * count / (2 * np.pi), 1) - 0.5) * 2
    crest = foot + tall + point * wave ** rng.uniform(1.2, 2.2)
    low, high = ring(foot, 0.12), ring(crest, 0.12)
    normal = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], -1)
    seen = normal @ face.view > 0.02
    if face.project(high[120:121])[0, 1] < 2 or face.project(high)[:, 1].min() < -12:
        return None
    front_part = fill([np.r_[face.project(low[seen]), face.project(high[seen])[::-1]]], 4)
    painted, shadow = shadow_below(face, picture, front_part, 0.35, face.scale * 0.4)
    metal = np.array(METAL["gold" if rng.random() < 0.75 else "silver"], np.float32)
    exposure = np.clip(0.35 + 0.75 * face.exposure, 0.45, 1.1)
    base_px = face.project(low[seen])
    order = np.argsort(base_px[:, 0])
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    angle = np.interp(xx[0], base_px[order, 0], turn[seen][order]).astype(np.float32)[None] + 0 * yy
    bottom = np.interp(xx[0], base_px[order, 0], base_px[order, 1]).astype(np.float32)[None]
    up = (bottom - yy) / (tall * face.scale)
    shine = 0.62 + 0.38 * np.cos(angle * 2.2 - face.light[0] * 2) + 0.3 * np.cos(angle * 7 + 1.3) * 0.5
    soft = cv2.GaussianBlur(front_part, (0, 0), 1.0)
    bevel = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) * 0.5
    bands = (
        1
        + 0.35 * np.exp(-(((up - 0.12) / 0.1) ** 2))
        + 0.35 * np.exp(-(((up - 1.0) / 0.1) ** 2))
        - 0.25 * np.exp(-(((up - 0.3) / 0.1) ** 2))
    )
    gold = metal * (np.clip(shine * bands + bevel, 0.25, 1.6) * exposure)[..., None]
    painted = over(painted, np.clip(gold, 0, 255), front_part)
    stones = np.array([(170, 24, 40), (36, 80, 170), (30, 130, 80), (225, 225, 232)], np.float32)
    picked = stones[rng.integers(4)]
    for k in range(-count // 4, count // 4 + 1):
        a = 2 * np.pi * k / count
        place = np.array(
            [wide[0] * np.sin(a) * 1.03, np.interp(a, turn, foot) + tall * 0.55, MIDDLE[2] + wide[2] * np.cos(a) * 1.03]
        )
        facing = np.array([np.sin(a), 0, np.cos(a)]) @ face.view
        if facing < 0.15:
            continue
        centre, size = face.project(place), 0.38 * face.scale
        oval = np.linspace(0, 2 * np.pi, 24)
        gem = fill([centre + size * np.c_[np.cos(oval) * facing * 0.8, np.sin(oval)]], 4)
        spot = (
            np.exp(-(((xx - centre[0] + size * 0.3) ** 2 + (yy - centre[1] + size * 0.35) ** 2) / (size * 0.35) ** 2))
            * 120
        )
        body = (
            picked * np.clip(0.75 - (yy - centre[1]) / size * 0.3, 0.3, 1.2)[..., None] * exposure
            + spot[..., None] * exposure
        )
        painted = over(painted, np.clip(body, 0, 255), gem)
    where = cv2.dilate(np.maximum(front_part, shadow).astype(np.float32), np.ones((3, 3)))
    return finish(face, picture + strength * (painted - picture), where, rng)


def headphones(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A band over the hair and a cup on every ear that is seen."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    tones = [(26, 26, 28), (26, 26, 28), (210, 208, 204), (60, 62, 70), (150, 34, 38), (40, 60, 110)]
    colour = np.array(tones[rng.integers(len(tones))], np.float32)
    accent = np.array(METAL["silver"], np.float32) if rng.random() < 0.5 else colour * 0.7
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    # how high the hair stands
    up = face.camera[1] / np.linalg.norm(face.camera[1])
    centre = face.project(np.array([0, 4.0, -2.4]))
    ray = centre[None] + up[None] * np.arange(10, 140)[:, None]
    inside = [0 <= x < SIZE and 0 <= y < SIZE and face.person[int(y), int(x)] > 0.5 for x, y in ray]
    tall = (10 + (np.argmin(inside) if not all(inside) else 130)) / face.scale
    tall = float(np.clip(tall + 0.2, 8.6, 13.5))
    side = 8.4
    turn = np.linspace(-np.pi / 2, np.pi / 2, 60)
    arc = np.stack(
        [
            side * 1.04 * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.9,
            1.6 + (2.4 + tall) * np.cos(turn) ** 0.85,
            -2.4 + 0 * turn,
        ],
        -1,
    )
    depth = np.array([0, 0, rng.uniform(0.9, 1.4)])
    first, second = face.project(arc + depth), face.project(arc - depth)
    thick = rng.uniform(0.6, 0.95) * face.scale
    outline = face.project(arc)
    if outline[:, 1].min() < 2:
        return None
    along = np.gradient(outline, axis=0)
    normal = np.c_[along[:, 1], -along[:, 0]] / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    band = np.maximum(
        fill([np.r_[first, second[::-1]]], 4),
        fill([np.r_[outline + normal * thick / 2, (outline - normal * thick / 2)[::-1]]], 4),
    )
    painted, shadow = shadow_below(face, picture, band, 0.3, face.scale * 0.35)
    soft = cv2.GaussianBlur(band, (0, 0), 1.2)
    relief = (
        0.85
        + 1.3 * cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) * 0.5
        + 0.6 * face.light[0] * -cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3) * 0.5
    )
    material = 1 + 0.03 * noise(rng, (SIZE, SIZE), 1.5)
    painted = over(
        painted, np.clip(colour * (np.clip(relief, 0.35, 1.6) * exposure * material)[..., None] + 6, 0, 255), band
    )
    where = np.maximum(band, shadow)
    for sign in (-1, 1):
        facing = sign * face.view[0]
        if facing < -0.3:
            continue
        radius_y, radius_z = rng.uniform(3.0, 3.7), rng.uniform(2.7, 3.2)
        circle = np.linspace(0, 2 * np.pi, 60)
        pads, shells = [], []
        for out, store in ((0.0, pads), (1.5, pads), (1.5, shells), (2.5, shells)):
            shrink = 0.78 if out > 2 else 1.0
            cup = np.stack(
                [
                    sign * (7.7 + out) + 0 * circle,
                    0.6 + radius_y * shrink * np.sin(circle),
                    -2.4 + radius_z * shrink * np.cos(circle),
                ],
                -1,
            )
            store.append(face.project(cup))
        for shapes, tone, dark in (
            (pads, colour * 0.55 + 6, 0.75),
            (shells, colour if dark_is(colour) else accent, 1.0),
        ):
            hull = cv2.convexHull(np.concatenate(shapes).astype(np.float32))[:, 0]
            mask = fill([hull], 4)
            if facing < 0:
                mask = mask * (1 - smoothstep(0.3, 0.7, face.face_mask))
            cast = (
                cv2.GaussianBlur(
                    cv2.warpAffine(mask, np.float32([[1, 0, -sign * 1.5], [0, 1, 1.5]]), (SIZE, SIZE)), (0, 0), 2
                )
                * face.person
                * (1 - mask)
            )
            painted = painted * (1 - 0.3 * cast[..., None])
            soft = cv2.GaussianBlur(mask, (0, 0), 1.6)
            light = dark * (
                0.8
                + 0.75 * cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) * 0.5
                + 0.5 * sign * face.light[0]
                + 0.9 * np.abs(cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)) * 0.25
            )
            painted = over(
                painted, np.clip(tone * (np.clip(light, 0.3, 1.6) * exposure * material)[..., None] + 5, 0, 255), mask
            )
            where = np.maximum(where, np.maximum(mask, cast * 0.3))
    where = cv2.dilate(where.astype(np.float32), np.ones((3, 3)))
    return finish(face, picture + strength * (painted - picture), where, rng)


def dark_is(colour: np.ndarray) -> bool:
    return float(colour.mean()) < 120
