"""Learns prompts on the pack's own pictures by both methods and compares time and quality on others.

``rtedit bench presets --baseline``. Both see the same pictures, batches, rate, weights, views and steps; what differs
is the method (see ``bench.diffusionclip``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.bench import diffusionclip, quality
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.events import Finished
from rtedit_desktop.diffusion.adaptation import Latents, LoopOptions
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.edit import Computing, Edit, Learned, RenderStep, encode, learn, render
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.diffusion.views import RandomViews
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack, own_pictures

FASTER = 4.5


@dataclass
class Lessons:
    """What one method needed and reached: seconds of encoding and of adapting a prompt each, edits judged."""

    encode: list[float] = field(default_factory=list)
    adapt: list[float] = field(default_factory=list)
    verdicts: list[quality.Verdict] = field(default_factory=list)

    def rates(self) -> tuple[float, float]:
        """Asked seen, others kept; shares."""
        kept = [one for verdict in self.verdicts for one in verdict.kept.values()]
        return float(np.mean([verdict.asked for verdict in self.verdicts])), float(np.mean(kept))


def compare(
    pack: LoadedPack,
    device: Device,
    todo: Sequence[quality.Job],
    judge: Judge,
    held_out: tuple[list[np.ndarray], list[dict[str, str]]],
    seed: int,
    say: Callable[[str], None],
) -> str:
    """Learn every prompt of ``todo`` twice on the pack's own pictures, and do its edits; Markdown."""
    info, (pictures, truths) = pack.manifest.info, held_out
    x0 = torch.cat([pack.x0(one) for one in own_pictures(pack.manifest)])
    ours, theirs = Lessons(), Lessons()
    inverted: dict[int, Tensor] = {}
    for prompt in dict.fromkeys(job.prompt for job in todo):
        settings = info.learning_settings_for(prompt, seed=seed)
        say(f"“{prompt}”, both methods")
        learned = _ours(pack, device, x0, prompt, settings)
        ours.encode.append(learned[1]["encode"])
        ours.adapt.append(learned[1]["adapt"])
        start = time.perf_counter()
        if settings.t0 not in inverted:
            *_, latents = diffusionclip.invert(pack.denoiser, x0, settings.t0)
            inverted[settings.t0] = latents.x_t
            theirs.encode.append(time.perf_counter() - start)
        start = time.perf_counter()
        delta = _theirs(pack, device, x0, inverted[settings.t0], prompt, settings)
        theirs.adapt.append(time.perf_counter() - start)
        for job in todo:
            if job.prompt != prompt:
                continue
            picture = pack.x0(pictures[job.picture])
            truth, source = truths[job.picture], pictures[job.picture]
            for side, edit in ((ours, _decoded), (theirs, _decoded_theirs)):
                start = time.perf_counter()
                with pack.base.borrowed():
                    result = edit(pack, learned[0] if side is ours else delta, picture, settings, seed + job.picture)
                done = Finished(job_id="", picture=None, seconds={"total": time.perf_counter() - start})
                side.verdicts.append(quality.verdict(job, judge, source, result, truth, done))
    return _table(ours, theirs)


def _ours(
    pack: LoadedPack, device: Device, x0: Tensor, prompt: str, settings: EditSettings
) -> tuple[Delta, Mapping[str, float]]:
    with pack.base.borrowed():
        *_, learned = learn(pack, x0, prompt, pack.manifest.info.source, settings, Computing(device.learning))
    assert isinstance(learned, Learned)
    return learned.delta, learned.seconds


def _theirs(pack: LoadedPack, device: Device, x0: Tensor, x_t: Tensor, prompt: str, settings: EditSettings) -> Delta:
    config = diffusionclip.steady_config(settings, batch=settings.noise_draws)
    generator = torch.Generator().manual_seed(settings.seed)
    guidance = RandomViews(pack.guidance(pack.manifest.info.source, prompt), settings.crops, generator)
    options = LoopOptions(autocast=AutocastRecompute(pack.modules(), device.device, device.learning))
    latents = Latents(x_t, x0)
    with pack.base.borrowed():
        for _ in diffusionclip.adapt(pack.denoiser, guidance, latents, config, generator, options):
            pass
        return pack.base.delta()


def _decoded(pack: LoadedPack, delta: Delta, x0: Tensor, settings: EditSettings, seed: int) -> np.ndarray:
    edit = Edit(delta, encode(pack, x0, replace(settings, seed=seed)))
    *_, last = render(pack, x0, edit, settings)
    assert isinstance(last, RenderStep)
    return to_pixels(last.x0)


def _decoded_theirs(pack: LoadedPack, delta: Delta, x0: Tensor, settings: EditSettings, seed: int) -> np.ndarray:
    with torch.no_grad():
        *_, last = diffusionclip.edit(pack.denoiser, pack.base, delta, x0, settings.t0)  # of any seed: it inverts
    return to_pixels(last.x0)


def _table(ours: Lessons, theirs: Lessons) -> str:
    def row(what: str, a: float, b: float, unit: str, target: float | None = None) -> str:
        ratio = f"{b / a:.1f}"
        if target is not None:
            ratio += f", target {target}: {'met' if b >= target * a else 'missed'}"
        return f"| {what} | {a:.2f} {unit} | {b:.2f} {unit} | {ratio} |"

    encode, inversion = float(np.median(ours.encode)), float(np.median(theirs.encode))
    adapt, their_adapt = float(np.median(ours.adapt)), float(np.median(theirs.adapt))
    asked, kept = ours.rates()
    their_asked, their_kept = theirs.rates()
    spent = [float(np.median([v.seconds for v in side.verdicts])) for side in (ours, theirs)]
    return "\n".join(
        [
            f"{len(ours.adapt)} prompts learned on the pack's pictures, {len(ours.verdicts)} edits of others:\n",
            "| | ours | DiffusionCLIP | ratio |",
            "| --- | ---: | ---: | ---: |",
            row("learn a prompt, latents cached", adapt, their_adapt, "s", FASTER),
            row("learn a prompt, with encoding", encode + adapt, inversion + their_adapt, "s", FASTER),
            row("edit a picture", spent[0], spent[1], "s"),
            f"| asked seen | {100 * asked:.0f} % | {100 * their_asked:.0f} % | |",
            f"| others kept | {100 * kept:.0f} % | {100 * their_kept:.0f} % | |",
            "",
        ]
    )
