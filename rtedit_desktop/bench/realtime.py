"""Measures how long a person waits for edits through the engine with the pack's recommended settings."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rtedit_desktop.bench.report import Wait
from rtedit_desktop.bench.speed import Say
from rtedit_desktop.bench.subject import pictures
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Adapting, Failed, Finished
from rtedit_desktop.core.packs.pack_info import PackInfo, Suggestion
from rtedit_desktop.core.requests import EditRequest, Request, WarmUpRequest

EDIT_LIMIT = 5.0
PREVIEW_LIMIT = 1.0
DECODE_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds from Run to the first preview (None: there was none) and to the result."""

    preview: float | None
    result: float


def measure(engine: Engine, info: PackInfo, seeds: Sequence[int], say: Say) -> list[Wait]:
    """One edit a seed, each with another kind of prompt and another picture, then again at another strength.

    The models are loaded and one edit is done before the clock counts.
    """
    prompts = one_prompt_of_each_kind(info)
    known = pictures(info, seeds[0])
    say("loading")
    load = run(engine, WarmUpRequest(pack=info.id)).result
    edits: list[Spent] = []
    again: list[Spent] = []
    for index, seed in enumerate([seeds[0], *seeds]):
        chosen = prompts[(index - 1) % len(prompts)]
        say(f"edit “{chosen.prompt}”" if index else "warming up with an edit")
        settings = replace(info.settings_for(chosen.prompt), seed=seed)
        spec = EditSpec(
            prompt=chosen.prompt,
            source=chosen.source or info.source,
            pack=info.id,
            settings=settings if index else replace(settings, iterations=1),
        )
        request = EditRequest(spec=spec, picture=known[(index - 1) % len(known)])
        spent = run(engine, request)
        other = replace(request, spec=replace(spec, settings=replace(spec.settings, strength=0.7)))
        decoded = run(engine, other)
        if index:
            edits.append(spent)
            again.append(decoded)
    previews = [spent.preview for spent in edits if spent.preview is not None]
    waits = [_wait("edit: from Run to the result", [spent.result for spent in edits], EDIT_LIMIT)]
    if previews:
        waits.append(_wait("edit: from Run to the first preview", previews, PREVIEW_LIMIT))
    waits.append(_wait("decode an already adapted model", [spent.result for spent in again], DECODE_LIMIT))
    return [*waits, _wait("load the pack (once)", [load], None)]


def one_prompt_of_each_kind(info: PackInfo) -> list[Suggestion]:
    """The first suggestion of every kind of edit, so that the medians cover what the pack can do."""
    first = {suggestion.kind: suggestion for suggestion in reversed(info.suggestions)}
    return list(reversed(first.values())) or [Suggestion(prompt=info.example, kind="default")]


def run(engine: Engine, request: Request) -> Spent:
    """One job against the clock. Raises RuntimeError when it does not finish."""
    start = time.perf_counter()
    preview: float | None = None
    for event in engine.run(request, threading.Event()):
        spent = time.perf_counter() - start
        if preview is None and isinstance(event, Adapting) and event.preview is not None:
            preview = spent
        if isinstance(event, Failed):
            raise RuntimeError(f"{event.what} {event.details}")
        if isinstance(event, Finished):
            return Spent(preview, spent)
    raise RuntimeError("the job ended without a result")


def _wait(what: str, seconds: Sequence[float], limit: float | None) -> Wait:
    return Wait(what=what, median=statistics.median(seconds), samples=tuple(seconds), limit=limit)
