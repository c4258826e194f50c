"""Choose the people that no training sees: photographs of whole groups that look alike are held out.

    python split.py --photos FOLDER --embeddings embeddings.npy --out split.json --count 160

``embeddings.npy`` is (N, 128): dlib's face descriptors of the pictures in the order of ``labels.json`` (``embed.py``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from training_pictures import SAME_PERSON


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--embeddings", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=160)
    arguments.add_argument("--seed", type=int, default=0)
    args = arguments.parse_args()
    labels = json.loads((args.photos / "labels.json").read_text())
    embeddings = np.load(args.embeddings)
    # two people who look alike may be one group: that only makes the split stricter
    distances = cdist(embeddings, embeddings)
    for limit in np.arange(SAME_PERSON, 0.25, -0.02):
        count, group = connected_components(distances < limit, directed=False)
        sizes = np.bincount(group)
        nearest = np.where(np.eye(len(distances), dtype=bool), np.inf, distances).min(1)
        alone = [i for i in range(len(labels)) if nearest[i] > limit]
        if len(alone) >= 4 * args.count:
            break
    rng = np.random.default_rng(args.seed)
    by_source: dict[str, list[int]] = {}
    for i in rng.permutation(alone):
        by_source.setdefault(labels[i]["source"], []).append(int(i))
    kept: list[int] = []
    while len(kept) < args.count and any(by_source.values()):
        for pictures in by_source.values():
            if pictures and len(kept) < args.count:
                kept.append(pictures.pop())
    others = np.setdiff1d(np.arange(len(labels)), kept)
    print(
        f"limit {limit:.2f}: {count} groups, the largest of {sizes.max()}; {len(alone)} pictures like no other;"
        f" nearest training picture of those held out: {distances[np.ix_(kept, others)].min():.3f}"
    )
    args.out.write_text(json.dumps(sorted(labels[i]["file"] for i in kept)))


if __name__ == "__main__":
    main()
