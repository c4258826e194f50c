"""The painters of the Portraits pack, on a drawn face: deterministic, bounded, and nowhere but where they paint."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "portraits"
MODULES = [path.stem for path in FOLDER.glob("*.py")]


@pytest.fixture(scope="module")
def portraits() -> Iterator[ModuleType]:
    """The scripts' own modules, which import each other by bare names, gone again afterwards."""
    before = {name: sys.modules.pop(name) for name in MODULES if name in sys.modules}
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("paint")
    finally:
        sys.path.remove(str(FOLDER))
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def drawn(yaw: float = 0.0) -> Any:
    """A face of ovals: skin, hair, eyes and lips where a turned mean head has them."""
    face_module = sys.modules["face"]
    mean = face_module.shape()["mean"].astype(np.float64)
    mean[[61, 291], 1] -= 0.2  # the mean head smiles a little
    cos, sin = np.cos(yaw), np.sin(yaw)
    turned = np.c_[mean[:, 0] * cos + mean[:, 2] * sin, mean[:, 1]]
    mesh = (turned * [8.2, -8.2] + [128, 142]).astype(np.float32)
    yy, xx = np.mgrid[0:256, 0:256].astype(np.float32)
    noise = np.random.default_rng(7).normal(0, 2, (256, 256, 1))
    picture = np.full((256, 256, 3), (96, 120, 150), np.float32) + yy[..., None] * 0.1
    head = np.zeros((256, 256), np.uint8)
    cv2.ellipse(head, (128, 118), (78, 96), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(head, (88, 200), (168, 255), 255, -1)
    oval = np.zeros((256, 256), np.uint8)
    cv2.fillPoly(oval, [np.round(mesh[face_module.OVAL]).astype(np.int32)], 255, cv2.LINE_AA)
    person, skin = head / np.float32(255), oval / np.float32(255)
    person = np.maximum(person, skin)
    neck = ((yy > 205) * person).astype(np.float32)
    skin = np.maximum(skin, neck)
    hair = np.clip(person - skin, 0, 1)
    shade = (1.1 - 0.25 * np.abs(xx - 118) / 80)[..., None]
    picture = picture * (1 - skin[..., None]) + skin[..., None] * np.array((205, 160, 138)) * shade
    strands = 1 + 0.35 * np.sin(xx * 1.1)[..., None]
    picture = picture * (1 - hair[..., None]) + hair[..., None] * np.array((74, 50, 38)) * strands
    canvas = np.clip(picture + noise, 0, 255).astype(np.uint8)
    for points, colour in (
        (face_module.EYE_LEFT, (236, 234, 230)),
        (face_module.EYE_RIGHT, (236, 234, 230)),
        (face_module.BROW_LEFT, (60, 42, 34)),
        (face_module.BROW_RIGHT, (60, 42, 34)),
        (face_module.LIPS_OUTER, (176, 96, 92)),
    ):
        cv2.fillPoly(canvas, [np.round(mesh[points]).astype(np.int32)], colour, cv2.LINE_AA)
    for middle in (468, 473):
        cv2.circle(canvas, tuple(int(v) for v in np.round(mesh[middle])), 5, (92, 70, 50), -1, cv2.LINE_AA)
    return face_module.Face(canvas, mesh, person, hair, skin, name="drawn")


def test_every_attribute_is_deterministic_and_bounded(portraits: ModuleType) -> None:
    face, other = drawn(), drawn()
    before = face.picture.copy()
    refused = set()
    for name, painter in portraits.ATTRIBUTES.items():
        first = painter(face, np.random.default_rng(11))
        again = painter(other, np.random.default_rng(11))
        assert np.array_equal(face.picture, before), name
        if first is None:
            assert again is None, name
            refused.add(name)
            continue
        assert first.shape == (256, 256, 3) and first.dtype == np.uint8, name
        assert np.array_equal(first, again), name
        assert not np.array_equal(first, before), name
    # no teeth to whiten, no lobes to hang anything on, lips already parted, hair brown and too long to take away
    assert refused <= {"white teeth", "earrings", "big smile", "brown hair", "bald"}


def test_another_seed_is_another_style(portraits: ModuleType) -> None:
    face = drawn()
    for name in ("sunglasses", "glasses", "beard", "lipstick", "tan"):
        painter = portraits.ATTRIBUTES[name]
        one, two = (painter(face, np.random.default_rng(seed)) for seed in (1, 2))
        assert np.abs(one.astype(int) - two).sum() > 500, name


@pytest.mark.parametrize("name", ["sunglasses", "beard", "red lipstick", "blue eyes", "pink hair", "freckles"])
def test_paint_stays_where_the_attribute_is(portraits: ModuleType, name: str) -> None:
    """Outside a generous box about the region not one pixel differs."""
    face = drawn()
    painted = portraits.ATTRIBUTES[name](face, np.random.default_rng(3))
    changed = np.argwhere((painted != face.picture).any(-1))
    low, high = changed.min(0), changed.max(0)
    mesh = face.mesh
    brow, nose, lip, chin = (float(mesh[k][1]) for k in (105, 2, 0, 152))
    top, bottom = {
        "eyes": (brow - 12, nose + 14),
        "jaw": (brow - 4, 256),
        "mouth": (nose, chin),
        "hair": (0, 256),
        "cheeks": (40, chin + 2),
    }[portraits.TABLE[name].region]
    assert low[0] >= top and high[0] <= bottom
    if name == "pink hair":
        untouched = cv2.dilate(face.hair, np.ones((25, 25))) < 0.01  # wisps reach a little beyond the mask
        brows = face.features > 0
        assert np.array_equal(painted[untouched & ~brows], face.picture[untouched & ~brows])
    if name == "red lipstick":
        assert abs((low[0] + high[0]) / 2 - lip) < 16


def test_strength_zero_changes_next_to_nothing(portraits: ModuleType) -> None:
    face = drawn()
    for name in ("sunglasses", "red lipstick", "pink hair", "sepia"):
        painted = portraits.ATTRIBUTES[name](face, np.random.default_rng(5), strength=0.0)
        assert np.abs(painted.astype(int) - face.picture).mean() < 1.0, name


def test_half_turned_faces_are_painted_and_profiles_refused(portraits: ModuleType) -> None:
    half, profile = drawn(0.45), drawn(1.2)
    assert abs(abs(half.yaw) - 0.45) < 0.05
    assert portraits.ATTRIBUTES["sunglasses"](half, np.random.default_rng(1)) is not None
    for name in ("sunglasses", "glasses", "beard", "lipstick", "eye makeup"):
        assert portraits.ATTRIBUTES[name](profile, np.random.default_rng(1)) is None, name


def test_no_hair_no_hair_colour(portraits: ModuleType) -> None:
    face = drawn()
    face.hair[:] = 0
    assert portraits.ATTRIBUTES["blond hair"](face, np.random.default_rng(1)) is None


def test_a_monochrome_photograph_stays_monochrome(portraits: ModuleType) -> None:
    face = drawn()
    grey = portraits.ATTRIBUTES["black and white"](face, np.random.default_rng(1))
    painted = portraits.ATTRIBUTES["red lipstick"](face.replaced(grey), np.random.default_rng(1))
    assert np.ptp(painted.astype(int), axis=-1).max() <= 4


def test_every_attribute_can_be_written(portraits: ModuleType) -> None:
    meanings: dict[str, str] = {}
    for name, attribute in portraits.TABLE.items():
        assert attribute.kind in (portraits.OPAQUE, portraits.TONAL, portraits.WHOLE)
        assert attribute.source and len(attribute.phrases) >= 3, name
        for phrase in attribute.phrases:
            assert meanings.setdefault(phrase, name) == name, phrase
