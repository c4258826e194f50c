"""A photo's pixels as its file has them: its own colours, its own depth, all of its channels.

Opening makes 8 bits in sRGB of every file, which is what models and screens want. Saving reads the file once more
and adds the change to the file's own values, so that pixels without a change keep them to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging import colour, linear_profile, orientation

UNASSOCIATED, ASSOCIATED = 2, 1  # transparency as TIFF names it: beside the colours, or multiplied into them
_BAND_ROWS = 64
_CORRECTIONS = 4
_NEAR = 2  # levels of 255 of what is shown, which inks come to by rounding
_SMALL, _LARGE = 2, 16  # levels of 255 that a colour changes by
_Way = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Native:
    """``pixels``: (H, W, colours and ``extras``) uint8 or uint16, in the colours of ``icc``, or sRGB when it is empty.

    The colours are one of greys, three of RGB or four of CMYK; ``extras`` tells what each further channel means, 0
    for something that is not known here.
    """

    pixels: np.ndarray
    extras: tuple[int, ...] = ()
    icc: bytes = b""

    @property
    def channels(self) -> int:
        """How many of them are colours."""
        channels: int = self.pixels.shape[2]
        return channels - len(self.extras)

    @property
    def model(self) -> str:
        return {1: "L", 3: "RGB", 4: "CMYK"}[self.channels]

    @property
    def most(self) -> int:
        return int(np.iinfo(self.pixels.dtype).max)

    @property
    def transparency(self) -> int | None:
        """Which channel it is."""
        kinds = [kind in (UNASSOCIATED, ASSOCIATED) for kind in self.extras]
        return self.channels + kinds.index(True) if any(kinds) else None

    @property
    def alpha(self) -> np.ndarray | None:
        """(H, W) of the pixels' own depth."""
        return None if self.transparency is None else self.pixels[..., self.transparency]

    @property
    def is_multiplied(self) -> bool:
        return self.transparency is not None and self.extras[self.transparency - self.channels] == ASSOCIATED

    def turned_upright(self, stored: int) -> Native:
        return replace(self, pixels=orientation.upright(self.pixels, stored))

    def colours(self) -> np.ndarray:
        """(H, W, channels), without the transparency that may be multiplied into them."""
        if not self.is_multiplied:
            return self.pixels[..., : self.channels]
        result = np.empty((*self.pixels.shape[:2], self.channels), self.pixels.dtype)
        alpha = self.alpha
        assert alpha is not None
        for top in range(0, result.shape[0], _BAND_ROWS):
            rows = slice(top, top + _BAND_ROWS)
            part = self.pixels[rows, :, : self.channels].astype(np.float64) * self.most
            part /= np.maximum(alpha[rows], 1)[..., None]
            result[rows] = np.rint(np.minimum(part, self.most))
        return result

    def shown(self) -> np.ndarray:
        """(H, W, 3) uint8 in sRGB."""
        linear = linear_profile.of(self.icc, self.model) if self.icc and self.most > 255 else None
        if linear is not None:
            return linear.to_srgb(self.colours())
        return colour.to_srgb(in_eight_bits(self.colours()), self.icc)

    def with_plain_alpha(self) -> Native:
        """Colours, and transparency beside them if there is any; no other channels."""
        if self.transparency is None:
            return self if not self.extras else replace(self, pixels=self.colours(), extras=())
        if self.extras == (UNASSOCIATED,):
            return self
        assert self.alpha is not None
        return replace(self, pixels=np.dstack([self.colours(), self.alpha]), extras=(UNASSOCIATED,))

    def in_eight_bits(self) -> Native:
        return replace(self, pixels=in_eight_bits(self.pixels))


def of_pixels(photo: Photo, pixels: np.ndarray) -> Native:
    """(H, W, 3) uint8 sRGB and the photo's transparency; it says that it is sRGB if the photo had a profile."""
    icc = colour.srgb_profile() if photo.origin.icc else b""
    if photo.alpha is None:
        return Native(pixels=pixels, icc=icc)
    return Native(pixels=np.dstack([pixels, photo.alpha]), extras=(UNASSOCIATED,), icc=icc)


def changed(own: Native, photo: Photo, pixels: np.ndarray) -> Native | None:
    """``own`` plus the change from the photo's pixels to ``pixels``, (H, W, 3) uint8 sRGB; ``own`` is used up.

    None where the colours of the change have no place in those of the file.
    """
    if own.model == "L" and not _is_grey(pixels):
        if own.icc:
            return None
        first = own.pixels[..., :1]
        own = replace(own, pixels=np.concatenate([first, first, own.pixels], axis=2))
    result = own.pixels if own.pixels.flags.writeable else own.pixels.copy()
    most, channels, alpha = own.most, own.channels, own.alpha
    beyond = BeyondSrgb(own.icc, most) if own.icc and own.model == "RGB" and not own.is_multiplied else None
    for band, delta, _ in changes(own.icc, own.model, photo, pixels, most):
        if beyond is not None:
            beyond.remove_from(delta, photo.pixels[band], pixels[band], result[band, :, :3].__getitem__)
        if own.model == "CMYK" and not own.icc and not own.is_multiplied:
            result[band, :, :channels] = _inked(result[band, :, :channels], -delta[..., :3], most)
            continue
        limit: np.ndarray | int = most
        if own.is_multiplied and alpha is not None:
            limit = alpha[band][..., None].astype(np.int32)
            delta = np.rint(delta * (limit / most)).astype(np.int32)
            limit = np.maximum(limit, result[band, :, :channels])
        delta += result[band, :, :channels]
        result[band, :, :channels] = np.clip(delta, 0, limit)
        if own.model == "CMYK" and not own.is_multiplied:
            told = (pixels[band] != photo.pixels[band]).any(axis=2)
            inks = result[band, :, :channels]
            inks[told] = _corrected(inks[told], pixels[band][told], own.icc, most)
    return replace(own, pixels=result)


