"""Tests wait for conditions: a fixed wait is too long on a quiet machine, and too short on a busy one."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
FIXED = re.compile(r"\b(?:qtbot\.wait|qWait)\(\s*[\d.]")


def test_no_test_waits_for_a_time_of_its_own() -> None:
    """``Harness.settle``, and A_WHILE_MS of ``patience``, are for what must not come."""
    found = [
        f"{path.relative_to(TESTS)}:{number}"
        for path in TESTS.rglob("*.py")
        if path.parent.name != "benchmarks"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if FIXED.search(line)
    ]
    assert not found
