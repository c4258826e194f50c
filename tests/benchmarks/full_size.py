"""What an edit of a model of full size takes on one core, as published settings have it and quickly.

    python tests/benchmarks/full_size.py [--size 128] [--repeats 3] [--whole]

A net of 114 M random weights, in float32 on one thread; at 256 px, its own size, everything takes four times what it
takes at 128. A call and steps of learning are measured in turns, in seconds of the processor, and from their medians
follows what the edit of a prompt of the registry's packs takes, both ways: calls, and seconds. With --whole both edits
are also made by the engine at 256 px, which takes a quarter of an hour. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.nets import large_pack

from rtedit_desktop.bench import subject as subjects
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.core.edits import EditSettings, LearnedPart
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.diffusion.adaptation import Latents, fit
from rtedit_desktop.diffusion.edit import adaptation_config
from rtedit_desktop.diffusion.schedule import decode_pairs
from rtedit_desktop.diffusion.shared_calls import SharedCalls
from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.engine import models
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest.kinds import read_kinds

CPU = Device(torch.device("cpu"))
_UP = ("mid_block.resnets.0.conv1.weight",)  # who changes it changes nothing of the way down
PACK, KIND = "celebahq-256", "local"


def settings(*, quick: bool) -> EditSettings:
    """Those of an edit such as a smile, of the registry's pack of faces."""
    editing = registry.find(PACK).editing
    kinds = read_kinds({kind: Fields(dict(given)) for kind, given in editing["settings"].items()}, 1000)
    info = PackInfo(
        id=PACK, title="", version="", domain="", source="face", image_size=256, licence="", attribution="",
        folder=Path(), settings={"default": kinds[KIND]}, quick=editing["quick"],
    )  # fmt: skip
    return replace(info.settings_for("smiling face", quick=quick), preview_every=0)


class Bench:
    """Owns the net, a picture of ``size`` px in noise, and a guidance by the CLIP of Avatars."""

    def __init__(self, catalog: Catalog, size: int) -> None:
        self._pack = models.load_pack(catalog.manifest(large_pack.ID), CPU.device)
        self._x_t = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(0))
        self._source = torch.zeros(1, 3, size, size)
        self._guidance = self._pack.guidance("face", "smiling face")

    @torch.no_grad()
    def call(self, *, twice: bool = False) -> float:
        """Seconds of one call; ``twice`` of one whose way down is known from the call before."""
        net, denoiser = self._pack.denoiser.net, self._pack.denoiser
        assert isinstance(net, UNet)
        with SharedCalls(most=1).repeated(net, _UP) if twice else nullcontext():
            if twice:
                denoiser(self._x_t, 350)
            return _timed(lambda: denoiser(self._x_t, 350))

    def step(self, part: LearnedPart) -> float:
        """Seconds of a step of learning; of the way up alone, one whose way down is known."""
        net, denoiser = self._pack.denoiser.net, self._pack.denoiser
        assert isinstance(net, UNet)
        config = replace(adaptation_config(replace(settings(quick=False), learned_part=part)), iterations=2, rate=1e-9)
        with self._pack.base.borrowed(), SharedCalls(most=1).repeated(net, _UP) if part == "up" else nullcontext():

            def estimate(x_t: Tensor) -> Tensor:
                return denoiser(x_t, config.t0).x0

            latents = Latents(self._x_t, self._source)
            steps = fit(net, estimate, self._guidance, latents, config, torch.Generator().manual_seed(0))
            next(steps)
            return _timed(lambda: next(steps))


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def edit(catalog: Catalog, chosen: EditSettings) -> tuple[int, float]:
    """Calls, and seconds of the processor, of one edit by the engine. Raises RuntimeError."""
    engine = TorchEngine(catalog, CPU, LearnedCache())
    info = catalog.manifest(large_pack.ID).info
    spec = replace(info.edit_by(info.example, info.source), settings=chosen)
    request = EditRequest(spec=spec, picture=subjects._smooth_noise(large_pack.SIZE, 0))
    began = time.process_time()
    *_, last = engine.run(request, threading.Event())
    if isinstance(last, Failed):
        raise RuntimeError(f"{last.what} {last.details}")
    assert isinstance(last, Finished)
    assert engine.packs.loaded is not None
    return engine.packs.loaded.denoiser.calls, time.process_time() - began


def main(argv: Sequence[str] | None = None) -> int:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=128, help="of the picture, in pixels (default: 128)")
    parser.add_argument("--repeats", type=int, default=3, help="of everything (default: 3)")
    parser.add_argument("--whole", action="store_true", help="make both edits by the engine too")
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        large_pack.write(Path(folder))
        catalog = Catalog([Path(folder)])
        bench = Bench(catalog, args.size)
        bench.call()
        ways: dict[str, Callable[[], float]] = {
            "a call": bench.call,
            "a call whose way down is known": lambda: bench.call(twice=True),
            "a step of learning": lambda: bench.step("all"),
            "a step of the way up, its way down known": lambda: bench.step("up"),
        }
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(args.repeats):
            for name, measure in ways.items():
                spent[name].append(measure())
                print(f"{name}: {spent[name][-1]:.2f} s", file=sys.stderr, flush=True)
        seconds = {name: median(each) for name, each in spent.items()}
        call, known, step, step_up = seconds.values()
        print(f"| at {args.size} px, one row | seconds | beside a call |\n| --- | ---: | ---: |")
        for name, value in seconds.items():
            print(f"| {name} | {value:.2f} | {value / call:.2f} |")
        slow, quick = settings(quick=False), settings(quick=True)
        calls = [_decoding(one) for one in (slow, quick)]
        usual = slow.iterations * step + 2 * calls[0] * call
        short = (call - known) + quick.iterations * step_up + (2 * calls[1] - 1) * call + known
        scale = (256 / args.size) ** 2
        print("\n| an edit at 256 px | steps of learning | calls of decoding | beside a call | seconds on one core |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for name, one, count, total in (("usual", slow, calls[0], usual), ("quick", quick, calls[1], short)):
            print(f"| {name} | {one.iterations} | 2 x {count} | {total / call:.1f} | {total * scale:.0f} |")
        if args.whole:
            for name, one in (("usual", slow), ("quick", quick)):
                count, total = edit(catalog, one)
                print(f"\n{name}, by the engine: {count} calls, {total:.0f} s of the processor.")
    print(f"\nMedians of {args.repeats}, seconds of the processor. {this_machine(CPU)}.")
    return 0


def _decoding(one: EditSettings) -> int:
    """Calls of one decode, by the base and again by the adapted net."""
    return len(decode_pairs(one.steps, one.t0, skip_last=one.skip_last))


if __name__ == "__main__":
    sys.exit(main())
