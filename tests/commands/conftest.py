"""A pack, a photo, a computer to work at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness

from rtedit_desktop.packs.catalog import Catalog


@pytest.fixture
def catalog(tiny_pack: Path) -> Catalog:
    return Catalog([tiny_pack.parent])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A 60 x 40 picture with a grey ramp."""
    path = tmp_path / "in é.png"
    ramp = np.linspace(0, 200, 60 * 40 * 3).reshape(40, 60, 3).astype(np.uint8)
    Image.fromarray(ramp).save(path)
    return path


@pytest.fixture
def harness(tiny_pack: Path, tmp_path: Path) -> CommandHarness:
    return CommandHarness(tiny_pack, tmp_path)
