"""The engine: owns the loaded packs and what was learned lately, and runs one job at a time."""

from __future__ import annotations

import hashlib
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import DeviceError, PromptError, RTEditError, SettingsError
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Event, Failed, Finished, Loading, Notice
from rtedit_desktop.core.requests import EditRequest, EditSettings, Request, WarmUpRequest
from rtedit_desktop.diffusion import adaptation, refine, sampling
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.engine import models
from rtedit_desktop.engine.devices import Device, best_device, is_out_of_memory, out_of_memory_as_error
from rtedit_desktop.engine.pictures import to_pixels, to_tensor

if TYPE_CHECKING:
    from rtedit_desktop.packs.catalog import Catalog

METHOD_VERSION = 1
INVERSION_STEPS = 40
KEEP_LEARNED = 8
SOFTENING = {"clean": 1e-7, "estimate": 0.1}


class _Stop(Exception):
    """The job was asked to stop."""


@dataclass(frozen=True)
class _Learned:
    """What one adaptation gave: enough to decode again at another strength."""

    delta: Delta
    x_t: Tensor
    score: float
    steps: int
    rebuilt: dict[tuple[int, bool], list[Tensor]] = field(default_factory=dict)
    """The base's own decode by (steps, skip_last): another strength need not repeat it."""


class TorchEngine:
    """Implements ``core.engine_api.Engine``. Not safe to share between threads."""

    def __init__(self, catalog: Catalog, device: Device | None = None) -> None:
        self._catalog = catalog
        self._device = device or best_device()
        self._packs: dict[str, models.LoadedPack] = {}
        self._learned: OrderedDict[str, _Learned] = OrderedDict()

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Events of one job, ended by exactly one of Finished, Cancelled, Failed; never raises."""
        job = request.job_id
        try:
            with out_of_memory_as_error():
                if isinstance(request, WarmUpRequest):
                    yield from self._warm_up(request, cancelled)
                else:
                    yield from self._edit(request, cancelled)
            return
        except _Stop:
            end: Event = Cancelled(job_id=job)
        except RTEditError as error:
            end = Failed(job_id=job, what=error.what, todo=error.todo, details=_details(error))
        except Exception as error:
            end = Failed(
                job_id=job,
                what="The edit could not be finished because of an unexpected error.",
                todo="Try again; if it comes back, copy the details into a report.",
                details=_details(error),
            )
        yield end  # only here, where no traceback holds on to the job's tensors

    def close(self) -> None:
        """Free the loaded models and what was learned."""
        self._packs.clear()
        self._learned.clear()

    def _warm_up(self, request: WarmUpRequest, cancelled: threading.Event) -> Iterator[Event]:
        _check(cancelled)
        pack = yield from self._pack(request.pack, request.job_id, cancelled)
        size = pack.manifest.info.image_size
        with torch.no_grad():  # the first calls are slow: kernels are chosen and memory is taken
            x = torch.zeros(1, 3, size, size, device=self._device.device)
            pack.denoiser(x, 1)
            pack.guide(pack.manifest.info.source, pack.manifest.info.example).embed(x)
        yield Finished(job_id=request.job_id, recipe={"device": self._device.label})

    def _pack(
        self, name: str, job: str, cancelled: threading.Event
    ) -> Generator[Event, None, models.LoadedPack]:
        """Yield Loading events; the generator's value is the loaded pack."""
        if name not in self._packs:
            manifest = self._catalog.manifest(name)
            for what, fraction, loaded in models.load(manifest, self._device.device):
                _check(cancelled)
                yield Loading(job_id=job, what=f"{manifest.info.title}: {what}", fraction=fraction)
                if loaded is not None:
                    self._packs[name] = loaded
        return self._packs[name]

    def _edit(self, request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        start = time.perf_counter()
        settings, job = request.settings, request.job_id
        self._catalog.manifest(request.pack).info.check_prompt(request.prompt, request.source)
        _check(cancelled)
        pack: models.LoadedPack = yield from self._pack(request.pack, job, cancelled)
        _check(cancelled)
        if settings.t0 >= pack.manifest.schedule.timesteps:
            raise SettingsError(
                f"t0 is {settings.t0}, which {pack.manifest.info.title} was not trained for.",
                f"Give t0 a value below {pack.manifest.schedule.timesteps}.",
            )
        began = time.perf_counter()
        x0 = to_tensor(request.picture, pack.manifest.info.image_size).to(self._device.device)
        seconds = {"load": began - start}
        key = _learning_key(request, pack)
        with pack.base.borrowed():
            learned = self._learned.get(key)
            if learned is None:
                learned = yield from self._learn(request, pack, x0, seconds, cancelled)
                self._learned[key] = learned
                while len(self._learned) > KEEP_LEARNED:
                    self._learned.popitem(last=False)
            self._learned.move_to_end(key)
            mark = time.perf_counter()
            picture = yield from self._decode(job, pack, learned, x0, settings, cancelled)
        seconds["decode"] = time.perf_counter() - mark
        seconds["total"] = time.perf_counter() - began
        yield Finished(
            job_id=job,
            picture=picture,
            score=learned.score,
            steps_taken=learned.steps,
            recipe={**_recipe(request, pack), "device": self._device.label},
            seconds=seconds,
        )

    def _learn(
        self,
        request: EditRequest,
        pack: models.LoadedPack,
        x0: Tensor,
        seconds: dict[str, float],
        cancelled: threading.Event,
    ) -> Generator[Event, None, _Learned]:
        """Encode and adapt; the generator's value is what was learned (section 3.2)."""
        settings, job = request.settings, request.job_id
        mark = time.perf_counter()
        try:
            guide = pack.guide(request.source, request.prompt, SOFTENING[settings.source_image])
        except ValueError as error:
            raise PromptError(
                "The prompt means the same as the source text to this model.",
                f"Write what should be different, for example “{pack.manifest.info.example}”.",
            ) from error
        generator = torch.Generator().manual_seed(settings.seed)
        denoiser = pack.denoiser
        if settings.encoding == "deterministic":
            x_t = x0
            for inverted in sampling.invert(denoiser, x0, settings.t0, INVERSION_STEPS):
                _check(cancelled)
                x_t = inverted.x
        else:
            abar = denoiser.abar(settings.t0)
            x_t = sampling.encode(x0.cpu().repeat(settings.noise_draws, 1, 1, 1), abar, generator).to(x0.device)
        if settings.source_image == "estimate":
            latents = adaptation.with_estimates(denoiser, x_t, settings.t0)
        else:
            latents = adaptation.Latents(x_t, x0.expand_as(x_t))
        seconds["encode"] = time.perf_counter() - mark
        mark = time.perf_counter()
        for plan, notice in _plans(settings):
            if notice:
                yield Notice(job_id=job, text=notice)
            state = generator.get_state()
            score, steps = -1.0, 0
            try:
                for step in adaptation.adapt(
                    denoiser, guide, latents, plan, generator, autocast=self._device.autocast
                ):
                    score, steps = max(score, step.score), step.number
                    yield self._adapting(job, step, settings, time.perf_counter() - mark)
                    _check(cancelled)
                break
            except FloatingPointError as error:
                raise DeviceError(
                    "The model's numbers ran away while it was learning.",
                    "Try a smaller learning rate or another seed.",
                ) from error
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
            pack.base.restore()
            generator.set_state(state)
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
        else:
            raise MemoryError
        delta = pack.base.delta()
        seconds["adapt"] = time.perf_counter() - mark
        return _Learned(delta, x_t[:1], score, steps)

    @staticmethod
    def _adapting(job: str, step: adaptation.AdaptStep, settings: EditSettings, spent: float) -> Adapting:
        every = settings.preview_every
        wanted = every > 0 and (step.number == 1 or step.number % every == 0)
        return Adapting(
            job_id=job,
            step=step.number,
            of=step.of,
            score=step.score,
            seconds_left=0.0 if step.stopped else spent / step.number * (step.of - step.number),
            preview=to_pixels(step.x0) if wanted else None,
        )

    def _decode(
        self,
        job: str,
        pack: models.LoadedPack,
        learned: _Learned,
        x0: Tensor,
        settings: EditSettings,
        cancelled: threading.Event,
    ) -> Generator[Event, None, np.ndarray]:
        """Decode with theta0 + strength * delta (section 4); the generator's value is the picture."""
        steps = self._refined if settings.refine_from else self._decoded
        picture = to_pixels(x0)
        for step, rebuilt in steps(pack, learned, x0, settings, cancelled):
            edited = keep_untouched(x0, step.x0, rebuilt) if rebuilt is not None else step.x0
            picture = to_pixels(edited)
            yield DecodeStep(job_id=job, index=step.number, of=step.of, t=step.t, picture=picture)
            _check(cancelled)
        return picture

    @staticmethod
    def _decoded(
        pack: models.LoadedPack, learned: _Learned, x0: Tensor, settings: EditSettings, cancelled: threading.Event
    ) -> Iterator[tuple[sampling.Step, Tensor | None]]:
        """The paper's decode, each step with the base's estimate beside it when pixels are preserved."""
        walk = (learned.x_t, settings.t0, settings.steps)
        how = (settings.steps, settings.skip_last)
        if settings.preserve and how not in learned.rebuilt:
            pack.base.restore()
            estimates = []
            for step in sampling.decode(pack.denoiser, *walk, skip_last=settings.skip_last):
                _check(cancelled)
                estimates.append(step.x0)
            learned.rebuilt[how] = estimates
        pack.base.apply(learned.delta, settings.strength)
        for step in sampling.decode(pack.denoiser, *walk, skip_last=settings.skip_last):
            yield step, learned.rebuilt[how][step.number - 1] if settings.preserve else None

    @staticmethod
    def _refined(
        pack: models.LoadedPack, learned: _Learned, x0: Tensor, settings: EditSettings, cancelled: threading.Event
    ) -> Iterator[tuple[sampling.Step, Tensor | None]]:
        """One adapted estimate, then the base's own steps: see ``diffusion.refine``."""
        change = refine.estimated_change(
            pack.denoiser, pack.base, learned.delta, learned.x_t, settings.t0, settings.strength
        )
        _check(cancelled)
        generator = torch.Generator().manual_seed(settings.seed)
        walk = (settings.t0, settings.refine_from, settings.steps, generator)
        for step, rebuilt in refine.decode(pack.denoiser, x0, change, *walk, skip_last=settings.skip_last):
            yield step, rebuilt if settings.preserve else None


def _plans(settings: EditSettings) -> Iterator[tuple[adaptation.Plan, str]]:
    """The plan asked for, then ones that need less memory, each with what to tell about it."""
    plan = adaptation.Plan(
        t0=settings.t0,
        iterations=settings.iterations,
        rate=settings.learning_rate,
        growth=settings.learning_rate_growth,
        rate_cap=settings.learning_rate_cap,
        clip_weight=settings.clip_weight,
        l1_weight=settings.l1_weight,
        batch=settings.noise_draws,
        views=settings.crops,
    )
    yield plan, ""
    if plan.batch > 1 or plan.views > 1:
        yield replace(plan, batch=1, views=1), "Memory is short: learning goes on with one noise draw at a time."


def _check(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise _Stop


def _details(error: BaseException) -> str:
    return f"{type(error).__name__}: " + "".join(traceback.format_exception(error))


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()


def _picture_digest(picture: np.ndarray) -> str:
    return hashlib.sha256(repr(picture.shape).encode() + np.ascontiguousarray(picture).tobytes()).hexdigest()


def _learning_key(request: EditRequest, pack: models.LoadedPack) -> str:
    """All that what is learned depends on: nothing of how it is decoded or shown."""
    decoding = {"strength", "steps", "skip_last", "preserve", "refine_from", "preview_every"}
    learning = {k: v for k, v in asdict(request.settings).items() if k not in decoding}
    return _digest(
        METHOD_VERSION, pack.base_sha256, _picture_digest(request.picture), request.prompt, request.source,
        sorted(learning.items()),
    )  # fmt: skip


def _recipe(request: EditRequest, pack: models.LoadedPack) -> Mapping[str, object]:
    """What is needed to make the same result again."""
    info = pack.manifest.info
    return {
        "prompt": request.prompt,
        "source": request.source,
        "pack": info.id,
        "pack_version": info.version,
        "base_sha256": pack.base_sha256,
        "picture_sha256": _picture_digest(request.picture),
        "settings": asdict(request.settings),
        "method_version": METHOD_VERSION,
        "app_version": __version__,
    }
