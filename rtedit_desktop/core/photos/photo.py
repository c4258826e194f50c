"""Photo as plain data, and the protocol of the service that opens, crops, pastes and saves it.

The photo service is a protocol so that the window needs no imaging library of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """How a JPEG was compressed: ``form`` of its colours (YCbCr, RGB, L, CMYK, YCCK), tables, sampling as in Pillow."""

    form: str
    tables: tuple[tuple[int, ...], ...]
    sampling: int
    progressive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Facts about the file a photo was read from, so that a result can be written the same way.

    ``orientation`` (1 to 8) and ``depth`` (bits per channel) are the file's; its pixels are read upright and in 8
    bits. ``exif`` is a TIFF block without a prefix, ``resources`` are Photoshop's with IPTC among them, ``density``
    is in pixels per inch, ``colour_chunks`` are a PNG's. ``own_colours`` is False where a change cannot be brought
    back into the file's own, ``as_shown`` True where the photo's pixels are the file's own values. ``digest`` tells
    whether the file is still the one that was read.
    """

    format: str = "PNG"
    exif: bytes = b""
    xmp: bytes = b""
    icc: bytes = b""
    resources: bytes = b""
    comments: tuple[bytes, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    density: tuple[float, float] | None = None
    colour_chunks: tuple[tuple[bytes, bytes], ...] = ()
    quality: int | None = None
    compression: Compression | None = None
    packed: bool = True
    orientation: int = 1
    depth: int = 8
    own_colours: bool = True
    as_shown: bool = False
    stamp: tuple[int, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """An opened picture: upright, in sRGB.

    ``pixels``: (H, W, 3) uint8; ``alpha``: (H, W) uint8 or None. ``notes`` are sentences a person
    should read ("the first of 12 frames is used"). ``path`` is None for pasted pictures.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    name: str = "picture"
    path: Path | None = None
    copy: Path | None = None
    notes: tuple[str, ...] = ()
    origin: Origin = field(default_factory=Origin)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def samples_of(pack: str, samples: Sequence[Path]) -> list[Path]:
    """The sample pictures that fit a pack; all where none of them was made for it."""
    return [path for path in samples if path.parent.name == pack] or list(samples)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """A change of a square of a photo, from ``before`` to ``after``, (S, S, 3) uint8 both.

    Only in the ``region`` it is seen, or as far as the ``mask``, (H, W) uint8 of the photo's size, lets it.
    """

    square: Square
    before: np.ndarray
    after: np.ndarray
    region: Region | None = None
    mask: np.ndarray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accumulated:
    """What changes that lie on each other add to a photo, not yet rounded, so that one more can be laid on them.

    ``values``: (h, w, 3) float32, of the photo's pixels from the column ``left`` and the row ``top`` on.
    """

    left: int
    top: int
    values: np.ndarray

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, as those of a square."""
        height, width = self.values.shape[:2]
        return self.left, self.top, self.left + width, self.top + height


class PhotoService(Protocol):
    """Opens, crops, pastes back and saves photos. Raises PictureError and SaveError, never anything else."""

    def warm_up(self) -> None:
        """Load what the first picture of a running job would have to wait for, and the window with it."""
        ...

    def open(self, path: Path) -> Photo: ...

    def thumbnail(self, path: Path, side: int) -> np.ndarray:
        """(h, w, 3) uint8: what ``open`` would show, with no side over ``side``."""
        ...

    def from_pixels(self, pixels: np.ndarray, name: str) -> Photo:
        """A pasted picture; ``pixels``: (H, W, 3) or (H, W, 4) uint8."""
        ...

    def samples(self) -> list[Path]:
        """The sample pictures that come with the app, in folders that bear the id of the pack they fit."""
        ...

    def centred_square(self, photo: Photo) -> Square: ...

    def faces(self, photo: Photo) -> tuple[Face, ...]:
        """The faces in it, the largest first, each with its square. Takes up to a second or two."""
        ...

    def crop(self, photo: Photo, square: Square, size: int) -> np.ndarray:
        """(size, size, 3) uint8: the square, resampled for the model."""
        ...

    def paste(
        self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
    ) -> np.ndarray:
        """(H, W, 3) uint8: the photo with the change from ``before`` to ``after`` added in the square.

        ``before`` and ``after``: (S, S, 3) uint8; ``mask``: (H, W) uint8, how much of it each pixel takes. Pixels
        outside the square and the mask are the photo's own, and where the two agree the photo keeps its own
        pixels inside it too.
        """
        ...

    def compose(self, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
        """(H, W, 3) uint8: the photo with all of these changes, one over the other, rounded once.

        Each is added as ``paste`` adds it, to what those before it made; a pixel that none of them touches is the
        photo's own.
        """
        ...

    def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
        """The changes ``below``, which stay as they are, and this one over them: a step of ``compose``."""
        ...

    def rounded(self, photo: Photo, accumulated: Accumulated) -> np.ndarray:
        """(H, W, 3) uint8: the photo with these changes, to the byte what ``compose`` makes of them."""
        ...

    def mask(self, photo: Photo, square: Square, region: Region) -> np.ndarray:
        """(H, W) uint8 for ``paste``: what was drawn, as far as the square reaches."""
        ...

    def save(
        self,
        path: Path,
        photo: Photo,
        pixels: np.ndarray,
        *,
        impersonal: bool = False,
        recipe: str = "",
        ready: Callable[[Path], None] | None = None,
        overwrite: bool = True,
    ) -> None:
        """Write ``pixels`` with the photo's alpha and metadata; atomically; format by suffix.

        With ``impersonal`` without the metadata that tells who, where and with which very camera; else the photo
        carries its ``recipe`` where one is given. ``ready`` is given the new file when it is whole, before it takes
        its place; an RTEditError that it raises keeps it from that. Without ``overwrite`` what another program has
        put there meanwhile stays, and that is a SaveError.
        """
        ...
