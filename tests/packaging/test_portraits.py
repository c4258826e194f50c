"""The painters of the Portraits pack, on a drawn face: deterministic, bounded, and nowhere but where they paint."""

from __future__ import annotations

from types import ModuleType

import cv2
import numpy as np
import pytest
from support.drawn_face import drawn_face


def test_every_attribute_is_deterministic_and_bounded(portraits: ModuleType) -> None:
    face, other = drawn_face(), drawn_face()
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
    face = drawn_face()
    for name in ("sunglasses", "glasses", "beard", "lipstick", "tan"):
        painter = portraits.ATTRIBUTES[name]
        one, two = (painter(face, np.random.default_rng(seed)) for seed in (1, 2))
        assert np.abs(one.astype(int) - two).sum() > 500, name


@pytest.mark.parametrize("name", ["sunglasses", "beard", "red lipstick", "blue eyes", "pink hair", "freckles"])
def test_paint_stays_where_the_attribute_is(portraits: ModuleType, name: str) -> None:
    """Outside a generous box about the region not one pixel differs."""
    face = drawn_face()
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
    face = drawn_face()
    for name in ("sunglasses", "red lipstick", "pink hair", "sepia"):
        painted = portraits.ATTRIBUTES[name](face, np.random.default_rng(5), strength=0.0)
        assert np.abs(painted.astype(int) - face.picture).mean() < 1.0, name


def test_half_turned_faces_are_painted_and_profiles_refused(portraits: ModuleType) -> None:
    half, profile = drawn_face(0.45), drawn_face(1.2)
    assert abs(abs(half.yaw) - 0.45) < 0.05
    assert portraits.ATTRIBUTES["sunglasses"](half, np.random.default_rng(1)) is not None
    for name in ("sunglasses", "glasses", "beard", "lipstick", "eye makeup"):
        assert portraits.ATTRIBUTES[name](profile, np.random.default_rng(1)) is None, name


def test_no_hair_no_hair_colour(portraits: ModuleType) -> None:
    face = drawn_face()
    face.hair[:] = 0
    assert portraits.ATTRIBUTES["blond hair"](face, np.random.default_rng(1)) is None


def test_a_monochrome_photograph_stays_monochrome(portraits: ModuleType) -> None:
    face = drawn_face()
    grey = portraits.ATTRIBUTES["black and white"](face, np.random.default_rng(1))
    painted = portraits.ATTRIBUTES["red lipstick"](face.replaced(grey), np.random.default_rng(1))
    assert np.ptp(painted.astype(int), axis=-1).max() <= 4


def test_every_attribute_can_be_written(portraits: ModuleType) -> None:
    meanings: dict[str, str] = {}
    for name, attribute in portraits.TABLE.items():
        assert attribute.kind in ("opaque", "tonal", "whole-picture")
        assert attribute.source and len(attribute.phrases) >= 3, name
        for phrase in attribute.phrases:
            assert meanings.setdefault(phrase, name) == name, phrase
