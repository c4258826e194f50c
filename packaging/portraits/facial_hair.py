"""Beards and moustaches: thousands of fine strokes that grow on the unrolled head, along the jaw."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, noise, over, smoothstep, strokes
from face import LIPS_INNER, LIPS_OUTER, SIZE, TEXTURE, Face, shape

HAIRS = {
    "black": (16, 1, 1),
    "dark brown": (22, 5, 8),
    "brown": (30, 8, 14),
    "light brown": (40, 9, 18),
    "auburn": (34, 18, 22),
    "ginger": (46, 20, 30),
    "blond": (56, 7, 24),
    "grey": (48, 0, 2),
    "white": (72, 0, 3),
}


@dataclass
class Growth:
    """Where hair grows, (256, 304) float32 density in [0, 1] on the unrolled head, and how."""

    density: np.ndarray
    length: float  # pixels of the picture
    count: int
    undercoat: float
    curl: float
    lean: float
    ink: float = 1.0
    darker: float = 14  # than the skin, in L, so that it is seen


def _at(*indices: int) -> np.ndarray:
    return shape()["texture"][list(indices)].astype(np.float64)


def _region(points: np.ndarray, soft: float) -> np.ndarray:
    canvas = np.zeros((TEXTURE[1] * 2, TEXTURE[0] * 2), np.uint8)
    cv2.fillPoly(canvas, [np.round(points * 32).astype(np.int32)], 255, cv2.LINE_AA, 4)
    mask = cv2.resize(canvas, TEXTURE, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return cv2.GaussianBlur(mask, (0, 0), soft)


def _both(points: np.ndarray) -> np.ndarray:
    """One side's outline, from the middle line out, completed with its mirror image."""
    mirrored = points[::-1].copy()
    mirrored[:, 0] = TEXTURE[0] - mirrored[:, 0]
    return np.r_[points, mirrored]


def _lips(grow: float) -> np.ndarray:
    outline = _at(*LIPS_OUTER)
    middle = outline.mean(0)
    return _region(middle + (outline - middle) * grow, 0.9)


def _moustache_density(rng: np.random.Generator, wide: float, tall: float) -> np.ndarray:
    """Between nose and upper lip, thinner under the nose's middle, to beyond the corners of the mouth."""
    nose, lip = _at(2)[0], _at(0)[0]
    corner = _at(61)[0]
    top = nose[1] + (1 - tall) * (lip[1] - nose[1]) * 0.6 + 1.5
    reach = (nose[0] - corner[0]) * wide
    points = np.array(
        [
            (nose[0], top + 1.5),
            (nose[0] - 0.3 * reach, top + 0.5),
            (nose[0] - 0.7 * reach, top + 5),
            (nose[0] - 1.0 * reach, corner[1] - 5 + rng.uniform(-1, 2)),
            (nose[0] - 1.08 * reach, corner[1] + rng.uniform(0, 3)),
            (nose[0] - 0.85 * reach, corner[1] + 1),
            (nose[0] - 0.5 * reach, lip[1] + 5.5),
            (nose[0] - 0.15 * reach, lip[1] + 1.5),
            (nose[0], lip[1] + 2.0),
        ]
    )
    mask = _region(_both(points), 1.3)
    columns = np.arange(TEXTURE[0]) - nose[0]
    return mask * (1 - 0.3 * np.exp(-((columns / 3.0) ** 2)))[None].astype(np.float32)


def _beard_density(rng: np.random.Generator, cheek: float, neck: float, soft: float) -> np.ndarray:
    """Chin, jaw and the lower cheeks up to the ears; ``cheek`` raises its upper edge, ``neck`` lowers the other."""
    texture = shape()["texture"]
    corner, chin = _at(61)[0], _at(152)[0]
    ear = texture[93].astype(float)  # below the ear
    side = texture[234].astype(float)
    nose = _at(2)[0]
    raised = np.array([0, -8.0 * cheek])
    upper = np.array(
        [
            (nose[0], nose[1] + 6),
            (corner[0] - 1, nose[1] + 9),
            corner + [-11, -7] + raised * 0.6,
            corner + np.array([-28, -14]) + raised,
            (ear[0] + 15, ear[1] - 14 + raised[1] * 0.5),
            (side[0] + 6, side[1] - 4),
        ]
    )
    lower = np.array(
        [
            (side[0] - 2, side[1] + 6),
            (ear[0] - 4, ear[1] + 20),
            (texture[172][0] - 8, texture[172][1] + 6 + 5 * neck),
            (texture[150][0] - 4, texture[150][1] + 8 + 7 * neck),
            (chin[0] - 10, chin[1] + 9 + 9 * neck),
            (chin[0], chin[1] + 10 + 9 * neck),
        ]
    )
    mask = _region(_both(np.r_[upper, lower]), soft)
    # the bare place beside the soul patch
    for sign in (-1, 1):
        bare = _region(
            np.array([(152 + sign * (x), _at(17)[0][1] + y) for x, y in ((4, 0), (10, -1), (11, 4), (5, 6))], float),
            1.5,
        )
        mask = mask * (1 - rng.uniform(0.2, 0.75) * bare)
    return mask


