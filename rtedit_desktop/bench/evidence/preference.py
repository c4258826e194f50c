"""Edits of held-out pictures by ours and by DiffusionCLIP, judged by who did not guide them.

For Avatars that is the attribute classifier: how sure it is of the value that a prompt asks for. For another pack it is
the CLIP of a pack that is given: the cosine along its own text direction. Ours is measured twice: as the paper has it
(clean source, one noise draw, every step by the adapted network, no pixels put back), and as the app does it.
"""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.bench.output import write_output
from rtedit_desktop.bench.quality import Job
from rtedit_desktop.bench.text_match import text_match
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.requests import EditRequest

APP, PAPER, BASELINE = "ours, as in the app", "ours, as in the paper", "DiffusionCLIP"
METHODS = (APP, PAPER, BASELINE)


def jobs(subject: Subject, count: int, seed: int) -> list[Job]:
    """Suggestion pairs dealt evenly to held-out pictures that do not show them yet."""
    prompts = [one.prompt for one in subject.pack.manifest.info.suggestions]
    if subject.truths is not None:
        known = [prompt for prompt in prompts if prompt in quality.PROMPTS]
        return quality.jobs(subject.truths, known, count, 1, seed)
    return [Job(i % len(subject.pictures), prompts[i % len(prompts)]) for i in range(count)]


def settings_of(subject: Subject, prompt: str, method: str, seed: int) -> EditSettings:
    """The pack's own; for the paper's form what the app adds is left out."""
    settings = replace(subject.pack.manifest.info.settings_for(prompt), seed=seed, preview_every=0)
    if method != PAPER:
        return settings
    return replace(
        settings, source_image="clean", noise_draws=1, refine_from=0, preserve=False, overshoot=1.0, skip_last=False
    )


def edited(engine: Engine, subject: Subject, job: Job, method: str, seed: int) -> np.ndarray:
    """The result, (S, S, 3) uint8. Raises SettingsError with the engine's sentence when it fails."""
    info = subject.pack.manifest.info
    settings = settings_of(subject, job.prompt, method, seed + job.picture)
    spec = EditSpec(prompt=job.prompt, source=info.source_for(job.prompt), pack=info.id, settings=settings)
    *_, last = engine.run(EditRequest(spec=spec, picture=subject.pictures[job.picture]), threading.Event())
    if isinstance(last, Failed):
        raise SettingsError(str(last.what), str(last.todo))
    assert isinstance(last, Finished) and last.picture is not None
    return last.picture


def judged(subject: Subject, job: Job, result: np.ndarray) -> dict[str, float]:
    """``match``: how well a result shows its text; where a judge knows attributes, whether it and others are seen."""
    source = subject.pictures[job.picture]
    if subject.judge is not None:
        asked, value = quality.PROMPTS[job.prompt]
        before, after = subject.judge.probabilities([source, result])
        best = [{name: max(of, key=of.__getitem__) for name, of in one.items()} for one in (before, after)]
        kept = [best[0][name] == best[1][name] for name in subject.others(job.prompt, job.picture)]
        return {
            "match": round(after[asked][value], 4),
            "asked": float(best[1][asked] == value),
            "kept": round(float(np.mean(kept)), 4),
        }
    if subject.held_out is None:
        return {}
    shows = subject.pack.manifest.info.source_for(job.prompt)
    return {"match": round(text_match(subject.held_out, source, result, shows, job.prompt), 4)}


def save(path: Path, picture: np.ndarray) -> None:
    """As PNG. Raises SaveError."""
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_output(path, content.getvalue())
