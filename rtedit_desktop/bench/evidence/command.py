"""``rtedit bench evidence``: measures, part by part, and writes figures, tables and plots into a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from rtedit_desktop.bench.baseline_engine import BaselineEngine
from rtedit_desktop.bench.evidence import (
    blur,
    decoding,
    encoding,
    estimates,
    metrics,
    page,
    plots,
    preference,
    subject,
)
from rtedit_desktop.bench.evidence.record import Record
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.bench.output import write_output
from rtedit_desktop.bench.quality import Job
from rtedit_desktop.core.edits import ENCODINGS
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SaveError, SettingsError
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.engine.machine.devices import Device, best_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest

PARTS = ("encoding", "estimates", "decoding", "preference", "blur")
HIGHEST_T0 = 600
STEPS = (1, 2, 3, 4, 6, 12, 40)
SIGMAS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
SMALL: dict[str, Any] = {
    "seeds": 1, "taught": 2, "pictures": 2, "rebuilt": 2, "decoded": 2, "edits": 2, "iterations": 2, "every": 1,
    "t0s": (50, 400), "steps": (1, 2), "sigmas": (0.0, 2.0),
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``rtedit bench evidence``."""
    parser.add_argument("--pack", nargs="+", metavar="ID", help="the model packs (default: all that are installed)")
    parser.add_argument("--pack-folder", type=Path, metavar="DIR", help="a pack folder anywhere, instead of --pack")
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="photographs for packs without held-out pictures")
    parser.add_argument("--learn-on", type=Path, metavar="FOLDER", help="photographs to learn on, other ones")
    parser.add_argument("--held-out", type=Path, metavar="DIR", help="a pack folder whose CLIP judges the edits")
    parser.add_argument("--out", type=Path, default=Path("evidence"), metavar="DIR", help="where it goes, and goes on")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="how many, for encoding and estimates (default: 1)")
    parser.add_argument("--pictures", type=int, default=50, help="held-out pictures for estimates (default: 50)")
    parser.add_argument("--rebuilt", type=int, default=6, help="pictures that are encoded (default: 6)")
    parser.add_argument("--decoded", type=int, default=24, help="pictures for the number of steps (default: 24)")
    parser.add_argument("--edits", type=int, default=16, help="edits that are judged (default: 16)")
    parser.add_argument("--t0-step", type=int, default=100, help="between two t0 of encoding (default: 100)")
    parser.add_argument("--taught", type=int, default=24, help="pictures to learn on (default: 24)")
    parser.add_argument("--iterations", type=int, default=100, help="steps of learning (default: 100)")
    parser.add_argument("--every", type=int, default=25, help="steps between two looks (default: 25)")
    parser.add_argument("--small", action="store_true", help="two of everything, to see that it works")
    parser.add_argument("--threads", type=int, metavar="N", help="CPU threads (default: torch's own choice)")


def run(args: argparse.Namespace) -> int:
    """Measure what is missing and write the page. Raises what a command knows."""
    metrics.needed()
    scale = _scale(args)
    if args.threads:
        torch.set_num_threads(args.threads)
    device, (found, catalog) = best_device(), _manifests(args)
    held_out = manifests.read(args.held_out.absolute()).as_loaded() if args.held_out else None
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"The folder {args.out} could not be made: {reason}.", "Choose another place.") from error
    record = Record(args.out, scale)
    for manifest in found:
        counts = (scale["pictures"], scale["taught"])
        measured = subject.load(manifest, device, args.seed, counts, args.photos, args.learn_on, held_out)
        _Measuring(record, measured, manifest, catalog, device).run(args.parts)
    record.keep("machine", str(this_machine(device)))
    plots.write(record)
    text = page.to_markdown(record)
    write_output(args.out / "evidence.md", text.encode())
    print(text, end="", flush=True)
    return 0


