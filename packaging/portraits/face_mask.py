"""A cloth or surgical mask over nose, mouth and chin."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, noise, over, smoothstep
from face import SIZE, Face, fill, shape
from makeup import smooth

COLOURS = ((168, 200, 220), (168, 200, 220), (226, 228, 230), (34, 35, 38), (150, 190, 178), (205, 160, 172))


def face_mask(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if abs(face.yaw) > 0.55 or abs(face.pitch) > 0.45 or face.has("mask", "hand covering", "tongue", "beard"):
        return None
    picture = face.picture.astype(np.float32)
    mesh = face.mesh.astype(float)
    out = face.camera[0]  # a centimetre to the right
    down = -face.camera[1]
    t = rng.uniform(0.15, 0.5)
    nose = mesh[6] * (1 - t) + mesh[195] * t
    upper_l, upper_r = (
        mesh[117] * 0.55 + mesh[123] * 0.45 + down * 0.2,
        mesh[346] * 0.55 + mesh[352] * 0.45 + down * 0.2,
    )
    side_l, side_r = mesh[93] * 0.35 + mesh[147] * 0.65, mesh[323] * 0.35 + mesh[376] * 0.65
    jaw_l, jaw_r = mesh[172] * 0.8 + mesh[136] * 0.2, mesh[397] * 0.8 + mesh[365] * 0.2
    chin = mesh[152] + down * 0.45
    corner_l, corner_r = mesh[148] + down * 0.35 - out * 0.8, mesh[377] + down * 0.35 + out * 0.8
    outline = np.array(
        [
            nose,
            (nose * 0.5 + upper_r * 0.5) - down * 0.15,
            upper_r,
            side_r,
            jaw_r,
            corner_r,
            chin,
            corner_l,
            jaw_l,
            side_l,
            upper_l,
            (nose * 0.5 + upper_l * 0.5) - down * 0.15,
        ]
    )
    mask = fill([smooth(outline)], 4)
    colour = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32) * rng.uniform(0.92, 1.06)
    # where on the mask: across -1..1, 0 at the nose and 1 at the chin
    texture = shape()["texture"]
    x = (face.texture_at[..., 0] - 152) / 70
    top, bottom = texture[197][1], texture[152][1] + 4
    y = np.clip((face.texture_at[..., 1] - top) / (bottom - top), -0.2, 1.3)
    known = face.texture_at[..., 0] > 0
    x, y = np.where(known, x, 0).astype(np.float32), np.where(known, y, 1.2).astype(np.float32)
    ridge = np.exp(-((x / 0.2) ** 2)) * smoothstep(0.7, 0.1, y)  # the nose under the cloth
    lamp = face.light
    round_ = np.clip(1.02 - 0.3 * np.abs(x) ** 1.6 + 0.34 * lamp[0] * x - 0.16 * (y - 0.4) + 0.08 * ridge, 0.4, 1.15)
    pleated = rng.random() < 0.6
    folds = np.ones_like(x)
    if pleated:
        for level in (0.36, 0.52, 0.68):
            bow = level + 0.05 * x**2 + rng.uniform(-0.02, 0.02)
            folds = (
                folds - 0.17 * np.exp(-(((y - bow) / 0.014) ** 2)) + 0.06 * np.exp(-(((y - bow + 0.035) / 0.02) ** 2))
            )
    else:
        folds = folds - 0.1 * np.exp(-((x / 0.02) ** 2))
    distance = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    hem = 1 - 0.1 * np.exp(-(((distance - 3.2 * face.scale / 8.3) / 0.8) ** 2))
    creases = 1 + 0.035 * noise(rng, (SIZE, SIZE), 14, 3) + 0.015 * noise(rng, (SIZE, SIZE), 1.5)
    exposure = np.clip(0.35 + 0.7 * face.exposure, 0.42, 1.06)
    own = np.clip(0.6 + 0.4 * face.shading, 0.5, 1.15)
    cloth = colour * (round_ * folds * hem * creases * own * exposure)[..., None]
    # loops to the ears
    loops = []
    for sign, near, ear in ((-1, (upper_l, jaw_l), 234), (1, (upper_r, jaw_r), 454)):
        if sign * face.view[0] < -0.2:
            continue
        end = mesh[ear] + out * sign * 0.7 * max(0.3, sign * face.view[0] + 0.5)
        for start, lift in ((near[0], -0.1), (near[1], 0.9)):
            stop = end + down * lift
            path = smooth(np.array([start, start * 0.5 + stop * 0.5 + down * 0.25, stop]), False)
            half = 0.1 * face.scale
            loops.append(np.r_[path + np.array([0, half]), (path - np.array([0, half]))[::-1]])
    loop = (
        fill(loops, 4) * (1 - smoothstep(0.4, 0.8, face.hair)) * smoothstep(0.3, 0.6, face.person)
        if loops
        else np.zeros_like(mask)
    )
    solid = np.maximum(mask, loop)
    shadow = cv2.GaussianBlur(cv2.warpAffine(solid, np.float32([[1, 0, 0], [0, 1, 1.5]]), (SIZE, SIZE)), (0, 0), 1.5)
    shadow = shadow * (1 - solid) * face.person * 0.4
    painted = picture * (1 - shadow[..., None] * np.array((0.85, 1, 1), np.float32))
    painted = over(
        painted,
        np.clip(
            np.array((232, 232, 232) if colour.mean() > 80 else colour, np.float32) * exposure * own[..., None] * 0.9,
            0,
            255,
        ),
        loop,
    )
    painted = over(painted, np.clip(cloth, 0, 255), cv2.GaussianBlur(mask, (0, 0), 0.45))
    where = cv2.dilate(np.maximum(solid, shadow).astype(np.float32), np.ones((3, 3)))
    return finish(face, picture + strength * (painted - picture), where, rng)
