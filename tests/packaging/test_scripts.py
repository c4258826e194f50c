"""What the scripts beside the package import from it is there; most of them are too long to be run by a test."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    path for folder in ("packaging", "examples", "tests/benchmarks") for path in ROOT.glob(f"{folder}/**/*.py")
)


def imported(script: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of ours."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rtedit_desktop"):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("rtedit_desktop"))


def is_there(module: str, name: str) -> bool:
    try:
        found = importlib.import_module(module)
        return not name or hasattr(found, name) or bool(importlib.import_module(f"{module}.{name}"))
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("script", SCRIPTS, ids=[path.relative_to(ROOT).as_posix() for path in SCRIPTS])
def test_what_a_script_imports_is_there(script: Path) -> None:
    assert [one for one in imported(script) if not is_there(*one)] == []
