"""Kill saving, batches, imports, replacements and learning at any moment, then look whether everything is there.

    python tests/benchmarks/kill_tasks.py [--count 200] [--seed 0] [--first 0] [--over save batch import replace learn]

The five take turns. Each is a process of its own that is ended without a warning: two of three when it is about to
write, rename, link or remove a file for the so many-th time, each time in its turn (kill -9), the third after so much
of the processor, wherever it is then (the system ends it by a signal that nobody handles). Then what a next start does
is done, and the same is done again to its end. Counted are

    too early   ended by itself before its moment came
    lost        something that was there, or was said to be done, is gone or another
    damaged     something does not open, or is half there
    stuck       the same cannot be done again to its end
    left        a partial file or folder still lies there after the next start, when it is old

It ends with 1 when one of the last four is not 0.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
from benchmarks.attack_disks import a_pack  # noqa: E402
from benchmarks.killing import Moment, Place, Task, Wrong, digest, killed, library, measured, own  # noqa: E402
from PIL import Image  # noqa: E402
from support.batch_table import Table, end  # noqa: E402
from support.edited_photos import soft  # noqa: E402
from support.preset_files import put  # noqa: E402

from rtedit_desktop.batch.record import interrupted  # noqa: E402
from rtedit_desktop.core.edits import EditSettings, EditSpec  # noqa: E402
from rtedit_desktop.core.events import Finished  # noqa: E402
from rtedit_desktop.core.requests import LearnRequest  # noqa: E402
from rtedit_desktop.engine.cache import LearnedCache  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402
from rtedit_desktop.packs import store  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.packs.installer import FolderPackInstaller  # noqa: E402
from rtedit_desktop.presets.format import read_content, read_info  # noqa: E402
from rtedit_desktop.support import paths  # noqa: E402

if TYPE_CHECKING:
    from rtedit_desktop.engine.torch_engine import TorchEngine

BAD = ("lost", "damaged", "stuck", "left")
SUFFIXES = (".png", ".jpg", ".webp", ".tif")
PHOTOS = 4


def save_before(place: Place) -> None:
    place.out.mkdir()
    Image.fromarray(soft(48, 52)).save(place.folder / "photo.jpg")
    photo = FilePhotoService().open(place.folder / "photo.jpg")
    for suffix in SUFFIXES[:3]:  # the fourth takes no other's place
        FilePhotoService().save(place.out / f"result{suffix}", photo, photo.pixels // 2)


def save(place: Place, say: Callable[[str], None]) -> None:
    photo = FilePhotoService().open(place.folder / "photo.jpg")
    for suffix in SUFFIXES:
        FilePhotoService().save(place.out / f"result{suffix}", photo, photo.pixels // 3)
        say(f"result{suffix}")
        new = place.out / f"new{suffix}"
        if not os.path.lexists(new):
            FilePhotoService().save(new, photo, photo.pixels // 3, overwrite=False)
            say(new.name)


def save_after(place: Place, reported: list[str]) -> Wrong:
    wrong: Wrong = []
    service = FilePhotoService()
    for path in (place.out / f"{name}{suffix}" for name in ("result", "new") for suffix in SUFFIXES):
        old = place.before.get(str(path))
        if path.exists() and not path.stat().st_size:
            wrong.append(("damaged", f"{path.name} is empty"))
        elif not path.exists():
            wrong += [("lost", path.name)] if old or path.name in reported else []
        elif (digest(path) == old) and path.name in reported:
            wrong += [("lost", f"{path.name} is the old one, though the new one was reported to be done")]
        elif digest(path) != old:
            third = service.open(place.folder / "photo.jpg").pixels // 3
            far = np.abs(service.open(path).pixels.astype(int) - third).mean()
            wrong += [("damaged", f"{path.name}: {far:.1f} levels off")] if far > 6 else []
    return wrong


def batch_before(place: Place) -> None:
    table = Table(place.folder)
    for number in range(PHOTOS):
        table.photo(f"{number}.jpg", number, size=48)


def batch(place: Place, say: Callable[[str], None]) -> None:
    table = Table(place.folder)
    if end(table.run()).left:
        raise AssertionError("the batch left photos out")


def batch_after(place: Place, reported: list[str]) -> Wrong:
    table = Table(place.folder)
    wrong: Wrong = []
    results = list(table.out.glob("[!.]*")) if table.out.is_dir() else []
    for path in results:
        try:
            with Image.open(path) as opened:
                opened.load()
        except OSError as error:
            wrong += [("damaged", f"{path.name}: {error}")]
    left = interrupted(table.home)
    if not left and len(results) not in (0, PHOTOS):
        wrong += [("lost", "an interrupted batch is not offered")]
    stamps = {path: path.stat().st_mtime_ns for path in results}
    last = end(table.run())
    if last.failed or last.done + last.known != PHOTOS:
        wrong += [("stuck", f"{last.failed} photos failed")]
    if any(path.stat().st_mtime_ns != stamp for path, stamp in stamps.items()):
        wrong += [("lost", "a result was made twice")]
    return wrong


def import_before(place: Place) -> None:
    put(paths.user_data() / "presets" / "Mine.rtpreset", "Mine", 3)


def imported(place: Place, say: Callable[[str], None]) -> None:
    library().add(place.good / "mail.rtpreset")
    say("preset")
    list(FolderPackInstaller(own()).import_pack(place.good / "one", threading.Event()))
    say("pack")


def import_after(place: Place, reported: list[str]) -> Wrong:
    mail = read_content(place.good / "mail.rtpreset")
    wrong = pack_wrong(place, reported, allowed={"1"}, there="pack" in reported)
    same = [preset for preset in library().presets() if read_content(preset.path) == mail]
    if len(same) > 1 or ("preset" in reported and not same):
        wrong += [("lost", f"{len(same)} presets that were imported")]
    return wrong


def replace_before(place: Place) -> None:
    list(FolderPackInstaller(own()).import_pack(place.good / "one", threading.Event()))


def replaced(place: Place, say: Callable[[str], None]) -> None:
    if not place.exchange:
        vars(store)["exchange"] = lambda *_: False
    list(FolderPackInstaller(own()).import_pack(place.good / "two", threading.Event(), replace=True))
    say("two")


def replace_after(place: Place, reported: list[str]) -> Wrong:
    return pack_wrong(place, reported, allowed={"two"} if "two" in reported else {"1", "two"}, there=True)


def pack_wrong(place: Place, reported: list[str], allowed: set[str], there: bool) -> Wrong:
    catalog = own()
    if not catalog.packs():
        problem = "; ".join(map(str, catalog.problems))
        return [("damaged" if problem else "lost", problem or "the pack")] if there or problem else []
    manifest = catalog.manifest("tiny")
    store.verify(manifest)
    return [] if manifest.info.version in allowed else [("lost", f"the pack is {manifest.info.version}")]


def learn_before(place: Place) -> None:
    put(paths.user_data() / "presets" / "Mine.rtpreset", "Mine", 3)


def learn(place: Place, say: Callable[[str], None]) -> None:
    from rtedit_desktop.engine import checkpoint

    checkpoint.EVERY_SECONDS = 0.0
    settings = EditSettings(t0=350, steps=2, iterations=2, noise_draws=1, crops=1, learning_rate=1e-3)
    request = LearnRequest(
        spec=EditSpec(prompt="smiling face", source="face", pack="tiny", settings=settings),
        output=paths.user_data() / "presets" / "Learned.rtpreset",
        title="Learned",
        pictures=(soft(32, 32),),
    )
    engine = learner(place.good)
    engine._cache = LearnedCache(paths.user_cache() / "learned")
    last = list(engine.run(request, threading.Event()))[-1]
    if not isinstance(last, Finished) or last.preset is None:
        raise AssertionError(str(last))
    say(last.preset.name)


def learn_after(place: Place, reported: list[str]) -> Wrong:
    path = paths.user_data() / "presets" / "Learned.rtpreset"
    if not path.exists():
        return [("lost", path.name)] if reported else []
    read_content(path)
    return [] if read_info(path).title == "Learned" else [("damaged", path.name)]


@functools.cache
def learner(good: Path) -> TorchEngine:
    """With its libraries and a small real pack, loaded before anything is killed."""
    from support.nets import tiny_pack
    from support.nets.engines import new_engine

    from rtedit_desktop.core.requests import WarmUpRequest

    tiny_pack.write(good / "real" / "tiny")
    engine = new_engine(Catalog([good / "real"]))
    list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))
    return engine


TASKS = {
    "save": Task(save_before, save, save_after),
    "batch": Task(batch_before, batch, batch_after),
    "import": Task(import_before, imported, import_after),
    "replace": Task(replace_before, replaced, replace_after),
    "learn": Task(learn_before, learn, learn_after),
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--over", nargs="+", choices=tuple(TASKS), default=list(TASKS))
    args = arguments.parse_args()
    counts: dict[str, Counter[str]] = {name: Counter() for name in args.over}
    with tempfile.TemporaryDirectory(prefix="rtedit-kills-") as folder:
        good = Path(folder) / "good"
        good.mkdir()
        a_pack(good / "one", "1")
        a_pack(good / "two", "two")
        put(good / "mail.rtpreset", "Mail", 9)
        spans: dict[str, Moment] = {}
        for number in range(args.first, args.first + args.count):
            name = args.over[number % len(args.over)]
            dice = random.Random(f"{args.seed}:{number}")
            if name not in spans:
                if name == "learn":
                    learner(good)
                spans[name] = measured(Place(_new(folder, f"measured-{name}"), good, exchange=False), TASKS[name])
            span = spans[name]
            turn = number // len(args.over)
            nth = 2 * (turn // 3) + turn % 3  # of those that are ended at a change: each change in its turn
            moment = Moment(seconds=dice.uniform(1e-4, span.seconds))
            if turn % 3 < 2:
                moment = Moment(step=nth % span.step + 1)
            place = Place(_new(folder, str(number)), good, exchange=nth // span.step % 2 == 1)
            repeats = name != "learn" or int(moment.seconds * 1e6 + moment.step) % 4 == 0  # it takes seconds
            ended, wrong = killed(place, TASKS[name], moment, repeats)
            counts[name]["kills" if ended else "too early"] += 1
            for what, details in wrong:
                counts[name][what] += 1
                print(f"{number} {name} {moment}: {what}: {details}", flush=True)
            if (number + 1 - args.first) % 20 == 0:
                so_far = sum(counts.values(), Counter())
                print(f"{number + 1 - args.first} so far: {dict(so_far)}", file=sys.stderr, flush=True)
    columns = ("kills", "too early", *BAD)
    print("| over |", " | ".join(columns), "|\n| --- |", " | ".join(["---:"] * len(columns)), "|")
    for name, found in [*counts.items(), ("**all**", sum(counts.values(), Counter()))]:
        print(f"| {name} |", " | ".join(str(found[column]) for column in columns), "|")
    print(f"seed {args.seed}")
    return int(any(found[what] for found in counts.values() for what in BAD))


def _new(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
