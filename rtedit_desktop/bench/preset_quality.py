"""Measures presets: cost, loss by compression, effect of the strength, quality of edits.

``rtedit bench presets`` learns prompts on the pack's own pictures and looks at them on held-out ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.bench import prelearned, quality
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.output import add_overwrite, check_outputs
from rtedit_desktop.bench.timing import side_by_side
from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.requests import ApplyRequest, LearnRequest, Request
from rtedit_desktop.core.weights import QuantizedLowRank
from rtedit_desktop.diffusion.codec import compress, expand
from rtedit_desktop.diffusion.delta import Delta, mix
from rtedit_desktop.diffusion.edit import Computing, Edit, Learned, RenderStep, encode, learn, render
from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import Device, best_device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.presets import SHARE, budget, sensitivity_of
from rtedit_desktop.engine.stopping import Stop
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.paths import resources

SHARES = (0.02, 0.03, 0.04, 0.05, 0.07, 0.1)
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
MIXES = (
    ("face with sunglasses", "face with a beard"),
    ("smiling face", "face with pink hair"),
    ("face with a winter hat", "face with red clothes"),
    ("face with dark skin", "face with glasses"),
    ("face with sunglasses", "face with heart eyes"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``rtedit bench presets``."""
    parser.add_argument("--pack", default="avatars")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=int, default=50, help="held-out pictures for quality and mixing")
    parser.add_argument("--curve", type=int, default=100, help="pictures behind every point of the size curve")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--prompts", nargs="*", choices=list(quality.PROMPTS), default=list(quality.PROMPTS))
    parser.add_argument("--baseline", action="store_true", help="only this: learn by DiffusionCLIP too (slow)")
    parser.add_argument("--sheet", type=Path, help="where to write the contact sheet (PNG)")
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """Print everything as Markdown."""
    check_outputs(args.sheet, overwrite=args.overwrite)
    catalog, device = Catalog.default(), best_device()
    print(f"Measured on {this_machine(device)}; pack {args.pack}, seed {args.seed}.\n", flush=True)
    pictures, truths = quality.held_out()
    with tempfile.TemporaryDirectory() as folder:
        learner = _PresetLearner(TorchEngine(catalog, device), args.pack, Path(folder), args.seed, catalog)
        pack = models.load_pack(catalog.manifest(args.pack), device.device)
        if args.baseline:
            print(_against_the_baseline(args, pack, device, pictures, truths), flush=True)
            return 0
        print(_times(learner, pictures, args.repeats), flush=True)
        delta = _learned(pack, device, learner, args.prompts[0])
        print(_size_curve(pack, delta, learner, args.prompts[0], pictures[: args.curve]), flush=True)
        print(_strength_curve(pack, delta, args.prompts[0], pictures[: min(args.curve, 25)]), flush=True)
        verdicts = _quality(learner, args.prompts, pictures, truths, args.pictures)
        print(quality.table(verdicts) + "\n", flush=True)
        if args.sheet:
            quality.contact_sheet(verdicts, args.sheet)
        print(_mixes(learner, pictures, truths, args.pictures), flush=True)
    return 0


@dataclass
class _PresetLearner:
    """Learns presets with an engine that it owns, each prompt once."""

    engine: TorchEngine
    pack: str
    folder: Path
    seed: int
    catalog: Catalog

    def preset(self, prompt: str) -> Path:
        path = self.folder / f"{prompt}.rtpreset"
        if not path.exists():
            self.run(self.learning(prompt, path))
        return path

    def learning(self, prompt: str, output: Path) -> LearnRequest:
        info = self.catalog.manifest(self.pack).info
        settings = info.learning_settings_for(prompt, seed=self.seed)
        spec = EditSpec(prompt=prompt, source=info.source, pack=self.pack, settings=settings)
        return LearnRequest(spec=spec, output=output)

    def apply(self, picture: np.ndarray, *uses: tuple[str, float], seed: int = 0) -> Finished:
        chosen = tuple(PresetUse(self.preset(prompt), strength) for prompt, strength in uses)
        return self.run(ApplyRequest(spec=MixSpec(pack=self.pack, uses=chosen, seed=seed), picture=picture))

    def run(self, request: Request) -> Finished:
        *_, last = self.engine.run(request, threading.Event())
        if isinstance(last, Failed):
            raise RuntimeError(f"{last.what} {last.details}")
        assert isinstance(last, Finished)
        return last


