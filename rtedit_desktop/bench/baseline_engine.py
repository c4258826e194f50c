"""DiffusionCLIP behind the Engine protocol, so that its edits are judged the same way as ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import torch

from rtedit_desktop.bench import diffusionclip
from rtedit_desktop.core.events import Event, Finished
from rtedit_desktop.core.requests import EditRequest, Request
from rtedit_desktop.engine import models
from rtedit_desktop.engine.devices import best_device
from rtedit_desktop.engine.pictures import to_pixels, to_tensor
from rtedit_desktop.packs.manifest.manifest import Manifest


class BaselineEngine:
    """Edits single pictures by DiffusionCLIP with the request's t0, rate, weights, views and iterations.

    The latent is the inverted picture (39 calls), the loss sees the end of a six-call decode and
    compares it with the clean picture, the result is a decode of 40 calls, as docs/method.md has it.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._device = best_device()
        *_, (_, _, pack) = models.load(manifest, self._device.device)
        assert pack is not None
        self._pack = pack

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Finished, and nothing else: the baseline shows no steps and is not cancelled."""
        assert isinstance(request, EditRequest)
        settings, pack, start = request.settings, self._pack, time.perf_counter()
        x0 = to_tensor(request.picture, pack.manifest.info.image_size).to(self._device.device)
        plan = diffusionclip.steady_plan(settings)
        guide = pack.guide(request.source, request.prompt)
        generator = torch.Generator().manual_seed(settings.seed)
        with pack.base.borrowed():
            *_, latents = diffusionclip.invert(pack.denoiser, x0, settings.t0)
            steps = list(
                diffusionclip.adapt(pack.denoiser, guide, latents, plan, generator, autocast=self._device.autocast)
            )
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