def _flow(rng: np.random.Generator, lean: float) -> np.ndarray:
    """(256, 304, 2): which way hair lies on the unrolled head: down, out over the lip, back along the cheeks."""
    x = (np.arange(TEXTURE[0]) - 152.0)[None, :] * np.ones((TEXTURE[1], 1))
    y = np.arange(TEXTURE[1])[:, None] * np.ones((1, TEXTURE[0]))
    lip, chin = _at(0)[0][1], _at(152)[0][1]
    over_lip = np.exp(-(((y - lip) / 9) ** 2)) * np.exp(-((x / 30) ** 2))
    outward = np.sign(x) * (1.5 * over_lip * np.clip(np.abs(x) / 6, 0, 1) + lean * np.clip(np.abs(x) / 70, 0, 1))
    inward = -0.35 * np.clip(x / 40, -1, 1) * smoothstep(chin - 20, chin + 10, y)
    bend = 0.35 * noise(rng, (TEXTURE[1], TEXTURE[0]), 22)
    flow = np.stack([outward + inward + bend, np.ones_like(x) * (1 - 0.3 * over_lip)], -1)
    return (flow / np.linalg.norm(flow, axis=-1, keepdims=True)).astype(np.float32)


def _colour(face: Face, rng: np.random.Generator, darker: float) -> np.ndarray:
    """Lab of the strands: mostly as hair and brows are, sometimes quite other."""
    draw = rng.random()
    if draw < 0.55:
        source = face.brow_lab if face.hair_lab is None or rng.random() < 0.4 else face.hair_lab
        lab = np.array([np.clip(source[0] * 0.8, 8, 62), source[1], source[2]])
        lab[1:] = np.clip(lab[1:], -4, 26)
    else:
        names = list(HAIRS)
        odds = np.array([3, 3, 3, 1.5, 1, 0.8, 0.8, 1, 0.5])
        lab = np.array(HAIRS[str(rng.choice(names, p=odds / odds.sum()))], float)
    skin = face.skin_lab
    if lab[0] > skin[0] - darker and (lab[0] < 60 or darker > 14):  # hair as light as the skin is not seen
        lab[0] = max(skin[0] - darker, 6)
    return lab + rng.normal(0, (2, 1, 1.5))