def _against_the_baseline(
    args: argparse.Namespace,
    pack: LoadedPack,
    device: Device,
    pictures: list[np.ndarray],
    truths: list[dict[str, str]],
) -> str:
    todo = quality.jobs(truths, args.prompts, args.pictures, 1, args.seed)
    judge = Judge.load(resources() / "bench")
    return prelearned.compare(pack, device, todo, judge, (pictures, truths), args.seed, _say)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _times(learner: _PresetLearner, pictures: Sequence[np.ndarray], repeats: int) -> str:
    a, b = "face with sunglasses", "face with a beard"
    start = time.perf_counter()
    path = learner.preset(a)
    learning = time.perf_counter() - start
    learner.apply(pictures[0], (a, 1.0), (b, 1.0))
    pack, device = learner.engine.packs.loaded, best_device()
    assert pack is not None
    loaded = learner.engine.presets.load([PresetUse(learner.preset(p)) for p in (a, b)], pack)
    turn = [0]

    def switch() -> None:
        turn[0] += 1
        pack.base.apply(mix([(loaded[turn[0] % 2].expanded(), 0.9)]))

    timed = side_by_side(
        {
            "apply a loaded preset to a picture": lambda: learner.apply(pictures[0], (a, 1.0)),
            "apply a mix of two": lambda: learner.apply(pictures[0], (a, 0.8), (b, 0.7)),
            "switch between two loaded presets": switch,
        },
        device.device,
        repeats,
    )
    pack.base.restore()
    size, base = path.stat().st_size, pack.base_bytes
    lines = ["| what | median |", "| --- | --- |", f"| learn a prompt on the pack's pictures | {learning:.1f} s |"]
    lines += [f"| {name} | {1000 * timing.median:.0f} ms |" for name, timing in timed.items()]
    lines.append(f"| size of the file | {size / 1000:.0f} kB, {100 * size / base:.1f} % of the base's |")
    return "\n".join(lines) + "\n"


def _learned(pack: LoadedPack, device: Device, learner: _PresetLearner, prompt: str) -> Delta:
    """The whole delta of a prompt, before any compression."""
    info = pack.manifest.info
    x0 = torch.cat([pack.x0(one) for one in models.own_pictures(pack.manifest)])
    settings = info.learning_settings_for(prompt, seed=learner.seed)
    with pack.base.borrowed():
        *_, learned = learn(pack, x0, prompt, info.source, settings, Computing(device.learning))
    assert isinstance(learned, Learned)
    return learned.delta


def _decoded(pack: LoadedPack, delta: Delta, prompt: str, picture: np.ndarray, seed: int) -> Tensor:
    """(1, 3, S, S) in [-1, 1], in whole steps of eight bits."""
    settings = replace(pack.manifest.info.learning_settings_for(prompt), seed=seed)
    x0 = pack.x0(picture)
    with pack.base.borrowed():
        *_, last = render(pack, x0, Edit(delta, encode(pack, x0, settings)), settings)
    assert isinstance(last, RenderStep)
    return to_tensor(to_pixels(last.x0), x0.shape[-1])


def _size_curve(
    pack: LoadedPack, delta: Delta, learner: _PresetLearner, prompt: str, pictures: Sequence[np.ndarray]
) -> str:
    """Rank and size against the distance to what the whole delta makes."""
    shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
    whole = [_decoded(pack, delta, prompt, p, i) for i, p in enumerate(pictures)]
    x0 = torch.cat([pack.x0(one) for one in models.own_pictures(pack.manifest)])
    settings = pack.manifest.info.learning_settings_for(prompt, seed=learner.seed)
    with pack.base.borrowed():
        sensitivity = sensitivity_of(delta, x0, settings, pack, Stop(threading.Event()))
    lines = [
        f"“{prompt}”, {len(pictures)} pictures, whole against small delta; share: of the base, whole file:\n",
        "| share of the base | mean rank | bits a number | PSNR, mean | PSNR, worst |",
        "| --- | --- | --- | --- | --- |",
    ]
    for share in SHARES:
        parts = compress(delta, budget(pack, share), sensitivity)
        small = {name: expand(part, shapes[name]).to(pack.device) for name, part in parts.items()}
        thin = [part for part in parts.values() if isinstance(part, QuantizedLowRank)]
        bits = np.concatenate([part.bits for part in thin])
        ratios = [_psnr(_decoded(pack, small, prompt, p, i), whole[i]) for i, p in enumerate(pictures)]
        chosen = " (ours)" if share == SHARE else ""
        lines.append(
            f"| {100 * share:.1f} %{chosen} | {len(bits) / len(thin):.1f} | {np.mean(bits):.1f} "
            f"| {np.mean(ratios):.1f} dB | {min(ratios):.1f} dB |"
        )
    return "\n".join(lines) + "\n"


