"""The engine of the tests: it needs no model, and plays any script."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.window.fake_library import write_preset
from support.window.fakes import ITERATIONS, brighter

from rtedit_desktop.core import events
from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import (
    ApplyRequest,
    EditRequest,
    KeepRequest,
    LearnRequest,
    RecallRequest,
    Request,
    WarmUpRequest,
)

Script = Callable[[Any, threading.Event], Iterator[events.Event]]


class FakeEngine:
    """Plays ``script`` for every request; without one it brightens the picture by the strength, in small slow steps.

    It remembers the requests, the questions whether something was learned before, and the threads that closed it.
    ``hold``, ``fails``, ``learned`` and ``check`` are for who brightens: whether a job goes on, how it ends,
    the prompts and seeds that need no learning, and whether a picture is for the model; ``recipe`` is told with each
    result, and presets that are ``gone`` cannot be applied.
    """

    def __init__(self, script: Script | None = None, *, pause: float = 0.004) -> None:
        self._script = script or self._brighten
        self.pause = pause
        self.requests: list[Any] = []
        self.questions: list[RecallRequest] = []
        self.closed_on: list[threading.Thread] = []
        self.fails: Exception | events.Failed | None = None
        self.learned: set[tuple[str, int]] = set()
        self.check: DomainCheck | None = None
        self.recipe: dict[str, object] = {}
        self.gone: set[Path] = set()
        self.hold = threading.Event()
        self.hold.set()

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[events.Event]:
        if isinstance(request, RecallRequest):
            self.questions.append(request)
        else:
            self.requests.append(request)
        return self._script(request, cancelled)

    def close(self) -> None:
        self.closed_on.append(threading.current_thread())

    @property
    def closed(self) -> bool:
        return bool(self.closed_on)

    def _brighten(self, request: Request, cancelled: threading.Event) -> Iterator[events.Event]:
        job = request.job_id
        if isinstance(request, RecallRequest):
            known = tuple((edit.prompt, edit.settings.seed) in self.learned for edit in request.edits)
            yield events.Finished(job_id=job, known=known, check=self.check)
            return
        fails = self.fails  # as it was when the job began: who hears that it loads may mean the next one
        yield events.Loading(job_id=job, what="fake net", fraction=0.5)
        if isinstance(request, WarmUpRequest):
            yield events.Finished(job_id=job, recipe={"device": "CPU"})
            return
        if isinstance(fails, Exception):
            raise fails
        if fails is not None:
            yield replace(fails, job_id=job)
            return
        match request:
            case ApplyRequest():
                yield from self._apply(request, cancelled)
            case LearnRequest() | KeepRequest():
                yield from self._learn(request, cancelled)
            case EditRequest():
                yield from self._edit(request, cancelled)

    def _goes_on(self, cancelled: threading.Event) -> bool:
        """Takes a step's time, longer while it is held."""
        while not self.hold.is_set() and not cancelled.is_set():
            time.sleep(self.pause)
        time.sleep(self.pause)
        return not cancelled.is_set()

    def _apply(self, request: ApplyRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job, steps, by = request.job_id, 3, 40 * sum(use.strength for use in request.spec.uses)
        for use in request.spec.uses:
            if use.path in self.gone:
                raise PresetError(
                    tr("There is no preset “{preset}” any more.", preset=use.path.name), "Choose another."
                )
        for index in range(1, steps + 1):
            if not self._goes_on(cancelled):
                yield events.Cancelled(job_id=job)
                return
            picture = brighter(request.picture, by * index / steps)
            yield events.DecodeStep(job_id=job, index=index, of=steps, t=400 - 100 * index, picture=picture)
        yield events.Finished(job_id=job, picture=brighter(request.picture, by), recipe=self.recipe, instant=True)

    def _learn(self, request: LearnRequest | KeepRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job = request.job_id
        prompt = (request if isinstance(request, LearnRequest) else request.edit).spec.prompt
        instant = isinstance(request, KeepRequest) and (prompt, request.edit.spec.settings.seed) in self.learned
        for step in range(1, 1 if instant else ITERATIONS + 1):
            if not self._goes_on(cancelled):
                yield events.Cancelled(job_id=job)
                return
            yield events.Adapting(job_id=job, step=step, of=ITERATIONS, score=0.1, seconds_left=2.0)
        write_preset(request.output, request.title, prompt)
        yield events.Finished(job_id=job, preset=request.output, score=0.3, instant=instant)

    def _edit(self, request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        job, settings, every = request.job_id, request.spec.settings, request.spec.settings.preview_every
        key = (request.spec.prompt, settings.seed)
        instant = key in self.learned
        if not instant:
            for step in range(1, settings.iterations + 1):
                if not self._goes_on(cancelled):
                    yield events.Cancelled(job_id=job)
                    return
                part = step / settings.iterations
                preview = brighter(request.picture, 60 * part) if every and step % every == 0 else None
                yield events.Adapting(
                    job_id=job,
                    step=step,
                    of=settings.iterations,
                    score=0.3 * part,
                    seconds_left=(settings.iterations - step) * self.pause,
                    preview=preview,
                )
            self.learned.add(key)
        for index in range(1, settings.steps + 1):
            time.sleep(self.pause)
            if cancelled.is_set():
                yield events.Cancelled(job_id=job)
                return
            picture = brighter(request.picture, 60 * settings.strength * index / settings.steps)
            t = round(settings.t0 * (1 - index / settings.steps))
            yield events.DecodeStep(job_id=job, index=index, of=settings.steps, t=t, picture=picture)
        yield events.Finished(
            job_id=job,
            picture=brighter(request.picture, 60 * settings.strength),
            score=0.3,
            steps_taken=settings.iterations,
            recipe={"device": "CPU", "prompt": request.spec.prompt, **self.recipe},
            seconds={"total": 0.1},
            instant=instant,
        )
