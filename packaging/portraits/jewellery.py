"""Earrings at the lobes, a piercing, a clown's nose."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, over, smoothstep
from eyewear import METAL
from face import SIZE, Face, fill

LOBES = ((np.array([-7.9, -2.1, -2.3]), -1), (np.array([7.9, -2.1, -2.3]), 1))


def _lobe(face: Face, point: np.ndarray, side: int) -> np.ndarray | None:
    """Where the lobe hangs, if it is seen: ear turned to the camera, not under hair, on skin."""
    if side * face.view[0] < -0.16:
        return None
    own = face.mesh[132 if side < 0 else 361].astype(float)
    out = (face.camera[0] / np.linalg.norm(face.camera[0])) * side * face.scale
    place = own + out * (0.55 + 0.9 * max(side * face.view[0], 0)) + face.camera[1] * 0.55
    x, y = np.round(place).astype(int)
    if not (4 < x < SIZE - 5 and 4 < y < SIZE - 20):
        return None
    if face.person[y, x] < 0.5 or face.hair[y - 2 : y + 3, x - 2 : x + 3].mean() > 0.3:
        return None
    return place


def earrings(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if face.has("earring", "headphones", "hood", "hijab") or abs(face.yaw) > 0.75 or abs(face.pitch) > 0.5:
        return None
    places = [(found, side) for point, side in LOBES if (found := _lobe(face, point, side)) is not None]
    if not places:
        return None
    kind = str(rng.choice(["hoop", "hoop", "hoop", "pearl", "drop", "drop"]))
    metal = np.array(METAL[str(rng.choice(["gold", "gold", "silver", "rose"]))], np.float32)
    size = rng.uniform(1.1, 2.1) * face.scale
    thick = rng.uniform(0.17, 0.3) * face.scale
    light = np.clip(0.35 + 0.7 * face.exposure, 0.45, 1.1)
    gem = np.array(
        [(235, 230, 222), (60, 120, 190), (40, 140, 90), (170, 30, 50), (235, 240, 245)][rng.integers(5)], np.float32
    )
    picture = face.picture.astype(np.float32)
    painted = picture.copy()
    where = np.zeros((SIZE, SIZE), np.float32)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    for place, side in places:
        turn = np.clip(0.35 + 0.65 * abs(face.view[0]) + 0.1, 0.3, 1.0)
        angle = np.linspace(0, 2 * np.pi, 60)
        if kind == "hoop":
            centre = place + np.array([0, size])
            ring = centre + size * np.c_[np.sin(angle) * turn, -np.cos(angle)]
            inner = (
                centre
                + (size - thick) * np.c_[np.sin(angle) * turn * (size - thick * 1.3) / (size - thick), -np.cos(angle)]
            )
            mask = np.clip(fill([ring], 4) - fill([inner], 4), 0, 1)
            around = np.arctan2(xx - centre[0], centre[1] - yy)
            shine = 0.72 + 0.5 * np.cos(2 * around - 0.8) ** 3 + 0.5 * np.exp(-(((around + 0.9 * side) / 0.25) ** 2))
            colour = metal * (shine * light)[..., None]
        else:
            radius = {"pearl": 0.48, "stud": 0.3, "drop": 0.45}[kind] * face.scale * rng.uniform(0.9, 1.2)
            drop = {"pearl": 0.25, "stud": 0.0, "drop": 1.3}[kind] * face.scale
            centre = place + np.array([0, drop + radius * 0.5])
            stretch = 1.5 if kind == "drop" else 1.0
            mask = fill(
                [
                    centre
                    + radius
                    * np.c_[
                        np.sin(angle) * (1 - 0.25 * (np.cos(angle) > 0) * (kind == "drop")), -np.cos(angle) * stretch
                    ]
                ],
                4,
            )
            dx, dy = (xx - centre[0]) / radius, (yy - centre[1]) / (radius * stretch)
            base = (
                np.array((232, 226, 214), np.float32)
                if kind == "pearl"
                else gem
                if kind == "drop"
                else (gem if rng.random() < 0.5 else metal)
            )
            shine = 0.95 - 0.35 * (0.5 * dx + 0.8 * dy) - 0.2 * (dx**2 + dy**2)
            spot = np.exp(-(((dx + 0.35) ** 2 + (dy + 0.4) ** 2) / 0.06)) * 120
            colour = base * (shine * light)[..., None] + (spot * light)[..., None]
            if kind == "drop":
                wire = fill(
                    [
                        np.array(
                            [
                                place + np.array([-0.5, 0]),
                                place + np.array([0.5, 0]),
                                centre + np.array([0.4, -radius * 1.3]),
                                centre + np.array([-0.4, -radius * 1.3]),
                            ]
                        )
                    ],
                    4,
                )
                painted = over(painted, metal * light * 0.9, wire)
                where = np.maximum(where, wire)
        shadow = cv2.GaussianBlur(
            cv2.warpAffine(mask, np.float32([[1, 0, 0.8], [0, 1, 1.2]]), (SIZE, SIZE)), (0, 0), 1.0
        )
        shadow = shadow * 0.35 * face.person * (1 - mask)
        painted = painted * (1 - shadow[..., None])
        painted = over(painted, np.clip(colour, 0, 255), mask)
        where = np.maximum(where, np.maximum(mask, shadow))
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng, grain=0.6)


def clown_nose(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if abs(face.yaw) > 0.6 or abs(face.pitch) > 0.5 or face.has("mask", "hand covering"):
        return None
    centre = face.project(np.array([0.0, -0.75, 8.2])) * 0.4 + 0.6 * (face.mesh[4] * 0.6 + face.mesh[1] * 0.4)
    radius = rng.uniform(1.45, 1.95) * face.scale
    angle = np.linspace(0, 2 * np.pi, 80)
    mask = fill([centre + radius * np.c_[np.cos(angle), np.sin(angle)]], 4)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    dx, dy = (xx - centre[0]) / radius, (yy - centre[1]) / radius
    depth = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
    tilt = np.clip((face.shading[:, 128:].mean() - face.shading[:, :128].mean()) * 2, -0.5, 0.5)
    lambert = np.clip(tilt * dx - 0.5 * dy + 0.75 * depth, 0, 1)
    light = np.clip(0.35 + 0.7 * face.exposure, 0.45, 1.1)
    red = np.array((205, 22, 28), np.float32) * rng.uniform(0.9, 1.1)
    spot = np.exp(-(((dx - tilt * 0.5 + 0.25) ** 2 + (dy + 0.42) ** 2) / rng.uniform(0.03, 0.09))) * rng.uniform(
        60, 150
    )
    colour = red * ((0.32 + 0.78 * lambert) * light)[..., None] + (spot * light)[..., None]
    shadow = cv2.GaussianBlur(
        cv2.warpAffine(mask, np.float32([[1, 0, 0], [0, 1, radius * 0.22]]), (SIZE, SIZE)), (0, 0), 2.2
    )
    shadow = shadow * 0.45 * (1 - mask) * smoothstep(0.3, 0.7, face.person)
    picture = face.picture.astype(np.float32)
    painted = picture * (1 - shadow[..., None] * np.array((0.8, 1, 1), np.float32))
    painted = over(painted, np.clip(colour, 0, 255), mask)
    painted = picture + strength * (painted - picture)
    return finish(face, painted, np.maximum(mask, shadow), rng)
