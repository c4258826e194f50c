"""A change of a CMYK photo is seen in full, whatever amounts of black its inks have: asked of ImageMagick."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.imaging.photo_service import FilePhotoService

_PROFILES = Path("/usr/share/color/icc/ghostscript")
_PLACE = (slice(8, 24), slice(8, 24))


def _shown(path: Path, *how: str) -> np.ndarray:
    """(48, 64, 3): what another program shows of a file."""
    program = shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    command = [program, str(path), *how, "-depth", "8", "rgb:-"]
    raw = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return np.frombuffer(raw, np.uint8).reshape(48, 64, 3).astype(int)


def _inks(scene: np.ndarray) -> np.ndarray:
    """As much black as can be, which is what is taken away from the colours."""
    light = scene.max(axis=2, keepdims=True).astype(int)
    colours = 255 - scene.astype(int) * 255 // np.maximum(light, 1)
    return np.concatenate([colours, 255 - light], axis=2).astype(np.uint8)


def _resaved(photo_service: FilePhotoService, path: Path, out: Path) -> np.ndarray:
    """How far the change goes, (16, 16, 3)."""
    photo = photo_service.open(path)
    pixels = photo.pixels.copy()
    pixels[_PLACE] = np.clip(pixels[_PLACE].astype(int) + np.array([30, 10, -20]), 0, 255)
    photo_service.save(out, photo, pixels)
    return pixels[_PLACE].astype(int) - photo.pixels[_PLACE]


@pytest.mark.parametrize("suffix", ["tif", "jpg"])
def test_without_a_profile(photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path, suffix: str) -> None:
    told: dict[str, Any] = {"quality": 97, "subsampling": 0} if suffix == "jpg" else {}
    Image.fromarray(_inks(scene), "CMYK").save(tmp_path / f"a.{suffix}", **told)
    wanted = _resaved(photo_service, tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}")
    how = ("-colorspace", "sRGB")
    before, after = _shown(tmp_path / f"a.{suffix}", *how), _shown(tmp_path / f"b.{suffix}", *how)
    assert np.abs(after[_PLACE] - before[_PLACE] - wanted).mean() < (1 if suffix == "tif" else 2)
    if suffix == "tif":
        with Image.open(tmp_path / "b.tif") as saved:
            outside = (np.asarray(saved) != _inks(scene)).any(axis=2)
        outside[_PLACE] = False
        assert saved.mode == "CMYK" and not outside.any()


def test_with_a_profile_that_would_have_chosen_other_inks(
    photo_service: FilePhotoService, scene: np.ndarray, tmp_path: Path
) -> None:
    profile = _PROFILES / "default_cmyk.icc"
    if not profile.is_file():
        pytest.skip("there is no CMYK profile")
    Image.fromarray(_inks(scene), "CMYK").save(tmp_path / "a.tif", icc_profile=profile.read_bytes())
    wanted = _resaved(photo_service, tmp_path / "a.tif", tmp_path / "b.tif")
    how = ("-intent", "relative", "-black-point-compensation", "-profile", str(_PROFILES / "srgb.icc"))
    before, after = _shown(tmp_path / "a.tif", *how), _shown(tmp_path / "b.tif", *how)
    assert np.abs(after[_PLACE] - before[_PLACE] - wanted).mean() < 3
