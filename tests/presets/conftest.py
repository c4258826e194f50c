"""A preset in a file, and a library."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.preset_mutations import info, weights
from support.preset_files import put

from rtedit_desktop.presets.format import write
from rtedit_desktop.presets.library import FolderPresetLibrary


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "smile.rtpreset"
    write(path, info(), weights())
    return path


@pytest.fixture
def good(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def built_in(tmp_path: Path) -> Path:
    put(tmp_path / "built-in" / "starter.rtpreset", "Starter")
    return tmp_path / "built-in"


@pytest.fixture
def library(own: Path, built_in: Path) -> FolderPresetLibrary:
    return FolderPresetLibrary(own, built_in, packs=())


@pytest.fixture
def smile(own: Path) -> Path:
    return put(own / "smile.rtpreset", "Smile")
