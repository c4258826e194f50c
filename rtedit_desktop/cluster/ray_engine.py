"""Engine whose work is done by the workers of a Ray cluster."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rtedit_desktop.cluster.workers import RayWorkers, WorkerDied, WorkerStopped
from rtedit_desktop.core.edits import MixSpec
from rtedit_desktop.core.errors import DeviceError, SettingsError
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice, failed
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, PictureRequest, Request

ATTEMPTS = 3
"""How many workers may die over one edit, before it is taken to be the edit's fault."""
_MOST_EVENTS, _MOST_TEXT, _MOST_DETAILS = 1000, 4000, 100_000


class RayEngine:
    """Implements ``core.engine_api.Engine`` for edits; threads may share it. Owns nothing: the workers are given.

    Of a job's events come what a person should know and how it ended, when it ended: pictures on the way stay where
    they are made. A worker that dies costs the time of that edit, which the next one begins anew.
    """

    def __init__(self, workers: RayWorkers) -> None:
        self._workers = workers

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        job = request.job_id
        try:
            if not isinstance(request, (EditRequest, ApplyRequest)):
                raise SettingsError("Only edits are done by the machines of a cluster.", "Leave --ray out.")
            yield from self._tried(request, cancelled)
        except Exception as error:
            yield failed(job, error)

    def close(self) -> None:
        """Nothing is loaded here."""

    def _tried(self, request: PictureRequest, cancelled: threading.Event) -> Iterator[Event]:
        job = request.job_id
        spec, presets = self._sent(request)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._workers.one(cancelled) as worker:
                    events = self._workers.edit(worker, cancelled, job, spec, request.picture, presets)
            except WorkerStopped:
                yield Cancelled(job_id=job)
                return
            except WorkerDied as died:
                then = "; it was begun anew" if attempt < ATTEMPTS else ""
                yield Notice(job_id=job, text=f"The worker on {died} stopped in the middle of it{then}.")
                continue
            yield from _checked(events, request)
            return
        raise DeviceError(
            f"It was given up, because {ATTEMPTS} workers stopped in the middle of it.",
            "Look at the memory of the machines, or edit it alone, without --ray.",
        )

    def _sent(self, request: PictureRequest) -> tuple[dict[str, Any], list[Any]]:
        """The edit as JSON, its presets by hash, and the presets."""
        if not isinstance(request.spec, MixSpec):
            return request.spec.to_json(), []
        presets = {use.path: self._workers.parcels.of_preset(use.path) for use in request.spec.uses}

        def named(path: Path) -> Mapping[str, str]:
            return {"file": path.name, "sha256": presets[path].sha256}

        return request.spec.to_json(named), list(presets.values())


def _checked(events: object, request: PictureRequest) -> list[Event]:
    """A worker's answer: some notices and one end, whose picture is as large as what was sent. Raises DeviceError."""
    try:
        _need(isinstance(events, list) and 1 <= len(events) <= _MOST_EVENTS)
        checked = [_read(event, request) for event in events]  # type: ignore[attr-defined]
        _need([isinstance(event, Notice) for event in checked] == [True] * (len(checked) - 1) + [False])
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise DeviceError(
            "A machine of the cluster answered in a way that cannot be read.",
            "Look whether all of them have the same version of RTEdit.",
        ) from error
    return checked


def _read(event: object, request: PictureRequest) -> Event:
    if not isinstance(event, (Notice, Finished, Cancelled, Failed)):
        raise TypeError("another event")
    _need(event.job_id == request.job_id)
    match event:
        case Notice():
            _need_text(event.text)
        case Failed():
            _need_text(event.what, event.todo)
            _need_text(event.details, most=_MOST_DETAILS)
        case Finished():
            picture = event.picture
            _need(isinstance(picture, np.ndarray) and picture.dtype == np.uint8)
            _need(picture is not None and picture.shape == request.picture.shape)
            json.dumps(dict(event.recipe))
            if event.check is not None:
                _need_text(event.check.advice)
            # it may lie in memory that cannot be written to
            return replace(event, picture=np.array(picture), preset=None)
    return event


def _need_text(*values: object, most: int = _MOST_TEXT) -> None:
    _need(all(isinstance(value, str) and len(value) <= most for value in values))


def _need(true: bool) -> None:
    if not true:
        raise ValueError("no such answer")
