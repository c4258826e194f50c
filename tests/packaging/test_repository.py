"""What surrounds the code agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_types_are_shipped() -> None:
    assert (ROOT / "rtedit_desktop" / "py.typed").is_file()


def test_make_test_runs_folders_that_are_there() -> None:
    quick = re.search(r"^QUICK := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert quick is not None
    assert all(list((ROOT / "tests" / name).glob("test_*.py")) for name in quick[1].split())