def _grow(face: Face, growth: Growth, rng: np.random.Generator, strength: float) -> np.ndarray | None:
    picture = face.picture.astype(np.float32)
    scale = face.scale / 8.3
    density = growth.density * np.clip(1 + 0.28 * noise(rng, growth.density.shape, 13, 2), 0.25, 1.5)
    density = np.clip(density, 0, 1)

    # roots, as many as the density says; only where this side of the head is seen
    flow = _flow(rng, growth.lean)
    wanted = int(growth.count)
    candidates = rng.uniform((0, 90), (TEXTURE[0], TEXTURE[1]), (wanted * 6, 2))
    cx, cy = candidates.astype(int).T
    kept = candidates[rng.random(len(candidates)) < density[cy, cx] ** 1.2][:wanted]
    if len(kept) < 50:
        return None
    cx, cy = kept.astype(int).T
    root = face.pixel_at[cy, cx] + rng.uniform(-0.6, 0.6, (len(kept), 2))
    ahead = kept + 4 * flow[cy, cx]
    ax, ay = np.clip(ahead, 0, (TEXTURE[0] - 1, TEXTURE[1] - 1)).astype(int).T
    along = face.pixel_at[ay, ax] - face.pixel_at[cy, cx]
    seen = np.abs(along).max(1) < 30
    inside = np.clip(np.round(root), 0, SIZE - 1).astype(int)
    back = face.texture_at[inside[:, 1], inside[:, 0]]
    seen &= np.linalg.norm(back - kept, axis=1) < 6
    person = face.person[inside[:, 1], inside[:, 0]]
    seen &= (person > 0.35) & (face.hair[inside[:, 1], inside[:, 0]] < 0.75)
    root, along, kept = root[seen], along[seen], kept[seen]
    if len(root) < 50:
        return None

    # strands: short curves that leave the skin along the flow and fall
    n = len(root)
    direction = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-3)
    foreshortening = np.clip(np.linalg.norm(along, axis=1) / (4 * scale), 0.35, 1.2)
    length = growth.length * scale * foreshortening * rng.gamma(6, 1 / 6, n)
    edge = growth.density[kept[:, 1].astype(int), kept[:, 0].astype(int)]
    length *= 0.45 + 0.55 * edge
    solid = cv2.blur(face.person, (9, 9))[
        np.clip(np.round(root[:, 1]), 0, SIZE - 1).astype(int), np.clip(np.round(root[:, 0]), 0, SIZE - 1).astype(int)
    ]
    chin = face.mesh[152, 1]
    rim = (1 - smoothstep(0.6, 0.95, solid)) * (1 - smoothstep(chin - 12, chin + 2, root[:, 1]))
    length *= 1 - 0.6 * rim  # at the outline of the cheeks hair lies close
    direction = direction + np.stack([np.zeros(n), 1.2 * rim + 0.25 * growth.length / 12], -1)
    angle = rng.normal(0, 0.2 + 0.3 * growth.curl, n) * (1 - 0.5 * rim)
    turn = rng.normal(0, 0.25 + 0.9 * growth.curl, n)
    points = 5 if growth.length > 3 else 3
    t = np.linspace(0, 1, points)
    heading = np.arctan2(direction[:, 1], direction[:, 0])[:, None] + angle[:, None] + turn[:, None] * t
    step = np.stack([np.cos(heading), np.sin(heading)], -1) * (length[:, None, None] / (points - 1))
    step[:, 0] = 0
    paths = root[:, None] + np.cumsum(step, 1)

    colour = _colour(face, rng, growth.darker)
    lab = colour + rng.normal(0, 1, (n, 3)) * (5.0, 1.5, 2.5)
    tips = rng.random(n)
    lab[:, 0] += np.where(tips > 0.86, rng.uniform(4, 18, n), 0)
    clumps = noise(rng, (SIZE, SIZE), 6)
    inside = np.clip(np.round(root), 0, SIZE - 1).astype(int)
    lab[:, 0] += min(3.5, 0.18 * colour[0]) * clumps[inside[:, 1], inside[:, 0]]
    light = _light(face)[inside[:, 1], inside[:, 0]]
    rgb = np.clip(lab_to_rgb(lab.clip((3, -20, -20), (92, 40, 45))) * light[:, None], 0, 255)

    # below the strands: the shadow that they cast on the skin
    under = face.wrap(density) * smoothstep(0.3, 0.8, face.person)
    soft = cv2.GaussianBlur(under, (0, 0), 1.2)
    mouth = face.polygon(LIPS_OUTER, soft=0.8)
    inner = face.polygon(LIPS_INNER, soft=0.5)
    soft = soft * (1 - 0.9 * mouth)
    coat = np.clip(soft * growth.undercoat, 0, 0.93)
    base = lab_to_rgb(colour * (0.92, 1, 1)) * _light(face)[..., None]
    painted = over(picture, np.clip(base, 0, 255), coat)
    shadow = cv2.GaussianBlur(soft, (0, 0), 2.5) * 0.12 * growth.undercoat
    painted = painted * (1 - shadow[..., None])

    order = np.argsort(root[:, 1])
    widths = np.full(n, 0.34)
    layer = strokes(list(paths[order]), rgb[order], widths, 3)
    layer = cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.4, 0.6))
    alpha = layer[..., 3] / 255 * growth.ink
    alpha = alpha * (1 - inner)
    bare = 1 - np.clip(mouth * (0.92 if growth.length < 5 else 0.7), 0, 1)
    alpha = alpha * bare
    ink = layer[..., :3] / np.maximum(layer[..., 3:], 1) * 255
    painted = over(painted, ink, alpha)
    if growth.length > 5:  # a body of hair rounds off: darker below and at the sides
        body = cv2.GaussianBlur(alpha, (0, 0), 3)
        slope = cv2.Sobel(body, cv2.CV_32F, 0, 1, ksize=3) / 4
        painted = painted * (1 + np.clip(slope * 2.2, -0.25, 0.06) * np.clip(alpha + coat, 0, 1))[..., None]
    where = np.clip(alpha + coat + shadow, 0, 1)
    where[where < 0.012] = 0
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng, grain=0.6)


