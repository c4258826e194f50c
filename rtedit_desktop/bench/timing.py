"""Times work fairly: warm-up first, several rounds, the device idle at both ends."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

WARM_UP = 3
LEAST_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of every measured repeat."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def side_by_side(
    works: Mapping[str, Callable[[], object]], device: torch.device, repeats: int, warm_up: int = WARM_UP
) -> dict[str, Timing]:
    """Time every work ``repeats`` times, in turns, so that whatever else the machine does hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for index in range(warm_up + repeats):
        for name, work in works.items():
            spent = _clock(work, device)
            if index >= warm_up:
                seconds[name].append(spent)
    return {name: Timing(tuple(spent)) for name, spent in seconds.items()}


def synchronise(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _clock(work: Callable[[], object], device: torch.device) -> float:
    synchronise(device)
    start = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - start
