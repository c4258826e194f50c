"""Masks of person, hair and skin for every photograph of a folder, kept beside each other outside the repository.

python packaging/portraits/masks.py --photos FOLDER --selfie selfie_segmentation.tflite --out MASKS [--minutes 20]

The model of persons is in the npm package @mediapipe/selfie_segmentation (Apache-2.0): ``npm pack`` and unpack it.
Hair and skin: GrabCut on some photographs, a small net that learns from what agrees, once more from what it is itself
sure of, then that net on all. Every stage goes on after a stop.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import hair_net
import numpy as np
import segment
import torch
from photos import Photos
from safetensors.torch import load_file

COVERED = ("hat", "cap", "beanie", "fedora", "bandana", "helmet", "turban", "hijab", "headscarf", "crown", "headphones")
AGREE = 0.85  # of the two GrabCuts' hair, intersection over union


def grabcut(photos: Photos, person_of: segment.PersonSegmenter, path: Path, count: int) -> None:
    """Two opinions on some photographs: inputs (N, 6, 96, 96) and targets (N, 2, 96, 96), uint8."""
    inputs, targets = [], []
    for index in np.random.default_rng(0).permutation(len(photos))[:count]:
        face = photos.bare(int(index))
        face.person = person_of(face.picture)
        if abs(face.yaw) > 0.75 or face.has(*COVERED):
            continue
        one, two = (segment.hair_and_skin(face, far_seeds=far) for far in (False, True))
        first, second = one[0] > 0.5, two[0] > 0.5
        either = int((first | second).sum())
        if either < 1300 or (first & second).sum() < AGREE * either:
            continue
        mean = [(a + b) / 2 * 255 for a, b in zip(one, two, strict=True)]
        inputs.append(hair_net.planes(face))
        size = (hair_net.GRID, hair_net.GRID)
        targets.append(np.stack([cv2.resize(m, size, interpolation=cv2.INTER_AREA) for m in mean]).astype(np.uint8))
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, inputs=np.stack(inputs), targets=np.stack(targets))
    part.replace(path)


def own_masks(
    photos: Photos, net: hair_net.HairNet, person_of: segment.PersonSegmenter
) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a second round: what the net is sure of, made sharp, on all photographs."""
    inputs, targets = [], []
    for index in range(len(photos)):
        face = photos.bare(index)
        if abs(face.yaw) > 0.8 or face.has(*COVERED):
            continue
        face.person = person_of(face.picture)
        face.hair, face.skin = hair_net.hair_and_skin(net, face)
        if face.hair_doubt > 0.45:
            continue
        inputs.append(hair_net.planes(face))
        targets.append(sharpened(np.stack([face.hair, face.skin])))
    return np.stack(inputs), np.stack(targets)


def sharpened(masks: np.ndarray) -> np.ndarray:
    """(2, 256, 256) in [0, 1] -> (2, 96, 96) uint8, pushed to yes or no."""
    size = (hair_net.GRID, hair_net.GRID)
    small = np.stack([cv2.resize(mask, size, interpolation=cv2.INTER_AREA) for mask in masks])
    return np.round(np.clip((small - 0.25) * 2, 0, 1) * 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--selfie", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--count", type=int, default=1300, help="photographs to learn hair from")
    parser.add_argument("--hair-net", type=Path, help="hair_net.safetensors: nothing is learned")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    photos, person_of = Photos(args.photos, args.out), segment.PersonSegmenter(args.selfie)
    torch.manual_seed(0)
    net, pairs = hair_net.HairNet(), args.out / "grabcut.npz"
    first, second = args.out / "hair_net_first.pt", args.out / "hair_net.pt"
    if args.hair_net and not second.exists():
        torch.save({k: v.float() if v.is_floating_point() else v for k, v in load_file(args.hair_net).items()}, second)
    if not second.exists() and not first.exists():
        if not pairs.exists():
            grabcut(photos, person_of, pairs, args.count)
        with np.load(pairs) as stored:
            hair_net.learn(net, stored["inputs"], stored["targets"], args.minutes)
        torch.save(net.state_dict(), first)
    if not second.exists():
        net.load_state_dict(torch.load(first, weights_only=True))
        hair_net.learn(net, *own_masks(photos, net.eval(), person_of), args.minutes, rate=1e-3)
        torch.save(net.state_dict(), second)
    net.load_state_dict(torch.load(second, weights_only=True))
    net.eval()
    for index in range(len(photos)):
        path = photos.mask_path(index)
        if path.exists():
            continue
        face = photos.bare(index)
        face.person = person_of(face.picture)
        masks = np.stack([face.person, *hair_net.hair_and_skin(net, face)])
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, masks=np.round(masks * 255).astype(np.uint8))
        part.replace(path)


if __name__ == "__main__":
    main()
