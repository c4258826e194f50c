"""Proves a graphics card in one run: the pictures that the processor makes, the seconds, the memory.

    python tests/benchmarks/card.py [--json card.json] [--minutes 6]
    python tests/benchmarks/card.py --small        anywhere, in seconds: that the script works

At 128 px with Avatars, and at 256 px with a net of 114 M random weights: one edit, a prompt learned on 50 pictures, its
preset applied, the memory of a training step beside DiffusionCLIP's. Prints a Markdown table; with --json also writes
all samples. What there is no time for is left out, and said. Ends with 1 where the two devices do not agree, with 2
where there is no card.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.nets import large_pack, tiny_pack

from rtedit_desktop.bench import diffusionclip, memory
from rtedit_desktop.bench import subject as subjects
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, LearnRequest, Request, WarmUpRequest
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine.devices import Device, best_device, processor
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog

MOST_LEVELS = 4
"""By how much of 255 a pixel may differ between two devices that compute in float32."""

PICTURES, EPOCHS = 50, 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: the median of its samples. ``paper`` is what was published, on an A100; ``goal`` is for an H100."""

    net: str
    what: str
    unit: str
    samples: tuple[float, ...]
    paper: float | None = None
    goal: float | None = None

    @property
    def value(self) -> float:
        return statistics.median(self.samples)


@dataclass(frozen=True)
class Scale:
    """How much is done: all of it, or as little as shows that the script works."""

    repeats: int = 3
    pictures: int = PICTURES
    steps: int = PICTURES * EPOCHS


@dataclass
class Run:
    """Owns the figures so far and the time until which new ones are begun."""

    until: float
    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, net: str, what: str, measure: Callable[[], Iterator[Row]]) -> None:
        """The rows of one measurement, or a note that there was no time, or that it did not work."""
        if time.monotonic() > self.until:
            self.left_out.append(f"{net}: {what} (no time)")
            return
        print(f"{net}: {what} …", file=sys.stderr, flush=True)
        try:
            self.rows += measure()
        except RuntimeError as error:  # the other figures are worth having
            self.left_out.append(f"{net}: {what} ({error})")


class Bench:
    """Owns the engines of one pack: on the card, and on the processor to compare with."""

    def __init__(self, catalog: Catalog, pack: str, device: Device, scale: Scale, folder: Path) -> None:
        self._catalog, self._device, self._scale = catalog, device, scale
        self._preset = folder / f"{pack}.rtpreset"
        self.info: PackInfo = catalog.manifest(pack).info
        self._paper = self.info.image_size == 256
        self._engine = TorchEngine(catalog, device, LearnedCache())
        _done(self._engine, WarmUpRequest(pack=pack))

    def close(self) -> None:
        self._engine.close()

    def same(self) -> Iterator[Row]:
        """A short edit in float32 on both devices, and decoded on the card as it usually is."""
        request = self._edit(0, iterations=2, noise_draws=1, crops=1, steps=2)
        pictures = []
        slow = replace(self._device, learning=None, decoding=None)
        for device in (slow, replace(processor(), learning=None), replace(slow, decoding=self._device.decoding)):
            engine = TorchEngine(self._catalog, device, LearnedCache())
            picture = _done(engine, request).picture
            assert picture is not None
            pictures.append(picture.astype(int))
            engine.close()
        most = float(np.abs(pictures[0] - pictures[1]).max())
        yield self._row("largest difference from the processor", "of 255", (most,), goal=MOST_LEVELS)
        most = float(np.abs(pictures[0] - pictures[2]).max())
        yield self._row("largest difference by the precision of decoding", "of 255", (most,), goal=MOST_LEVELS)

    def edit(self) -> Iterator[Row]:
        """The first one after the warm-up, which must not be slower than the others, and others."""
        seconds = [_done(self._engine, self._edit(seed)).seconds for seed in range(1 + self._scale.repeats)]
        yield self._row("first edit after the warm-up", "s", (seconds[0]["total"],))
        yield self._row("one edit", "s", [one["total"] for one in seconds[1:]], 4.0, 0.4)

    def learn(self) -> Iterator[Row]:
        settings = self.info.learning_settings_for(
            self.info.example, iterations=self._scale.steps, noise_draws=1, crops=1
        )
        spec = EditSpec(prompt=self.info.example, source=self.info.source, pack=self.info.id, settings=settings)
        pictures = tuple(_picture(self.info.image_size, seed) for seed in range(self._scale.pictures))
        request = LearnRequest(spec=spec, output=self._preset, pictures=pictures, title="Card")
        seconds = _done(self._engine, request).seconds
        what = f"a prompt learned on {self._scale.pictures} pictures, {self._scale.steps} steps"
        yield self._row(what, "s", (seconds["adapt"],), 45.0, 5.0)
        yield self._row("the same with its preset made", "s", (seconds["total"],))

    def apply(self) -> Iterator[Row]:
        if not self._preset.is_file():
            raise RuntimeError("nothing was learned")
        spec = MixSpec(pack=self.info.id, uses=(PresetUse(self._preset),), seed=0)
        spent = []
        for seed in range(2 + self._scale.repeats):
            picture = _picture(self.info.image_size, 100 + seed)
            spent.append(_done(self._engine, ApplyRequest(spec=spec, picture=picture)).seconds["total"])
        yield self._row("a preset applied", "s", spent[2:], goal=0.04)
        assert self._engine.packs.loaded is not None
        with self._engine.packs.loaded.denoiser.called_plainly():
            picture = _picture(self.info.image_size, 100)
            again = [_done(self._engine, ApplyRequest(spec=spec, picture=picture)) for _ in range(self._scale.repeats)]
        yield self._row("the same without recorded calls", "s", [one.seconds["total"] for one in again])

    def memory(self) -> Iterator[Row]:
        """In bytes on top of the weights: the baseline may not fit, which is no reason to lose ours."""
        subject = subjects.load(self._catalog.manifest(self.info.id), self._device, 0)
        denoiser, t0 = subject.pack.denoiser, subject.t0
        ours = memory.peak_of_a_step(subject, lambda x_t: denoiser(x_t, t0).x0)
        yield self._row("memory of a training step", "GiB", (ours.step / 2**30,), 7.0, 3.0)
        theirs = memory.peak_of_a_step(subject, lambda x_t: diffusionclip.decode_in_graph(denoiser, x_t, t0))
        yield self._row("the same of DiffusionCLIP", "GiB", (theirs.step / 2**30,), 21.0)

    def _edit(self, seed: int, **settings: object) -> EditRequest:
        spec = self.info.edit_by(self.info.example, self.info.source, seed=seed, **settings)
        return EditRequest(spec=spec, picture=_picture(self.info.image_size, seed))

    def _row(
        self, what: str, unit: str, samples: Sequence[float], paper: float | None = None, goal: float | None = None
    ) -> Row:
        """What was published is for 256 px."""
        compares = self._paper or unit == "of 255"
        return Row(
            net=f"{self.info.title}, {self.info.image_size} px", what=what, unit=unit, samples=tuple(samples),
            paper=paper if compares else None, goal=goal if compares else None,
        )  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="where all samples go")
    parser.add_argument("--minutes", type=float, default=6.0, help="begin nothing new after four fifths of so many")
    parser.add_argument("--small", action="store_true", help="on the processor, with a tiny net")
    args = parser.parse_args(argv)
    began = time.monotonic()
    device = processor() if args.small else best_device()
    if device.is_processor and not args.small:
        print("There is no graphics card that torch can use here.", file=sys.stderr)
        return 2
    run = Run(until=began + 60 * args.minutes * 0.8)
    with tempfile.TemporaryDirectory() as folder:
        for catalog, pack in _packs(Path(folder), small=args.small):
            _measure(run, catalog, pack, device, Scale(2, 3, 4) if args.small else Scale(), Path(folder))
    seconds = time.monotonic() - began
    print(_table(run, str(this_machine(device)), seconds))
    if args.json:
        rows = [{**asdict(row), "value": row.value} for row in run.rows]
        content = {"machine": asdict(this_machine(device)), "seconds": seconds, "rows": rows, "left_out": run.left_out}
        args.json.write_text(json.dumps(content, indent=2), "utf-8")
    apart = [row for row in run.rows if row.unit == "of 255" and row.value > MOST_LEVELS]
    return 1 if apart else 0


