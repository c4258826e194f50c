"""A region that was drawn becomes a mask."""

from __future__ import annotations

import numpy as np

from rtedit_desktop.core.photos.region import Region, Stroke

# Of the fixed-point coordinates in which lines are drawn: sixteenths of a pixel.
_SHIFT = 4
_WIDEST = 32_000
_STEPS = np.linspace(0, 1, 256)
_FADE = np.rint(_STEPS**2 * (3 - 2 * _STEPS) * 255).astype(np.uint8)


def mask_of(region: Region, size: tuple[int, int], within: tuple[int, int, int, int]) -> np.ndarray:
    """(H, W) uint8 for a photo of this (width, height): how much of a change each pixel takes, 255 for all.

    It is worked out ``within`` left, top, right and bottom, and 0 elsewhere. Nothing lies outside of what was drawn:
    the softness goes inwards; along the photo's own edge nothing fades.
    """
    import cv2  # takes a while to load

    (width, height), (left, top, right, bottom) = size, within
    mask = np.zeros((height, width), np.uint8)
    if right <= left or bottom <= top:
        return mask
    hard = np.zeros((bottom - top, right - left), np.uint8)
    if region.strokes[0].erases:
        hard[:] = 255
    for stroke in region.moved(left, top).strokes:
        _draw(hard, stroke)
    if region.softness > 1 and not hard.all():
        # From the border of what was drawn: it runs between its outermost pixels and the next.
        far = np.asarray(cv2.distanceTransform(hard, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)
        far -= np.float32(0.5)
        far *= np.float32(255 / region.softness)
        hard = _FADE[np.clip(far, 0, 255, out=far).astype(np.uint8)]
    mask[top:bottom, left:right] = hard
    return mask


def _draw(hard: np.ndarray, stroke: Stroke) -> None:
    import cv2

    value = 0 if stroke.erases else 255
    if not stroke.width:
        cv2.fillPoly(hard, [_fixed(stroke.corners)], value, cv2.LINE_8, _SHIFT)
        return
    points = _fixed(stroke.points)
    thickness = min(max(1, round(stroke.width)), _WIDEST)
    cv2.polylines(hard, [points], False, value, thickness, cv2.LINE_8, _SHIFT)
    if len(points) == 1:
        x, y = points[0]
        cv2.circle(hard, (int(x), int(y)), round(stroke.width / 2 * (1 << _SHIFT)), value, -1, cv2.LINE_8, _SHIFT)


def _fixed(points: tuple[tuple[float, float], ...]) -> np.ndarray:
    """The middle of the first pixel is (0.5, 0.5) here and (0, 0) there."""
    return np.rint((np.array(points) - 0.5) * (1 << _SHIFT)).astype(np.int32)
