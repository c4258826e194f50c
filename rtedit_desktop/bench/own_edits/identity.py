"""Identity of a face, by the descriptors of a network that was trained to tell people apart.

dlib is under the Boost licence, its weights in ``face_recognition_models`` are in the public domain. Neither is a part
of RTEdit: where they are not installed (``pip install dlib-bin face_recognition_models``) nothing is measured.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Descriptor = Callable[[np.ndarray, tuple[float, float, float, float]], np.ndarray]
"""Of a picture (S, S, 3) uint8 and the box (x, y, width, height) of the face in it: (D,) float64."""


def own_descriptor() -> Descriptor | None:
    """dlib's; None where it or its weights are not installed."""
    spec = importlib.util.find_spec("face_recognition_models")  # importing it needs an old setuptools
    if spec is None or not spec.submodule_search_locations or importlib.util.find_spec("dlib") is None:
        return None
    dlib: Any = importlib.import_module("dlib")
    models = Path(spec.submodule_search_locations[0]) / "models"
    points = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
    net = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))

    def describe(picture: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
        x, y, width, height = box
        where = dlib.rectangle(round(x), round(y), round(x + width), round(y + height))
        picture = np.ascontiguousarray(picture)
        return np.array(net.compute_face_descriptor(picture, points(picture, where)))

    return describe


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
