"""Threads that rest at random, so that a test which counts on an order or a speed fails here, and not by chance."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import thread as pools
from functools import wraps
from typing import Any

import pytest

_SHARE = 0.4  # of the places
_MEAN_S, _MOST_S = 0.03, 0.4
_sleep = time.sleep  # of the clock itself: tests put their own in its place


class Rests:
    """Owns when and how long: from a seed, though not which thread takes which."""

    def __init__(self, seed: int) -> None:
        self._random, self._lock = random.Random(seed), threading.Lock()

    def rest(self) -> None:
        with self._lock:
            rests, seconds = self._random.random() < _SHARE, self._random.expovariate(1 / _MEAN_S)
        if rests:
            _sleep(min(seconds, _MOST_S))

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def rested(*args: Any, **named: Any) -> Any:
            self.rest()
            result = work(*args, **named)
            self.rest()
            return result

        return rested


def patch_threads(patch: pytest.MonkeyPatch, seed: int) -> None:
    """Before and after all that is done on a pool of threads, when a thread begins, and at each event of an engine."""
    from rtedit_desktop.worker import engine_thread

    rests = Rests(seed)
    patch.setattr(pools._WorkItem, "run", rests.around(pools._WorkItem.run))
    patch.setattr(threading.Thread, "run", rests.around(threading.Thread.run))
    patch.setattr(engine_thread._Runner, "_tell", rests.around(engine_thread._Runner._tell))