def _packs(folder: Path, *, small: bool) -> Iterator[tuple[Catalog, str]]:
    if small:
        tiny_pack.write(folder / "packs" / "tiny")
        yield Catalog([folder / "packs"]), "tiny"
        return
    yield Catalog.default(), "avatars"
    large_pack.write(folder / "packs")
    yield Catalog([folder / "packs"]), large_pack.ID


def _measure(run: Run, catalog: Catalog, pack: str, device: Device, scale: Scale, folder: Path) -> None:
    """The order is that of their worth, for a card that is lent for a while."""
    bench = Bench(catalog, pack, device, scale, folder)
    title = bench.info.title
    try:
        run.add(title, "the same as on the processor", bench.same)
        run.add(title, "an edit", bench.edit)
        run.add(title, "a prompt learned", bench.learn)
        run.add(title, "a preset applied", bench.apply)
    finally:
        bench.close()
    if device.device.type == "cuda":
        torch.cuda.empty_cache()
    run.add(title, "memory", bench.memory)


def _done(engine: TorchEngine, request: Request) -> Finished:
    """The end of a job. Raises RuntimeError when it failed."""
    for event in engine.run(request, threading.Event()):
        if isinstance(event, Failed):
            raise RuntimeError(f"{event.what} {event.details}")
        if isinstance(event, Finished):
            return event
    raise RuntimeError("the job ended without a result")


def _picture(size: int, seed: int) -> np.ndarray:
    """(S, S, 3) uint8: soft noise, the same on every computer."""
    return subjects._smooth_noise(size, seed)


def _table(run: Run, machine: str, seconds: float) -> str:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.3g}"

    lines = [f"Measured in {seconds:.0f} s on {machine}.", "", "| net | what | measured | paper, A100 | goal, H100 |"]
    lines.append("| --- | --- | ---: | ---: | ---: |")
    for row in run.rows:
        measured = f"{number(row.value)} {row.unit}"
        lines.append(f"| {row.net} | {row.what} | {measured} | {number(row.paper)} | {number(row.goal)} |")
    if run.left_out:
        lines += ["", f"Left out: {'; '.join(run.left_out)}."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
