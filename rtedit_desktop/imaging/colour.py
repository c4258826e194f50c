"""From a file's colours to sRGB: profiles, CMYK, 16 bits, palettes and transparency."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr as said

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N"})
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC


@functools.cache
def srgb_profile() -> bytes:
    """An ICC profile that says: sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def to_srgb(image: Image.Image, icc: bytes) -> tuple[Image.Image, Image.Image | None, list[str]]:
    """Split a loaded picture into its colours, (H, W) mode RGB in sRGB, its alpha, mode L, and notes.

    A profile that is damaged or made for other colours than the picture's is noted, and the colours
    are taken as sRGB. Raises PictureError for pixel kinds that have no agreed meaning on a screen.
    """
    grey = image.mode in _GREY_MODES
    colours, alpha = _split_alpha(_eight_bits(image))
    notes: list[str] = []
    if icc:
        try:
            return _through_profile(colours, icc, grey), alpha, notes
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            notes.append(said("The colour profile cannot be used, so the colours are taken as sRGB."))
    if colours.mode == "CMYK":
        notes.append(said("CMYK colours without a usable profile are shown approximately."))
    return _rgb(colours), alpha, notes


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey to mode L, rounded; everything else as it is."""
    if image.mode in {"F", "LAB", "HSV"}:
        raise PictureError(
            said("pixels of the kind {mode} have no agreed brightness on a screen.", mode=image.mode),
            said("Convert it to 8 or 16 bits per channel in another program first."),
        )
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image)
    if values.min() < 0 or values.max() > 65535:
        raise PictureError(
            said("its 32-bit values have no agreed brightness on a screen."),
            said("Convert it to 8 or 16 bits per channel in another program first."),
        )
    return Image.fromarray(((values.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8))


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colours in mode L, RGB or CMYK; alpha in mode L or None."""
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        if image.mode == "La":  # Pillow converts it only to its unmultiplied twin
            image = image.convert("LA")
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        return image.convert("RGB"), image.getchannel("A")
    if image.mode == "1":
        return image.convert("L"), None
    if image.mode in {"L", "CMYK"}:
        return image, None
    return _rgb(image), None


def _rgb(image: Image.Image) -> Image.Image:
    """Mode RGB, without a second copy of a large picture that is so already."""
    return image if image.mode == "RGB" else image.convert("RGB")


def _through_profile(colours: Image.Image, icc: bytes, grey: bool) -> Image.Image:
    """Mode RGB in sRGB. Raises when the profile is not one for these colours."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space.strip()
    if space == "CMYK" and colours.mode == "CMYK":
        source = colours
    elif space == "GRAY" and grey:
        source = colours.convert("L")
    elif space == "RGB" and colours.mode != "CMYK":
        source = _rgb(colours)
    else:
        raise ValueError(f"a {space} profile on a picture of mode {colours.mode}")
    transform = ImageCms.buildTransform(
        profile, ImageCms.createProfile("sRGB"), source.mode, "RGB", renderingIntent=_INTENT, flags=_FLAGS
    )
    if source.mode != "CMYK" and _changes_nothing(transform, source.mode):
        return _rgb(source)
    converted = ImageCms.applyTransform(source, transform)
    assert converted is not None
    return converted


def from_srgb(icc: bytes, mode: str) -> Callable[[np.ndarray], np.ndarray]:
    """From (H, W, 3) uint8 sRGB to the values of a profile, (H, W, 3 or 4) uint8, in ``mode``.

    A profile that is sRGB under another name changes nothing. Raises ValueError when it is not one for this mode.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        target = "CMYK" if mode == "CMYK" else "RGB"
        if profile.profile.xcolor_space.strip() != target:
            raise ValueError(f"not a profile of {target} colours")
        srgb = ImageCms.createProfile("sRGB")
        there = ImageCms.buildTransform(profile, srgb, target, "RGB", renderingIntent=_INTENT, flags=_FLAGS)
        if target == "RGB" and _changes_nothing(there, "RGB"):
            return lambda pixels: pixels
        back = ImageCms.buildTransform(srgb, profile, "RGB", target, renderingIntent=_INTENT, flags=_FLAGS)
    except (ImageCms.PyCMSError, OSError, TypeError) as error:
        raise ValueError("a profile that cannot be used") from error
    return lambda pixels: np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), back))


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether the profile is sRGB under another name: rounding through it would only add noise."""
    levels = np.linspace(0, 255, 18).round().astype(np.uint8)
    if mode == "L":
        probe = Image.fromarray(levels[None, :])
    else:
        cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(18, -1, 3)
        probe = Image.fromarray(np.ascontiguousarray(cube))
    there = ImageCms.applyTransform(probe, transform)
    difference = np.asarray(there).astype(np.int16) - np.asarray(probe.convert("RGB"))
    return int(np.abs(difference).max()) <= 1
