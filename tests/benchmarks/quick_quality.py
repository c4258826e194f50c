"""Whether edits that are learned quickly are as good: on Avatars, whose judge can tell.

    python tests/benchmarks/quick_quality.py [--edits 24] [--threads 1]

Held-out avatars get prompts for what they do not show, by settings in the form of the packs of full size (the clean
picture as source, one noise draw, one view, eight steps whose rates grow, six steps of decoding, every one by the
adapted net), and by quicker ones. Prints a Markdown table: what the judge sees of what was asked for and of the rest,
cos(dI, dT) of the result by the CLIP that guided, PSNR beside the slow result of the same noise, calls and seconds of
the processor.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

import torch
from torch import Tensor

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.evidence.metrics import psnr
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.quality import Job
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion.edit import Learned, RenderStep, encode, learn, render
from rtedit_desktop.diffusion.guidance import direction_cosine
from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.paths import resources

RATE = 1.25e-4
"""Of the first step, so that eight go as far as those that the pack has made it for."""


@dataclass(frozen=True)
class Found:
    asked: float
    kept: float
    score: float
    psnr: float
    calls: int
    seconds: float


def slow(pack: LoadedPack, job: Job) -> EditSettings:
    """The pack's own in the form of the packs of full size."""
    return replace(
        pack.manifest.info.settings_for(job.prompt), seed=job.picture, preview_every=0, noise_draws=1, crops=1,
        source_image="clean", learning_rate=RATE, learning_rate_growth=1.3, learning_rate_cap=1e-2, iterations=8,
        refine_from=0,
    )  # fmt: skip


def ways(usual: EditSettings) -> dict[str, EditSettings]:
    """The settings that are compared, by what they are called in the table; those that the packs have stand last."""
    up = replace(usual, steps=2, learned_part="up")
    return {
        "8 steps, decoded in 5 calls": usual,
        "decoded in 2": replace(usual, steps=3),
        "decoded in 1": replace(usual, steps=2),
        "decoded in 1, the way up alone": up,
        "the same in 5 steps": up.in_fewer_steps(5),
        "the same in 3 steps": up.in_fewer_steps(3),
        "the same in 4 steps: quick": up.in_fewer_steps(4),
    }


def edited(pack: LoadedPack, x0: Tensor, job: Job, settings: EditSettings) -> tuple[Tensor, int, float]:
    """The result (1, 3, S, S), the calls and the seconds of the processor that it took."""
    info, began, calls = pack.manifest.info, time.process_time(), pack.denoiser.calls
    with pack.base.borrowed():
        *_, learned = learn(pack, x0, job.prompt, info.source_for(job.prompt), settings)
        assert isinstance(learned, Learned)
        *_, last = render(pack, x0, replace(learned, x_t=encode(pack, x0, settings)), settings)
        assert isinstance(last, RenderStep)
    return last.x0, pack.denoiser.calls - calls, time.process_time() - began


def judged(pack: LoadedPack, judge: Judge, job: Job) -> Iterator[tuple[str, Found]]:
    """What became of one edit by each of the ways."""
    info = pack.manifest.info
    pictures, truths = quality.held_out()
    picture, truth = pictures[job.picture], truths[job.picture]
    x0, beside = to_tensor(picture, info.image_size), None
    guidance = pack.guidance(info.source_for(job.prompt), job.prompt)
    asked, value = quality.PROMPTS[job.prompt]
    hidden = {asked, *quality.HIDES.get((asked, value), ())}
    for name, settings in ways(slow(pack, job)).items():
        made, calls, seconds = edited(pack, x0, job, settings)
        beside = made if beside is None else beside
        before, after = judge([picture, to_pixels(made)])
        kept = [before[one] == after[one] for one in truth if truth[one] and one not in hidden]
        with torch.no_grad():
            score = direction_cosine(guidance.embed(made), guidance.embed(x0), guidance.direction)
        near = psnr(made, beside)[0]
        yield name, Found(after[asked] == value, mean(kept), float(score), near, calls, seconds)


def main(argv: Sequence[str] | None = None) -> int:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edits", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    device = Device(torch.device("cpu"))
    pack = models.load_pack(Catalog.default().manifest("avatars"), device.device)
    judge = Judge.load(resources() / "bench")
    found: dict[str, list[Found]] = {}
    for job in quality.jobs(quality.held_out()[1], quality.PROMPTS, args.edits, 1, 0):
        for name, one in judged(pack, judge, job):
            found.setdefault(name, []).append(one)
        print(f"{len(next(iter(found.values())))} of {args.edits}", file=sys.stderr, flush=True)
    print("| | asked seen | others kept | cos(dI, dT) | PSNR beside the first, dB | calls | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, each in found.items():
        parts = [
            f"{100 * mean(one.asked for one in each):.0f} %",
            f"{100 * mean(one.kept for one in each):.0f} %",
            f"{mean(one.score for one in each):.2f}",
            f"{mean(one.psnr for one in each):.1f}" if each is not found[next(iter(found))] else "",
            f"{mean(one.calls for one in each):.0f}",
            f"{mean(one.seconds for one in each):.1f}",
        ]
        print(f"| {name} | {' | '.join(parts)} |")
    print(f"\n{args.edits} edits, seconds of the processor. {this_machine(device)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
