"""Jobs for an engine on another computer: one that ends at once, one that never does."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import Adapting, Cancelled, Event, Finished
from rtedit_desktop.core.requests import EditRequest, Request

PICTURE = np.zeros((8, 8, 3), np.uint8)
SPEC = EditSpec(pack="tiny", prompt="smiling face", source="face")


def edit() -> EditRequest:
    return EditRequest(spec=SPEC, picture=PICTURE)


def step(request: Request, number: int) -> Adapting:
    return Adapting(job_id=request.job_id, step=number, of=1000, score=0.1, seconds_left=1.0, preview=PICTURE)


class Endless:
    """Steps until it is stopped; ``stopped`` tells that it was, ``closed`` that its iterator was given up."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.begun = threading.Event()

    def __call__(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        number = 0
        self.begun.set()
        while not cancelled.wait(0.01):
            number += 1
            yield step(request, min(number, 1000))
        self.stopped.set()
        yield Cancelled(job_id=request.job_id)


def finishing(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    return iter([Finished(job_id=request.job_id)])
