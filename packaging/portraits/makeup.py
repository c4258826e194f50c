"""What is put on a face: lipstick, eye make-up, blush, freckles; whiter teeth and other eyes."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import finish, lab_to_rgb, over, smoothstep, strokes
from face import EYE_LEFT, EYE_RIGHT, LIPS_INNER, LIPS_OUTER, SIZE, TEXTURE, Face, fill, shape

LIPSTICKS = {
    "red": (41, 58, 34),
    "scarlet": (46, 62, 44),
    "dark red": (29, 43, 22),
    "pink": (56, 46, 4),
    "fuchsia": (44, 62, -8),
    "coral": (57, 46, 34),
    "nude": (54, 22, 19),
    "rose": (48, 36, 13),
    "berry": (31, 42, 2),
    "plum": (26, 30, -6),
    "brown": (36, 24, 19),
}
SHADOWS = {
    "smoky": (18, 1, -1),
    "brown": (30, 10, 16),
    "copper": (45, 24, 32),
    "gold": (62, 8, 38),
    "plum": (28, 22, -10),
    "blue": (36, 2, -36),
    "green": (40, -20, 8),
    "pink": (60, 30, 2),
}
LID_LEFT = [33, 246, 161, 160, 159, 158, 157, 173, 133]
LID_RIGHT = [263, 466, 388, 387, 386, 385, 384, 398, 362]
LOWER_LEFT = [33, 7, 163, 144, 145, 153, 154, 155, 133]
LOWER_RIGHT = [263, 249, 390, 373, 374, 380, 381, 382, 362]
CREASE_LEFT = [130, 247, 30, 29, 27, 28, 56, 190, 243]
CREASE_RIGHT = [359, 467, 260, 259, 257, 258, 286, 414, 463]


def smooth(points: np.ndarray, closed: bool = True, times: int = 6) -> np.ndarray:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    t = np.linspace(0, 1, times, endpoint=False)[:, None]
    pieces = []
    for k in range(n if closed else n - 1):
        a, b, c, d = (points[(k + j) % n if closed else int(np.clip(k + j, 0, n - 1))] for j in (-1, 0, 1, 2))
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    if not closed:
        pieces.append(points[-1:])
    return np.concatenate(pieces)


def frontal(face: Face, yaw: float = 0.8) -> bool:
    return abs(face.yaw) < yaw and abs(face.pitch) < 0.6


def lips_mask(face: Face) -> np.ndarray:
    outer, inner = smooth(face.mesh[LIPS_OUTER]), smooth(face.mesh[LIPS_INNER])
    gap = inner[:, 1].max() - inner[:, 1].min()
    mask = fill([outer], 4)
    if np.ptp(face.mesh[[13, 14], 1]) > 1.2 or gap > 6:
        mask = mask - fill([inner], 4)
    return cv2.GaussianBlur(np.clip(mask, 0, 1), (0, 0), 0.6)


def _lipstick(face: Face, rng: np.random.Generator, strength: float, shades: list[str]) -> np.ndarray | None:
    if not frontal(face) or face.has("lipstick", "tongue", "hand covering", "mask"):
        return None
    mask = lips_mask(face)
    if mask.sum() < 60:
        return None
    lab = face.lab.copy()
    inside = mask > 0.6
    middle = np.median(lab[inside], axis=0)
    dark = np.clip(face.exposure, 0.5, 1.05)
    away = [float(np.linalg.norm((np.array(LIPSTICKS[shade]) - middle) * (0.8, 1, 1))) for shade in shades]
    odds = np.clip((np.array(away) - 10) / 16, 0.02, 1)  # a lipstick that is like the lips is none
    chosen = str(rng.choice(shades, p=odds / odds.sum()))
    target = np.array(LIPSTICKS[chosen], float) + rng.normal(0, (3, 3, 3))
    target[1:] *= 0.5 + 0.5 * dark
    opacity = rng.uniform(0.72, 0.95)
    level = middle[0] + (target[0] * dark - middle[0]) * rng.uniform(0.6, 0.9)
    detail = lab[..., 0] - middle[0]
    glossy = rng.random() < 0.45
    gain = 1.15 if glossy else 0.85
    light = level + detail * gain
    if glossy:
        fine = lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 3)
        light = light + np.clip(fine, 0, 30) * 0.9
    bright = np.clip((light - level) / 40, 0, 1)  # a gleam keeps the light's colour
    shade = np.clip(0.55 + 0.45 * light / max(level, 1), 0.25, 1.15) * (1 - 0.6 * bright)
    new = np.stack([np.clip(light, 2, 97), target[1] * shade, target[2] * shade], -1)
    painted = over(face.picture.astype(np.float32), lab_to_rgb(new), mask * opacity * strength)
    return finish(face, painted, mask, rng, grain=0.2)


def lipstick(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _lipstick(face, rng, strength, list(LIPSTICKS))


def red_lipstick(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _lipstick(face, rng, strength, ["red", "red", "scarlet", "dark red"])


def pink_lipstick(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _lipstick(face, rng, strength, ["pink", "pink", "fuchsia", "rose"])


def dark_lipstick(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _lipstick(face, rng, strength, ["plum", "berry", "brown", "dark red"])


def _blob(at: list[tuple[float, float]], wide: float, tall: float) -> np.ndarray:
    """Soft spots on the unrolled head, at both cheeks."""
    y, x = np.mgrid[0 : TEXTURE[1], 0 : TEXTURE[0]].astype(np.float32)
    total = np.zeros((TEXTURE[1], TEXTURE[0]), np.float32)
    for cx, cy in at:
        for px in (cx, TEXTURE[0] - cx):
            slant = (y - cy) + 0.35 * (x - px) * np.sign(px - 152)
            total = np.maximum(total, np.exp(-(((x - px) / wide) ** 2) - (slant / tall) ** 2))
    return total


def bare_skin(face: Face) -> np.ndarray:
    """Skin of the face without eyes, brows, mouth and hair."""
    mask = face.polygon(list(_OVAL_SOFT), soft=2.0) * (1 - face.features) * (1 - face.hair)
    return np.clip(mask, 0, 1)


_OVAL_SOFT = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152]
_OVAL_SOFT += [148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]


def blush(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not frontal(face, 0.65) or face.has("hand covering", "mask"):
        return None
    texture = shape()["texture"]
    cheek = (texture[50] * 0.6 + texture[117] * 0.4).astype(float) + rng.normal(0, 2, 2)
    spots = _blob([(cheek[0], cheek[1])], rng.uniform(17, 25), rng.uniform(9, 14))
    mask = face.wrap(spots) * bare_skin(face)
    hue = np.array([(-3, 16, 2), (-3, 13, 8), (-4, 17, -3)][rng.integers(3)], np.float32)
    lab = face.lab + (mask * rng.uniform(0.75, 1.25) * strength)[..., None] * hue
    return finish(face, lab_to_rgb(lab), mask, rng, grain=0)


def eye_makeup(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Shadow on the lids, a liner that may end in a wing, and lashes."""
    worn = face.has("glasses", "goggles", "eyes closed", "makeup", "eyeliner", "mascara", "hand covering", "mask")
    if not frontal(face, 0.55) or worn or face.dark_lenses:
        return None
    picture = face.picture.astype(np.float32)
    painted = picture.copy()
    where = np.zeros((SIZE, SIZE), np.float32)
    scale = face.scale / 8.3
    shade = np.array(SHADOWS[str(rng.choice(list(SHADOWS), p=[0.3, 0.2, 0.14, 0.08, 0.12, 0.06, 0.04, 0.06]))], float)
    shade = shade + rng.normal(0, 3, 3)
    opacity, spread = rng.uniform(0.72, 0.97), rng.uniform(0.9, 1.7)
    wing, liner = rng.uniform(0.5, 6.0), rng.uniform(1.1, 2.2) * scale
    lower = rng.random() < 0.5
    for lid, under, crease, brow, eye in (
        (LID_LEFT, LOWER_LEFT, CREASE_LEFT, 105, EYE_LEFT),
        (LID_RIGHT, LOWER_RIGHT, CREASE_RIGHT, 334, EYE_RIGHT),
    ):
        upper = face.mesh[lid].astype(float)
        top = face.mesh[crease].astype(float)
        top = top + spread * 0.45 * (face.mesh[brow] - face.mesh[crease[4]])
        outline = np.r_[smooth(upper, False), smooth(top, False)[::-1]]
        area = fill([outline], 3, soft=1.6 * scale) * (1 - fill([smooth(face.mesh[eye].astype(float))], 4))
        area = np.clip(area * 1.6, 0, 1)
        base = lab_to_rgb(np.array([shade[0], *shade[1:]])) * (0.4 + 0.6 * np.clip(face.shading, 0.3, 1.3))[..., None]
        mixed = painted * 0.35 + base * 0.65
        mixed = np.minimum(mixed, painted * 1.35 + 10)
        painted = over(painted, mixed, area * opacity)
        where = np.maximum(where, area)
        if lower:  # smoked out under the eye
            edge = smooth(face.mesh[under].astype(float), False)
            sag = np.array([0, 1.5]) * scale
            smudge = fill([np.r_[edge, (edge + sag)[::-1]]], 3, soft=1.1 * scale) * (
                1 - fill([smooth(face.mesh[eye].astype(float))], 4)
            )
            painted = over(painted, mixed, np.clip(smudge * 1.3, 0, 1) * opacity * 0.7)
            where = np.maximum(where, smudge)

        axis = upper[0] - upper[-1]
        axis = axis / max(np.linalg.norm(axis), 1)
        tail = upper[0] + wing * scale * (axis + np.array([0, -0.55]))
        line = np.r_[[tail], upper] if wing > 1 else upper
        line = smooth(line, False, 4)
        width = np.interp(np.arange(len(line)), [0, len(line) * 0.25, len(line) - 1], [0.5, 1.0, 0.45])
        drawn, colours, widths = [], [], []
        for k in range(len(line) - 1):
            drawn.append(line[k : k + 2] + np.array([0, -0.2]))
            colours.append((24, 18, 18))
            widths.append(liner * width[k])
        count = int(rng.integers(14, 22))
        place = np.linspace(2 if wing > 1 else 0, len(line) - 4, count)
        for p in place:
            root = line[int(p)]
            out = np.interp(p, [0, len(line)], [1.0, -0.25]) * axis + np.array([0, -1.0])
            length = rng.uniform(2.2, 4.2) * scale * np.interp(p, [0, len(line) * 0.3, len(line)], [1.1, 1.0, 0.6])
            tip = root + out / np.linalg.norm(out) * length
            drawn.append(np.array([root, (root + tip) / 2 + axis * 0.3, tip]))
            colours.append((22, 17, 16))
            widths.append(0.4)
        if lower:
            edge = smooth(face.mesh[under].astype(float), False, 3)
            for k in range(len(edge) // 2):
                drawn.append(edge[k : k + 2] + np.array([0, 0.3]))
                colours.append((40, 30, 28))
                widths.append(liner * 0.4)
        layer = strokes(drawn, np.array(colours, float), np.array(widths), 4)
        layer = cv2.GaussianBlur(layer, (0, 0), 0.45)
        alpha = layer[..., 3] / 255 * 0.88
        painted = over(painted, np.array((24, 18, 18)) * np.clip(face.exposure, 0.5, 1), alpha)
        where = np.maximum(where, alpha)
    painted = picture + strength * (painted - picture)
    return finish(face, painted, where, rng, grain=0.4)


def makeup(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    """Lips, eyes and cheeks together."""
    result = face
    for part in (eye_makeup, blush, lipstick):
        painted = part(result, rng, strength)
        if painted is None:
            return None
        result = result.replaced(painted)
    return result.picture


def freckles(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not frontal(face, 0.7) or face.has("freckle", "mask", "hand covering"):
        return None
    density = _blob([(130, 118)], 34, 20) + 0.3 * _blob([(125, 70)], 40, 20)
    density = np.clip(density, 0, 1)
    count = int(rng.uniform(260, 700))
    spots = rng.uniform((20, 50), (284, 190), (count * 5, 2))
    spots = spots[rng.random(len(spots)) < density[spots[:, 1].astype(int), spots[:, 0].astype(int)]][:count]
    steps = 3
    canvas = np.zeros((TEXTURE[1] * steps, TEXTURE[0] * steps), np.float32)
    for x, y in spots:
        size = float(rng.gamma(3, 0.2) + 0.35) * steps
        axes = (max(1, round(size * rng.uniform(0.8, 1.3))), max(1, round(size)))
        centre = (round(x * steps), round(y * steps))
        depth = float(rng.uniform(0.3, 1))
        cv2.ellipse(canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, depth, -1, cv2.LINE_AA)
    canvas = cv2.GaussianBlur(canvas, (0, 0), 0.35 * steps)
    mask = face.wrap(cv2.resize(canvas, TEXTURE, interpolation=cv2.INTER_AREA)) * bare_skin(face)
    depth = rng.uniform(0.7, 1.15) * strength
    shift = np.array((-0.26, 0, 0)) * face.lab[..., :1] + np.array((0, 7.0, 9.0))
    lab = face.lab + (mask * depth)[..., None] * shift
    return finish(face, lab_to_rgb(lab), mask, rng, grain=0)


def white_teeth(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    gap = np.linalg.norm(face.mesh[13] - face.mesh[14])
    if gap < 3.5 or not frontal(face):
        return None
    mouth = fill([smooth(face.mesh[LIPS_INNER])], 4, soft=0.5)
    lab = face.lab
    tooth = mouth * smoothstep(38, 58, lab[..., 0]) * (1 - smoothstep(14, 24, lab[..., 1]))
    if tooth.sum() < 25:
        return None
    new = lab.copy()
    new[..., 0] = lab[..., 0] + (96 - lab[..., 0]) * rng.uniform(0.4, 0.6)
    new[..., 1:] *= rng.uniform(0.1, 0.25)
    painted = over(face.picture.astype(np.float32), lab_to_rgb(new), tooth * strength)
    return finish(face, painted, tooth, rng, grain=0)


EYES = {"blue": (4, -4, -26), "green": (4, -17, 16), "brown": (-14, 11, 20), "grey": (4, -1, -6)}


def _irises(face: Face) -> list[tuple[np.ndarray, float, np.ndarray]]:
    """Middle, radius and visible mask of both irises."""
    found = []
    for first in (468, 473):
        middle = face.mesh[first]
        around = face.mesh[first + 1 : first + 5]
        radius = float(np.linalg.norm(around - middle, axis=1).mean())
        eyes = [face.mesh[eye] for eye in (EYE_LEFT, EYE_RIGHT)]
        own = min(eyes, key=lambda e: np.linalg.norm(e.mean(0) - middle))
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        disc = middle + radius * 1.02 * np.c_[np.cos(angle), np.sin(angle)]
        found.append((middle, radius, fill([disc], 4) * fill([smooth(own.astype(float))], 4)))
    return found


def _eye_colour(face: Face, rng: np.random.Generator, strength: float, colour: str) -> np.ndarray | None:
    if not frontal(face, 0.6) or face.has("glasses", "goggles", "eyes closed", colour):
        return None
    if face.dark_lenses or _eyes_open(face) < 0.16:
        return None
    picture = face.picture.astype(np.float32)
    lab = face.lab.copy()
    where = np.zeros((SIZE, SIZE), np.float32)
    lift, a, b = np.array(EYES[colour]) * rng.uniform(0.85, 1.15)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    for middle, radius, mask in _irises(face):
        if mask.sum() < 8:
            return None
        distance = np.hypot(xx - middle[0], yy - middle[1]) / max(radius, 1)
        gleam = smoothstep(62, 80, lab[..., 0])
        pupil = 1 - smoothstep(0.32, 0.5, distance)
        iris = cv2.GaussianBlur(mask, (0, 0), 0.5) * (1 - gleam) * (1 - 0.85 * pupil)
        ring = 0.55 + 0.45 * (1 - smoothstep(0.75, 1.0, distance))
        level = np.median(lab[..., 0][mask > 0.5])
        bright = {"brown": 24, "blue": 44, "green": 40, "grey": 46}[colour] * np.clip(face.exposure, 0.4, 1.0)
        light = lab[..., 0] + (bright + lift - level) * 0.8 * ring
        depth = np.clip(light / 42, 0.3, 1.2)
        target = np.stack([np.clip(light, 4, 80), a * depth, b * depth], -1)
        lab = over(lab, target, iris * strength)
        where = np.maximum(where, iris)
    painted = over(picture, lab_to_rgb(lab), smoothstep(0.0, 0.05, where))
    return finish(face, painted, where, rng, grain=0)


def _eyes_open(face: Face) -> float:
    """Height of the eyes by their width: about 0.3, under 0.15 where they are closed."""
    tall = np.linalg.norm(face.mesh[[159, 386]] - face.mesh[[145, 374]], axis=1)
    wide = np.linalg.norm(face.mesh[[33, 263]] - face.mesh[[133, 362]], axis=1)
    return float((tall / np.maximum(wide, 1)).min())


def blue_eyes(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _eye_colour(face, rng, strength, "blue")


def green_eyes(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _eye_colour(face, rng, strength, "green")


def brown_eyes(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return _eye_colour(face, rng, strength, "brown")
