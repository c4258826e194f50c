"""Hats and bands on the skull: an ellipsoid in the head's space, shaded where it faces the light.

What hair stands out above a hat is taken away: the background is carried on in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from canvas import finish, noise, over, smoothstep
from face import SIZE, Face, fill

MIDDLE = np.array([0.0, 4.6, -2.4])
AXES = np.array([7.95, 8.5, 8.3])
COLOURS = (
    (34, 36, 42),
    (24, 24, 26),
    (48, 58, 84),
    (120, 28, 34),
    (150, 40, 36),
    (96, 98, 102),
    (168, 164, 156),
    (204, 196, 180),
    (62, 82, 60),
    (112, 84, 58),
    (176, 118, 44),
    (196, 92, 110),
    (70, 108, 132),
    (200, 156, 60),
)


@dataclass
class Dome:
    """The skull grown by ``grow``, its crown stretched to ``crown`` times; known at every pixel."""

    face: Face
    grow: float
    crown: float = 1.0

    def __post_init__(self) -> None:
        face = self.face
        self.axes = AXES * self.grow * np.array([1, self.crown, 1])
        self.matrix = (face.camera[:3] * self.axes[:, None]).T  # (2, 3): unit sphere -> pixels
        self.middle = face.project(MIDDLE)
        view = face.view / np.linalg.norm(face.view)
        towards = view / self.axes
        null = np.cross(self.matrix[0], self.matrix[1])
        null = null / np.linalg.norm(null)
        self.null = null if null @ towards > 0 else -null
        yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
        offset = np.stack([xx - np.float32(self.middle[0]), yy - np.float32(self.middle[1])], -1)
        flat = offset @ np.linalg.pinv(self.matrix).T.astype(np.float32)
        inside = 1 - (flat**2).sum(-1)
        on = flat + np.sqrt(np.maximum(inside, 0))[..., None] * self.null.astype(np.float32)
        self.on = on  # on the unit sphere
        self.around = np.arctan2(self.on[..., 0], self.on[..., 2])
        self.height = np.float32(MIDDLE[1]) + self.on[..., 1] * np.float32(self.axes[1])
        normal = self.on / self.axes.astype(np.float32)
        self.normal = normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
        self.inside = inside

    def ring(self, front: float, ear: float, count: int = 120) -> np.ndarray:
        """The visible edge at height ``front`` over the brow and ``ear`` at the sides, left to right, in pixels."""
        angle = np.linspace(-np.pi, np.pi, count)
        height = front + (ear - front) * (1 - np.cos(angle)) / 1.0 * 0.5 * 2
        height = np.maximum(height, ear - 0.6)
        up = np.clip((height - MIDDLE[1]) / self.axes[1], -0.99, 0.99)
        flat = np.sqrt(1 - up**2)
        unit = np.stack([flat * np.sin(angle), up, flat * np.cos(angle)], -1)
        seen = (unit / self.axes) @ self.face.view > 0
        # the visible run, which may wrap around
        start = int(np.argmax(~seen))
        unit, seen = np.roll(unit[:-1], -start, 0), np.roll(seen[:-1], -start)
        points = self.face.project(MIDDLE + unit[seen] * self.axes)
        return points if points[0, 0] < points[-1, 0] else points[::-1]

    def outline(self, count: int = 160) -> np.ndarray:
        first = np.cross(self.null, [0.0, 1.0, 0.0])
        first = first / np.linalg.norm(first)
        second = np.cross(self.null, first)
        t = np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None]
        return self.middle + (first * np.cos(t) + second * np.sin(t)) @ self.matrix.T

    def above(self, ring: np.ndarray) -> np.ndarray:
        """Mask of the dome above the ring."""
        up = self.face.camera[1] / np.linalg.norm(self.face.camera[1])
        left, right = ring[0], ring[-1]
        wide = (right - left) * 0.3
        region = np.r_[[left - wide], ring, [right + wide], [right + wide + up * 400], [left - wide + up * 400]]
        return fill([self.outline()], 4) * fill([region], 4)


def _lit(face: Face, normal: np.ndarray, rough: float = 0.5) -> np.ndarray:
    lambert = np.clip(normal @ face.light.astype(np.float32), 0, 1)
    facing = np.clip(normal @ face.view.astype(np.float32), 0, 1)
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    return (exposure * (0.34 + 0.72 * lambert) * (rough + (1 - rough) * facing**0.6)).astype(np.float32)


def fill_in(picture: np.ndarray, known: np.ndarray) -> np.ndarray:
    """What is not known carried on from what is: coarse averages first, finer ones over them."""
    total = np.zeros_like(picture)
    weight = np.zeros(picture.shape[:2], np.float32)
    for sigma, share in ((3, 1.0), (8, 0.03), (24, 1e-3), (70, 1e-6)):
        weight += share * cv2.GaussianBlur(known, (0, 0), sigma)
        total += share * cv2.GaussianBlur(picture * known[..., None], (0, 0), sigma)
    return total / np.maximum(weight, 1e-9)[..., None]


def clear_above(
    face: Face, picture: np.ndarray, hat: np.ndarray, ring: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """The picture without the hair over the ring and outside the hat, and where that was."""
    up = face.camera[1] / np.linalg.norm(face.camera[1])
    side = np.array([-up[1], up[0]])
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    place = (xx * side[0] + yy * side[1]).astype(np.float32)
    rise = (xx * up[0] + yy * up[1]).astype(np.float32)
    across, level = ring @ side, ring @ up
    order = np.argsort(across)
    line = np.interp(place.ravel(), across[order], level[order]).reshape(SIZE, SIZE)
    beyond = np.maximum(np.maximum(across.min() - place, place - across.max()), 0)
    ragged = noise(rng, (SIZE, SIZE), 5, 2) * 2.0
    # beside the hat hair swells from under its edge, rounded
    line = line - 0.5 * face.scale * smoothstep(0, 0.3 * face.scale, beyond) - beyond**2 / (3.2 * face.scale)
    line = line + np.where(beyond > 0, 0.5 * ragged, 0)
    over_line = smoothstep(-1.0, 3.0, rise - line)
    gone = over_line * smoothstep(0.08, 0.35, cv2.dilate(face.person, np.ones((5, 5)))) * (1 - hat)
    if (gone > 0.5).sum() > 6500:
        return None
    known = (1 - smoothstep(0.02, 0.12, cv2.dilate(face.person, np.ones((7, 7))))).astype(np.float32)
    if known.sum() < 1500:
        return None
    behind = fill_in(picture, known)
    return over(picture, behind, gone), gone.astype(np.float32)


def shadow_below(
    face: Face, painted: np.ndarray, hat: np.ndarray, depth: float, drop: float
) -> tuple[np.ndarray, np.ndarray]:
    up = face.camera[1] / np.linalg.norm(face.camera[1])
    shift = -up * drop
    moved = cv2.warpAffine(hat, np.float32([[1, 0, shift[0]], [0, 1, shift[1]]]), (SIZE, SIZE))
    soft = cv2.GaussianBlur(moved, (0, 0), drop * 0.55) * face.person * (1 - hat) * depth
    return painted * (1 - soft[..., None] * np.array((0.85, 0.97, 1.0), np.float32)), soft


def usable(face: Face) -> bool:
    return abs(face.yaw) < 0.6 and abs(face.pitch) < 0.45 and not face.headgear


def _knit(dome: Dome, rng: np.random.Generator, ribs: int, rows: float, depth: float) -> tuple[np.ndarray, np.ndarray]:
    """Brightness of knitted ribs, and the wobble of the yarn."""
    wobble = 0.25 * noise(rng, (SIZE, SIZE), 10, 2)
    across = dome.around * ribs / np.pi + wobble * 0.35
    rib = 0.5 + 0.5 * np.cos(np.pi * across)
    along = dome.height * rows + np.where(np.cos(np.pi * across) > 0, 1, -1) * 0.0
    stitch = 0.5 + 0.5 * np.cos(2 * np.pi * (along + 0.35 * np.abs(np.mod(across, 2) - 1)))
    shade = 1 - depth * (1 - rib) ** 1.4 - 0.28 * depth * (1 - stitch) * rib
    return shade.astype(np.float32), wobble


def beanie(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A knitted hat, mostly with a turned-up cuff, sometimes with a bobble."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    front, ear = rng.uniform(5.9, 7.3), rng.uniform(3.0, 4.6)
    dome = Dome(face, rng.uniform(1.06, 1.11), rng.uniform(1.06, 1.22))
    cuff_dome = Dome(face, dome.grow + rng.uniform(0.025, 0.05), 1.0)
    ring, cuff_ring = dome.ring(front, ear), cuff_dome.ring(front, ear)
    tall = rng.uniform(1.9, 3.0)
    has_cuff = rng.random() < 0.8
    body = dome.above(ring)
    cuff = np.clip(cuff_dome.above(cuff_ring) - cuff_dome.above(cuff_dome.ring(front + tall, ear + tall)), 0, 1)
    hat = np.maximum(body, cuff) if has_cuff else body
    top = face.project(MIDDLE + np.array([0, dome.axes[1], 0]))
    if top[1] < -45:
        return None
    cleared = clear_above(face, picture, hat, cuff_ring if has_cuff else ring, rng)
    if cleared is None:
        return None
    painted, gone = cleared
    painted, shadow = shadow_below(face, painted, hat, rng.uniform(0.3, 0.5), face.scale * rng.uniform(0.35, 0.6))

    colour = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32) * rng.uniform(0.85, 1.15)
    second = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32)
    ribs, rows, depth = int(rng.integers(30, 52)), rng.uniform(1.3, 2.0), rng.uniform(0.3, 0.5)
    fuzz = 1 + 0.05 * noise(rng, (SIZE, SIZE), 1.5) + 0.05 * noise(rng, (SIZE, SIZE), 14, 2)
    yarn = np.broadcast_to(colour, (SIZE, SIZE, 3)).copy()
    if rng.random() < 0.25:
        stripe = (np.mod(dome.height / rng.uniform(1.2, 3.0), 1) < rng.uniform(0.2, 0.5)) & (dome.height > front + tall)
        yarn = over(yarn, second, cv2.GaussianBlur(stripe.astype(np.float32), (0, 0), 0.7))
    knit, _ = _knit(dome, rng, ribs, rows, depth)
    folds = 1 + 0.06 * np.cos(dome.around * rng.uniform(5, 9)) * smoothstep(front + 3, 13, dome.height)
    light = _lit(face, dome.normal, 0.45)
    rim = 0.72 + 0.28 * smoothstep(0.0, 0.3, dome.inside)
    colours = yarn * (knit * light * fuzz * folds * rim)[..., None]
    painted = over(painted, np.clip(colours + 4, 0, 255), cv2.GaussianBlur(body, (0, 0), 0.45))
    if has_cuff:
        shade = np.clip(1 - 0.5 * cv2.GaussianBlur(np.clip(body - cuff, 0, 1), (0, 0), 1.4), 0.5, 1)
        knit, _ = _knit(cuff_dome, rng, int(ribs * rng.uniform(0.8, 1.1)), rows, depth * 1.1)
        t = (cuff_dome.height - front - (ear - front) * (1 - np.cos(cuff_dome.around))) / tall
        round_ = 0.72 + 0.34 * np.sin(np.pi * np.clip(t, 0.04, 0.96)) ** 0.6
        own = yarn if rng.random() < 0.8 else np.broadcast_to(second, yarn.shape)
        cuff_light = _lit(face, cuff_dome.normal, 0.5)
        edge = cv2.GaussianBlur(cuff, (0, 0), 2.0) * body * (1 - cuff)
        painted = painted * (1 - 0.45 * edge[..., None])
        colours = own * (knit * cuff_light * fuzz * round_)[..., None]
        painted = over(
            painted,
            np.clip(colours * 1.04 * np.maximum(shade, 0.9)[..., None] + 4, 0, 255),
            cv2.GaussianBlur(cuff, (0, 0), 0.45),
        )
    where = np.maximum(hat, np.maximum(gone, shadow))
    if rng.random() < 0.25 and top[1] > -6:
        painted, bobble = _bobble(face, painted, top, second if rng.random() < 0.5 else colour, rng)
        where = np.maximum(where, bobble)
    where = cv2.dilate(where.astype(np.float32), np.ones((3, 3)))
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng)


def _bobble(
    face: Face, painted: np.ndarray, top: np.ndarray, colour: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    radius = rng.uniform(2.0, 2.9) * face.scale
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    dx, dy = (xx - top[0]) / radius, (yy - top[1] + radius * 0.5) / radius
    rough = np.hypot(dx, dy) + 0.09 * noise(rng, (SIZE, SIZE), 2.4, 2)
    mask = smoothstep(1.03, 0.93, rough)
    shade = (1.05 - 0.35 * dy - 0.25 * np.hypot(dx, dy) ** 2) * (1 + 0.16 * noise(rng, (SIZE, SIZE), 2.2, 2))
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    return over(painted, np.clip(colour * (shade * exposure)[..., None], 0, 255), mask), mask


def cap(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A baseball cap: six panels, a button, a curved peak and its shadow on the brow."""
    if not usable(face) or face.pitch > 0.32:
        return None
    picture = face.picture.astype(np.float32)
    front, ear = rng.uniform(6.6, 7.6), rng.uniform(4.2, 5.2)
    dome = Dome(face, rng.uniform(1.035, 1.065), rng.uniform(0.96, 1.03))
    ring = dome.ring(front, ear)
    body = dome.above(ring)
    top = face.project(MIDDLE + np.array([0, dome.axes[1], 0]))
    if top[1] < -45:
        return None
    cleared = clear_above(face, picture, body, ring, rng)
    if cleared is None:
        return None
    painted, gone = cleared

    colour = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32) * rng.uniform(0.85, 1.15)
    peak_colour = colour if rng.random() < 0.7 else np.array(COLOURS[rng.integers(len(COLOURS))], np.float32)
    # the peak: from the front edge out, drooping at its sides
    angle = np.linspace(-1.2, 1.2, 41)
    up = (front - MIDDLE[1]) / dome.axes[1]
    flat = np.sqrt(max(1 - up * up, 0.05))
    lift = (ear - front) * (1 - np.cos(angle))
    root = MIDDLE + np.stack([flat * np.sin(angle), up + 0 * angle, flat * np.cos(angle)], -1) * dome.axes
    root[:, 1] = front + lift
    reach = rng.uniform(6.4, 7.4) * np.cos(angle * 1.3) ** 0.85
    curve, dip = rng.uniform(0.0, 0.6), rng.uniform(0.34, 0.52)
    tip = root + np.stack([np.sin(angle) * 0.9, -dip * reach - curve * np.sin(angle) ** 2 - 0.3, reach], -1)
    peak = fill([np.r_[face.project(root), face.project(tip)[::-1]]], 4)
    edge_line = face.project(tip)
    root_line = face.project(root)
    below = (edge_line[20] - root_line[20]) @ (-face.camera[1]) > 0  # the upper side is seen
    if (peak > 0.5).sum() < 60:
        return None
    hat = np.maximum(body, peak)
    painted, shadow = shadow_below(face, painted, hat, rng.uniform(0.4, 0.62), face.scale * rng.uniform(0.9, 1.8))

    weave = 1 + 0.035 * noise(rng, (SIZE, SIZE), 1.4) + 0.04 * noise(rng, (SIZE, SIZE), 16, 2)
    seam = np.abs(np.mod(dome.around / (np.pi / 3) + 0.5, 1) - 0.5) * (np.pi / 3)
    width = 0.022 / np.maximum(np.hypot(dome.on[..., 0], dome.on[..., 2]), 0.1)
    seams = 1 - 0.28 * np.exp(-((seam / width) ** 2)) * smoothstep(0.05, 0.2, dome.inside)
    stitched = 1 - 0.1 * np.exp(-(((seam - 2.2 * width) / (0.7 * width)) ** 2))
    light = _lit(face, dome.normal, 0.5)
    rim = 0.75 + 0.25 * smoothstep(0.0, 0.25, dome.inside)
    if rng.random() < 0.5:
        seams = seams * (1 - smoothstep(0.42, 0.3, np.abs(dome.around)) * (1 - np.minimum(seams, 1)))
        badge = _badge(dome, front, rng)
        thread = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32)
        thread = thread if np.abs(thread - colour).sum() > 150 else 245 - colour * 0.3
        cloth = over(np.broadcast_to(colour, (SIZE, SIZE, 3)), thread, badge)
    else:
        cloth = np.broadcast_to(colour, (SIZE, SIZE, 3))
    colours = cloth * (light * weave * seams * stitched * rim)[..., None]
    painted = over(painted, np.clip(colours + 4, 0, 255), cv2.GaussianBlur(body, (0, 0), 0.4))
    if top[1] > 1:
        button = fill([top + face.scale * np.c_[0.55 * np.cos(angle * 2.9), 0.22 * np.sin(angle * 2.9)]], 4)
        painted = over(painted, np.clip(colour * 0.9 * np.clip(face.exposure, 0.5, 1), 0, 255), button)
        hat = np.maximum(hat, button)
    _, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    distance = cv2.distanceTransform((peak > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    across = (xx - root_line[20][0]) / max(np.ptp(root_line[:, 0]) / 2, 1)
    bend = 1.0 - 0.28 * across**2 + 0.1 * face.light[0] * across
    exposure = np.clip(0.3 + 0.75 * face.exposure, 0.4, 1.08)
    tone = bend * exposure * weave * (1.02 if below else 0.52)
    lines = 1 - 0.1 * np.exp(-((np.mod(distance / face.scale * 1.6, 1) - 0.5) ** 2) / 0.02) if below else 1.0
    shape = np.clip(peak_colour * (tone * lines)[..., None], 0, 255)
    lip = np.exp(-((distance - 0.8) ** 2) / 1.2) * 0.16
    shape = np.clip(shape * (1 + lip)[..., None] + 3, 0, 255)
    crease = cv2.GaussianBlur(peak, (0, 0), 1.8) * body * (1 - peak)
    painted = painted * (1 - 0.4 * crease[..., None])
    painted = over(painted, shape, cv2.GaussianBlur(peak, (0, 0), 0.4))
    where = cv2.dilate(np.maximum(hat, np.maximum(gone, shadow)).astype(np.float32), np.ones((3, 3)))
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng)


def _badge(dome: Dome, front: float, rng: np.random.Generator) -> np.ndarray:
    """A letter or a sign embroidered on the cap's front."""
    size = 96
    drawn = np.zeros((size, size), np.uint8)
    sign = str(rng.choice(list("ABCDEFGHJKLMNPRSTUVXYZo-*")))
    if sign == "o":
        cv2.circle(drawn, (48, 48), 34, 255, 12, cv2.LINE_AA)
    elif sign == "-":
        cv2.rectangle(drawn, (8, 34), (88, 62), 255, -1)
    elif sign == "*":
        turn = np.arange(10) * np.pi / 5 - np.pi / 2
        star = 48 + np.c_[np.cos(turn), np.sin(turn)] * np.where(np.arange(10) % 2, 17, 42)[:, None]
        cv2.fillPoly(drawn, [np.round(star).astype(np.int32)], 255, cv2.LINE_AA)
    else:
        font = [cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX][rng.integers(3)]
        (w, h), _ = cv2.getTextSize(sign, font, 3.0, 9)
        cv2.putText(drawn, sign, ((size - w) // 2, (size + h) // 2), font, 3.0, 255, 9, cv2.LINE_AA)
    wide = rng.uniform(2.3, 3.2)  # centimetres
    x = (dome.around * 8.2 / wide + 0.5) * size
    y = (0.5 - (dome.height - front - 2.9) / wide) * size
    badge = cv2.remap(drawn, x.astype(np.float32), y.astype(np.float32), cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT)
    return cv2.GaussianBlur(badge.astype(np.float32) / 255, (0, 0), 0.5)


def headband(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A band of cloth around the brow; the hair stays."""
    if not usable(face):
        return None
    picture = face.picture.astype(np.float32)
    front, ear, tall = rng.uniform(6.4, 7.6), rng.uniform(4.2, 5.4), rng.uniform(1.6, 3.0)
    dome = Dome(face, rng.uniform(1.015, 1.04), 1.0)
    lower, upper = dome.ring(front, ear), dome.ring(front + tall, ear + tall)
    band = fill([np.r_[lower, upper[::-1]]], 4)
    # hair at the temples lies over the band's ends
    hidden = smoothstep(0.5, 0.95, face.hair) * smoothstep(0.35, 0.05, dome.inside)
    band = band * (1 - hidden) * smoothstep(0.2, 0.5, face.person)
    painted, shadow = shadow_below(face, picture, band, rng.uniform(0.25, 0.4), face.scale * 0.3)
    colour = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32) * rng.uniform(0.9, 1.2)
    t = (dome.height - front - (ear - front) * (1 - np.cos(dome.around))) / tall
    round_ = 0.75 + 0.3 * np.sin(np.pi * np.clip(t, 0.05, 0.95)) ** 0.7
    cloth = 1 + 0.05 * noise(rng, (SIZE, SIZE), 1.6) + 0.05 * np.cos(2 * np.pi * t * 3 + noise(rng, (SIZE, SIZE), 14))
    yarn = np.broadcast_to(colour, (SIZE, SIZE, 3)).copy()
    if rng.random() < 0.35:
        second = np.array(COLOURS[rng.integers(len(COLOURS))], np.float32)
        yarn = over(yarn, second, (np.abs(t - 0.5) < rng.uniform(0.1, 0.22)).astype(np.float32))
    colours = yarn * (_lit(face, dome.normal, 0.5) * round_ * cloth)[..., None]
    painted = over(painted, np.clip(colours + 4, 0, 255), cv2.GaussianBlur(band, (0, 0), 0.4))
    where = cv2.dilate(np.maximum(band, shadow).astype(np.float32), np.ones((3, 3)))
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng)
