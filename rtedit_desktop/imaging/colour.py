"""Colours of files and of screens: to sRGB and back through ICC profiles."""

from __future__ import annotations

import enum
import functools
import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_BAND_PIXELS = 1 << 22
_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError, OverflowError)


class Use(enum.Enum):
    """What a profile is good for."""

    BOTH_WAYS = enum.auto()
    TO_SCREEN = enum.auto()
    NOTHING = enum.auto()


@functools.cache
def srgb_profile() -> bytes:
    """An ICC profile that says: sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def use_of(icc: bytes, model: str) -> Use:
    """Whether colours of this model, L, RGB or CMYK, can be shown through the profile, and brought back."""
    try:
        _transform(icc, model)
    except _ERRORS:
        return Use.NOTHING
    try:
        from_srgb(icc, model)(np.zeros((1, 1, 3), np.uint8))
    except ValueError:
        return Use.TO_SCREEN
    return Use.BOTH_WAYS


def are_alike(icc: bytes, other: bytes) -> bool:
    """Whether two profiles of one model show the same colours, and bring them back; False where one of them cannot."""
    model = next((name for name, space in _SPACES.items() if space.encode().ljust(4) == icc[16:20]), "")
    if not model:
        return False
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[model]
    steps = np.linspace(0, 255, {1: 256, 3: 18, 4: 9}[channels]).round().astype(np.uint8)
    values = np.stack(np.meshgrid(*[steps] * channels), axis=-1).reshape(1, -1, channels)
    try:
        shown = to_srgb(values, icc)
        if not np.array_equal(shown, to_srgb(values, other)):
            return False
        back, other_back = _brought_back(shown, icc, model), _brought_back(shown, other, model)
    except _ERRORS:
        return False
    if back is None or other_back is None:
        return back is other_back
    return np.array_equal(back, other_back)


def _brought_back(shown: np.ndarray, icc: bytes, model: str) -> np.ndarray | None:
    """(1, N, 3) uint8 sRGB in the values of a profile; None where it has no way back."""
    try:
        return from_srgb(icc, model)(shown)
    except ValueError:
        return None


def to_srgb(values: np.ndarray, icc: bytes) -> np.ndarray:
    """(H, W, 3) uint8 in sRGB of (H, W, 1, 3 or 4) uint8: greys, RGB or CMYK, of a usable profile or of none."""
    model = {1: "L", 3: "RGB", 4: "CMYK"}[values.shape[2]]
    if not icc:
        if model == "RGB":
            return values
        if model == "L":
            return np.repeat(values, 3, axis=2)
        return _in_bands(values, lambda picture: picture.convert("RGB"))
    transform = _transform(icc, model)
    if model != "CMYK" and _changes_nothing(transform, model):
        return to_srgb(values, b"")
    return _in_bands(values, lambda picture: ImageCms.applyTransform(picture, transform))


def from_srgb(icc: bytes, model: str) -> Callable[[np.ndarray], np.ndarray]:
    """From (H, W, 3) uint8 sRGB to the values of a profile, (H, W, 1, 3 or 4) uint8; for L the three must be alike.

    A profile that is sRGB under another name changes nothing. Raises ValueError when there is no way.
    """
    if not icc:
        if model == "CMYK":
            return lambda pixels: np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).convert("CMYK"))
        return (lambda pixels: pixels[..., :1]) if model == "L" else (lambda pixels: pixels)
    try:
        if model != "CMYK" and _changes_nothing(_transform(icc, model), model):
            return from_srgb(b"", model)
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        srgb = ImageCms.createProfile("sRGB")
        back = ImageCms.buildTransform(srgb, profile, "RGB", model, renderingIntent=_INTENT, flags=_FLAGS)
        # Pillow (13.0) writes this one out with each picture, which not every profile allows; nobody asks for it.
        back.output_profile = ImageCms.ImageCmsProfile(srgb)
    except _ERRORS as error:
        raise ValueError("a profile that cannot be used") from error
    return lambda pixels: _in_bands(pixels, lambda picture: ImageCms.applyTransform(picture, back))


def _in_bands(values: np.ndarray, convert: Callable[[Image.Image], Image.Image | None]) -> np.ndarray:
    height, width, channels = values.shape
    rows = max(1, _BAND_PIXELS // max(1, width))
    done = []
    for top in range(0, height, rows):
        band = np.ascontiguousarray(values[top : top + rows])
        converted = convert(
            Image.frombuffer({1: "L", 3: "RGB", 4: "CMYK"}[channels], band.shape[1::-1], band.tobytes())
        )
        part = np.asarray(converted)
        done.append(part if part.ndim == 3 else part[..., None])
    return done[0] if len(done) == 1 else np.concatenate(done)


def _transform(icc: bytes, model: str) -> ImageCms.ImageCmsTransform:
    """Raises one of _ERRORS when the profile is not one for these colours."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space.strip()
    if space != _SPACES[model]:
        raise ValueError(f"a {space} profile of {model} colours")
    srgb = ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(profile, srgb, model, "RGB", renderingIntent=_INTENT, flags=_FLAGS)


def _changes_nothing(transform: ImageCms.ImageCmsTransform, model: str) -> bool:
    """Whether the profile is sRGB under another name: rounding through it would only add noise."""
    levels = np.linspace(0, 255, 18).round().astype(np.uint8)
    if model == "L":
        probe = Image.fromarray(levels[None, :])
    else:
        cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(18, -1, 3)
        probe = Image.fromarray(np.ascontiguousarray(cube))
    there = ImageCms.applyTransform(probe, transform)
    difference = np.asarray(there).astype(np.int16) - np.asarray(probe.convert("RGB"))
    return int(np.abs(difference).max()) <= 1
