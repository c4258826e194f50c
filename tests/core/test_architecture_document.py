"""docs/architecture.md speaks of rooms and classes that are there, and of all rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rtedit_desktop"
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
# ``presets/`` is one, and so is presets/: in a drawing.
NAMED = sorted(set(re.findall(r"(?<![\w/.])((?:[a-z_]+/)+|[a-z_]+(?:/[a-z_]+)*\.py)(?![\w/(])", TEXT)) - {"resources/"})
# Those of the window are drawn, see below.
ROOMS = sorted(
    f"{room}/"
    for path in PACKAGE.glob("**/__init__.py")
    if (room := path.parent.relative_to(PACKAGE).as_posix()) != "." and not room.startswith("ui/")
)
CLASSES = sorted(set(re.findall(r"`([A-Z][a-z]+(?:[A-Z]\w*)?)\b[^`]*`", TEXT)) - {"Controller"})


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_is_there(name: str) -> None:
    assert (PACKAGE / name).exists()


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_is_left_out(room: str) -> None:
    assert room in NAMED


def test_the_window_has_the_rooms_that_it_draws() -> None:
    drawn = re.search(r"```\n(window\n.+?)```", TEXT, re.DOTALL)
    assert drawn is not None
    assert sorted(drawn[1].split()) == sorted(path.parent.name for path in (PACKAGE / "ui").glob("*/__init__.py"))


def test_the_classes_that_it_names_exist() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    defined = set(re.findall(r"^class (\w+)", code, re.MULTILINE))
    assert CLASSES and set(CLASSES) <= defined


def test_no_folder_is_a_heap() -> None:
    crowded = {
        str(folder.relative_to(PACKAGE)): count
        for folder in [PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]
        if (count := sum(path.name != "__init__.py" for path in folder.glob("*.py"))) > 16
    }
    assert crowded == {}, "split it into rooms"
