"""A folder of photos, an engine that needs no model, and a batch over them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from support.fake_engine import FakeEngine
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.events import BatchEnded, BatchEvent, Began, PhotoEnded
from rtedit_desktop.batch.naming import Naming
from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.running import run
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.events import Cancelled, DecodeStep, Event, Failed, Finished
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.imaging.photo_service import FilePhotoService

INFO = drawn_pack("fakes", 16)


class Table:
    """A folder ``photos``, a folder ``out``, a preset file, the record's own folder, and an engine of three steps.

    ``watch`` is called before each step with the number of the job; ``fails`` may end a job before it begins.
    """

    def __init__(self, folder: Path) -> None:
        self.photos, self.out, self.home = folder / "photos", folder / "out", folder / "records"
        self.photos.mkdir(exist_ok=True)
        self.preset = folder / "smile.rtpreset"
        self.preset.write_bytes(b"smile")
        self.engine = FakeEngine(self._brighten)
        self.watch: Callable[[int, int], None] = lambda job, step: None
        self.fails: Callable[[int], Failed | None] = lambda job: None
        self.control = Control()
        self.photo_service: Any = FilePhotoService()

    def _brighten(self, request: ApplyRequest | EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        number, job = len(self.engine.requests), request.job_id
        failed = self.fails(number)
        if failed is not None:
            yield failed
            return
        after = np.clip(request.picture.astype(int) + 40, 0, 255).astype(np.uint8)
        for index in (1, 2, 3):
            self.watch(number, index)
            if cancelled.is_set():
                yield Cancelled(job_id=job)
                return
            yield DecodeStep(job_id=job, index=index, of=3, t=0, picture=after)
        yield Finished(job_id=job, picture=after)

    def photo(self, name: str, seed: int = 0, size: int = 24) -> Path:
        path = self.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 180, (size, size + 4, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    def batch(self, *inputs: Path, name: str = "", format: str = "keep", strength: float = 1.0, **more: Any) -> Batch:
        spec = MixSpec(pack=INFO.id, uses=(PresetUse(self.preset, strength),))
        naming = Naming(name, format) if name else Naming(format=format)
        return Batch(inputs=inputs or (self.photos,), folder=self.out, spec=spec, label="Smile", naming=naming, **more)

    @property
    def record(self) -> Record:
        return Record(self.out, self.home)

    def events(self, batch: Batch) -> Iterator[BatchEvent]:
        return run(batch, [INFO], self.engine, self.photo_service, self.record, self.control)

    def run(self, batch: Batch | None = None) -> list[BatchEvent]:
        return list(self.events(batch or self.batch()))

    @property
    def made(self) -> list[str]:
        """The files in the output folder, hidden ones too."""
        return sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.is_file())


def end(events: list[BatchEvent]) -> BatchEnded:
    assert isinstance(events[0], Began) and isinstance(events[-1], BatchEnded)
    assert sum(isinstance(event, BatchEnded) for event in events) == 1
    return events[-1]


def outcomes(events: list[BatchEvent]) -> list[str]:
    return [event.outcome for event in events if isinstance(event, PhotoEnded)]


def failures(events: list[BatchEvent]) -> list[str]:
    return [event.what for event in events if isinstance(event, PhotoEnded) and event.outcome == "failed"]
