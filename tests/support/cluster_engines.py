"""Engines for workers of a cluster: each is made in the worker's own process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
from support.fake_engine import FakeEngine, Script

from rtedit_desktop.core.events import Event, Finished
from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.packs.catalog import Catalog

DEADLY = 255  # the first value of a picture that ends the process


def _brightening(seconds: float) -> Script:
    def script(request: ApplyRequest, cancelled: threading.Event) -> Iterator[Event]:
        if int(request.picture[0, 0, 0]) == DEADLY:
            os._exit(1)
        time.sleep(seconds)
        after = np.clip(request.picture.astype(int) + 40, 0, 255).astype(np.uint8)
        content = [use.path.read_text() for use in request.spec.uses]
        recipe = {"content": content}
        yield Finished(job_id=request.job_id, picture=after, recipe=recipe)

    return script


def brightening(catalog: Catalog, exact: bool, threads: int) -> FakeEngine:
    return FakeEngine(_brightening(0.0))


def slow(catalog: Catalog, exact: bool, threads: int) -> FakeEngine:
    return FakeEngine(_brightening(0.4))


def endless(catalog: Catalog, exact: bool, threads: int) -> FakeEngine:
    return FakeEngine(_brightening(3600.0))
