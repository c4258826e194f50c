"""The folder of aligned photographs as faces, their masks kept in a folder outside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from face import SIZE, Face


class Photos:
    """Faces by number: ``labels.json``, ``landmarks.npz`` and ``aligned/`` of one folder."""

    def __init__(self, folder: Path, masks: Path) -> None:
        self.folder, self.masks = Path(folder), Path(masks)
        self.labels = json.loads((self.folder / "labels.json").read_text())
        lines = Path(__file__).with_name("headgear.txt").read_text().splitlines()
        self.covered = {name for line in lines if not line.startswith("#") for name in line.split()}
        with np.load(self.folder / "landmarks.npz") as stored:
            self.meshes = stored["mesh"].astype(np.float32)

    def __len__(self) -> int:
        return len(self.labels)

    def mask_path(self, index: int) -> Path:
        return self.masks / f"{Path(self.labels[index]['file']).stem}.npz"

    def prepared(self) -> list[int]:
        """Numbers of the photographs whose masks are there."""
        return [index for index in range(len(self)) if self.mask_path(index).exists()]

    def bare(self, index: int) -> Face:
        """A face whose masks are not known yet."""
        label = self.labels[index]
        name = Path(label["file"]).stem
        empty = np.zeros((SIZE, SIZE), np.float32)
        return Face(
            cv2.imread(str(self.folder / "aligned" / label["file"]))[..., ::-1].copy(),
            self.meshes[index],
            empty,
            empty,
            empty,
            age=label["age"],
            sex=label["sex"],
            expression=label["expression"],
            words=(*label["search"], *(["hat"] if name in self.covered else [])),
            name=name,
        )

    def __getitem__(self, index: int) -> Face:
        face = self.bare(index)
        with np.load(self.mask_path(index)) as stored:
            face.person, face.hair, face.skin = stored["masks"].astype(np.float32) / 255
        return face
