"""One word has one meaning: words that had several, and were of no field, are no part of a name any more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = {"said", "take", "wish", "desk", "depot", "shelf", "door", "stage"}
FIELDS_OWN = {"take_photo"}  # by a camera


def names_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What a module calls its functions, classes, parameters, variables and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def words_of(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_the_package_has_no_such_names() -> None:
    found = []
    for path in (ROOT / "rtedit_desktop").rglob("*.py"):
        if words_of(path.stem) & WORDS:
            found.append(path.name)
        for line, name in names_in(ast.parse(path.read_text("utf-8"))):
            if words_of(name) & WORDS and name not in FIELDS_OWN:
                found.append(f"{path.relative_to(ROOT)}:{line} {name}")
    assert found == []
