"""Along the edges of a picture: where brush, pencil and hair go."""

from __future__ import annotations

import cv2
import numpy as np


def edge_flow(grey: np.ndarray, smooth: float, fallback: np.ndarray | None = None, trust: float = 0.0) -> np.ndarray:
    """(H, W, 2) unit vectors: the direction in which the smoothed structure tensor changes least.

    Where there is hardly any structure ``fallback`` decides, with the weight ``trust``.
    """
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    if fallback is not None:  # a faint gradient across the fallback
        e, f, g = (
            cv2.GaussianBlur(v, (0, 0), smooth)
            for v in (
                gx * gx + trust * fallback[..., 1] ** 2,
                gx * gy - trust * fallback[..., 0] * fallback[..., 1],
                gy * gy + trust * fallback[..., 0] ** 2,
            )
        )
    else:
        e, f, g = (cv2.GaussianBlur(v, (0, 0), smooth) for v in (gx * gx, gx * gy, gy * gy))
    angle = 0.5 * np.arctan2(2 * f, e - g) + np.pi / 2
    return np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32)


def along_flow(image: np.ndarray, flow: np.ndarray, reach: int) -> np.ndarray:
    """Line integral: the weighted mean of the image over ``reach`` steps of a pixel either way along the flow."""
    yy, xx = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    image = image.astype(np.float32)
    total, weight = image.copy(), 1.0
    for sign in (-1, 1):
        x, y, last = xx, yy, flow * np.float32(sign)
        for step in range(1, reach + 1):
            x, y = x + last[..., 0], y + last[..., 1]
            here = cv2.remap(flow, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
            last = np.where((here * last).sum(-1, keepdims=True) < 0, -here, here)
            share = 1 - step / (reach + 1)
            total += share * cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            weight += share
    return total / np.float32(weight)
