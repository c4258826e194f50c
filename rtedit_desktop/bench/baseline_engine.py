"""DiffusionCLIP behind the Engine protocol, so that its edits are judged the same way as ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import torch

from rtedit_desktop.bench import diffusionclip
from rtedit_desktop.core.events import Event, Finished
from rtedit_desktop.core.requests import EditRequest, Request
from rtedit_desktop.diffusion.adaptation import LoopOptions
from rtedit_desktop.diffusion.early_stopping import EarlyStopping
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.diffusion.views import RandomViews
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.packs.manifest.manifest import Manifest


class BaselineEngine:
    """Edits single pictures by DiffusionCLIP with the request's t0, rate, weights, views and iterations.

    The latent is the inverted picture (39 calls), the loss sees the end of a six-call decode and
    compares it with the clean picture, the result is a decode of 40 calls, as its authors have it.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._device = best_device()
        self._pack = models.load_pack(manifest, self._device.device)

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Finished, and nothing else: the baseline shows no steps and is not cancelled."""
        assert isinstance(request, EditRequest)
        spec, pack, start = request.spec, self._pack, time.perf_counter()
        settings = spec.settings
        x0 = pack.x0(request.picture)
        config = diffusionclip.steady_config(settings)
        generator = torch.Generator().manual_seed(settings.seed)
        guidance = RandomViews(pack.guidance(spec.source, spec.prompt), settings.crops, generator)
        autocast = AutocastRecompute(pack.modules(), self._device.device, self._device.learning)
        with pack.base.borrowed():
            *_, latents = diffusionclip.invert(pack.denoiser, x0, settings.t0)
            options = LoopOptions(EarlyStopping(), autocast)
            running = diffusionclip.adapt(pack.denoiser, guidance, latents, config, generator, options)
            steps = list(running)
            delta = pack.base.delta()
            *_, last = diffusionclip.edit(pack.denoiser, pack.base, delta, x0, settings.t0)
        yield Finished(
            job_id=request.job_id,
            picture=to_pixels(last.x0),
            score=max(step.score for step in steps),
            steps_taken=len(steps),
            seconds={"total": time.perf_counter() - start},
        )

    def close(self) -> None:
        """Nothing is kept beyond the object."""
