"""Windows with edits on each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.window.harness import Harness
from support.window.stacking import LEFT, RIGHT, ask, run_on_result


@pytest.fixture
def apart(harness: Harness) -> Iterator[Harness]:
    """Two edits, each of its own square; the second on the first."""
    harness.open_picture(160, 80)
    ask(harness, LEFT)
    harness.run("smiling face")
    harness.window.actions_.continue_from.trigger()
    ask(harness, RIGHT)
    harness.run("face with red hair")
    yield harness


@pytest.fixture
def together(harness: Harness) -> Iterator[Harness]:
    """Two edits of one square, the second on the first."""
    harness.open_picture()
    harness.run("smiling face")
    run_on_result(harness, "face with red hair")
    yield harness
