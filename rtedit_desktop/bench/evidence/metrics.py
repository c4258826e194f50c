"""Distances between pictures, and the quality of one by itself: kept libraries alone, none that fetches weights.

SSIM and GMSD are piq's. PIQE (``pip install --no-deps pypiqe``; it asks for another build of OpenCV than ours) judges a
picture by itself in the place of NIQE: 0 is best, 100 is worst. LPIPS and DISTS need the weights of a VGG or AlexNet,
which no package brings; NIQE is in no kept library that works without fetching its parameters.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from statistics import mean
from typing import Any

import cv2
import numpy as np
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.core.errors import SettingsError


def needed() -> None:
    """Raise SettingsError where the packages of the extra are not installed."""
    missing = [name for name in ("piq", "matplotlib") if importlib.util.find_spec(name) is None]
    if missing:
        raise SettingsError(f"{' and '.join(missing)} is not installed.", "Run: pip install 'rtedit-desktop[bench]'")


def psnr(a: Tensor, b: Tensor) -> list[float]:
    """Decibels by picture, (N, 3, H, W) in [-1, 1] both, clamped."""
    error = ((a.clamp(-1, 1) - b.clamp(-1, 1)) / 2).square().mean((1, 2, 3)).clamp(min=1e-10)
    return _rounded((-10 * error.log10()).tolist())


def ssim(a: Tensor, b: Tensor) -> list[float]:
    """Structural similarity by picture, 1 for equal ones."""
    piq: Any = importlib.import_module("piq")
    return _rounded(piq.ssim(_unit(a), _unit(b), data_range=1.0, reduction="none", downsample=False).tolist())


def gmsd(a: Tensor, b: Tensor) -> list[float]:
    """Gradient magnitude similarity deviation by picture, 0 for equal ones: how differently sharp edges are."""
    piq: Any = importlib.import_module("piq")
    return _rounded(piq.gmsd(_unit(a), _unit(b), data_range=1.0, reduction="none").tolist())


def piqe(pictures: Sequence[np.ndarray]) -> float | None:
    """The mean of (S, S, 3) uint8 pictures; None where pypiqe is not installed."""
    if importlib.util.find_spec("pypiqe") is None:
        return None
    module: Any = importlib.import_module("pypiqe")
    return round(mean(float(module.piqe(picture)[0]) for picture in pictures), 2)


def sharpness(pictures: Tensor, sources: Tensor) -> float:
    """The median over pictures of how much of their source's variance of the Laplacian is there, 1 for as sharp."""
    ratios = [
        _laplacian(picture) / max(_laplacian(source), 1e-9)
        for picture, source in zip(_unit(pictures), _unit(sources), strict=True)
    ]
    return round(float(np.median(ratios)), 4)


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """(S, S, 3) uint8, by a Gaussian of ``sigma`` pixels."""
    return cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture


def _laplacian(picture: Tensor) -> float:
    grey = picture.mean(0).cpu().numpy().astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def _unit(x: Tensor) -> Tensor:
    return (x.detach().float().clamp(-1, 1) + 1) / 2


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 4) for value in values]


def cosines(a: Tensor, b: Tensor) -> list[float]:
    """Of rows (N, D) both."""
    return _rounded(functional.cosine_similarity(a.float(), b.float()).tolist())