def _psnr(a: Tensor, b: Tensor) -> float:
    """Decibels between pictures in [-1, 1]; 99 for equal ones."""
    error = float(((a - b) / 2).square().mean())
    return 99.0 if error < 1e-10 else -10 * float(np.log10(error))


def _strength_curve(pack: LoadedPack, delta: Delta, prompt: str, pictures: Sequence[np.ndarray]) -> str:
    info = pack.manifest.info
    guidance = pack.guidance(info.source, prompt)
    lines = [
        f"“{prompt}”, {len(pictures)} pictures, along the slider:\n",
        "| strength | along the text direction | distance to the source | pictures that moved further |",
        "| --- | --- | --- | --- |",
    ]
    before = [0.0] * len(pictures)
    for strength in STRENGTHS:
        along, distance = [], []
        for i, picture in enumerate(pictures):
            x0 = pack.x0(picture)
            edited = _decoded(pack, mix([(delta, strength)]), prompt, picture, i).to(pack.device)
            with torch.no_grad():
                along.append(float(((guidance.embed(edited) - guidance.embed(x0)) @ guidance.direction).mean()))
            distance.append(float((edited - x0).abs().mean()) * 127.5)
        grew = [new > old for new, old in zip(along, before, strict=True)]
        further = "–" if strength == 0 else f"{100 * np.mean(grew):.0f} %"
        lines.append(f"| {strength:g} | {np.mean(along):.3f} | {np.mean(distance):.1f} of 255 | {further} |")
        before = along
    return "\n".join(lines) + "\n"


def _quality(
    learner: _PresetLearner,
    prompts: Sequence[str],
    pictures: Sequence[np.ndarray],
    truths: list[dict[str, str]],
    count: int,
) -> list[quality.Verdict]:
    """Presets of all prompts on pictures nobody learned on, one each, as ``bench quality`` deals them."""
    judge = Judge.load(resources() / "bench")
    verdicts = []
    for job in quality.jobs(truths, prompts, count, 1, learner.seed):
        learner.preset(job.prompt)
        finished = learner.apply(pictures[job.picture], (job.prompt, 1.0), seed=learner.seed + job.picture)
        assert finished.picture is not None
        verdicts.append(
            quality.verdict(job, judge, pictures[job.picture], finished.picture, truths[job.picture], finished)
        )
    return verdicts


def _mixes(learner: _PresetLearner, pictures: Sequence[np.ndarray], truths: list[dict[str, str]], count: int) -> str:
    judge = Judge.load(resources() / "bench")
    lines = ["| mix | pictures | both | first | second |", "| --- | --- | --- | --- | --- |"]
    for first, second in MIXES:
        wanted = [quality.PROMPTS[prompt] for prompt in (first, second)]
        fitting = [i for i, truth in enumerate(truths) if all(truth[a] not in ("", v) for a, v in wanted)]
        seen = []
        for i in fitting[: max(1, count // 4)]:
            result = learner.apply(pictures[i], (first, 1.0), (second, 1.0), seed=learner.seed + i).picture
            assert result is not None
            (judged,) = judge([result])
            seen.append([judged[a] == v for a, v in wanted])
        both, one, two = np.mean([[all(s), *s] for s in seen], axis=0) * 100
        lines.append(f"| {first} + {second} | {len(seen)} | {both:.0f} % | {one:.0f} % | {two:.0f} % |")
    return "\n".join(lines) + "\n"
