"""The scripts of the Portraits pack as modules."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "portraits"
MODULES = [path.stem for path in FOLDER.glob("*.py")]


@pytest.fixture(scope="module")
def portraits() -> Iterator[ModuleType]:
    """The scripts' own modules, which import each other by bare names, gone again afterwards."""
    before = {name: sys.modules.pop(name) for name in MODULES if name in sys.modules}
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("paint")
    finally:
        sys.path.remove(str(FOLDER))
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.modules.update(before)
