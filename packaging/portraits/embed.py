"""Face descriptors of the photographs, to split them by person and to measure whether edits keep the person.

    pip install dlib-bin face_recognition_models
    python embed.py --photos FOLDER --out embeddings.npy

dlib's weights come inside ``face_recognition_models``; dlib is under the Boost licence, they are in the public
domain.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from pathlib import Path

import cv2
import dlib
import numpy as np


class FaceDescriptor:
    """Owns dlib's networks; (256, 256, 3) uint8 RGB and where the face is -> (128,) float64."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("face_recognition_models")  # importing it needs an old setuptools
        if spec is None or not spec.submodule_search_locations:
            raise ImportError("pip install face_recognition_models")
        models = Path(spec.submodule_search_locations[0]) / "models"
        self._points = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
        self._net = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))

    def __call__(self, picture: np.ndarray, mesh: np.ndarray) -> np.ndarray:
        """``mesh`` is (468 or more, 2): x, y of the face in pixels of ``picture``."""
        (left, top), (right, bottom) = mesh[:468].min(0), mesh[:468].max(0)
        where = dlib.rectangle(int(left), int(top), int(right), int(bottom))
        picture = np.ascontiguousarray(picture)
        return np.array(self._net.compute_face_descriptor(picture, self._points(picture, where)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    args = arguments.parse_args()
    labels = json.loads((args.photos / "labels.json").read_text())
    mesh = np.load(args.photos / "landmarks.npz")["mesh"].astype(np.float32)
    describe = FaceDescriptor()
    found = [
        describe(cv2.imread(str(args.photos / "aligned" / label["file"]))[..., ::-1], points)
        for label, points in zip(labels, mesh, strict=True)
    ]
    np.save(args.out, np.array(found))


if __name__ == "__main__":
    main()
