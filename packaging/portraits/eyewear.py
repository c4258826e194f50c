"""Glasses and sunglasses: frames built in the head's space, so that they turn with it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from canvas import finish, noise, over, smoothstep
from face import EYE_LEFT, EYE_RIGHT, SIZE, Face, fill, shape

STEPS = 4
EYE_Y = 2.75  # of the mean shape

# half width, half height, roundness (2 ellipse, 5 nearly a rectangle), taper below, lift of the outer corner, nasal cut
OUTLINES = {
    "round": (2.35, 2.3, 2.0, 0.0, 0.0, 0.0),
    "panto": (2.55, 2.25, 2.3, 0.09, 0.05, 0.08),
    "oval": (2.6, 1.75, 2.1, 0.03, 0.0, 0.0),
    "rectangle": (2.75, 1.5, 4.2, 0.05, 0.1, 0.08),
    "square": (2.75, 2.1, 3.6, 0.06, 0.08, 0.08),
    "wayfarer": (2.8, 2.0, 3.2, 0.14, 0.3, 0.1),
    "aviator": (2.95, 2.5, 2.5, -0.04, -0.1, 0.34),
    "cat": (2.8, 1.9, 2.7, 0.14, 0.75, 0.08),
    "oversize": (3.1, 2.65, 3.0, 0.05, 0.05, 0.1),
}
ACETATE = {
    "black": (22, 21, 22),
    "dark brown": (52, 34, 26),
    "tortoise": (96, 58, 30),
    "navy": (28, 34, 58),
    "burgundy": (78, 24, 32),
    "grey": (92, 94, 98),
    "white": (225, 222, 216),
    "red": (150, 26, 30),
}
METAL = {
    "gold": (196, 158, 92),
    "silver": (176, 178, 182),
    "gunmetal": (78, 80, 86),
    "black": (30, 30, 32),
    "rose": (196, 142, 120),
}


@dataclass
class Frame:
    outline: str
    metal: bool
    rim: float  # thickness in units of the head
    colour: np.ndarray
    mottled: bool
    opacity: float
    size: float
    drop: float  # of the lenses' middles below the eyes
    half_rim: bool


def _draw_frame(rng: np.random.Generator, dark: bool) -> Frame:
    names = list(OUTLINES)
    odds = {"aviator": 3.0, "wayfarer": 3.0, "oversize": 2.0} if dark else {"oversize": 0.5, "aviator": 0.6}
    weights = np.array([odds.get(name, 1.3) for name in names])
    outline = str(rng.choice(names, p=weights / weights.sum()))
    metal = bool(rng.random() < {"aviator": 0.85, "round": 0.6, "wayfarer": 0.05, "cat": 0.15}.get(outline, 0.35))
    table = METAL if metal else ACETATE
    shades = list(table)
    favour = np.array([3.0 if shade in ("black", "gold", "tortoise") else 1.0 for shade in shades])
    shade = str(rng.choice(shades, p=favour / favour.sum()))
    colour = np.array(table[shade], np.float32) * rng.uniform(0.85, 1.15)
    rim = rng.uniform(0.13, 0.2) if metal else rng.uniform(0.24, 0.5)
    clear = not metal and rng.random() < 0.07
    return Frame(
        outline,
        metal,
        rim,
        np.clip(np.array((214, 208, 204), np.float32) if clear else colour, 0, 255),
        shade == "tortoise" and not clear,
        0.5 if clear else 1.0,
        rng.uniform(0.94, 1.06),
        rng.uniform(0.15, 0.45),
        not dark and metal and rng.random() < 0.2,
    )


def _outline(frame: Frame, grow: float = 0.0) -> np.ndarray:
    """(N, 2) about the lens' middle; +x away from the nose, +y up. ``grow`` is added all round."""
    half_width, half_height, power, taper, lift, cut = OUTLINES[frame.outline]
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    cos, sin = np.cos(angle), np.sin(angle)
    x = np.sign(cos) * np.abs(cos) ** (2 / power)
    y = np.sign(sin) * np.abs(sin) ** (2 / power)
    x = x * (1 + taper * y)
    out = np.clip((x + 1) / 2, 0, 1)
    x = np.where((y < 0) & (x < 0), x * (1 + cut * y), x)  # room for the nose
    y = np.where(y > 0, y * (0.84 if frame.outline == "aviator" else 1.0), y)
    y = y + lift * out**2 * np.clip(0.35 + 0.65 * y, 0, 1) / half_height
    points = np.c_[x * half_width, y * half_height] * frame.size
    if grow:
        along = np.roll(points, -1, 0) - np.roll(points, 1, 0)
        normal = np.c_[along[:, 1], -along[:, 0]] / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        points = points + grow * normal
    return points


