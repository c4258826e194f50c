"""Measures how much memory one training step takes on top of the resting state.

The resting state is what lies in memory between two steps: weights, Adam's moments, latents, CLIP. The
step adds the graph of the network calls, CLIP's own graph and the gradients. Two figures for each
method: what is held once the picture exists (the graph of its network calls alone), and the highest
point of the whole step.

On CUDA the allocator counts (``torch.cuda.max_memory_allocated``). On the CPU torch's profiler records
every allocation and release of the CPU allocator during one step, in the documented form of
``export_chrome_trace``, and the running sum of those is what was live; nothing else of the process
enters, so the figure is the same in every run and owes nothing to how the system rounds a resident set.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rtedit_desktop.bench import diffusionclip
from rtedit_desktop.bench.report import Comparison, Side
from rtedit_desktop.bench.speed import Say
from rtedit_desktop.bench.subject import Subject
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.adaptation import AdaptationConfig, AdaptStep, Latents, LoopOptions, fit

LESS_MEMORY = 3.0
WARM_UP = 2
PICTURE_EXISTS = "rtedit: the picture exists"

Estimate = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Peak:
    """Bytes on top of the resting state: once the picture exists, and at the highest point."""

    graph: int
    step: int


def measure(subject: Subject, say: Say) -> list[Comparison]:
    """Peak memory of one training step of both methods: batch 1, and the noise draws the pack recommends."""
    denoiser, t0 = subject.pack.denoiser, subject.t0
    rows = []
    for batch in sorted({1, subject.noise_draws}):
        say(f"memory of one training step, batch {batch}")
        ours = peak_of_a_step(subject, lambda x_t: denoiser(x_t, t0).x0, batch)
        baseline = peak_of_a_step(subject, lambda x_t: diffusionclip.decode_in_graph(denoiser, x_t, t0), batch)
        where = f"memory of a training step on top of rest, batch {batch}:"
        rows += [
            _row(f"{where} highest point", ours.step, baseline.step, LESS_MEMORY),
            _row(f"{where} network graph", ours.graph, baseline.graph, None),
        ]
    return rows


def peak_of_a_step(subject: Subject, estimate: Estimate, batch: int = 1) -> Peak:
    """Measure one optimiser step of a method, given by how it makes pictures of latents."""
    device = subject.device.device
    on_cuda = device.type == "cuda"
    held: list[int] = []

    def marked(x_t: Tensor) -> Tensor:
        x0 = estimate(x_t)
        if on_cuda:
            held.append(torch.cuda.memory_allocated(device))
        with torch.profiler.record_function(PICTURE_EXISTS):
            return x0

    generator = torch.Generator().manual_seed(subject.seed)
    x0 = subject.x0.repeat(batch, 1, 1, 1)
    x_t = sampling.encode(x0, subject.pack.denoiser.abar(subject.t0), generator)
    config = AdaptationConfig(t0=subject.t0, iterations=WARM_UP + 2, rate=1e-12, batch=batch)
    with subject.pack.base.borrowed():
        steps = fit(
            subject.pack.denoiser.net,
            marked,
            subject.guidance,
            Latents(x_t, x0),
            config,
            generator,
            LoopOptions(autocast=subject.autocast),
        )
        for _ in range(WARM_UP):
            next(steps)
        if not on_cuda:
            return _from_trace(steps)
        torch.cuda.reset_peak_memory_stats(device)
        rest = torch.cuda.memory_allocated(device)
        next(steps)
        torch.cuda.synchronize(device)
        return Peak(held[-1] - rest, torch.cuda.max_memory_allocated(device) - rest)


def _row(what: str, ours: int, baseline: int, target: float | None) -> Comparison:
    one, six = ours / 2**20, baseline / 2**20
    return Comparison(
        what=what,
        unit="MiB",
        ours=Side(calls=1, value=one, samples=(one,)),
        baseline=Side(calls=diffusionclip.N_TRAIN, value=six, samples=(six,)),
        target=target,
    )


def _from_trace(steps: Iterator[AdaptStep]) -> Peak:
    """One step under the profiler, then the running sum over its record of allocations."""
    with (
        _without_native_messages(),
        torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile,
    ):
        next(steps)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profile.export_chrome_trace(str(path))
        events: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["traceEvents"]
    return peak_in(events)


def peak_in(events: list[dict[str, Any]]) -> Peak:
    """The highest running sum of the CPU's ``[memory]`` events, and the sum where the picture exists."""
    exists = next(float(e["ts"]) for e in events if e.get("name") == PICTURE_EXISTS)
    moves = [e for e in events if e.get("name") == "[memory]" and e["args"]["Device Type"] == 0]
    if not moves:
        raise RuntimeError("the profiler recorded no allocations")
    live = highest = graph = 0
    for event in sorted(moves, key=lambda e: float(e["ts"])):
        live += int(event["args"]["Bytes"])
        highest = max(highest, live)
        if float(event["ts"]) <= exists:
            graph = live
    return Peak(graph, highest)


@contextmanager
def _without_native_messages() -> Iterator[None]:
    """The profiler writes its starts and stops to the process's error stream, whatever its log level."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
