"""A change of a CMYK photo is seen in full, whatever amounts of black its inks have: asked of ImageMagick."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.edited_photos import exiftool

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


def _stored(path: Path) -> np.ndarray:
    """(48, 64, 4): the inks that another program reads."""
    program = shutil.which("convert")
    assert program is not None
    raw = subprocess.run([program, str(path), "-depth", "8", "cmyk:-"], check=True, capture_output=True, timeout=60)
    return np.frombuffer(raw.stdout, np.uint8).reshape(48, 64, 4).astype(int)


@pytest.mark.parametrize("sampling", ["1x1", "2x2"])
@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("with_profile", [False, True])
def test_brightness_and_colours_of_inks_stay_what_they_are(
    photo_service: FilePhotoService,
    scene: np.ndarray,
    tmp_path: Path,
    sampling: str,
    orientation: int,
    with_profile: bool,
) -> None:
    """YCCK, as Photoshop stores inks in a JPEG, and ImageMagick too, which makes the file and reads both."""
    program, profile = shutil.which("convert"), _PROFILES / "default_cmyk.icc"
    if program is None or not profile.is_file():
        pytest.skip("ImageMagick or a CMYK profile is not there")
    Image.fromarray(_inks(scene), "CMYK").save(tmp_path / "a.tif")
    command = [program, str(tmp_path / "a.tif"), "-quality", "90", "-sampling-factor", sampling]
    command += ["-profile", str(profile)] if with_profile else []
    subprocess.run([*command, str(tmp_path / "a.jpg")], check=True, timeout=60)
    if orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = orientation
        data, block = (tmp_path / "a.jpg").read_bytes(), b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
        (tmp_path / "a.jpg").write_bytes(
            data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]
        )
    photo = photo_service.open(tmp_path / "a.jpg")
    pixels = photo.pixels.copy()
    place = (slice(16, 32), slice(16, 32))
    pixels[place] = np.clip(pixels[place].astype(int) + np.array([30, 10, -20]), 0, 255)
    photo_service.save(tmp_path / "b.jpg", photo, pixels)
    for name in ("a.jpg", "b.jpg"):
        seen = exiftool(tmp_path / name)
        assert (seen["Adobe:ColorTransform"], seen["File:ColorComponents"]) == (2, 4)
    before, after = _stored(tmp_path / "a.jpg"), _stored(tmp_path / "b.jpg")
    stored_place = place if orientation == 1 else (slice(48 - 32, 48 - 16), slice(16, 32))
    outside = np.ones((48, 64), bool)
    outside[max(0, stored_place[0].start - 16) : stored_place[0].stop + 16, :48] = False
    away = np.abs(after - before)[outside]
    assert (away == 0).mean() > (0.9 if sampling == "1x1" else 0.5) and away.mean() < (0.2 if sampling == "1x1" else 1)
    with Image.open(tmp_path / "a.jpg") as first, Image.open(tmp_path / "b.jpg") as second:
        tables = [[image.quantization[layer[3]] for layer in image.layer] for image in (first, second)]
        assert tables[0] == tables[1]
    again = photo_service.open(tmp_path / "b.jpg")
    assert np.abs(again.pixels.astype(int) - pixels)[place].mean() < 6
