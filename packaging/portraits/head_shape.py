"""The mean head in space from thousands of flat meshes: writes ``shape.npz``.

python packaging/portraits/head_shape.py --photos FOLDER

Every face is the picture of one mean head by an affine camera of its own. Cameras and head are found in turn by least
squares, started from a rough place of 17 points in centimetres, which also fixes the axes; then the head is made
symmetric, unrolled about its vertical axis, and its points are joined to triangles.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from face import OVAL, RING, TEXTURE_MIDDLE, TEXTURE_SCALE
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay

ANCHORS = {
    1: (0, -1.1, 7.5),
    4: (0, -0.5, 7.6),
    6: (0, 2.5, 5.8),
    168: (0, 3.3, 5.2),
    9: (0, 4.9, 5.4),
    10: (0, 8.3, 4.5),
    152: (0, -9.4, 4.3),
    33: (-4.4, 2.7, 3.2),
    263: (4.4, 2.7, 3.2),
    133: (-1.9, 2.6, 3.8),
    362: (1.9, 2.6, 3.8),
    61: (-2.5, -4.3, 4.3),
    291: (2.5, -4.3, 4.3),
    234: (-7.7, 0.7, -2.4),
    454: (7.7, 0.7, -2.4),
    127: (-7.7, 2.4, -2.0),
    356: (7.7, 2.4, -2.0),
}
ROUNDS = 12
AXIS = -2.5  # depth of the axis that the head is unrolled about


def with_one(points: np.ndarray) -> np.ndarray:
    return np.c_[points, np.ones(len(points))]


def cameras(head: np.ndarray, meshes: np.ndarray) -> np.ndarray:
    """(N, 4, 2): the affine camera that pictures ``head`` (P, 3) as each mesh (N, P, 2)."""
    return np.einsum("cp,npd->ncd", np.linalg.pinv(with_one(head)), meshes)


def mean_head(meshes: np.ndarray) -> np.ndarray:
    """(478, 3) in centimetres: x to the picture's right, y up, z to the viewer."""
    known = list(ANCHORS)
    place = np.array(list(ANCHORS.values()), float)
    views, trust = cameras(place, meshes[:, known]), np.ones(len(meshes))
    head = np.zeros((meshes.shape[1], 3))
    for _ in range(ROUNDS):
        weight = np.repeat(trust, 2)[:, None]
        rows = views[:, :3].transpose(0, 2, 1).reshape(-1, 3)
        seen = (meshes - views[:, 3:]).transpose(0, 2, 1).reshape(-1, meshes.shape[1])
        head = np.linalg.lstsq(rows * weight, seen * weight, rcond=None)[0].T
        head = with_one(head) @ np.linalg.lstsq(with_one(head[known]), place, rcond=None)[0]
        views = cameras(head, meshes)
        error = np.linalg.norm(np.einsum("pc,ncd->npd", with_one(head), views) - meshes, axis=-1).mean(1)
        trust = 1 / (1 + (error / np.median(error)) ** 2)  # grimaces and wrong meshes count less
    print(f"mean error {error.mean():.2f} px")
    return head


def symmetric(head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The head as its own mirror image, and which point is whose."""
    flipped = head * [-1, 1, 1]
    mirror = linear_sum_assignment(np.linalg.norm(head[:, None] - flipped[None], axis=-1))[1]
    return (head + flipped[mirror]) / 2, mirror


def unrolled(head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Texture places of the 468 points and of a ring outside the oval, and the triangles that join them."""
    around = 8 * np.arctan2(head[:468, 0], head[:468, 2] - AXIS)
    texture = np.array(TEXTURE_MIDDLE) + TEXTURE_SCALE * np.c_[around, -head[:468, 1]]
    ring = texture[OVAL] + (RING - 1) * (texture[OVAL] - TEXTURE_MIDDLE)
    points = np.r_[texture, ring]
    triangles = Delaunay(points).simplices
    (ux, uy), (vx, vy) = (points[triangles[:, k]].T - points[triangles[:, 0]].T for k in (1, 2))
    wrong = ux * vy - uy * vx < 0
    triangles[wrong] = triangles[wrong][:, ::-1]
    return points, triangles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    args = parser.parse_args()
    with np.load(args.photos / "landmarks.npz") as stored:
        head, mirror = symmetric(mean_head(stored["mesh"].astype(np.float64)))
    points, triangles = unrolled(head)
    np.savez_compressed(
        Path(__file__).with_name("shape.npz"),
        mean=head.astype(np.float32),
        mirror=mirror.astype(np.int16),
        texture=points.astype(np.float32),
        triangles=triangles.astype(np.int16),
    )


if __name__ == "__main__":
    main()
