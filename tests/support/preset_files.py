"""Presets on a library, and files that must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.preset_mutations import BASE, SHAPES, info, weights

from rtedit_desktop.core.errors import PresetDamaged, PresetError
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.presets.format import read_info, read_weights, write
from rtedit_desktop.presets.library import FolderPresetLibrary

FIELDS = [name for name in PresetInfo.__slots__ if name not in ("path", "before", "after", "bytes")]


def refused(path: Path, content: bytes, kind: type[PresetError] = PresetDamaged) -> PresetError:
    """The error of a file with this content, which the reader must not take."""
    path.write_bytes(content)
    with pytest.raises(kind) as caught:
        read_info(path)
        read_weights(path, SHAPES, BASE)
    assert caught.value.what and caught.value.todo
    return caught.value


def put(path: Path, title: str, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, info(title=title, path=path), weights(seed))
    return path


def titles(library: FolderPresetLibrary) -> list[str]:
    return [preset.title for preset in library.presets()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")
