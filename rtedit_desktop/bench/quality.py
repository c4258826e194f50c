"""Measures how good edits are: held-out avatars, prompts of every kind, judged by a separate classifier.

Every held-out avatar gets ``per_picture`` prompts that ask for something it does not have. An edit
succeeds when the judge sees the asked value afterwards; another attribute is kept when the judge sees
the same value as before. Attributes that the asked change hides (hair under a hat) are not counted.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.bench.output import add_overwrite, check_outputs
from rtedit_desktop.bench.own_edits import quality as own_edits
from rtedit_desktop.bench.own_edits.quality import COUNT
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.support.paths import resources

PROMPTS: dict[str, tuple[str, str]] = {
    "face with sunglasses": ("glasses", "sunglasses"),
    "face with glasses": ("glasses", "glasses"),
    "face with an eyepatch": ("glasses", "eyepatch"),
    "face with a beard": ("facial hair", "beard"),
    "face with a moustache": ("facial hair", "moustache"),
    "smiling face": ("expression", "smiling"),
    "angry face": ("expression", "angry"),
    "sad face": ("expression", "sad"),
    "surprised face": ("expression", "surprised"),
    "sleeping face": ("eyes", "closed"),
    "face with heart eyes": ("eyes", "hearts"),
    "face with a winter hat": ("hat", "winter hat"),
    "bald face": ("hair", "bald"),
    "face with long hair": ("hair", "long"),
    "face with curly hair": ("hair", "curly"),
    "face with blond hair": ("hair colour", "blond"),
    "face with pink hair": ("hair colour", "pink"),
    "face with green skin": ("skin", "green"),
    "face with dark skin": ("skin", "dark"),
    "face in a suit": ("clothes", "suit"),
    "face with red clothes": ("clothes colour", "red"),
    "face on a yellow background": ("background", "yellow"),
    "face at night": ("style", "night"),
    "face as a sketch": ("style", "sketch"),
}
COLOURS = ("hair colour", "skin", "clothes colour", "background")
HIDES: dict[tuple[str, str], tuple[str, ...]] = {
    ("glasses", "sunglasses"): ("eyes",),
    ("hat", "winter hat"): ("hair", "hair colour"),
    ("hair", "bald"): ("hair colour",),
    ("clothes", "suit"): ("clothes colour",),
    ("style", "night"): COLOURS,
    ("style", "sketch"): COLOURS,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One edit to judge: which held-out picture, which prompt."""

    picture: int
    prompt: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kept`` maps every other attribute that counts to whether it was kept."""

    job: Job
    asked: bool
    kept: dict[str, bool]
    score: float
    seconds: float
    result: np.ndarray


def held_out(folder: Path | None = None) -> tuple[list[np.ndarray], list[dict[str, str]]]:
    """The 200 held-out avatars, (128, 128, 3) uint8 each, and what is true of them."""

    folder = folder or resources() / "bench"
    truths = json.loads((folder / "held_out.json").read_text("utf-8"))
    sheet = np.asarray(open_picture(folder / "held_out.png", ["PNG"]).convert("RGB"))
    columns = sheet.shape[1] // 128
    pictures = [sheet[i // columns * 128 :][:128, i % columns * 128 :][:, :128].copy() for i in range(len(truths))]
    return pictures, truths


def jobs(truths: list[dict[str, str]], prompts: Iterable[str], count: int, per_picture: int, seed: int) -> list[Job]:
    """Prompts dealt evenly to the first ``count`` pictures, each asking for what is not there yet."""
    rng = random.Random(seed)
    used = dict.fromkeys(prompts, 0)
    chosen = []
    for index, truth in enumerate(truths[:count]):
        fitting = [p for p in used if truth[PROMPTS[p][0]] not in ("", PROMPTS[p][1])]
        rng.shuffle(fitting)
        for prompt in sorted(fitting, key=used.__getitem__)[:per_picture]:
            used[prompt] += 1
            chosen.append(Job(index, prompt))
    return chosen


def run_jobs(
    engine: Engine, judge: Judge, pack: PackInfo, todo: list[Job], overrides: dict[str, object], seed: int
) -> Iterator[Verdict]:
    """Edit and judge one by one. Raises RuntimeError when an edit fails."""
    pictures, truths = held_out()
    for job in todo:
        settings = replace(pack.settings_for(job.prompt), seed=seed + job.picture, preview_every=0)
        settings = replace(settings, **overrides)  # type: ignore[arg-type]
        spec = EditSpec(prompt=job.prompt, source=pack.source, pack=pack.id, settings=settings)
        *_, last = engine.run(EditRequest(spec=spec, picture=pictures[job.picture]), threading.Event())
        if isinstance(last, Failed):
            raise RuntimeError(f"{job.prompt}: {last.what} {last.details}")
        assert isinstance(last, Finished) and last.picture is not None
        yield verdict(job, judge, pictures[job.picture], last.picture, truths[job.picture], last)


def verdict(
    job: Job, judge: Judge, source: np.ndarray, result: np.ndarray, truth: dict[str, str], finished: Finished
) -> Verdict:
    """What the judge says of one edit."""
    before, after = judge([source, result])
    asked, value = PROMPTS[job.prompt]
    leave_out = {asked, *HIDES.get((asked, value), ())}
    kept = {name: before[name] == after[name] for name in truth if truth[name] and name not in leave_out}
    return Verdict(job, after[asked] == value, kept, finished.score or 0.0, finished.seconds["total"], result)


def table(verdicts: list[Verdict]) -> str:
    """Markdown: by prompt, then every other attribute, then the means."""
    lines = ["| prompt | edits | asked seen | others kept | score | s |", "| --- | --- | --- | --- | --- | --- |"]
    by_prompt: dict[str, list[Verdict]] = {}
    for v in verdicts:
        by_prompt.setdefault(v.job.prompt, []).append(v)

    def row(name: str, group: list[Verdict]) -> str:
        kept = [k for v in group for k in v.kept.values()]
        return (
            f"| {name} | {len(group)} | {_percent([v.asked for v in group])} | {_percent(kept)} "
            f"| {np.mean([v.score for v in group]):.2f} | {np.median([v.seconds for v in group]):.1f} |"
        )

    lines += [row(prompt, by_prompt[prompt]) for prompt in PROMPTS if prompt in by_prompt]
    lines.append(row("**all**", verdicts))
    lines += ["", "| attribute kept | share |", "| --- | --- |"]
    by_attribute: dict[str, list[bool]] = {}
    for v in verdicts:
        for name, kept in v.kept.items():
            by_attribute.setdefault(name, []).append(kept)
    lines += [f"| {name} | {_percent(values)} |" for name, values in sorted(by_attribute.items())]
    return "\n".join(lines)


def contact_sheet(verdicts: list[Verdict], path: Path, per_row: int = 8) -> None:
    """Pairs of source and result in a grid, a red frame where the asked change was not seen."""
    from PIL import Image, ImageDraw

    pictures, _ = held_out()
    ordered = sorted(verdicts, key=lambda v: (list(PROMPTS).index(v.job.prompt), v.job.picture))
    width, height = 2 * 128 + 8, 128 + 16
    rows = -(-len(ordered) // per_row)
    sheet = Image.new("RGB", (per_row * width, rows * height), "white")
    pen = ImageDraw.Draw(sheet)
    for i, v in enumerate(ordered):
        x, y = i % per_row * width, i // per_row * height
        sheet.paste(Image.fromarray(pictures[v.job.picture]), (x, y))
        sheet.paste(Image.fromarray(v.result), (x + 128, y))
        lost = [name for name, kept in v.kept.items() if not kept]
        pen.text((x + 2, y + 129), f"{v.job.prompt[:26]} {'-' + ','.join(lost)[:18] if lost else ''}", fill="black")
        if not v.asked:
            pen.rectangle((x, y, x + 255, y + 127), outline="red", width=2)
    sheet.save(path)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``rtedit bench quality``."""
    parser.add_argument("--pack", default="avatars", help="the model pack (default: %(default)s)")
    parser.add_argument("--pack-folder", type=Path, metavar="DIR", help="a pack folder anywhere, instead of --pack")
    photos = parser.add_argument_group("a pack's own edits, on photographs")
    photos.add_argument("--photos", type=Path, metavar="FOLDER", help="photographs to measure the pack's own edits on")
    photos.add_argument("--held-out", type=Path, metavar="FILE", help="names of those to use, a line each or in JSON")
    photos.add_argument("--count", type=int, default=COUNT, help="how many of them (default: %(default)s)")
    photos.add_argument("--edits", nargs="*", default=[], metavar="TITLE", help="which edits (default: all)")
    photos.add_argument("--sheets", type=Path, metavar="DIR", help="where sheets go (default: quality-PACK)")
    photos.add_argument("--threads", type=int, metavar="N", help="CPU threads (default: torch's own choice)")
    photos.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--pictures", type=int, default=200, help="how many of the 200 held-out avatars")
    parser.add_argument("--per-picture", type=int, default=1, help="prompts for each of them")
    parser.add_argument("--prompts", nargs="*", choices=list(PROMPTS), default=list(PROMPTS), metavar="PROMPT")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings to try instead")
    parser.add_argument("--sheet", type=Path, help="where to write the contact sheet (PNG)")
    parser.add_argument("--baseline", action="store_true", help="edit with DiffusionCLIP instead")
    add_overwrite(parser)