def _inked(inks: np.ndarray, change: np.ndarray, most: int) -> np.ndarray:
    """(h, W, 4) inks that nobody has a profile of, with a change of (h, W, 3) of what they show, in their own depth.

    The black dims what the colours show, and what they cannot show beside it takes some of it away.
    """
    told = change.any(axis=2)
    old = inks[told].astype(np.float64) / most
    light = 1 - old[:, 3:]
    wanted = np.clip((1 - old[:, :3]) * light + change[told] / most, 0, 1)
    light = np.maximum(light, wanted.max(axis=1, keepdims=True))
    shown = np.divide(wanted, light, out=1 - old[:, :3], where=light > 0)
    result: np.ndarray = inks.copy()
    result[told] = np.rint(np.concatenate([1 - shown, 1 - light], axis=1) * most)
    return result


def _corrected(inks: np.ndarray, wanted: np.ndarray, icc: bytes, most: int) -> np.ndarray:
    """(N, 4) inks brought nearer to what they should show, (N, 3) uint8 sRGB.

    A change is worth less to a photo with other amounts of black than the profile would have chosen.
    """
    back = colour.from_srgb(icc, "CMYK")
    inks = inks.copy()
    for _ in range(_CORRECTIONS):
        shown = colour.to_srgb(in_eight_bits(inks[None]), icc)[0]
        away = (np.abs(wanted.astype(np.int16) - shown) > _NEAR).any(axis=1)
        if not away.any():
            break
        delta = back(wanted[away][None])[0].astype(np.int32) - back(shown[away][None])[0]
        inks[away] = np.clip(inks[away] + delta * (most // 255), 0, most)
    return inks


class BeyondSrgb:
    """How far values of an RGB profile, of which ``most`` are the highest, lie beyond what sRGB has a place for.

    They are shown at its edge. A small change leaves them as far beyond it as they were; what remains of that after a
    larger one would be seen as another colour than was chosen.
    """

    def __init__(self, icc: bytes, most: int = 255) -> None:
        """Raises ValueError when there is no way into the profile's colours."""
        self._to_srgb, self._from_srgb = _ways(icc, "RGB", most)

    def remove_from(
        self, delta: np.ndarray, before: np.ndarray, after: np.ndarray, values: Callable[[np.ndarray], np.ndarray]
    ) -> None:
        """Remove it from ``delta``, (h, W, 3) int32, where the change from ``before`` to ``after``, both (h, W, 3)
        uint8 sRGB, is large. ``values`` gives the values where (h, W) booleans are true, as (N, 3).
        """
        edge = (before == 0) | (before == 255)  # elsewhere they lie within it
        told = edge[..., 0] | edge[..., 1] | edge[..., 2]
        change = np.abs(after[told].astype(np.int16) - before[told]).max(axis=1, initial=0)
        share = np.clip((change - _SMALL) / (_LARGE - _SMALL), 0, 1).astype(np.float32)
        if share.any():
            own = values(told)
            rest = own - self._from_srgb(self._to_srgb(own[None]))[0]
            delta[told] -= np.rint(rest * share[:, None]).astype(np.int32)


def changes(
    icc: bytes, model: str, photo: Photo, pixels: np.ndarray, most: int = 255
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Rows with a change, it, and what ``pixels`` are there: (h, W, colours) int32 in the colours of a profile, of
    which ``most`` are the highest.

    Raises ValueError when there is no way into these colours.
    """
    _, back = _ways(icc, model, most)
    for top in range(0, photo.pixels.shape[0], _BAND_ROWS):
        band = slice(top, top + _BAND_ROWS)
        before, after = photo.pixels[band], pixels[band]
        if np.array_equal(before, after):
            continue
        changed_to = back(np.ascontiguousarray(after))
        delta = changed_to - back(np.ascontiguousarray(before))
        delta[(before == after).all(axis=2)] = 0
        yield band, delta, changed_to


def _ways(icc: bytes, model: str, most: int) -> tuple[_Way, _Way]:
    """From (H, W, colours) of a profile's values to (H, W, 3) uint8 sRGB, and back to int32 of the values' own depth.

    Raises ValueError when there is no way back.
    """
    linear = linear_profile.of(icc, model) if icc and most > 255 else None
    if linear is not None:
        return linear.to_srgb, linear.from_srgb
    back, scale = colour.from_srgb(icc, model), most // 255
    return (
        lambda values: colour.to_srgb(in_eight_bits(values), icc),
        lambda pixels: back(pixels).astype(np.int32) * scale,
    )


def in_eight_bits(pixels: np.ndarray) -> np.ndarray:
    """uint8, rounded."""
    if pixels.dtype == np.uint8:
        return pixels
    result = np.empty(pixels.shape, np.uint8)
    for top in range(0, pixels.shape[0], _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        result[rows] = (pixels[rows].astype(np.uint32) * 255 + 32767) // 65535
    return result


def _is_grey(pixels: np.ndarray) -> bool:
    return np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 0], pixels[..., 2])
