"""A photographed face as the painters see it: picture, mesh, masks, and the head it is the picture of.

The mesh is the flat picture of 478 points. ``shape.npz`` holds their mean place in space, factorised from a few
thousand such meshes, so that an affine camera can be fitted to every face: with it things that stand off the skin
(glasses, hats) turn with the head. ``texture`` is the same head unrolled: what is painted there once lies right on
every face.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

SIZE = 256
TEXTURE = (304, 256)  # width, height of the unrolled head
TEXTURE_MIDDLE = (152.0, 124.0)
TEXTURE_SCALE = 8.6  # texture pixels for a unit of the mean shape, which is about a centimetre
RING = 1.42  # the mesh goes on outside the oval, to this many times its radius

OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152]
OVAL += [148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
EYE_LEFT = [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7]  # left in the picture
EYE_RIGHT = [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249]
BROW_LEFT = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46]
BROW_RIGHT = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276]
LIPS_OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146]
LIPS_INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95]


HEADGEAR = ("hat", "cap", "beanie", "fedora", "beret", "bandana", "helmet", "turban", "hijab", "headscarf", "scarf on")
HEADGEAR += ("headphones", "crown", "tiara", "hood", "headband", "headdress", "veil", "wig", "sombrero")


@functools.cache
def shape() -> dict[str, np.ndarray]:
    """mean (478, 3), mirror (478,), texture (468 + ring, 2), triangles (T, 3)."""
    with np.load(Path(__file__).with_name("shape.npz")) as stored:
        return {name: stored[name] for name in stored.files}


@dataclass
class Face:
    """One aligned portrait. Masks are (256, 256) float32 in [0, 1]."""

    picture: np.ndarray  # (256, 256, 3) uint8 RGB
    mesh: np.ndarray  # (478, 2) float32 pixels
    person: np.ndarray
    hair: np.ndarray
    skin: np.ndarray  # face, ears, neck, as far as they look like skin
    age: float = 30.0
    sex: str = "unknown"
    expression: dict[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()  # under which the picture was found: mostly true
    name: str = ""

    # ---- the head in space

    @functools.cached_property
    def camera(self) -> np.ndarray:
        """(4, 2): [x y z 1] in units of the mean shape -> pixels."""
        mean = shape()["mean"]
        solution = np.linalg.lstsq(np.c_[mean, np.ones(len(mean))], self.mesh.astype(np.float64), rcond=None)
        return solution[0]

    @functools.cached_property
    def scale(self) -> float:
        """Pixels for a unit of the mean shape (about a centimetre), across the picture's plane."""
        return float(np.linalg.svd(self.camera[:3], compute_uv=False).mean())

    @functools.cached_property
    def view(self) -> np.ndarray:
        """Unit vector in the head's space that points to the camera."""
        x, y = self.camera[:3].T
        towards = np.cross(x, -y)
        return towards / np.linalg.norm(towards)

    @property
    def yaw(self) -> float:
        """Radians; positive where the head turns to the right of the picture."""
        return float(-np.arcsin(np.clip(self.view[0], -1, 1)))

    @property
    def pitch(self) -> float:
        return float(np.arcsin(np.clip(self.view[1], -1, 1)))

    def project(self, points: np.ndarray) -> np.ndarray:
        """(..., 3) in the head's space -> (..., 2) pixels."""
        return points @ self.camera[:3] + self.camera[3]

    # ---- the head unrolled

    @functools.cached_property
    def mesh_with_ring(self) -> np.ndarray:
        mean = shape()["mean"][OVAL]
        beyond = (mean - [0, 0, 0]) * (RING - 1) * [1, 1, 0]
        beyond = beyond @ self.camera[:3]
        return np.concatenate([self.mesh[:468], self.mesh[OVAL] + beyond]).astype(np.float32)

    @functools.cached_property
    def texture_at(self) -> np.ndarray:
        """(256, 256, 2) float32: the texture's place under each pixel; -1e3 where the mesh does not reach."""
        points, texture, triangles = self.mesh_with_ring, shape()["texture"], shape()["triangles"]
        depth = shape()["mean"] @ self.view
        depth = np.r_[depth[:468], depth[OVAL] - 2]
        order = np.argsort(depth[triangles].mean(1))
        return rasterise(points, texture, triangles[order], (SIZE, SIZE))

    @functools.cached_property
    def pixel_at(self) -> np.ndarray:
        """(256, 304, 2) float32: the pixel over each place of the texture."""
        points, texture, triangles = self.mesh_with_ring, shape()["texture"], shape()["triangles"]
        return rasterise(texture, points, triangles, (TEXTURE[1], TEXTURE[0]))

    def wrap(self, texture: np.ndarray) -> np.ndarray:
        """A texture laid over the face: (256, 304[, C]) -> (256, 256[, C]), nothing where the mesh ends."""
        at = self.texture_at
        return cv2.remap(texture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)

    # ---- light and colour

    @functools.cached_property
    def lab(self) -> np.ndarray:
        """(256, 256, 3) float32: L in [0, 100], a and b about zero."""
        return cv2.cvtColor(self.picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)

    @functools.cached_property
    def face_mask(self) -> np.ndarray:
        return self.polygon(OVAL)

    @functools.cached_property
    def shading(self) -> np.ndarray:
        """(256, 256) float32 about 1: how the light falls on the face, smooth, carried on outside it."""
        inner = self.polygon(OVAL, grow=0.94) * (1 - self.features) * (1 - 0.9 * self.hair)
        light = np.power(np.maximum(self.lab[..., 0], 1) / 100, 2.2)
        weight = inner + 1e-4
        broad = cv2.GaussianBlur(light * weight, (0, 0), 28) / cv2.GaussianBlur(weight, (0, 0), 28)
        near = cv2.GaussianBlur(weight, (0, 0), 7)
        fine = (cv2.GaussianBlur(light * weight, (0, 0), 7) + 0.02 * broad) / (near + 0.02)
        middle = float((light * inner).sum() / max(inner.sum(), 1))
        return np.clip(fine / max(middle, 1e-3), 0.15, 2.2)

    @functools.cached_property
    def light(self) -> np.ndarray:
        """Where the light comes from, in the head's space: from above, the front, and the brighter cheek."""
        inside = (self.face_mask > 0.5) & (self.features < 0.2)
        slope = 0.0
        if inside.sum() > 100:
            across = np.nonzero(inside)[1] - SIZE / 2
            design = np.c_[across, np.ones(len(across))]
            slope = float(np.linalg.lstsq(design, self.shading[inside], rcond=None)[0][0])
        direction = np.array([np.clip(slope * 90, -0.8, 0.8), 0.55, 0.75])
        return direction / np.linalg.norm(direction)

    @functools.cached_property
    def exposure(self) -> float:
        """Linear light that falls on the face: about 1 in a well-lit photograph, whatever the skin's colour."""
        inside = (self.face_mask * (1 - self.features)) > 0.5
        bright = np.percentile(self.lab[..., 0][inside], 85) if inside.any() else 70
        sclera = np.percentile(self.lab[..., 0], 97)
        level = 0.5 * (bright / 78) ** 2.2 + 0.5 * (sclera / 88) ** 2.2
        return float(np.clip(level, 0.3, 1.15))

    @functools.cached_property
    def monochrome(self) -> bool:
        """Black and white, or toned in one colour."""
        light = self.lab[::3, ::3, 0].ravel() / 100
        design = np.stack([np.ones_like(light), light, light**2, light**3], -1)
        colour = self.lab[::3, ::3, 1:].reshape(-1, 2)
        rest = colour - design @ np.linalg.lstsq(design, colour, rcond=None)[0]
        return bool(np.sqrt((rest**2).sum(-1).mean()) < 2.0)

    @functools.cached_property
    def noise(self) -> float:
        """Standard deviation of the grain on the skin, of 255."""
        grey = cv2.cvtColor(self.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
        rough = np.abs(cv2.filter2D(grey, -1, kernel))[self.polygon(OVAL, grow=0.9) > 0.5]
        return float(np.clip(np.median(rough) / 0.6745 / 6, 0, 8)) if len(rough) else 1.0

    @functools.cached_property
    def features(self) -> np.ndarray:
        """Eyes, brows and mouth, softly."""
        mask = np.zeros((SIZE, SIZE), np.uint8)
        for points in (EYE_LEFT, EYE_RIGHT, BROW_LEFT, BROW_RIGHT, LIPS_OUTER):
            cv2.fillPoly(mask, [np.round(self.mesh[points]).astype(np.int32)], 255)
        mask = cv2.dilate(mask, np.ones((5, 5), np.uint8))
        return cv2.GaussianBlur(mask, (0, 0), 1.5).astype(np.float32) / 255

    def polygon(self, points: list[int], grow: float = 1.0, soft: float = 0.0, steps: int = 4) -> np.ndarray:
        """A polygon of mesh points as an anti-aliased mask, grown about its middle, softened by ``soft`` pixels."""
        corners = self.mesh[points]
        corners = corners.mean(0) + grow * (corners - corners.mean(0))
        return fill([corners], steps, soft)

    @functools.cached_property
    def skin_lab(self) -> np.ndarray:
        """(3,): the median colour of the skin."""
        inside = (self.polygon(OVAL, grow=0.85) * (1 - self.features)) > 0.5
        return np.median(self.lab[inside], axis=0) if inside.any() else np.array([65.0, 12, 16])

    @functools.cached_property
    def hair_lab(self) -> np.ndarray | None:
        """(3,): the median colour of the hair, None where there is none."""
        inside = self.hair > 0.8
        return np.median(self.lab[inside], axis=0) if inside.sum() > 200 else None

    @functools.cached_property
    def brow_lab(self) -> np.ndarray:
        """(3,): the colour of the brows, of their darker half."""
        mask = np.zeros((SIZE, SIZE), np.uint8)
        for points in (BROW_LEFT, BROW_RIGHT):
            cv2.fillPoly(mask, [np.round(self.mesh[points]).astype(np.int32)], 1)
        inside = self.lab[mask > 0]
        if len(inside) < 8:
            return np.array([25.0, 5, 8])
        return np.median(inside[inside[:, 0] <= np.median(inside[:, 0])], axis=0)

    @functools.cached_property
    def hair_matte(self) -> tuple[np.ndarray, np.ndarray]:
        """How much of each pixel is hair, and the Lab colour of the hair alone.

        Inside the outline it is hair; about it a pixel lies between the hair's colour near by and what is beside it.
        """
        solid = (self.hair > 0.55).astype(np.uint8)
        core = cv2.erode(solid, np.ones((7, 7))).astype(np.float32)
        beyond = 1 - cv2.dilate((self.hair > 0.2).astype(np.uint8), np.ones((9, 9))).astype(np.float32)

        def near(weight: np.ndarray) -> np.ndarray:
            total = cv2.GaussianBlur(weight, (0, 0), 6) + 1e-3 * cv2.GaussianBlur(weight, (0, 0), 25) + 1e-9
            colour = cv2.GaussianBlur(self.lab * weight[..., None], (0, 0), 6)
            return (colour + 1e-3 * cv2.GaussianBlur(self.lab * weight[..., None], (0, 0), 25)) / total[..., None]

        inner, outer = near(core), near(beyond)
        apart = inner - outer
        length = (apart**2).sum(-1)
        between = np.clip(((self.lab - outer) * apart).sum(-1) / np.maximum(length, 1), 0, 1)
        trust = np.clip((np.sqrt(length) - 6) / 14, 0, 1)
        alpha = trust * between + (1 - trust) * self.hair
        # wisps reach a little beyond the mask, no farther
        band = cv2.GaussianBlur(cv2.dilate(solid, np.ones((9, 9))).astype(np.float32), (0, 0), 1.5)
        alpha = np.maximum(alpha * band, cv2.GaussianBlur(core, (0, 0), 1.2) * (core > 0))
        rest = self.lab - (alpha[..., None] * inner + (1 - alpha[..., None]) * outer)
        pure = np.where(alpha[..., None] > 0.97, self.lab, inner + rest * alpha[..., None])
        return alpha.astype(np.float32), pure.astype(np.float32)

    @functools.cached_property
    def hair_doubt(self) -> float:
        """Undecided pixels of the hair's mask by decided ones: under 0.35 it may be dyed any colour."""
        sure = float((self.hair > 0.75).sum())
        torn = float(((self.hair > 0.12) & (self.hair < 0.75)).sum())
        return torn / sure if sure > 1200 else np.inf

    @functools.cached_property
    def dark_lenses(self) -> bool:
        """Sunglasses are worn already: what lies about the eyes is far darker than the cheeks."""
        rings = [self.polygon(eye, grow=2.2) * (1 - self.polygon(eye, grow=1.25)) for eye in (EYE_LEFT, EYE_RIGHT)]
        levels = [float(np.median(self.lab[..., 0][ring > 0.5])) for ring in rings if (ring > 0.5).sum() > 20]
        return bool(levels) and max(levels) < 0.55 * float(self.skin_lab[0])

    @property
    def headgear(self) -> bool:
        """Something covers the hair already."""
        return self.has(*HEADGEAR)

    def has(self, *words: str) -> bool:
        """Whether one of the words stands in what the picture was found by."""
        return any(word in entry for entry in self.words for word in words)

    def replaced(self, picture: np.ndarray) -> Face:
        """The same head with another picture, to paint on it again."""
        other = dataclasses.replace(self, picture=picture)
        for name in ("camera", "scale", "view", "mesh_with_ring", "texture_at", "pixel_at", "features", "face_mask"):
            if name in self.__dict__:  # what does not depend on the pixels stays computed
                other.__dict__[name] = self.__dict__[name]
        return other


def fill(polygons: list[np.ndarray], steps: int = 4, soft: float = 0.0) -> np.ndarray:
    """(256, 256) float32 coverage of polygons in pixels, by ``steps``-fold oversampling."""
    mask = np.zeros((SIZE, SIZE), np.float32)
    everything = np.concatenate(polygons)
    left, top = np.clip(np.floor(everything.min(0)).astype(int) - 1, 0, SIZE)
    right, bottom = np.clip(np.ceil(everything.max(0)).astype(int) + 2, 0, SIZE)
    if right <= left or bottom <= top:
        return mask
    canvas = np.zeros(((bottom - top) * steps, (right - left) * steps), np.uint8)
    for corners in polygons:
        inside = np.round((corners - [left, top] + 0.5) * steps * 16 - 8).astype(np.int32)
        cv2.fillPoly(canvas, [inside], 255, cv2.LINE_AA, 4)
    small = cv2.resize(canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    mask[top:bottom, left:right] = small / np.float32(255)
    return cv2.GaussianBlur(mask, (0, 0), soft) if soft > 0 else mask


def rasterise(where: np.ndarray, what: np.ndarray, triangles: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 2) float32: ``what`` interpolated over triangles whose corners lie at ``where``; later ones on top.

    Triangles that show their back are left out.
    """
    out = np.full((*size, 2), -1e3, np.float32)
    for corners in triangles:
        a, b, c = where[corners].astype(np.float64)
        (ux, uy), (vx, vy) = b - a, c - a
        area = ux * vy - uy * vx
        if area < 1e-3:
            continue
        x0, y0 = np.maximum(np.floor(np.minimum(np.minimum(a, b), c)), 0).astype(int)
        x1, y1 = np.ceil(np.maximum(np.maximum(a, b), c)).astype(int) + 1
        x1, y1 = min(x1, size[1]), min(y1, size[0])
        if x1 <= x0 or y1 <= y0:
            continue
        dx = np.arange(x0, x1) - a[0]
        dy = (np.arange(y0, y1) - a[1])[:, None]
        s = (dx * vy - dy * vx) / area
        t = (dy * ux - dx * uy) / area
        inside = (s >= -1e-4) & (t >= -1e-4) & (s + t <= 1 + 1e-4)
        value = what[corners].astype(np.float64)
        patch = value[0] + s[..., None] * (value[1] - value[0]) + t[..., None] * (value[2] - value[0])
        out[y0:y1, x0:x1][inside] = patch[inside]
    return out
