"""The engine: owns the loaded packs and what was learned lately, and runs one job at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from rtedit_desktop.core.domain import DomainCheck
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.errors import PresetError, PromptError
from rtedit_desktop.core.events import Cancelled, Event, Finished, Notice, failed
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import (
    ApplyRequest,
    CheckRequest,
    EditRequest,
    KeepRequest,
    LearnRequest,
    RecallRequest,
    Request,
    WarmUpRequest,
)
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor
from rtedit_desktop.engine import models, own_edits, presets, recipes
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.checkpoint import Checkpoint
from rtedit_desktop.engine.decoding import decode
from rtedit_desktop.engine.domain.checker import DomainChecker
from rtedit_desktop.engine.learning import Lesson, learn, warm_learning, warms_learning
from rtedit_desktop.engine.loaded_packs import LoadedPacks, load_text_model
from rtedit_desktop.engine.machine.devices import (
    Device,
    best_device,
    chosen_device,
    free_cached_memory,
    is_card_full,
    is_out_of_memory,
    out_of_memory_as_error,
)
from rtedit_desktop.engine.own_words import in_own_words
from rtedit_desktop.engine.pair_learning import PairLesson, learn_pairs
from rtedit_desktop.engine.remarks import remarks
from rtedit_desktop.engine.stopping import Stop, Stopped
from rtedit_desktop.presets.format import write_content
from rtedit_desktop.support import settings

if TYPE_CHECKING:
    from rtedit_desktop.packs.catalog import Catalog

_log = logging.getLogger(__name__)
_BYTES_OF_STATE = 16  # of a weight while it is learned: itself, the best one so far, two moments, in float32


class TorchEngine:
    """Implements ``core.engine_api.Engine``. Not safe to share between threads.

    ``presets`` are those that are ready for use. ``cache`` keeps what was learned from one run of the app
    to the next; without one it is kept in memory. ``put_preset`` writes the preset
    that was learned, into its file where nothing else is said.
    """

    def __init__(
        self,
        catalog: Catalog,
        device: Device | None = None,
        cache: LearnedCache | None = None,
        put_preset: presets.PutPreset = write_content,
    ) -> None:
        self._catalog, self._put_preset = catalog, put_preset
        self._device = device or best_device()
        self.packs = LoadedPacks(catalog, self._device)
        self._cache = cache or LearnedCache()
        self.presets = presets.LoadedPresets()
        self._domain = DomainChecker(catalog)

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Events of one job, ended by exactly one of Finished, Cancelled, Failed; never raises."""
        job, stop = request.job_id, Stop(cancelled)
        try:
            with out_of_memory_as_error():
                done = yield from self._tried(request, stop)
                if not done:  # only here, where no traceback holds on to the card's memory
                    self._leave_the_card()
                    yield Notice(
                        job_id=job,
                        text=tr(
                            "The graphics card's memory is full: from now on the processor does the work, "
                            "which takes longer."
                        ),
                    )
                    yield from self._do(request, stop)
            return
        except Stopped:
            end: Event = Cancelled(job_id=job)
        except Exception as error:
            end = failed(job, error)
        yield end  # only here, where no traceback holds on to the job's tensors

    def _tried(self, request: Request, stop: Stop) -> Generator[Event, None, bool]:
        """Do it; False where a graphics card's memory is too small for it, in the smallest way too."""
        try:
            yield from self._do(request, stop)
        except (MemoryError, RuntimeError) as error:
            if self._device.is_processor or not is_card_full(error):
                raise
            return False
        return True

    def _leave_the_card(self) -> None:
        """The processor from now on, in the precision that is wished; nothing that was on the card is gone on with."""
        self.presets.forget()
        self._domain = DomainChecker(self._catalog)
        self._device = chosen_device(replace(settings.load(), device="cpu"))
        self.packs.move_to(self._device)
        free_cached_memory()

    def _do(self, request: Request, stop: Stop) -> Iterator[Event]:
        match request := in_own_words(request, self._catalog):
            case WarmUpRequest():
                yield from self._warm_up(request, stop)
            case EditRequest():
                yield from self._edit(request, stop)
            case ApplyRequest():
                yield from self._apply(request, stop)
            case KeepRequest():
                yield from self._keep(request, stop)
            case LearnRequest():
                yield from self._learn(request, stop)
            case CheckRequest():
                pack = yield from self.packs.load(request.pack, request.job_id, stop)
                yield Finished(job_id=request.job_id, check=self._domain.check(pack, request.picture))
            case RecallRequest():
                known = tuple(self._knows(edit, request.picture) for edit in request.edits)
                yield Finished(job_id=request.job_id, known=known, check=self._fits(request))

    def close(self) -> None:
        """Free the loaded models and what was learned."""
        self.packs.forget()
        self._cache.settle()
        self._cache.forget()
        self.presets.forget()

    def _warm_up(self, request: WarmUpRequest, stop: Stop) -> Iterator[Event]:
        stop.check()
        pack = yield from self.packs.load(request.pack, request.job_id, stop)
        yield from load_text_model(pack, request.job_id, stop)
        size = pack.manifest.info.image_size
        with torch.no_grad():  # the first calls are slow: kernels are chosen and memory is taken
            x = torch.zeros(1, 3, size, size, device=self._device.device)
            pack.denoiser(x, 1)
            if pack.has_text_model:
                pack.guidance(pack.manifest.info.source, pack.manifest.info.example).embed(x)
            self._domain.prepare(pack)
        if pack.has_text_model and warms_learning(self._device):
            with pack.base.borrowed():  # the gradient has kernels of its own
                warm_learning(pack, self._device, x, stop)
        yield Finished(job_id=request.job_id, recipe={"device": self._device.label})

    def _edit(self, request: EditRequest, stop: Stop) -> Iterator[Event]:
        start = time.perf_counter()
        pack = yield from self.packs.load_for(request.spec, request.job_id, stop)
        yield from self._warned(pack, request.picture, request.job_id, stop)
        began = time.perf_counter()
        seconds = {"load": began - start}
        mixture = own_edits.mixture(request.spec, pack, self.presets)
        with pack.base.borrowed(to_learn=mixture is None):
            learned, settings, new = yield from self._learned(request.job_id, request, pack, mixture, seconds, stop)
            mark = time.perf_counter()
            x0 = pack.x0(request.picture)
            turns = mixture.turns if mixture is not None else []
            try:  # the picture first: a large delta takes longer to write than to show
                if turns:
                    picture = yield from presets.apply_in_turn(
                        request.job_id, pack, x0, turns, self.presets.decoded, stop
                    )
                else:
                    picture = yield from decode(request.job_id, pack, x0, learned, settings, stop)
            finally:
                if new:
                    self._cache.put_behind(new, learned)
        seconds["decode"] = time.perf_counter() - mark
        seconds["total"] = time.perf_counter() - began
        if mixture is not None:
            yield from self._remarked(request.job_id, pack, request.picture, picture, mixture.loaded)
        yield Finished(
            job_id=request.job_id,
            picture=picture,
            score=learned.score,
            steps_taken=learned.steps,
            recipe={**recipes.of_edit(request, pack), **recipes.of_device(self._device)},
            seconds=seconds,
            instant=not new,
            check=self._domain.check(pack, request.picture),
        )

    def _apply(self, request: ApplyRequest, stop: Stop) -> Iterator[Event]:
        start = time.perf_counter()
        stop.check()
        pack = yield from self.packs.load(request.spec.pack, request.job_id, stop)
        loaded = self.presets.load(request.spec.uses, pack)
        stop.check()
        yield from self._warned(pack, request.picture, request.job_id, stop)
        began = time.perf_counter()
        settings = presets.settings_of(loaded, request.spec.seed, request.spec.steps)
        with pack.base.borrowed(to_learn=False):
            x0 = pack.x0(request.picture)
            turns = presets.turns_of(loaded, request.spec.uses, settings, request.spec.steps)
            if turns:
                picture = yield from presets.apply_in_turn(request.job_id, pack, x0, turns, self.presets.decoded, stop)
            else:
                edit = presets.edit_of(loaded, request.spec.uses, settings, pack, x0, self.presets.decoded)
                picture = yield from decode(request.job_id, pack, x0, edit, settings, stop)
        spent, infos = time.perf_counter() - began, [one.info for one in loaded]
        yield from self._remarked(request.job_id, pack, request.picture, picture, loaded)
        yield Finished(
            job_id=request.job_id,
            picture=picture,
            recipe={**recipes.of_apply(request, infos, settings, pack), **recipes.of_device(self._device)},
            seconds={"load": began - start, "decode": spent, "total": spent},
            instant=True,
            check=self._domain.check(pack, request.picture),
        )

    def _keep(self, request: KeepRequest, stop: Stop) -> Iterator[Event]:
        edit, job = request.edit, request.job_id
        start = time.perf_counter()
        pack = yield from self.packs.load_for(edit.spec, job, stop)
        seconds: dict[str, float] = {}
        mixture = own_edits.mixture(edit.spec, pack, self.presets)
        if mixture is not None and mixture.turns:
            raise PresetError(
                tr("These are several edits, each with its own preset, and one preset cannot hold them."),
                tr("Use their presets together, or keep them one by one."),
            )
        with pack.base.borrowed():
            learned, settings, new = yield from self._learned(job, edit, pack, mixture, seconds, stop)
            if new:
                self._cache.put_behind(new, learned)
            x0 = pack.x0(edit.picture)
            made = yield from presets.make(job, learned, x0, 1, settings, pack, stop)
        info = presets.write(request, replace(edit.spec, settings=settings), learned, made, 1, pack, self._put_preset)
        seconds["total"] = time.perf_counter() - start
        yield Finished(
            job_id=job, score=learned.score, steps_taken=learned.steps, preset=info.path, seconds=seconds,
            recipe={**recipes.of_edit(edit, pack), **recipes.of_device(self._device)}, instant=not new,
        )  # fmt: skip

    def _learn(self, request: LearnRequest, stop: Stop) -> Iterator[Event]:
        job, spec = request.job_id, request.spec
        start = time.perf_counter()
        if request.pairs:
            yield from self._learn_pairs(request, stop)
            return
        pack = yield from self.packs.load_for(spec, job, stop)
        pictures = request.pictures or models.own_pictures(pack.manifest)
        x0 = torch.cat([pack.x0(picture) for picture in pictures])
        lesson = Lesson(x0, spec.prompt, spec.source, spec.settings)
        key = recipes.learning_key(spec, pictures, pack, self._device)
        with pack.base.borrowed():
            learned = self._cache.get(key)
            instant = learned is not None
            if learned is None:
                yield from load_text_model(pack, job, stop)
                weights = sum(p.numel() for p in pack.denoiser.net.parameters())
                checkpoint = Checkpoint(self._cache.folder, key, about_bytes=_BYTES_OF_STATE * weights)
                learned = yield from learn(job, pack, self._device, lesson, stop, checkpoint)
                learned = self._cache.put(key, learned)
                checkpoint.drop()
            made = yield from presets.make(job, learned, x0, len(pictures), spec.settings, pack, stop)
        info = presets.write(request, spec, learned, made, len(pictures), pack, self._put_preset)
        yield Finished(
            job_id=job, score=learned.score, steps_taken=learned.steps, preset=info.path, instant=instant,
            seconds={**learned.seconds, "total": time.perf_counter() - start},
            recipe={**recipes.of_learning(request, pictures, pack), **recipes.of_device(self._device)},
        )  # fmt: skip

    def _learn_pairs(self, request: LearnRequest, stop: Stop) -> Iterator[Event]:
        job, start = request.job_id, time.perf_counter()
        stop.check()
        pack = yield from self.packs.load(request.spec.pack, job, stop)
        before, after = (torch.cat([pack.x0(pair[i]) for pair in request.pairs]) for i in (0, 1))
        lesson = PairLesson(before, after, request.spec.settings)
        with pack.base.borrowed():
            learned = yield from learn_pairs(job, pack, self._device, lesson, stop)
            settings = replace(request.spec.settings, **learned.application._asdict())
            count = len(request.pairs)
            made = yield from presets.make(job, learned, before, count, settings, pack, stop)
        spec = replace(request.spec, settings=settings)
        info = presets.write(request, spec, learned, made, count, pack, self._put_preset)
        yield Finished(
            job_id=job, score=learned.score, steps_taken=learned.steps, preset=info.path,
            seconds={**learned.seconds, "total": time.perf_counter() - start},
            recipe={**recipes.of_pairs(request, spec, pack), **recipes.of_device(self._device)},
        )  # fmt: skip

    def _warned(self, pack: models.LoadedPack, picture: np.ndarray, job: str, stop: Stop) -> Iterator[Event]:
        """A Notice when the picture is none that the pack's model was made for."""
        if self._domain.needs_text_model(pack):
            yield from load_text_model(pack, job, stop)
        if advice := self._domain.warning(pack, picture):
            yield Notice(job_id=job, text=advice)

    def _remarked(
        self, job: str, pack: models.LoadedPack, given: np.ndarray, result: np.ndarray, loaded: list[presets.Loaded]
    ) -> Iterator[Event]:
        """A Notice of each thing that a person should know of the result of presets."""
        before = to_pixels(to_tensor(given, pack.manifest.info.image_size))
        for text in remarks(before, result, {one.info.spec.settings.blending for one in loaded}):
            yield Notice(job_id=job, text=text)

    def _knows(self, edit: EditSpec, picture: np.ndarray) -> bool:
        """Whether an edit was learned before; of a pack that is not loaded nothing is known."""
        pack = self.packs.held(edit.pack)
        if pack is None:
            return False
        try:
            own = bool(pack.manifest.info.asked_edits(edit.prompt).uses)
        except PromptError:
            return False
        return own or self._cache.has(recipes.learning_key(edit, (picture,), pack, self._device))

    def _fits(self, request: RecallRequest) -> DomainCheck | None:
        edit = request.edits[0] if request.edits else None
        pack = self.packs.held(edit.pack) if edit is not None else None
        if edit is None or pack is None:
            return None
        try:
            return self._domain.check(pack, request.picture)
        except (MemoryError, RuntimeError) as error:  # what is known of the edits is told all the same
            if not is_out_of_memory(error):
                raise
            _log.warning("Whether the picture is for the pack could not be told: %s", error)
            return None

    def _learned(
        self,
        job: str,
        edit: EditRequest,
        pack: models.LoadedPack,
        mixture: own_edits.Mixture | None,
        seconds: dict[str, float],
        stop: Stop,
    ) -> Generator[Event, None, tuple[Learned, EditSettings, str]]:
        """What an edit learned, the settings it is decoded with, and the key to keep it under if it is new.

        ``mixture`` is what the pack's own edits make of it.
        """
        if mixture is not None:
            if unknown := mixture.unknown(pack):
                yield Notice(job_id=job, text=unknown)
            x0 = pack.x0(edit.picture)
            return mixture.on(pack, x0), mixture.settings, ""
        key = recipes.learning_key(edit.spec, (edit.picture,), pack, self._device)
        learned = self._cache.get(key)
        if learned is not None:
            return learned, edit.spec.settings, ""
        x0 = pack.x0(edit.picture)
        yield from load_text_model(pack, job, stop)
        lesson = Lesson(x0, edit.spec.prompt, edit.spec.source, edit.spec.settings)
        forgetful = Checkpoint(None, key)  # it is over in seconds
        learned = yield from learn(job, pack, self._device, lesson, stop, forgetful)
        seconds.update(learned.seconds)
        return learned, edit.spec.settings, key
