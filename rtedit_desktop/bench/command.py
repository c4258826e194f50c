"""``rtedit bench``: measures RTEdit beside DiffusionCLIP on the same network in the same run."""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import torch

from rtedit_desktop.bench import memory, realtime, speed, subject
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.output import add_overwrite, check_outputs, write_output
from rtedit_desktop.bench.report import Comparison, Report, Wait, to_json, to_markdown
from rtedit_desktop.bench.timing import LEAST_REPEATS, WARM_UP
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest

MEASURES = {
    "speed": "time both methods and what a person waits for",
    "memory": "peak memory of a training step of both methods",
    "quality": "edit held-out pictures and judge the results",
    "presets": "learn, apply, mix and compress presets",
    "evidence": "measure what the paper claims: encoding, estimates, blur, steps, preference",
    "compare": "let people and a judge say blindly which tool's results are better",
    "all": "speed, memory and quality",
}
_OWN_OPTIONS = {
    "quality": "quality",
    "presets": "preset_quality",
    "evidence": "evidence.command",
    "compare": "compare.command",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands and their options."""
    what = parser.add_subparsers(dest="measure", required=True, metavar="|".join(MEASURES))
    for name, help_text in MEASURES.items():
        sub = what.add_parser(name, help=help_text, description=f"{help_text.capitalize()}.")
        if name in _OWN_OPTIONS:
            _module(name).add_arguments(sub)
            continue
        sub.add_argument("--pack", default="avatars", help="the model pack (default: %(default)s)")
        sub.add_argument("--pack-folder", type=Path, metavar="DIR", help="a pack folder anywhere, instead of --pack")
        sub.add_argument("--seed", type=int, default=0, help="the first seed (default: %(default)s)")
        sub.add_argument(
            "--repeats", type=int, default=LEAST_REPEATS, help="measured repeats of everything (default: %(default)s)"
        )
        sub.add_argument("--threads", type=int, metavar="N", help="CPU threads (default: torch's own choice)")
        sub.add_argument("--float32", action="store_true", help="learn in float32 whatever the machine multiplies")
        sub.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
        sub.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there too")
        add_overwrite(sub)


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, write what was asked for."""
    if args.measure in _OWN_OPTIONS:
        return int(_module(args.measure).run(args))
    check_outputs(args.markdown, args.json, overwrite=args.overwrite)
    report = measure(args)
    markdown = to_markdown(report)
    print(markdown, end="", flush=True)
    if args.markdown:
        write_output(args.markdown, markdown.encode())
    if args.json:
        write_output(args.json, to_json(report).encode())
    if args.measure == "all":
        from rtedit_desktop.bench import quality

        parser = argparse.ArgumentParser()
        quality.add_arguments(parser)
        print(flush=True)
        return quality.run(parser.parse_args(["--pack", args.pack, "--seed", str(args.seed)]))
    return 0


def measure(args: argparse.Namespace) -> Report:
    """Speed, memory or both of one pack."""
    if args.repeats < 1 or args.seed < 0 or (args.threads is not None and args.threads < 1):
        raise SettingsError("A number is out of its range.", "Give at least 1 repeat, 1 thread and seed 0.")
    if args.threads:
        torch.set_num_threads(args.threads)
    device = best_device()
    if args.float32:
        device = replace(device, learning=None)
    manifest, catalog = _manifest(args)
    info = manifest.info
    seeds = tuple(range(args.seed, args.seed + args.repeats))
    comparisons: list[Comparison] = []
    waits: list[Wait] = []
    measured = subject.load(manifest, device, args.seed)
    if args.measure in ("speed", "all"):
        comparisons += speed.measure(measured, args.repeats, _say)
    if args.measure in ("memory", "all"):
        comparisons += memory.measure(measured, _say)
    if args.measure in ("speed", "all"):
        engine = TorchEngine(catalog, device)
        waits = realtime.measure(engine, info, seeds, _say)
        engine.close()
    return Report(
        machine=this_machine(device),
        pack=f"{info.id} {info.version}, {info.image_size} px, "
        f"{sum(p.numel() for p in measured.pack.denoiser.net.parameters()) / 1e6:.2f} M weights, t0 {measured.t0}",
        seeds=seeds,
        comparisons=comparisons,
        waits=waits,
        notes=(
            f"Times are medians of {args.repeats} after {WARM_UP} for warm-up, both methods in turns; calls are U-Net "
            "calls, for a training step those in its graph.",
            "Both methods: same network, batch 1, one view, the clean picture as source, its embedding cached.",
        ),
    )


def _module(measure: str) -> ModuleType:
    name = _OWN_OPTIONS.get(measure, measure)
    return importlib.import_module(f"rtedit_desktop.bench.{name}")


def _manifest(args: argparse.Namespace) -> tuple[Manifest, Catalog]:
    if args.pack_folder is None:
        catalog = Catalog.default()
        return catalog.manifest(args.pack), catalog
    folder = args.pack_folder.absolute()
    return manifests.read(folder), Catalog([folder.parent])


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)
