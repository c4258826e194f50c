"""Masks of person, hair and skin for every photograph of a folder, kept beside each other outside the repository.

python packaging/portraits/masks.py --photos FOLDER --selfie selfie_segmentation.tflite --out MASKS

The model is in the npm package @mediapipe/selfie_segmentation (Apache-2.0): ``npm pack`` and unpack it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from photos import Photos
from segment import PersonSegmenter, hair_and_skin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--selfie", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    photos, person_of = Photos(args.photos, args.out), PersonSegmenter(args.selfie)
    for index in range(len(photos)):
        path = photos.mask_path(index)
        if path.exists():
            continue
        face = photos.bare(index)
        face.person = person_of(face.picture)
        hair, skin = hair_and_skin(face)
        masks = np.round(np.stack([face.person, hair, skin]) * 255).astype(np.uint8)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, masks=masks)
        part.replace(path)


if __name__ == "__main__":
    main()
