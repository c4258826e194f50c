"""Photographs with attributes painted one after another, kept on disk: two neighbours of a chain differ in one.

    python chains.py --photos FOLDER --masks MASKS --split split.json --embeddings embeddings.npy --out CHAINS \
        --part clip --count 12000

Painting takes longer than learning from what is painted, and three paintings give six pairs. A chain is one JPEG of
four pictures side by side; 64 chains are a file. It goes on where it stopped and uses photographs that have masks by
then. The parts are people apart: "held" are those of split.json, "clip" and "judge" share the others.
"""

from __future__ import annotations

import argparse
import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import facts
import numpy as np
from attribute import WHOLE
from face import Face
from facts import GROUP_OF, GROUPS, Facts
from paint import TABLE
from photos import Photos
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from training_pictures import SIDE

STEPS = 3
PER_FILE = 64
QUALITY = 93
LEAST = 12  # of 255: what changes no pixel by more was not painted
PARTS = ("clip", "judge", "held")
JUDGES_SHARE = 0.35
_ALIKE = 0.38  # distance of face embeddings below which two pictures go to one part


@dataclass(frozen=True)
class Chain:
    """Number of the photograph, what was painted in turn, and the pictures as a JPEG."""

    photo: int
    names: tuple[str, ...]
    jpeg: np.ndarray

    def pictures(self) -> list[np.ndarray]:
        """(256, 256, 3) uint8 RGB each, the photograph first."""
        sheet = cv2.imdecode(self.jpeg, cv2.IMREAD_COLOR)[..., ::-1]
        return [np.ascontiguousarray(sheet[:, k : k + SIDE]) for k in range(0, sheet.shape[1], SIDE)]

    def facts(self, labels: list[dict[str, Any]]) -> list[Facts]:
        known = [facts.of_photograph(labels[self.photo])]
        for name in self.names:
            known.append(facts.painted(known[-1], name))
        return known


def people(labels: list[dict[str, Any]], embeddings: np.ndarray, held: set[str]) -> dict[str, np.ndarray]:
    """Numbers of the photographs of each part; people who look alike are in one part."""
    _, group = connected_components(cdist(embeddings, embeddings) < _ALIKE, directed=False)
    sizes = np.bincount(group)
    rng = np.random.default_rng(0)
    judged = (rng.random(len(sizes)) < JUDGES_SHARE) & (sizes < 30)
    is_held = np.array([label["file"] in held for label in labels])
    return {
        "held": np.flatnonzero(is_held),
        "judge": np.flatnonzero(~is_held & judged[group]),
        "clip": np.flatnonzero(~is_held & ~judged[group]),
    }


def paint_chain(face: Face, rng: np.random.Generator, counts: dict[str, int]) -> tuple[list[str], list[np.ndarray]]:
    """Names and pictures, the photograph first; rare attributes first, what changes everything last."""
    rarity = np.array([1 / (1 + counts[name]) for name in TABLE])
    wanted = [str(name) for name in rng.choice(list(TABLE), 14, replace=False, p=rarity / rarity.sum())]
    chosen: list[str] = []
    for name in wanted:
        others = {other for one in chosen for other in GROUPS[GROUP_OF[one]].values}
        grey = face.monochrome and name in facts.HIDES["black and white"]
        clash = (
            grey
            or name in others
            or any(name in facts.HIDES.get(one, ()) or facts.overlap(name, one) for one in chosen)
        )
        if not clash and not (TABLE[name].kind == WHOLE and any(TABLE[one].kind == WHOLE for one in chosen)):
            chosen.append(name)
    ending = [name for name in chosen[: STEPS + 1] if TABLE[name].kind == WHOLE]
    local = [name for name in chosen if TABLE[name].kind != WHOLE]
    names: list[str] = []
    pictures = [face.picture]

    def add(name: str) -> None:
        nonlocal face
        painted = TABLE[name].painter(face, rng)
        if painted is None or int(np.abs(painted.astype(int) - face.picture).max()) < LEAST:
            return
        names.append(name)
        pictures.append(painted)
        face = face.replaced(painted)
        counts[name] += 1

    for name in local:
        if len(names) == STEPS - len(ending):
            break
        add(name)
    for name in ending:
        add(name)
    return names, pictures


def write(path: Path, chains: list[Chain]) -> None:
    told = json.dumps([[chain.photo, list(chain.names)] for chain in chains]).encode()
    part = path.with_suffix(".part.npz")
    ends = np.cumsum([len(chain.jpeg) for chain in chains])
    jpegs = np.concatenate([chain.jpeg for chain in chains])
    np.savez(part, jpegs=jpegs, ends=ends, told=np.frombuffer(told, np.uint8))
    part.replace(path)


def read(folder: Path, part: str, most: int = 10**9) -> list[Chain]:
    """All chains of a part; names that no painter has any more end a chain before them."""
    found: list[Chain] = []
    for path in sorted(folder.glob(f"{part}-[0-9]*.npz")):
        if path.name.endswith(".part.npz") or len(found) >= most:
            continue
        with np.load(path) as stored:
            jpegs, ends = stored["jpegs"], [0, *stored["ends"].tolist()]
            for k, (photo, names) in enumerate(json.loads(bytes(stored["told"]).decode())):
                if all(name in TABLE for name in names):
                    found.append(Chain(photo, tuple(names), jpegs[ends[k] : ends[k + 1]]))
    return found[:most]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--embeddings", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--part", choices=PARTS, required=True)
    arguments.add_argument("--count", type=int, default=12000)
    args = arguments.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    photos = Photos(args.photos, args.masks)
    split = people(photos.labels, np.load(args.embeddings), set(json.loads(args.split.read_text())))
    which = np.array([i for i in split[args.part] if photos.mask_path(int(i)).exists()])
    weights = _weights(photos.labels, which)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    for number in range(-(-args.count // PER_FILE)):
        path = args.out / f"{args.part}-{number:05d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([PARTS.index(args.part), number])
        counts = dict.fromkeys(TABLE, 0)
        chains: list[Chain] = []
        while len(chains) < PER_FILE and not stopped:
            index = int(rng.choice(which, p=weights))
            names, pictures = paint_chain(photos[index], rng, counts)
            sheet = np.concatenate(pictures, 1)[..., ::-1]
            jpeg = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
            chains.append(Chain(index, tuple(names), jpeg))
        if stopped:
            return
        write(path, chains)


def _weights(labels: list[dict[str, Any]], which: np.ndarray) -> np.ndarray:
    """(n,) how often each photograph is drawn: sources and sexes evened out by square roots."""
    groups = [(labels[i]["source"], labels[i]["sex"]) for i in which]
    weight = np.array([1 / np.sqrt(groups.count(group)) for group in groups])
    return weight / weight.sum()


if __name__ == "__main__":
    main()
