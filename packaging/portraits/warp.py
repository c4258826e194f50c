"""Faces moved by their landmarks: smiles, surprise, larger eyes, slimmer cheeks."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import lab_to_rgb
from face import EYE_LEFT, EYE_RIGHT, SIZE, Face, fill
from makeup import frontal, smooth
from mouth import Opening, open_mouth

GRID = 64  # cells of the coarse field, then enlarged


class Motion:
    """Landmarks that move, in units of the head turned with it; all others stay."""

    def __init__(self, face: Face) -> None:
        self.face = face
        right, up = face.camera[0], face.camera[1]
        self.axes = np.stack([right, up])  # a unit to the picture's right and up, in pixels
        self.sources: list[np.ndarray] = []
        self.moves: list[np.ndarray] = []
        self.reach: list[float] = []

    def add(self, index: int, x: float, y: float, reach: float = 1.4) -> None:
        """Move a landmark by (x, y) centimetres, fading over ``reach`` centimetres."""
        self.sources.append(self.face.mesh[index].astype(float))
        self.moves.append(np.array([x, y]) @ self.axes)
        self.reach.append(reach * self.face.scale)

    def field(self, strength: float) -> np.ndarray:
        """(256, 256, 2) displacement: Gaussian bells whose weights meet every landmark's own motion."""
        sources, moves = np.array(self.sources), np.array(self.moves) * strength
        reach = np.array(self.reach)
        apart = np.linalg.norm(sources[:, None] - sources[None], axis=-1)
        bells = np.exp(-((apart / reach[None]) ** 2))
        weights = np.linalg.solve(bells + 0.08 * np.eye(len(bells)), moves)
        axis = (np.arange(GRID) + 0.5) * SIZE / GRID - 0.5
        at = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 1, 2)
        away = np.linalg.norm(at - sources[None], axis=-1)
        coarse = np.exp(-((away / reach[None]) ** 2)) @ weights
        coarse = coarse.reshape(GRID, GRID, 2).astype(np.float32)
        return cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)


