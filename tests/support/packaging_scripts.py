"""Scripts of ``packaging/`` as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


def module(name: str) -> ModuleType:
    """The script of this name, run anew under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"rtedit_packaging_{name}", PACKAGING / f"{name}.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    sys.path.insert(0, str(PACKAGING))  # they import each other
    try:
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(PACKAGING))
    return made
