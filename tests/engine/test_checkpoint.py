"""How often a long learning is noted: by the clock, and by what a note costs."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rtedit_desktop.diffusion.adaptation import AdaptStep
from rtedit_desktop.diffusion.training_state import Snapshot
from rtedit_desktop.engine.checkpoint import EVERY_SECONDS, Checkpoint


class Run:
    """A learning by a clock of its own: so many seconds a step, and so many for a note."""

    def __init__(self, folder: Path, step: float, note: float, about_bytes: int) -> None:
        self.now, self.notes, self._step, self._note = 0.0, list[float](), step, note
        self._checkpoint = Checkpoint(folder, "key", about_bytes=about_bytes, clock=lambda: self.now)

    def go(self, steps: int) -> None:
        for number in range(1, steps + 1):
            self.now += self._step
            self._checkpoint.note(AdaptStep(number, steps, 0.0, 0.0, torch.zeros(1), False, self._snapshot))

    def _snapshot(self) -> Snapshot:
        self.notes.append(self.now)
        self.now += self._note
        return Snapshot({"a": torch.zeros(3)}, {"index": [1.0]})


@pytest.mark.parametrize("about_bytes", [0, 1_800_000_000])
def test_a_large_state_takes_a_hundredth_of_the_time(tmp_path: Path, about_bytes: int) -> None:
    run = Run(tmp_path, step=20.0, note=14.0, about_bytes=about_bytes)
    run.go(1000)
    assert len(run.notes) >= 8
    assert 14.0 * len(run.notes) <= 0.012 * run.now
    assert run.notes[0] >= 100 * about_bytes / 200e6, "the first one too"


def test_a_small_state_is_noted_every_half_minute(tmp_path: Path) -> None:
    run = Run(tmp_path, step=1.0, note=0.05, about_bytes=100_000)
    run.go(600)
    between = [later - one for one, later in zip(run.notes, run.notes[1:], strict=False)]
    assert all(EVERY_SECONDS <= each <= EVERY_SECONDS + 2 for each in between) and len(between) >= 17
