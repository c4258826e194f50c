"""What a worker answers is held against what was asked; anything else is one failed photo in a sentence."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtedit_desktop.cluster.parcels import Parcels
from rtedit_desktop.cluster.ray_engine import RayEngine
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.events import Cancelled, DecodeStep, Event, Failed, Finished, Notice
from rtedit_desktop.core.requests import EditRequest

PICTURE = np.full((16, 16, 3), 9, np.uint8)


class Workers:
    """In the place of ``RayWorkers``: one that always answers the same."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self.answer = answer
        self.parcels = Parcels(lambda content: content)

    @contextlib.contextmanager
    def one(self, cancelled: threading.Event) -> Iterator[str]:
        yield "worker"

    def edit(self, worker: str, cancelled: object, job: str, *more: object) -> Any:
        return self.answer(job)


def answered(answer: Callable[[str], Any]) -> list[Event]:
    request = EditRequest(spec=EditSpec(pack="tiny", prompt="old face", source="face"), picture=PICTURE)
    engine = RayEngine(Workers(answer))  # type: ignore[arg-type]
    return list(engine.run(request, threading.Event()))


def finished(job: str, **more: Any) -> Finished:
    return replace(Finished(job_id=job, picture=PICTURE, recipe={"a": 1}), **more)


def test_a_good_answer_comes_through() -> None:
    notice, end = answered(lambda job: [Notice(job_id=job, text="Memory is short."), finished(job)])
    assert isinstance(notice, Notice) and isinstance(end, Finished)
    assert end.picture is not None and end.picture.flags.writeable
    (cancelled,) = answered(lambda job: [Cancelled(job_id=job)])
    assert isinstance(cancelled, Cancelled)


BAD: dict[str, Callable[[str], Any]] = {
    "none": lambda job: None,
    "empty": lambda job: [],
    "another": lambda job: [3],
    "no end": lambda job: [Notice(job_id=job, text="a")],
    "two ends": lambda job: [finished(job), finished(job)],
    "behind its end": lambda job: [finished(job), Notice(job_id=job, text="a")],
    "a step": lambda job: [DecodeStep(job_id=job, index=1, of=1, t=0, picture=PICTURE)],
    "another job": lambda job: [finished("another")],
    "no picture": lambda job: [finished(job, picture=None)],
    "smaller": lambda job: [finished(job, picture=PICTURE[:8])],
    "fractions": lambda job: [finished(job, picture=PICTURE.astype(float))],
    "a list": lambda job: [finished(job, picture=PICTURE.tolist())],
    "recipe": lambda job: [finished(job, recipe={"a": object()})],
    "check": lambda job: [finished(job, check="far")],
    "long": lambda job: [Failed(job_id=job, what="a" * 1_000_000, todo="")],
    "no text": lambda job: [Failed(job_id=job, what=None, todo="")],  # type: ignore[arg-type]
    "many": lambda job: [Notice(job_id=job, text="a")] * 100_000 + [finished(job)],
}


@pytest.mark.parametrize("kind", BAD)
def test_any_other_answer_is_a_failed_edit(kind: str) -> None:
    (failed,) = answered(BAD[kind])
    assert isinstance(failed, Failed) and "answered in a way that cannot be read" in failed.what and failed.todo


def test_a_preset_that_a_worker_names_is_not_ours() -> None:
    (end,) = answered(lambda job: [finished(job, preset=Path("/elsewhere.rtpreset"))])
    assert isinstance(end, Finished) and end.preset is None
