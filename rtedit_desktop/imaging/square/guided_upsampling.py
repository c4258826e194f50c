"""A change at the model's size, seen at the photo's.

Beside the change itself travels how it follows the picture: the slope, in a small window, of the change over the
picture that the model saw (what a guided filter computes). The photo's detail beyond that picture times this slope
is what the model would have changed had it seen the detail. A picture that was left without colours of its own has
none in its detail either.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.imaging.square.resampling import to_photo
from rtedit_desktop.imaging.square.tones import Tones

_WINDOW = 5
_FLAT = 8.0**2  # a variance below which the picture says little about the change
_WHOLE = 0.95  # of a picture that changed so much of itself, all changed
_FINER, _FINEST = 4, 1024


class Change:
    """Owns the change from ``before`` to ``after``, (S, S, 3) uint8, in a square of a photo."""

    def __init__(self, square: Square, before: np.ndarray, after: np.ndarray) -> None:
        self._square = square
        picture = before.astype(np.float32)
        change = after.astype(np.float32) - picture
        touched = cv2.dilate((before != after).any(axis=2).astype(np.float32), np.ones((3, 3), np.uint8))
        self._tones = Tones.of(before, after)
        size = before.shape[0]
        self._plain = square.side == size and not square.angle
        if square.side < size:
            # Nothing is finer in the photo than in what the model saw.
            self._maps = [_resized(change, square.side, Image.Resampling.BICUBIC)]
            self._maps.append(_resized(touched[..., None], square.side, Image.Resampling.BILINEAR))
        else:
            self._maps = [change, touched[..., None], picture, _slope(picture, change)]
        if square.angle and not self._plain:
            finer = max(1, min(_FINER, _FINEST // size, math.ceil(square.side / size)))
            # OpenCV turns by bilinear weights in steps of 1/32: on a finer grid neither can be seen.
            self._maps = [_resized(one, finer * one.shape[0], _KERNELS[at]) for at, one in enumerate(self._maps)]

    def over(self, own: np.ndarray, left: int, top: int) -> np.ndarray:
        """(h, w, 3) float32: what to add to ``own``, (h, w, 3) uint8, the photo's pixels from (left, top) on.

        Only what lies inside the square means anything.
        """
        if self._plain:
            return self._cut(self._maps[0], own, left, top)
        change, touched, *rest = (
            self._turned(one, own, left, top) if self._square.angle else self._upright(at, one, own, left, top)
            for at, one in enumerate(self._maps)
        )
        if rest:
            picture, slope = rest
            finer = own - picture
            for channel in range(3):
                change[..., channel] += (slope[..., 3 * channel : 3 * channel + 3] * finer).sum(axis=2)
        change *= np.clip(touched, 0, 1).reshape(*own.shape[:2], 1)
        return change if self._tones is None else self._tones.at(own + change) - own

    def _cut(self, whole: np.ndarray, own: np.ndarray, left: int, top: int) -> np.ndarray:
        y, x = top - self._square.y, left - self._square.x
        part: np.ndarray = whole[y : y + own.shape[0], x : x + own.shape[1]].copy()
        return part

    def _upright(self, at: int, one: np.ndarray, own: np.ndarray, left: int, top: int) -> np.ndarray:
        size, side = one.shape[0], self._square.side
        if size == side:
            return self._cut(one, own, left, top)
        y, x = top - self._square.y, left - self._square.x
        box = (x * size / side, y * size / side, (x + own.shape[1]) * size / side, (y + own.shape[0]) * size / side)
        return np.stack(
            [
                np.asarray(Image.fromarray(one[..., channel]).resize((own.shape[1], own.shape[0]), _KERNELS[at], box))
                for channel in range(one.shape[2])
            ],
            axis=-1,
        )

    def _turned(self, one: np.ndarray, own: np.ndarray, left: int, top: int) -> np.ndarray:
        there = np.vstack([to_photo(self._square, one.shape[0]), [0, 0, 1]])
        back = np.linalg.inv(there)[:2]
        back[:, 2] += back[:, 0] * (left + 0.5) + back[:, 1] * (top + 0.5) - 0.5
        return cv2.warpAffine(
            one, back, (own.shape[1], own.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip


_KERNELS = (
    Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR,
)  # fmt: skip


def _slope(picture: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(S, S, 9) float32 in [-1, 1]: how each channel's change goes with the picture's three around each pixel.

    A change of the whole picture is first explained by one slope for all of it, so that colours that are rare, or too
    fine for the model to see, go with it too: a picture without colours has none in its detail.
    """
    everywhere = np.zeros((3, 3))
    if float((change != 0).any(axis=2).mean()) > _WHOLE:
        near, far = ((x - x.mean((0, 1))).reshape(-1, 3).astype(np.float64) for x in (picture, change))
        everywhere = np.linalg.solve(near.T @ near + _FLAT * len(near) * np.eye(3), near.T @ far).T
        change = change - (picture @ everywhere.T).astype(np.float32)
    local = _mean(_local_slope(picture, change).reshape(*picture.shape[:2], 9))
    slope: np.ndarray = np.clip(local + everywhere.reshape(9), -1, 1).astype(np.float32)
    return slope


def _local_slope(picture: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(S, S, 3, 3): of the changes of the channels over the channels, in a small window."""
    middle, moved = _mean(picture), _mean(change)

    def together(a: np.ndarray, b: np.ndarray, mean_a: np.ndarray, mean_b: np.ndarray) -> np.ndarray:
        products = (a[..., :, None] * b[..., None, :]).reshape(*a.shape[:2], 9)
        moments: np.ndarray = _mean(products).reshape(*a.shape, 3) - mean_a[..., :, None] * mean_b[..., None, :]
        return moments

    spread = together(picture, picture, middle, middle) + _FLAT * np.eye(3, dtype=np.float32)
    slope: np.ndarray = together(change, picture, moved, middle) @ np.linalg.inv(spread)
    return slope


def _mean(values: np.ndarray) -> np.ndarray:
    """Over the window around each pixel, of (S, S, C); OpenCV takes four channels at a time."""
    parts = [
        cv2.blur(np.ascontiguousarray(values[..., at : at + 3]), (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT)
        for at in range(0, values.shape[2], 3)
    ]
    return np.concatenate(parts, axis=2)


def _resized(values: np.ndarray, size: int, kernel: Image.Resampling) -> np.ndarray:
    """(size, size, C) float32 of (S, S, C) float32."""
    channels = [Image.fromarray(values[..., at]).resize((size, size), kernel) for at in range(values.shape[2])]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)
