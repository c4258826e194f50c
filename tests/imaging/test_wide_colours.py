"""Colours that sRGB has no place for: after a change they are what was seen, asked of Little CMS."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from PIL import Image, ImageCms

from rtedit_desktop.imaging.photo_service import FilePhotoService

_Change = Callable[[np.ndarray], np.ndarray]
_CHANGES: dict[str, _Change] = {
    "grey": lambda pixels: pixels.mean(axis=2, keepdims=True).repeat(3, axis=2),
    "darker": lambda pixels: pixels / 2,
    "tan": lambda pixels: pixels * 0.7 + np.array([60, 30, 10]),
}


@pytest.fixture(params=["p3", "wide"])
def profile(request: pytest.FixtureRequest) -> bytes:
    return made_profile(request.param)


def _shown(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        own = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        shown = ImageCms.profileToProfile(
            picture,
            own,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    assert shown is not None
    return np.asarray(shown).astype(int)


def _reds() -> np.ndarray:
    """(48, 64, 3) uint8: as red as can be at one corner, paler from there on."""
    y, x = np.mgrid[0:48, 0:64]
    return np.stack([np.full_like(x, 255), x * 4, y * 5], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("change", list(_CHANGES))
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_a_large_change_shows_what_was_seen(
    photo_service: FilePhotoService, profile: bytes, tmp_path: Path, suffix: str, change: str
) -> None:
    told: dict[str, Any] = {"quality": 97, "subsampling": 0} if suffix == "jpg" else {}
    path, out = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    Image.fromarray(_reds()).save(path, icc_profile=profile, **told)
    photo = photo_service.open(path)
    seen = np.clip(np.rint(_CHANGES[change](photo.pixels.astype(float))), 0, 255).astype(np.uint8)
    photo_service.save(out, photo, seen)
    away = np.abs(_shown(out) - seen)
    assert away.mean() < 1.2 and np.percentile(away, 99) <= (8 if suffix == "jpg" else 2)
    if change == "grey":
        shown = _shown(out)
        assert (shown.max(axis=2) - shown.min(axis=2)).max() <= 6, "no colour is left"


def test_a_small_change_leaves_what_cannot_be_seen(
    photo_service: FilePhotoService, profile: bytes, tmp_path: Path
) -> None:
    Image.fromarray(_reds()).save(tmp_path / "a.png", icc_profile=profile)
    photo = photo_service.open(tmp_path / "a.png")
    seen = photo.pixels - (photo.pixels > 1)
    photo_service.save(tmp_path / "b.png", photo, seen.astype(np.uint8))
    with Image.open(tmp_path / "b.png") as saved:
        moved = np.asarray(saved).astype(int) - _reds()
    assert np.abs(moved).max() <= 7, "the wide red is not brought into sRGB"


def test_a_change_of_the_whole_has_no_seam_where_it_fades(
    photo_service: FilePhotoService, profile: bytes, tmp_path: Path
) -> None:
    """From no change at one side to a large one at the other, over one colour that sRGB has no place for."""
    Image.new("RGB", (128, 16), (255, 10, 10)).save(tmp_path / "a.png", icc_profile=profile)
    photo = photo_service.open(tmp_path / "a.png")
    faded = photo.pixels - np.linspace(0, 60, 128)[None, :, None] * np.array([1.0, -0.5, -0.5])
    photo_service.save(tmp_path / "b.png", photo, np.clip(np.rint(faded), 0, 255).astype(np.uint8))
    with Image.open(tmp_path / "b.png") as saved:
        steps = np.abs(np.diff(np.asarray(saved).astype(int), axis=1))
    assert steps.max() <= 14


@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("space", ["sRGB", "p3"])
def test_what_becomes_grey_keeps_no_fringe_of_the_colours_that_a_jpeg_stores_for_several_pixels(
    photo_service: FilePhotoService, tmp_path: Path, sampling: int, space: str
) -> None:
    """Colours that end in the middle of what is stored together."""
    pixels = np.full((48, 64, 3), 200, np.uint8)
    pixels[5:22, 7:30], pixels[25:40, 33:56] = (220, 30, 30), (20, 60, 230)
    told: dict[str, Any] = {} if space == "sRGB" else {"icc_profile": made_profile(space)}
    Image.fromarray(pixels).save(tmp_path / "a.jpg", quality=93, subsampling=sampling, **told)
    photo = photo_service.open(tmp_path / "a.jpg")
    seen = _CHANGES["grey"](photo.pixels.astype(float)).round().astype(np.uint8)
    photo_service.save(tmp_path / "b.jpg", photo, seen)
    with Image.open(tmp_path / "b.jpg") as saved:
        shown = np.asarray(saved.convert("RGB")).astype(int)
    assert (shown.max(axis=2) - shown.min(axis=2)).max() <= 3
