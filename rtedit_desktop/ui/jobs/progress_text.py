"""Describes the progress of a job in words."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QLocale

from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.state import EditorState


def progress_words(state: EditorState) -> str:
    """One line on the job that runs, or on the preset that is being learned behind the photo."""
    phase, progress = state.phase, state.progress
    if not phase.running and state.learning is not None:
        learning = state.learning
        head = learning.what
        if learning.of:
            head = _tr("{what}: {n} of {of}").format(what=learning.what, n=learning.step, of=learning.of)
        return _with_prospects(head, learning)
    if phase is Phase.STOPPING:
        return _tr("Stopping after this step…")
    head = _head(state)
    if progress.of_several:
        head = _tr("Edit {n} of {of} · {what}").format(n=progress.layer, of=progress.layers, what=head)
    return head if phase in (Phase.PREPARING, Phase.LOADING) else _with_prospects(head, progress)


def _head(state: EditorState) -> str:
    """What the job is at."""
    phase, progress = state.phase, state.progress
    match phase:
        case Phase.PREPARING:
            return _tr("Getting ready…") if state.device else _tr("Waiting for the model…")
        case Phase.LOADING:
            return _tr("Loading {what}…").format(what=progress.what)
        case Phase.ADJUSTING if not progress.step:
            return _tr("Putting together what lies below…")
        case Phase.DECODING | Phase.ADJUSTING:
            return _tr("Making the picture: step {n} of {of}").format(n=progress.step, of=progress.of)
        case _ if not progress.step:
            return _tr("Learning: the first of {of} steps").format(of=progress.of)
        case _:
            return _tr("Learning: step {n} of {of}").format(n=progress.step, of=progress.of)


def _with_prospects(head: str, progress: Progress) -> str:
    parts = [head]
    if progress.score is not None:
        parts.append(_tr("how sure: {score}").format(score=QLocale().toString(progress.score, "f", 2)))
    if progress.seconds_left is not None and math.isfinite(progress.seconds_left):
        parts.append(_time_left(max(progress.seconds_left, 0.0)))
    return " · ".join(parts)


def _time_left(seconds: float) -> str:
    if seconds < 1.0:
        return _tr("less than a second left")
    if seconds < 90.0:
        return _tr("about {n} s left").format(n=math.ceil(seconds))
    return _tr("about {n} min left").format(n=math.ceil(seconds / 60))


def _tr(text: str) -> str:
    return QCoreApplication.translate("progress", text)