class _Fitting:
    """Where a point of the frame lies in the picture: the camera, then made to meet this face's own eyes."""

    def __init__(self, face: Face) -> None:
        mean = shape()["mean"]
        expected = [face.project(mean[eye].mean(0)) for eye in (EYE_LEFT, EYE_RIGHT)]
        found = [face.mesh[eye].mean(0) for eye in (EYE_LEFT, EYE_RIGHT)]
        a = complex(*(expected[1] - expected[0]))
        b = complex(*(found[1] - found[0]))
        self.turn = b / a
        self.face = face
        self.expected = complex(*((expected[0] + expected[1]) / 2))
        self.found = complex(*((found[0] + found[1]) / 2))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        flat = self.face.project(points)
        moved = (flat[..., 0] + 1j * flat[..., 1] - self.expected) * self.turn + self.found
        return np.stack([moved.real, moved.imag], -1)

    def front(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Points of the frame's front: it bends back to the sides and leans in at the cheeks."""
        return np.stack([x, y, 5.75 - 0.031 * x**2 + 0.1 * (y - EYE_Y)], -1)


def _ribbon(line: np.ndarray, width: np.ndarray) -> np.ndarray:
    """A line in pixels with a width at each point, as a polygon."""
    along = np.gradient(line, axis=0)
    normal = np.c_[along[:, 1], -along[:, 0]] / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    half = normal * np.asarray(width)[:, None] / 2
    return np.r_[line + half, (line - half)[::-1]]


@dataclass
class _Masks:
    lenses: list[np.ndarray]
    rim: np.ndarray
    arms: np.ndarray
    middles: list[np.ndarray]


def _build(face: Face, frame: Frame) -> _Masks:
    fitting = _Fitting(face)
    middle_y = EYE_Y - frame.drop
    half_width = OUTLINES[frame.outline][0] * frame.size
    middle_x = 0.85 + half_width
    scale = face.scale
    lenses, rims, polygons, middles = [], [], [], []
    for side in (-1, 1):
        inner = _outline(frame)
        outer = _outline(frame, frame.rim)
        on_front = [fitting(fitting.front(side * (middle_x + p[:, 0]), middle_y + p[:, 1])) for p in (inner, outer)]
        lens, whole = fill([on_front[0]], STEPS), fill([on_front[1]], STEPS)
        lenses.append(lens)
        ring = np.clip(whole - lens, 0, 1)
        if frame.half_rim:
            ring = ring * fill([on_front[1][: len(on_front[1]) // 2 + 2]], STEPS)
        rims.append(ring)
        middles.append(on_front[0].mean(0))
        # the piece that carries the hinge
        edge = outer[np.argmax(outer[:, 0] + 0.35 * outer[:, 1])]
        polygons.append(
            _ribbon(
                fitting(
                    fitting.front(
                        side * np.linspace(middle_x + edge[0] - 0.25, middle_x + edge[0] + 0.3, 4),
                        middle_y + edge[1] - np.linspace(0.25, 0.3, 4),
                    )
                ),
                np.full(4, max(frame.rim * 1.4, 0.28) * scale),
            )
        )
    t = np.linspace(-1, 1, 15)
    reach = 0.85 + frame.rim * 0.6
    upper = 0.35 if frame.outline != "round" else 0.6
    bridge = fitting(fitting.front(reach * t, middle_y + upper + 0.32 * (1 - t**2)))
    thickness = (0.2 if frame.metal else 0.5 + 0.4 * frame.rim) * scale
    polygons.append(_ribbon(bridge, thickness * (1 + 0.35 * t**2)))
    if frame.outline == "aviator":
        top = OUTLINES["aviator"][1] * frame.size * 0.66
        second = fitting(fitting.front(1.5 * t, middle_y + top + 0.05 * t**2))
        polygons.append(_ribbon(second, np.full(15, max(frame.rim, 0.16) * scale)))
    rim = np.maximum(np.clip(sum(rims), 0, 1), fill(polygons, STEPS))
    return _Masks(lenses, rim, _arms(face, frame, fitting, middle_x, middle_y), middles)


def _arms(face: Face, frame: Frame, fitting: _Fitting, middle_x: float, middle_y: float) -> np.ndarray:
    """The temple arms, as far as head and hair let them be seen."""
    total = np.zeros((SIZE, SIZE), np.float32)
    outer = _outline(frame, frame.rim)
    edge = outer[np.argmax(outer[:, 0] + 0.35 * outer[:, 1])]
    for side in (-1, 1):
        facing = side * face.view[0] + 0.06
        hinge = fitting.front(np.array(side * (middle_x + edge[0] + 0.2)), np.array(middle_y + edge[1] - 0.3))
        ear = np.array([side * 8.0, 2.55, -2.6])
        t = np.linspace(0, 1, 20)[:, None]
        bend = np.array([side * 0.5, 0.12, 0]) * np.sin(np.pi * t)
        line = fitting(hinge + (ear - hinge) * t + bend)
        width = np.linspace(1.5, 1.0, 20) * (0.22 if frame.metal else 0.3 + 0.5 * frame.rim) * face.scale
        arm = fill([_ribbon(line, width)], STEPS)
        if facing <= 0:
            arm = arm * (1 - smoothstep(0.3, 0.7, face.person))
        else:
            seen = 1 - smoothstep(0.25, 0.75, cv2.GaussianBlur(face.hair, (0, 0), 1.2))
            along = np.linalg.norm(np.stack(np.meshgrid(np.arange(SIZE), np.arange(SIZE)), -1) - line[0], axis=-1)
            near = 1 - smoothstep(3, 9, along)  # over the hair at the hinge, under it behind
            arm = arm * np.maximum(seen, near * 0.8)
            arm = arm * smoothstep(0.2, 0.5, np.maximum(face.person, near))
        total = np.maximum(total, arm)
    return total


def _rim_colour(
    face: Face, frame: Frame, mask: np.ndarray, at: tuple[slice, slice], rng: np.random.Generator
) -> np.ndarray:
    """The frame's own colour, lit from above, with a gleam along its upper edges."""
    base = np.broadcast_to(frame.colour, (*mask.shape, 3)).astype(np.float32)
    if frame.mottled:
        spots = smoothstep(0.1, 0.9, noise(rng, mask.shape, 4.5, 2))
        base = base * (1 - 0.75 * spots[..., None]) + np.array((28, 18, 14)) * 0.75 * spots[..., None]
    light = np.clip(face.exposure, 0.45, 1.1) * np.clip(0.55 + 0.45 * face.shading[at], 0.5, 1.2)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.9)
    slope = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) / 4  # > 0 at the upper edges
    gleam = np.clip(slope, 0, 1) * (150 if frame.metal else 70) * rng.uniform(0.4, 1.0)
    shadow = np.clip(-slope, 0, 1) * 0.5
    if frame.metal:
        bands = 0.85 + 0.25 * noise(rng, mask.shape, 14)
        base = base * np.clip(bands, 0.5, 1.35)[..., None]
    return np.clip(base * (light * (1 - shadow))[..., None] + (gleam * light)[..., None], 0, 255)


def _cast_shadow(
    face: Face, painted: np.ndarray, solid: np.ndarray, at: tuple[slice, slice], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The frame's shadow on the skin, a little below it, away from the light."""
    left = face.shading[:, : SIZE // 2].mean()
    right = face.shading[:, SIZE // 2 :].mean()
    dx = float(np.clip((left - right) * 4, -1.5, 1.5))
    dy = rng.uniform(1.2, 2.6)
    moved = cv2.warpAffine(solid, np.float32([[1, 0, dx], [0, 1, dy]]), solid.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), rng.uniform(1.0, 2.0))
    depth = soft * face.person[at] * rng.uniform(0.22, 0.42)
    return painted * (1 - depth[..., None] * np.array((0.85, 1.0, 1.0), np.float32)), depth


def _window(mask: np.ndarray, margin: int = 10) -> tuple[slice, slice]:
    """The box about all that is drawn: nothing outside it needs to be computed."""
    y, x = np.nonzero(mask > 0.002)
    return (
        slice(max(int(y.min()) - margin, 0), min(int(y.max()) + margin + 1, SIZE)),
        slice(max(int(x.min()) - margin, 0), min(int(x.max()) + margin + 1, SIZE)),
    )


def _put_back(
    face: Face,
    painted: np.ndarray,
    where: np.ndarray,
    at: tuple[slice, slice],
    strength: float,
    rng: np.random.Generator,
) -> np.ndarray:
    whole, everywhere = face.picture.astype(np.float32), np.zeros((SIZE, SIZE), np.float32)
    whole[at] += strength * (painted - whole[at])
    everywhere[at] = where
    return finish(face, whole, everywhere, rng)


def _usable(face: Face) -> bool:
    worn = face.has("glasses", "goggles", "mask", "hand covering", "vr headset")
    return abs(face.yaw) < 0.62 and abs(face.pitch) < 0.5 and not worn and not face.dark_lenses


def sunglasses(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not _usable(face):
        return None
    frame = _draw_frame(rng, dark=True)
    masks = _build(face, frame)
    picture = face.picture.astype(np.float32)
    at = _window(masks.rim + masks.arms)
    rim, arms = masks.rim[at], masks.arms[at]
    solid = np.clip(rim + sum(lens[at] for lens in masks.lenses), 0, 1)
    painted, shadow = _cast_shadow(face, picture[at], solid, at, rng)
    painted = over(painted, _rim_colour(face, frame, arms, at, rng) * 0.9, arms * frame.opacity)

    tints = {"grey": (20, 21, 23), "brown": (36, 24, 17), "green": (20, 27, 22), "blue": (18, 24, 38)}
    tint = np.array(tints[str(rng.choice(list(tints), p=[0.5, 0.25, 0.15, 0.1]))], np.float32)
    light = np.clip(face.exposure, 0.35, 1.1)
    top, bottom = rng.uniform(0.94, 0.995), rng.uniform(0.8, 0.99)
    mirrored = rng.random() < 0.13
    # what the glasses look at: sky above, ground below, taken from the photograph's own colours
    surroundings = cv2.GaussianBlur(picture[:, ::-1], (0, 0), 9)
    sky = np.median(picture[:70].reshape(-1, 3), axis=0) * 0.5 + np.array((198, 208, 220)) * 0.5 * light
    coat = np.array([(90, 140, 220), (220, 150, 70), (190, 195, 205), (120, 190, 160)])[rng.integers(4)] * light
    reflection = rng.uniform(0.05, 0.2)
    slant = rng.uniform(-0.6, 0.6)
    yy, xx = np.mgrid[at].astype(np.float32)
    for whole, middle in zip(masks.lenses, masks.middles, strict=True):
        lens = whole[at]
        reach = face.scale * 2.6
        down = np.clip((yy - middle[1]) / reach * 0.5 + 0.5 + slant * (xx - middle[0]) / reach * 0.15, 0, 1)
        dark = top + (bottom - top) * down
        through = painted * (1 - dark)[..., None] * 0.8 + tint * light * dark[..., None]
        x = np.clip(middle[0] + (xx - middle[0]) * 4, 0, SIZE - 1).astype(np.float32)
        y = np.clip(90 + (yy - middle[1]) * 4, 0, SIZE - 1).astype(np.float32)
        seen = cv2.remap(surroundings, x, y, cv2.INTER_LINEAR)
        edge = 0.38 + 0.05 * np.sin((xx - middle[0]) / reach * rng.uniform(2, 5) + rng.uniform(0, 6))
        above = (1 - smoothstep(edge - rng.uniform(0.1, 0.3), edge + 0.12, down))[..., None]
        mirror = seen * 0.45 + sky * above * 0.75
        colour = through + mirror * reflection
        if mirrored:
            shine = (0.5 + 0.5 * above) * (0.6 + 0.4 * (1 - down[..., None]))
            colour = colour * 0.35 + (coat * 0.55 + mirror * 0.35) * shine
        if rng.random() < 0.5:  # a soft streak of a window
            offset = ((xx - middle[0]) * 0.8 - (yy - middle[1])) / reach
            place, width = rng.uniform(-0.5, 0.5), rng.uniform(0.08, 0.22)
            streak = np.exp(-(((offset - place) / width) ** 2)) * rng.uniform(12, 42) * light
            colour = colour + streak[..., None]
        inner = cv2.GaussianBlur(lens, (0, 0), 1.6)
        colour = colour * (0.72 + 0.28 * smoothstep(0.5, 1.0, inner))[..., None]
        painted = over(painted, np.clip(colour, 0, 255), lens)
    painted = over(painted, _rim_colour(face, frame, rim, at, rng), rim * frame.opacity)
    return _put_back(face, painted, np.clip(solid + arms + shadow, 0, 1), at, strength, rng)


def glasses(face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    if not _usable(face):
        return None
    frame = _draw_frame(rng, dark=False)
    masks = _build(face, frame)
    picture = face.picture.astype(np.float32)
    at = _window(masks.rim + masks.arms)
    rim, arms = masks.rim[at], masks.arms[at]
    solid = np.clip(rim + arms, 0, 1)
    lens = np.clip(sum(own[at] for own in masks.lenses), 0, 1)
    painted = picture[at]
    if rng.random() < 0.6:  # strong lenses make the eyes a little smaller or larger
        power = rng.uniform(0.95, 1.04)
        for own, middle in zip(masks.lenses, masks.middles, strict=True):
            x, y = middle[0] - at[1].start, middle[1] - at[0].start
            matrix = np.float32([[power, 0, x * (1 - power)], [0, power, y * (1 - power)]])
            warped = cv2.warpAffine(
                painted, matrix, lens.shape[::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            )
            painted = over(painted, warped, own[at])
    painted, shadow = _cast_shadow(face, painted, rim, at, rng)
    light = np.clip(face.exposure, 0.35, 1.1)
    yy, xx = np.mgrid[at].astype(np.float32)
    painted = painted * (1 - 0.05 * lens[..., None])
    glare = rng.random()
    if glare < 0.75:
        tone = np.array([(225, 232, 240), (190, 225, 205), (200, 210, 250)][rng.integers(3)], np.float32)
        place, width, lean = rng.uniform(-0.7, 0.7), rng.uniform(0.12, 0.4), rng.uniform(0.5, 1.2)
        for own, middle in zip(masks.lenses, masks.middles, strict=True):
            reach = face.scale * 2.6
            offset = ((xx - middle[0]) * lean - (yy - middle[1])) / reach
            band = np.exp(-(((offset - place) / width) ** 4))
            fall = smoothstep(0.9, -0.9, (yy - middle[1]) / reach)
            painted = over(painted, tone * light, own[at] * band * fall * rng.uniform(0.04, 0.22))
    painted = over(painted, _rim_colour(face, frame, arms, at, rng) * 0.9, arms * frame.opacity)
    painted = over(painted, _rim_colour(face, frame, rim, at, rng), rim * frame.opacity)
    return _put_back(face, painted, np.clip(solid + lens + shadow, 0, 1), at, strength, rng)
