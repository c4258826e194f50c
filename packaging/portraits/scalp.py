"""Bald: the skull where hair was, the background where hair stood out beyond it."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep
from face import OVAL, SIZE, Face
from headwear import Dome, fill_in


def bald(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if face.headgear or face.has("bald") or abs(face.yaw) > 0.5 or abs(face.pitch) > 0.35 or face.hair_doubt > 0.6:
        return None
    picture = face.picture.astype(np.float32)
    dome = Dome(face, rng.uniform(0.985, 1.02), rng.uniform(0.92, 1.0))
    skull = smoothstep(-0.012, 0.012, dome.inside)
    ear = face.mesh[[234, 454], 1].mean()
    rows = np.arange(SIZE, dtype=np.float32)[:, None] * np.ones((1, SIZE), np.float32)
    hair = smoothstep(0.08, 0.4, cv2.dilate(face.hair, np.ones((5, 5)))) * (1 - face.features)
    long = (face.hair > 0.5) & (rows > ear + 32)
    if long.sum() > 500:
        return None
    head = np.maximum(skull * smoothstep(ear + 14, ear - 6, rows), face.polygon(OVAL, grow=1.0, soft=1.0))

    # the scalp: the forehead's and temples' own colour carried up, shaded as a skull
    lab = face.lab
    sure = face.polygon(OVAL, grow=0.93, soft=1.0) * (1 - smoothstep(0.02, 0.15, face.hair)) * (1 - face.features)
    brow = face.mesh[[105, 334], 1].mean()
    sure = sure * (0.05 + 0.95 * smoothstep(brow + 40, brow - 4, rows))
    if sure.sum() < 250:
        return None
    base = fill_in(lab, sure.astype(np.float32))
    lamp = face.light.astype(np.float32)
    lambert = np.clip(dome.normal @ lamp, 0, 1)
    facing = np.clip(dome.normal @ face.view.astype(np.float32), 0, 1)
    form = (0.5 + 0.62 * lambert) * (0.62 + 0.38 * facing**0.55)
    known = (sure > 0.5) & (rows < brow)
    level = float(np.median(form[known])) if known.sum() > 30 else float(np.median(form[skull > 0.5]))
    scalp = base.copy()
    ratio = np.clip(form / max(level, 0.1), 0.4, 1.25)
    scalp[..., 0] = np.clip(base[..., 0] * ratio, 3, 97)
    half = lamp + face.view.astype(np.float32)
    half = half / np.linalg.norm(half)
    gleam = np.clip(dome.normal @ half, 0, 1) ** rng.uniform(18, 40)
    scalp[..., 0] += gleam * rng.uniform(4, 13) * np.clip(face.exposure, 0.4, 1) * (base[..., 0] / 65)
    scalp[..., 0] = np.minimum(scalp[..., 0], 97)
    scalp[..., 0] += 0.9 * noise(rng, (SIZE, SIZE), 1.6) + 0.9 * noise(rng, (SIZE, SIZE), 9, 2)
    scalp[..., 1] += 0.5 * noise(rng, (SIZE, SIZE), 12, 2)
    # shorn hair leaves a shadow
    shadow = cv2.GaussianBlur(face.hair, (0, 0), 3) * rng.uniform(0.0, 0.16)
    scalp[..., 0] *= 1 - shadow
    scalp[..., 1:] *= (1 - 0.8 * shadow)[..., None]

    free = (1 - smoothstep(0.02, 0.12, cv2.dilate(np.maximum(face.person, face.hair), np.ones((7, 7))))).astype(
        np.float32
    )
    if free.sum() < 1500:
        return None
    behind = fill_in(picture, free)
    above = smoothstep(ear + 2, ear - 10, rows) * smoothstep(0.08, 0.35, cv2.dilate(face.person, np.ones((7, 7))))
    ears = 1 - smoothstep(0.25, 0.6, cv2.GaussianBlur(face.skin, (0, 0), 1.5)) * smoothstep(ear - 22, ear - 14, rows)
    outside = np.maximum(hair, above * ears) * (1 - head)
    # below the skull, beside the neck, what hair covered cannot be known: only wisps may go
    if (outside * (rows > ear + 10)).sum() > 700 or outside.sum() > 9000:
        return None
    painted = over(picture, behind, outside)
    # a little of the old edge of the mask is taken along, so that no line of hair stays at the forehead
    seam = cv2.GaussianBlur(cv2.dilate(hair * head, np.ones((5, 5))), (0, 0), 2.2) * head * (1 - face.features)
    blend = np.maximum(hair * head, seam)
    ears = smoothstep(ear - 16, ear - 4, rows) * (1 - smoothstep(0.3, 0.6, face.hair))
    blend = blend * (1 - ears)
    painted = over(painted, lab_to_rgb(scalp), blend)
    where = np.maximum(outside, blend)
    where = np.where(where > 0.012, where, 0).astype(np.float32)
    return finish(face, picture + strength * (painted - picture), where, rng, grain=1.0)
