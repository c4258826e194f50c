"""Contact sheets of one attribute on many photographs, to be looked at.

python packaging/portraits/look.py --photos FOLDER --masks FOLDER --out DIR --attribute NAME [--count 24] [--pairs]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from paint import ATTRIBUTES
from photos import Photos


def sheet(photos: Photos, name: str, count: int, seed: int, pairs: bool, columns: int) -> tuple[np.ndarray, float]:
    rng = np.random.default_rng(seed)
    tiles, spent = [], []
    for index in rng.permutation(photos.prepared()):
        face = photos[index]
        ATTRIBUTES[name](face, np.random.default_rng(seed * 100003 + index))  # so that what is kept is kept
        start = time.perf_counter()
        painted = ATTRIBUTES[name](face, np.random.default_rng(seed * 100003 + index))
        spent.append(time.perf_counter() - start)
        if painted is None:
            continue
        tile = np.hstack([face.picture, painted]) if pairs else painted
        cv2.putText(tile, face.name[1:], (2, 9), cv2.FONT_HERSHEY_SIMPLEX, 0.3, (255, 255, 255), 1, cv2.LINE_AA)
        tiles.append(tile)
        if len(tiles) == count:
            break
    columns = columns // 2 if pairs else columns
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    return np.vstack(rows), 1000 * float(np.median(spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--masks", type=Path, required=True, help="see masks.py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--attribute", nargs="+", default=list(ATTRIBUTES))
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", action="store_true", help="the photograph beside each")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    photos = Photos(args.photos, args.masks)
    for name in args.attribute:
        picture, spent = sheet(photos, name, args.count, args.seed, args.pairs, args.columns)
        path = args.out / f"{name.replace(' ', '_')}.png"
        cv2.imwrite(str(path), picture[..., ::-1])
        print(f"{path}: {spent:.0f} ms each")


if __name__ == "__main__":
    main()