def _light(face: Face) -> np.ndarray:
    shade = np.clip(0.35 + 0.65 * face.shading, 0.35, 1.35)
    return (shade * np.clip(0.45 + 0.6 * face.exposure, 0.5, 1.08)).astype(np.float32)


def _usable(face: Face) -> bool:
    bearded = face.has("beard", "goatee", "stubble", "mustache")
    return abs(face.yaw) < 0.75 and abs(face.pitch) < 0.55 and not bearded and not face.has("hand covering", "tongue")


def beard(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """A full beard with its moustache, from short to long."""
    if not _usable(face):
        return None
    long = rng.random()
    length = 3.2 + 9.5 * long**1.6
    density = _beard_density(rng, rng.uniform(-0.6, 1.1), rng.uniform(-0.2, 0.7), rng.uniform(2.2, 4.0))
    lip = _moustache_density(rng, rng.uniform(1.02, 1.15), rng.uniform(0.75, 1.0))
    density = np.maximum(density, lip * rng.uniform(0.75, 1)) * (1 - _lips(0.98))
    growth = Growth(
        density,
        length,
        int(3600 + 900 * rng.random()),
        rng.uniform(0.55, 0.82),
        rng.uniform(0, 0.5),
        rng.uniform(0, 0.5),
    )
    return _grow(face, growth, rng, strength)


def stubble(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not _usable(face):
        return None
    density = _beard_density(rng, rng.uniform(-0.5, 0.9), rng.uniform(0, 0.9), rng.uniform(3.0, 5.0))
    lip = _moustache_density(rng, rng.uniform(1.0, 1.1), 0.95)
    density = np.maximum(density, lip * 0.9) * (1 - _lips(1.02))
    growth = Growth(
        density, rng.uniform(1.0, 2.0), 4600, rng.uniform(0.36, 0.56), 0.3, 0.2, rng.uniform(0.55, 0.85), 30
    )
    return _grow(face, growth, rng, strength)


def moustache(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not _usable(face):
        return None
    density = _moustache_density(rng, rng.uniform(0.95, 1.25), rng.uniform(0.8, 1.1)) * (1 - 0.75 * _lips(0.93))
    density = np.clip(density * 1.35, 0, 1)
    length = rng.uniform(4.0, 8.5)
    growth = Growth(density, length, int(1500 + 700 * rng.random()), rng.uniform(0.75, 0.92), rng.uniform(0, 0.3), 0.3)
    return _grow(face, growth, rng, strength)


def goatee(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Moustache and chin, joined around the mouth."""
    if not _usable(face):
        return None
    corner, chin, under = _at(61)[0], _at(152)[0], _at(17)[0]
    width = rng.uniform(0.8, 1.15)
    side = (152 - corner[0] + 4) * width
    points = np.array(
        [
            (152, under[1] + 3),
            (152 - 9, under[1] + 5),
            (152 - side + 8, corner[1] + 2),
            (152 - side, corner[1] + 1),
            (152 - side - 2, corner[1] + 14),
            (152 - side * 0.8, chin[1] - 2),
            (152 - side * 0.4, chin[1] + 9),
            (152, chin[1] + 11),
        ]
    )
    density = _region(_both(points), rng.uniform(1.6, 2.6))
    lip = _moustache_density(rng, rng.uniform(1.02, 1.12), rng.uniform(0.8, 1.0))
    density = np.maximum(density, lip) * (1 - _lips(0.98))
    growth = Growth(
        density, rng.uniform(2.8, 7.5), int(1700 + 400 * rng.random()), rng.uniform(0.55, 0.8), rng.uniform(0, 0.4), 0.2
    )
    return _grow(face, growth, rng, strength)