class _Measuring:
    """Owns the parts of one pack; every figure goes into the record, and what is there is not measured again."""

    def __init__(self, record: Record, measured: Subject, manifest: Manifest, catalog: Catalog, device: Device) -> None:
        self._record, self._subject, self._manifest = record, measured, manifest
        self._catalog, self._device = catalog, device
        self._id, self._scale = manifest.info.id, record.scale
        self._prompt = manifest.info.example

    def run(self, parts: list[str]) -> None:
        info, count = self._manifest.info, len(self._subject.pictures)
        about = {
            "title": f"{info.title} {info.version}, {info.image_size} px",
            "pictures": min(count, self._scale["pictures"]),
            "prompt": self._prompt if self._subject.pack.has_text_model else "",
            "taught": len(self._subject.taught),
        }
        self._record.keep(f"{self._id}/about", about)
        for part in PARTS:
            if part in parts:
                getattr(self, f"_{part}")()

    def _once(self, key: str, compute: Callable[[], Any]) -> Any:
        if self._record.get(f"{self._id}/{key}") is None:
            print(f"measuring: {self._id}/{key}", file=sys.stderr, flush=True)
        with self._record.timed(key.partition("/")[0]):
            return self._record.once(f"{self._id}/{key}", compute)

    def _seeds(self) -> range:
        return range(self._scale["seed"], self._scale["seed"] + self._scale["seeds"])

    def _encoding(self) -> None:
        indices = self._indices("rebuilt")
        for seed in self._seeds():
            for t0 in self._scale["t0s"]:
                for how in ENCODINGS:
                    work = partial(encoding.measure, self._subject, t0, how, indices, encoding.STEPS, seed)
                    self._once(f"encoding/{seed}/{t0}/{how}", work)

    def _estimates(self) -> None:
        scale = self._scale
        for seed in self._seeds():
            for method in estimates.methods(self._subject):
                indices, keep = self._indices("pictures"), self._delta(seed, method)
                way = (indices, scale["iterations"], scale["every"], seed, keep)
                self._once(f"estimates/{seed}/{method}", partial(estimates.measure, self._subject, method, *way))

    def _decoding(self) -> None:
        seed, indices = self._scale["seed"], self._indices("decoded")
        for method in decoding.methods(self._subject):
            keep = self._delta(seed, method)
            if self._record.get(f"{self._id}/estimates/{seed}/{method}") is None or not keep.exists():
                continue
            way = (indices, self._scale["steps"], seed, keep)
            self._once(f"decoding/{method}", partial(decoding.measure, self._subject, method, *way))

    def _preference(self) -> None:
        if not self._subject.pack.has_text_model:
            return
        engines: dict[str, Engine] = {}
        try:
            for job in preference.jobs(self._subject, self._scale["edits"], self._scale["seed"]):
                for method in preference.METHODS:
                    work = partial(self._edit, engines, job, method)
                    self._once(f"preference/{job.picture}/{job.prompt}/{method}", work)
        finally:
            for engine in engines.values():
                engine.close()

    def _edit(self, engines: dict[str, Engine], job: Job, method: str) -> dict[str, float]:
        kind = "baseline" if method == preference.BASELINE else "ours"
        if kind not in engines:
            engines[kind] = (
                BaselineEngine(self._manifest) if kind == "baseline" else TorchEngine(self._catalog, self._device)
            )
        result = preference.edited(engines[kind], self._subject, job, method, self._scale["seed"])
        preference.save(self._picture(job.picture, job.prompt, method), result)
        preference.save(self._picture(job.picture, job.prompt, "sources"), self._subject.pictures[job.picture])
        return preference.judged(self._subject, job, result)

    def _blur(self) -> None:
        if not self._subject.pack.has_text_model:
            return
        edits = list(self._edits())
        if not edits:
            return
        for way in blur.WAYS:
            for sigma in self._scale["sigmas"]:
                self._once(f"blur/{way}/{sigma:g}", partial(blur.measure, self._subject, edits, sigma, way))

    def _edits(self) -> list[blur.Edited]:
        """Held-out pictures and what was learned makes of them in six steps, as far as a judge sees it done."""
        seed, indices = self._scale["seed"], self._indices("pictures")
        keep = self._delta(seed, estimates.OURS)
        if not keep.exists():
            return []
        made = decoding.results(self._subject, estimates.OURS, indices, (6,), seed, keep)[6].split(1)
        return [
            (self._subject.pictures[index], to_pixels(one), self._prompt)
            for index, one in zip(indices, made, strict=True)
            if decoding.judged(self._subject, self._prompt, [index], one).get("asked", 1.0)
        ]

    def _indices(self, of: str) -> list[int]:
        return self._subject.without(self._prompt, self._scale[of])

    def _delta(self, seed: int, method: str) -> Path:
        return self._record.folder / self._id / f"{method}-{seed}.safetensors"

    def _picture(self, index: int, prompt: str, method: str) -> Path:
        return self._record.folder / self._id / method / f"{index:03d} {prompt}.png"


def _scale(args: argparse.Namespace) -> dict[str, Any]:
    names = ("seed", "seeds", "taught", "pictures", "rebuilt", "decoded", "edits", "iterations", "every")
    scale = {name: getattr(args, name) for name in names}
    least = min(args.t0_step, 1 if args.threads is None else args.threads, *(scale[name] for name in names[1:]))
    if least < 1 or args.seed < 0:
        raise SettingsError("A number is out of its range.", "Give at least 1 of everything, and seed 0.")
    scale |= {"t0s": list(range(args.t0_step, HIGHEST_T0 + 1, args.t0_step)), "steps": STEPS, "sigmas": SIGMAS}
    return scale | SMALL if args.small else scale


def _manifests(args: argparse.Namespace) -> tuple[list[Manifest], Catalog]:
    if args.pack_folder is not None:
        folder = args.pack_folder.absolute()
        return [manifests.read(folder).as_loaded()], Catalog([folder.parent])
    catalog = Catalog.default()
    return [catalog.manifest(pack) for pack in args.pack or [info.id for info in catalog.packs()]], catalog
