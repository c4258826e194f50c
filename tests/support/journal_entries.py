"""Photos and results to be kept, and a journal whose process died."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.journal import FolderJournal


def dots(side: int = 32, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def photo(seed: int = 0, path: Path | None = None, name: str = "holiday.jpg") -> Photo:
    return Photo(pixels=dots(64, seed), name=path.name if path is not None else name, path=path)


def edit(seed: int = 0, **more: object) -> Entry:
    settings = EditSettings(seed=seed, strength=0.7)
    spec = EditSpec(prompt="smiling “face” ☺", source="face", pack="avatars", settings=settings)
    return Entry(
        request=EditRequest(spec=spec, picture=dots(seed=seed)),
        square=Square(x=1, y=2, side=60),
        picture=dots(seed=seed + 100),
        score=0.25,
        recipe={"prompt": spec.prompt, "settings": {"seed": seed}},
        seconds={"total": 1.5},
        **more,  # type: ignore[arg-type]
    )


def applied(*presets: Path) -> Entry:
    uses = tuple(PresetUse(path, 0.5 + number / 4) for number, path in enumerate(presets))
    request = ApplyRequest(spec=MixSpec(pack="avatars", uses=uses, seed=7), picture=dots())
    return Entry(request=request, square=Square(x=0, y=0, side=64), picture=dots(seed=1), picked=True)


def died(journal: FolderJournal) -> FolderJournal:
    """The journal as the next process finds it after this one was killed."""
    for folder in journal._open.values():
        folder._lock.release()
    journal._open.clear()
    assert journal.folder is not None
    return FolderJournal(journal.folder, journal.limit)