def moved(picture: np.ndarray, forward: np.ndarray) -> np.ndarray:
    """Every pixel carried along a smooth displacement (inverted by fixed point), sharp."""
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    back = forward
    for _ in range(3):
        back = cv2.remap(
            forward, xx - back[..., 0], yy - back[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    fine = cv2.resize(picture, (SIZE * 2, SIZE * 2), interpolation=cv2.INTER_CUBIC)
    x = 2 * (xx - back[..., 0]) + 0.5
    y = 2 * (yy - back[..., 1]) + 0.5
    return cv2.remap(fine, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def moved_mesh(face: Face, forward: np.ndarray) -> np.ndarray:
    x, y = np.clip(np.round(face.mesh), 0, SIZE - 1).astype(int).T
    return face.mesh + forward[y, x]


def _keep(face: Face, painted: np.ndarray, forward: np.ndarray) -> np.ndarray:
    """Where nothing moves more than a thirtieth of a pixel the photograph stays to the bit."""
    size = np.abs(forward).max(-1)
    still = cv2.dilate(size, np.ones((5, 5))) < 0.03
    result = np.clip(np.round(painted), 0, 255).astype(np.uint8)
    result[still] = face.picture[still]
    return result


def _mouth_open(face: Face) -> float:
    """Centimetres between the lips."""
    return float(np.linalg.norm(face.mesh[13] - face.mesh[14]) / face.scale)


def _smiles(face: Face) -> float:
    """How far the mouth's corners lie above its middle, in centimetres."""
    up = np.array([0.0, 1.0]) @ np.stack([face.camera[0], face.camera[1]])
    up = up / np.linalg.norm(up)
    corners = face.mesh[[61, 291]].mean(0)
    middle = face.mesh[[13, 14]].mean(0)
    return float((corners - middle) @ up / face.scale)


def _smile_motion(face: Face, amount: float) -> Motion:
    """Corners up and out, cheeks up, lower lids up a little."""
    motion = Motion(face)
    for side, corner, near_up, near_low, cheek, far, lid, lower in (
        (-1, 61, (185, 40), (146, 91), 205, 50, (144, 145, 153), 181),
        (1, 291, (409, 270), (375, 321), 425, 280, (373, 374, 380), 405),
    ):
        motion.add(corner, 0.52 * side * amount, 0.5 * amount, 1.5)
        motion.add(near_up[0], 0.38 * side * amount, 0.33 * amount, 1.1)
        motion.add(near_up[1], 0.22 * side * amount, 0.12 * amount, 1.1)
        motion.add(near_low[0], 0.38 * side * amount, 0.3 * amount, 1.1)
        motion.add(near_low[1], 0.24 * side * amount, 0.08 * amount, 1.1)
        motion.add(lower, 0.12 * side * amount, -0.02, 1.0)
        motion.add(cheek, 0.18 * side * amount, 0.38 * amount, 1.9)
        motion.add(far, 0.1 * side * amount, 0.3 * amount, 1.9)
        for index in lid:
            motion.add(index, 0.0, 0.1 * amount, 0.8)
    for index in (0, 17):
        motion.add(index, 0.0, -0.04, 1.0)
    for index in (1, 4, 2, 152, 199, 33, 263, 133, 362, 159, 386, 234, 454, 172, 397, 168):
        motion.add(index, 0.0, 0.0, 1.6)
    return motion


def smile(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A closed smile, with a fold beside the mouth."""
    if not frontal(face, 0.55) or _smiles(face) > 0.12 or _mouth_open(face) > 0.9 or face.has("tongue", "smil"):
        return None
    forward = _smile_motion(face, rng.uniform(1.0, 1.4)).field(strength)
    painted = moved(face.picture, forward).astype(np.float32)
    painted = _folds(face, painted, forward, rng.uniform(0.5, 1.0) * strength)
    return _keep(face, painted, forward)


def big_smile(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A smile that shows the upper teeth."""
    if not frontal(face, 0.5) or _smiles(face) > 0.25 or _mouth_open(face) > 0.28 or face.has("tongue", "smil"):
        return None
    amount = rng.uniform(1.1, 1.45)
    forward = _smile_motion(face, amount).field(strength)
    base = moved(face.picture, forward).astype(np.float32)
    base = _folds(face, base, forward, rng.uniform(0.7, 1.2) * strength)
    drop = rng.uniform(0.75, 1.1) * strength
    opening = Opening(drop, 0.25, 0.7, drop * rng.uniform(0.85, 1.05), rng.uniform(0.86, 0.95))
    painted, changed = open_mouth(face, base, moved_mesh(face, forward), opening, rng)
    return _keep(face, painted, np.maximum(np.abs(forward), changed[..., None]))


def _folds(face: Face, painted: np.ndarray, forward: np.ndarray, depth: float) -> np.ndarray:
    """The shadow from the wings of the nose to the corners of the mouth, and light on the cheeks above it."""
    mesh = moved_mesh(face, forward)
    lab = cv2.cvtColor((np.clip(painted, 0, 255) / 255).astype(np.float32), cv2.COLOR_RGB2LAB)
    young = np.clip((face.age - 5) / 25, 0.35, 1.1)
    for wing, upper, corner, apple in ((129, 203, 57, 205), (358, 423, 287, 425)):
        line = smooth(
            np.array([mesh[wing] * 0.7 + mesh[upper] * 0.3, mesh[upper], mesh[corner] * 0.55 + mesh[upper] * 0.45]),
            False,
        )
        offset = (mesh[apple] - mesh[corner]) * 0.04
        band = fill([np.r_[line - offset, (line + offset)[::-1]]], 3, soft=1.3 * face.scale / 8.3)
        lab[..., 0] -= np.clip(band * 2.2, 0, 1) * 7 * depth * young * (lab[..., 0] / 65)
        yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
        centre = mesh[apple] * 0.6 + mesh[117 if wing == 129 else 346] * 0.4
        bump = np.exp(-(((xx - centre[0]) ** 2 + (yy - centre[1]) ** 2) / (1.5 * face.scale) ** 2))
        lab[..., 0] += bump * 2.5 * depth * (lab[..., 0] / 65)
        lab[..., 1] += bump * 1.5 * depth
    return lab_to_rgb(lab)


def sad(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Corners of the mouth down, inner ends of the brows up."""
    if (
        not frontal(face, 0.55)
        or _mouth_open(face) > 0.8
        or _smiles(face) > 0.3
        or face.has("sad", "tongue", "hand covering")
    ):
        return None
    amount = rng.uniform(0.85, 1.25)
    motion = Motion(face)
    for side, corner, near, inner, middle, outer, lid in (
        (-1, 61, (185, 146), (107, 55), (66, 65), (70, 46), (159, 160, 158)),
        (1, 291, (409, 375), (336, 285), (296, 295), (300, 276), (386, 387, 385)),
    ):
        motion.add(corner, -0.1 * side * amount, -0.5 * amount, 1.3)
        for index in near:
            motion.add(index, -0.05 * side, -0.34 * amount, 1.0)
        for index in inner:
            motion.add(index, -0.12 * side, 0.5 * amount, 1.2)
        for index in middle:
            motion.add(index, 0, 0.22 * amount, 1.1)
        for index in outer:
            motion.add(index, 0, -0.2 * amount, 1.1)
        for index in lid:
            motion.add(index, 0, -0.12 * amount, 0.7)
    motion.add(17, 0, 0.12 * amount, 0.9)
    motion.add(18, 0, 0.18 * amount, 1.1)
    for index in (1, 4, 2, 152, 33, 263, 133, 362, 145, 374, 234, 454, 172, 397, 168, 205, 425, 10):
        motion.add(index, 0, 0, 1.4)
    forward = motion.field(strength)
    return _keep(face, moved(face.picture, forward).astype(np.float32), forward)


def angry(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Brows down and together with folds between them, eyes narrower, lips pressed."""
    if (
        not frontal(face, 0.55)
        or _smiles(face) > 0.3
        or _mouth_open(face) > 1.0
        or face.has("angry", "enraged", "tongue", "hand covering")
    ):
        return None
    amount = rng.uniform(0.85, 1.25)
    motion = Motion(face)
    for side, inner, middle, outer, upper, lower, corner, wing in (
        (-1, (107, 55), (66, 65), (63, 53), (159, 160, 158), (145, 144, 153), 61, 129),
        (1, (336, 285), (296, 295), (293, 283), (386, 387, 385), (374, 373, 380), 291, 358),
    ):
        for index in inner:
            motion.add(index, -0.28 * side * amount, -0.55 * amount, 1.2)
        for index in middle:
            motion.add(index, -0.12 * side * amount, -0.32 * amount, 1.1)
        for index in outer:
            motion.add(index, 0.02, 0.1 * amount, 1.1)
        for index in upper:
            motion.add(index, 0, -0.12 * amount, 0.6)
        for index in lower:
            motion.add(index, 0, 0.08 * amount, 0.6)
        motion.add(corner, -0.14 * side * amount, -0.2 * amount, 1.2)
        motion.add(wing, 0.1 * side * amount, 0.08 * amount, 0.8)
    motion.add(0, 0, -0.08 * amount, 0.8)
    motion.add(17, 0, 0.1 * amount, 0.8)
    for index in (1, 4, 2, 152, 33, 263, 133, 362, 234, 454, 172, 397, 10, 205, 425):
        motion.add(index, 0, 0, 1.4)
    forward = motion.field(strength)
    painted = moved(face.picture, forward).astype(np.float32)
    lab = cv2.cvtColor(np.clip(painted / 255, 0, 1), cv2.COLOR_RGB2LAB)
    up = np.array([0.0, 1.0]) @ motion.axes
    depth = rng.uniform(0.6, 1.1) * np.clip(face.age / 30, 0.5, 1.2) * strength
    for side in (-1, 1):
        foot = face.mesh[8] + np.array([0.38 * side, -0.25]) @ motion.axes
        line = smooth(
            np.array([foot, foot + up * 0.5 + np.array([0.1 * side, 0]) @ motion.axes, foot + up * 1.2]), False
        )
        thin = np.array([0.07, 0.0]) @ motion.axes
        band = fill([np.r_[line - thin, (line + thin)[::-1]]], 3, soft=0.75 * face.scale / 8.3)
        lab[..., 0] -= np.clip(band * 2, 0, 1) * 9 * depth * lab[..., 0] / 65
    return _keep(face, lab_to_rgb(lab), forward + (lab[..., :1] * 0))


def surprised(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Brows up, eyes wide, the mouth open."""
    blocked = face.has("surprised", "tongue", "hand covering", "eyes closed", "glasses", "beard")
    if not frontal(face, 0.5) or blocked or face.dark_lenses or _mouth_open(face) > 0.5:
        return None
    amount = rng.uniform(0.85, 1.15)
    motion = Motion(face)
    for side, brow, upper, lower, corner in (
        (-1, (70, 63, 105, 66, 107, 46, 53, 52, 65, 55), (160, 159, 158, 161, 157), (144, 145, 153), 61),
        (1, (300, 293, 334, 296, 336, 276, 283, 282, 295, 285), (387, 386, 385, 388, 384), (373, 374, 380), 291),
    ):
        for index in brow:
            motion.add(index, 0, 0.62 * amount, 1.1)
        for index in upper:
            motion.add(index, 0, 0.2 * amount, 0.55)
        for index in lower:
            motion.add(index, 0, -0.07 * amount, 0.55)
        motion.add(corner, -0.32 * side * amount, -0.18 * amount, 1.1)
    for index in (33, 263, 133, 362, 1, 4, 2, 168, 234, 454):
        motion.add(index, 0, 0, 1.2)
    forward = motion.field(strength)
    drop = rng.uniform(1.0, 1.6) * amount * strength
    teeth = rng.uniform(0.22, 0.42) if rng.random() < 0.7 else 0.0
    opening = Opening(drop, 0.82, 0.62, teeth, 0.93)
    base = moved(face.picture, forward).astype(np.float32)
    painted, changed = open_mouth(face, base, moved_mesh(face, forward), opening, rng)
    return _keep(face, painted, np.maximum(np.abs(forward), changed[..., None]))


def bigger_eyes(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not frontal(face, 0.6) or face.has("glasses", "goggles", "eyes closed") or face.dark_lenses:
        return None
    amount = rng.uniform(0.22, 0.34) * strength
    forward = np.zeros((SIZE, SIZE, 2), np.float32)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    for eye in (EYE_LEFT, EYE_RIGHT):
        middle = face.mesh[eye].mean(0)
        reach = np.ptp(face.mesh[eye][:, 0]) * 0.62 + 4
        off = np.stack([xx - middle[0], yy - middle[1]], -1)
        bell = np.exp(-((off**2).sum(-1) / reach**2))
        forward += off * (amount * bell)[..., None]
    return _keep(face, moved(face.picture, forward), forward)


def slimmer_face(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not frontal(face, 0.5):
        return None
    amount = rng.uniform(0.65, 1.05)
    motion = Motion(face)
    for side, jaw in ((-1, (132, 58, 172, 136, 150, 93)), (1, (361, 288, 397, 365, 379, 323))):
        for index, share in zip(jaw, (0.75, 1.0, 1.0, 0.85, 0.5, 0.45), strict=True):
            motion.add(index, -side * amount * share, 0.08 * amount, 1.9)
    for index in (1, 61, 291, 17, 152, 33, 263, 133, 362, 234, 454, 205, 425, 2, 10):
        motion.add(index, 0, 0, 1.8)
    forward = motion.field(strength)
    return _keep(face, moved(face.picture, forward), forward)
