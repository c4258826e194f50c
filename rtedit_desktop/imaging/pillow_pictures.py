"""Pictures that Pillow decodes: one thread at a time, within our own limit, of formats that are named alone."""

from __future__ import annotations

import functools
import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, TiffImagePlugin

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.imaging.native import ASSOCIATED, UNASSOCIATED, Native

PIXEL_LIMIT = 200_000_000
SMALLEST_SIDE = 16

# Only pictures: Pillow would also hand a file to Ghostscript or to readers that few people test.
_OTHERS = ("BMP", "AVIF", "HEIF", "JPEG2000", "PPM")

_one_at_a_time = threading.Lock()


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Our own pixel limit in place of Pillow's, and no warnings and log lines of its own. One thread at a time."""
    log = logging.getLogger("PIL")
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, level = Image.MAX_IMAGE_PIXELS, log.level
        Image.MAX_IMAGE_PIXELS = None
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit
            log.setLevel(level)


def opened(picture: bytes, kind: str, *, whole: bool = True) -> Image.Image:
    image = open_picture(io.BytesIO(picture), [kind])
    if whole:
        check_size(*image.size)
    return image


@contextmanager
def by_libtiff() -> Iterator[None]:
    """What Pillow opens meanwhile libtiff decodes: Pillow itself knows no colours stored for several pixels."""
    before = TiffImagePlugin.READ_LIBTIFF
    TiffImagePlugin.READ_LIBTIFF = True
    try:
        yield
    finally:
        TiffImagePlugin.READ_LIBTIFF = before


def decoded(image: Image.Image) -> Image.Image:
    """Decoded in place; a file that ends early or is damaged raises, and is not filled with grey."""
    image.load()
    return image


def loaded(image: Image.Image, bits: int = 8) -> Native:
    return as_native(decoded(image), bits)


def as_native(image: Image.Image, bits: int) -> Native:
    """A decoded picture of any of Pillow's modes. Raises PictureError for one without an agreed look."""
    mode = image.mode
    if mode in {"F", "LAB", "HSV"}:
        raise PictureError(
            tr("pixels of the kind {mode} have no agreed brightness on a screen.", mode=mode),
            tr("Convert it to 8 or 16 bits per channel in another program first."),
        )
    if mode.startswith("I"):
        return _sixteen_bit_grey(np.asarray(image), bits)
    transparent = "transparency" in image.info
    if mode in {"LA", "La", "RGBA", "RGBa", "PA"} or transparent:
        if mode in {"La", "LA"} or (transparent and mode in {"1", "L"}):
            image = image.convert("LA")
        else:
            image = image if mode in {"RGBA", "RGBa"} else image.convert("RGBA")
        extras = (ASSOCIATED,) if image.mode == "RGBa" else (UNASSOCIATED,)
        return Native(pixels=np.array(image), extras=extras)
    if mode == "1":
        image = image.convert("L")
    elif mode not in {"L", "RGB", "CMYK"}:
        image = image.convert("RGB")
    pixels = np.array(image)
    return Native(pixels=pixels if pixels.ndim == 3 else pixels[..., None])


def _sixteen_bit_grey(values: np.ndarray, bits: int) -> Native:
    if values.min() < 0 or values.max() > 65535:
        raise PictureError(
            tr("its values are no plain numbers from dark to bright and have no agreed brightness on a screen."),
            tr("Convert it to 8 or 16 bits per channel in another program first."),
        )
    if 8 < bits < 16 and values.max() < 1 << bits:
        values = values.astype(np.uint32) * 65535 // ((1 << bits) - 1)
    return Native(pixels=values.astype(np.uint16)[..., None])


def other_formats() -> list[str]:
    """Those that this Pillow can read."""
    Image.init()
    learn_heic()
    return [name for name in _OTHERS if name in Image.OPEN]


@functools.cache
def learn_heic() -> None:
    """Let HEIC open too where pillow-heif is installed beside the app.

    It is not among what the app asks for: its wheels are under the GPL, because of a writer that is not needed here.
    """
    try:
        from pillow_heif import register_heif_opener
    except (ImportError, OSError) as error:  # not there, or its libraries do not load
        logging.getLogger(__name__).info("HEIC pictures are not read: %s", error)
    else:
        register_heif_opener()


def check_size(width: int, height: int) -> None:
    """Raises PictureError."""
    if width * height > PIXEL_LIMIT:
        raise PictureError(
            tr(
                "it has {megapixels:,.0f} megapixels ({width} × {height}), and the limit is {limit}.",
                megapixels=width * height / 1e6,
                width=width,
                height=height,
                limit=PIXEL_LIMIT // 1_000_000,
            ),
            tr("Make it smaller in another program first."),
        )
    if min(width, height) < SMALLEST_SIDE:
        raise PictureError(
            tr("it is only {width} × {height} pixels.", width=width, height=height),
            tr("Use a picture of at least {side} × {side} pixels.", side=SMALLEST_SIDE),
        )