def parse_overrides(given: list[str]) -> dict[str, object]:
    """``["t0=400"]`` to ``{"t0": 400}``; values are read as JSON, else as text."""
    overrides: dict[str, object] = {}
    for item in given:
        name, _, text = item.partition("=")
        try:
            overrides[name] = json.loads(text)
        except ValueError:
            overrides[name] = text
    return overrides


def run(args: argparse.Namespace) -> int:
    """Print the table and write the contact sheet."""
    from rtedit_desktop.bench.baseline_engine import BaselineEngine
    from rtedit_desktop.engine.torch_engine import TorchEngine
    from rtedit_desktop.packs.catalog import Catalog
    from rtedit_desktop.packs.manifest import reading as manifests

    if args.pack_folder is not None:
        folder = args.pack_folder.absolute()
        catalog, manifest = Catalog([folder.parent]), manifests.read(folder)
    else:
        catalog = Catalog.default()
        manifest = catalog.manifest(args.pack)
    pack = manifest.info
    if args.photos is not None:
        return own_edits.run(args, catalog, pack)
    if not pack.has_text_model:
        raise SettingsError(f"{pack.title} is measured on photographs.", "Name a folder of them by --photos.")
    check_outputs(args.sheet, overwrite=args.overwrite)
    judge = Judge.load(resources() / "bench")
    _, truths = held_out()
    todo = jobs(truths, args.prompts, args.pictures, args.per_picture, args.seed)
    engine: Engine = BaselineEngine(manifest) if args.baseline else TorchEngine(catalog)
    verdicts = list(run_jobs(engine, judge, pack, todo, parse_overrides(args.set), args.seed))
    print(table(verdicts))
    if args.sheet:
        contact_sheet(verdicts, args.sheet)
    return 0


def _percent(values: list[bool]) -> str:
    return f"{100 * np.mean(values):.0f} %" if values else "–"
