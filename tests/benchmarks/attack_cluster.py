"""A batch on a cluster: answers of workers, what workers are sent, and records that came from elsewhere.

    python tests/benchmarks/attack_cluster.py [--count 1000] [--seed 0] [--first 0]

No Ray runs: what it would carry is handed over as it would arrive. A worker answers with other events, other pictures,
other texts, or raises; one is sent spoilt edits, packs and presets; a batch goes on with a record of which a byte, a
field or a line is another, with a person's files where it says that its results are. Counted are what was done and what
was refused in a sentence, what ``attacking`` counts, and

    astray      a person's file is another or gone, or one was written outside of the folder
    half        a result is there that is not whole

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from PIL import Image  # noqa: E402
from support.batch_table import INFO, Table, end, failures  # noqa: E402
from support.fake_engine import FakeEngine  # noqa: E402
from support.nets import tiny_pack  # noqa: E402

from rtedit_desktop.batch.record import interrupted  # noqa: E402
from rtedit_desktop.batch.running import run  # noqa: E402
from rtedit_desktop.cluster.parcels import Parcel, Parcels, whole  # noqa: E402
from rtedit_desktop.cluster.ray_engine import RayEngine  # noqa: E402
from rtedit_desktop.cluster.received import ReceivedFiles  # noqa: E402
from rtedit_desktop.cluster.worker import Worker  # noqa: E402
from rtedit_desktop.cluster.workers import WorkerDied  # noqa: E402
from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse  # noqa: E402
from rtedit_desktop.core.errors import RTEditError  # noqa: E402
from rtedit_desktop.core.events import Cancelled, DecodeStep, Failed, Finished, Notice  # noqa: E402

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 1e308, float("nan"), "", "a" * 1_000_000, "\0", "\ud800", "../../x", [], [[]], {},
    {"a": 1}, b"bytes", object(),
)  # fmt: skip
UNEXPECTED = "unexpected error"


class Case(NamedTuple):
    kind: str
    number: int
    dice: random.Random


def same(piece: Any) -> bytes:
    if not isinstance(piece, bytes):
        raise RTEditError("It is gone.", "Start the batch again.")
    return piece


@dataclass
class Workers:
    """In the place of ``RayWorkers``: one worker that answers as the dice want it."""

    dice: random.Random
    parcels: Parcels

    @contextlib.contextmanager
    def one(self, cancelled: threading.Event) -> Iterator[str]:
        yield "worker"

    def edit(self, worker: str, cancelled: object, job: str, spec: object, picture: np.ndarray, presets: object) -> Any:
        dice = self.dice
        after = np.clip(picture.astype(int) + 40, 0, 255).astype(np.uint8)
        pictures: list[Any] = [
            after, after[:-1], after[..., 0], after.astype(np.float32), after.astype(np.uint16), after[:0], None, "a",
            after[None], np.zeros((1, 1, 3), np.uint8), after.astype(object), after.tolist(), after[:, ::-1],
        ]  # fmt: skip
        good = Finished(job_id=job, picture=after, recipe={"spec": spec}, steps_taken=1)
        odd = dice.choice(ODD)
        answers: list[Callable[[], Any]] = [
            lambda: [good],
            lambda: [replace(good, picture=dice.choice(pictures))],
            lambda: [replace(good, picture=dice.choice(pictures))],
            lambda: [replace(good, recipe=odd)],
            lambda: [replace(good, recipe={"a": odd})],
            lambda: [replace(good, check=odd)],
            lambda: [replace(good, preset=Path("/etc/passwd"), job_id=odd)],
            lambda: [Notice(job_id=job, text=odd), good],
            lambda: [Notice(job_id=job, text="a" * 3000 + "\x1b[2J\n"), good],
            lambda: [Failed(job_id=job, what=odd, todo=odd, details=odd)],
            lambda: [good, good],
            lambda: [good, Notice(job_id=job, text="a")],
            lambda: [Cancelled(job_id=job)],
            lambda: [DecodeStep(job_id=job, index=1, of=1, t=0, picture=after)],
            lambda: [Notice(job_id=job, text="a")] * dice.choice((1, 100_000)),
            lambda: [odd],
            lambda: odd,
            lambda: (good for _ in range(1)),
        ]
        if dice.random() < 0.1:
            raise dice.choice((WorkerDied("a machine"), RTEditError("No.", "")))
        return dice.choice(answers)()


def answers(case: Case, folder: Path) -> tuple[str, str]:
    table = Table(folder)
    for number in range(2):
        table.photo(f"{number}.png", number)
    workers = Workers(case.dice, Parcels(lambda content: content))
    engine = RayEngine(workers)  # type: ignore[arg-type]
    events = list(run(table.batch(), [INFO], engine, table.photo_service, table.record, table.control))
    return _ended(table, events, {})


def _ended(table: Table, events: list[Any], theirs: dict[Path, bytes]) -> tuple[str, str]:
    """What became of a batch, and of the files that are a person's."""
    for path, content in theirs.items():
        if not path.is_file() or path.read_bytes() != content:
            return "astray", str(path)
    odd = [what for what in failures(events) if UNEXPECTED in what or len(what) > 600]
    if odd:
        return "escaped", odd[0][:300]
    for name in table.made:
        if table.out / name not in theirs:
            with Image.open(table.out / name) as picture:
                picture.load()
                if picture.mode != "RGB" or picture.size != (28, 24):
                    return "half", name
    return ("done" if end(events).done else "refused"), ""


def _given_back(request: Any, cancelled: threading.Event) -> Iterator[Finished]:
    yield Finished(job_id=request.job_id, picture=request.picture)


def sent(case: Case, folder: Path) -> tuple[str, str]:
    dice = case.dice
    os.environ["RTEDIT_HOME"] = str(folder / "home")
    worker = Worker(same, False, 1, lambda catalog, exact, threads: FakeEngine(_given_back))
    picture = np.zeros((16, 16, 3), np.uint8)
    content = b"a smile"
    sha256 = hashlib.sha256(content).hexdigest()
    pieces: list[tuple[Any, ...]] = [(content,), (content[:3], content[3:]), (), (b"other",), (None,), (3,)]
    names = ("smile.rtpreset", "../../../x", "/etc/x.rtpreset", "a" * 5000, "", "\0", "a\nb.rtpreset", "con")
    parcel = Parcel(dice.choice(names), dice.choice((sha256, sha256, "../../..", "", "0" * 64)), dice.choice(pieces))
    use = PresetUse(folder / "smile.rtpreset", 1.0)
    specs: list[Any] = [
        EditSpec(pack="tiny", prompt="old face", source="face").to_json(),
        MixSpec(pack="tiny", uses=(use,)).to_json(lambda path: {"file": path.name, "sha256": parcel.sha256}),
        *ODD,
    ]
    spec = dice.choice(specs[: 2 if dice.random() < 0.8 else None])
    if isinstance(spec, dict) and spec and dice.random() < 0.6:
        spec = {**spec, dice.choice([*spec, "more"]): dice.choice(ODD)}
    if dice.random() < 0.3:
        picture = dice.choice((picture[0], picture.astype(float), np.zeros((0, 0, 3), np.uint8), np.array("a")))
    events = worker.edit("job", spec, picture, [parcel])
    last = events[-1]
    if isinstance(last, Failed) and UNEXPECTED in last.what:
        return "escaped", last.details[:300]
    outside = [path for path in folder.parent.rglob("*") if path.is_file() and folder / "home" not in path.parents]
    if outside:
        return "astray", str(outside[0])
    return ("done" if isinstance(last, Finished) else "refused"), ""


def packs(case: Case, folder: Path, good: Path) -> tuple[str, str]:
    from rtedit_desktop.packs.manifest.reading import read

    dice = case.dice
    os.environ["RTEDIT_HOME"] = str(folder / "home")
    received, manifest = ReceivedFiles(), read(good)
    text, parcels = whole(manifest).to_json(), list(Parcels(lambda content: content).of_pack(manifest))
    if dice.random() < 0.5:
        letters = list(text)
        for _ in range(dice.choice((1, 3))):
            letters[dice.randrange(len(letters))] = dice.choice('{}[]",:0.x/\\')
        text = "".join(letters)
    match dice.randrange(5):
        case 0:
            parcels.pop(dice.randrange(len(parcels)))
        case 1:
            one = dice.randrange(len(parcels))
            parcels[one] = replace(parcels[one], pieces=dice.choice(((), (b"a",), (b"a" * 1000,) * 5000, (None,))))
        case 2:
            parcels.append(Parcel("../../x", "0" * 64, (b"a",)))
        case 3:
            parcels.append(parcels[0])
    try:
        received.keep(text, parcels, same)
    except RTEditError as error:
        kept = [path for path in (folder / "home").rglob("*") if path.is_file() and path.suffix != ".lock"]
        return ("half", str(kept[0])) if kept else ("refused", "") if error.what else ("escaped", repr(error))
    return "done", ""


def records(case: Case, folder: Path) -> tuple[str, str]:
    """Of a batch that was killed, changed; where it says that results are lie a person's files."""
    dice, table = case.dice, Table(folder)
    for number in range(3):
        table.photo(f"{number}.png", number)
    batch = table.batch(overwrite=dice.random() < 0.7)
    table.run(batch)
    (record,) = table.home.glob("*.jsonl")
    theirs: dict[Path, bytes] = {}
    for name in ("0-Smile.png", "1-Smile.png"):
        if dice.random() < 0.6:
            content = dice.randbytes(300)
            (table.out / name).write_bytes(content)
            theirs[table.out / name] = content
    for path in table.photos.iterdir():
        theirs[path] = path.read_bytes()
    (folder / "elsewhere").mkdir()
    beside = folder / "elsewhere" / "mine.png"
    beside.write_bytes(b"mine")
    theirs[beside] = b"mine"
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines() if line]
    lines = [line for line in lines if "ended" not in line]
    dice_lines = dice.choice((0, 1, 1, 3))
    values: list[Any] = [
        str(beside), str(table.out), str(table.out / ".."), "", "\0", "a" * 5000, "/dev/zero", "/", "\ud800", "a\nb",
        *ODD[:-2],
    ]  # fmt: skip
    for _ in range(dice_lines):
        place: Any = dice.choice(lines)
        while True:
            key = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], (dict, list)) or not place[key] or dice.random() < 0.1:
                break
            place = place[key]
        # a stamp alone would say of a person's file that it is the batch's: that is what a record is for
        if key not in ("stamp", "recipe_digest"):
            place[key] = dice.choice(values)
    if dice.random() < 0.3:
        made = [line for line in lines if isinstance(line.get("made"), dict)]
        if made:
            lines.append({"made": {**dice.choice(made)["made"], "stamp": "", "output": str(dice.choice(list(theirs)))}})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    if dice.random() < 0.3:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(("", "{", "\0", '"', "[" * 3000, text)) + text[at + dice.choice((0, 1, 200)) :]
    record.write_text(text, "utf-8", errors="surrogatepass")
    table.preset.write_bytes(b"another smile" if dice.random() < 0.5 else b"smile")
    interrupted(table.home)
    try:
        going_on = table.record.batch()
    except RTEditError:
        going_on = batch
    if os.path.realpath(going_on.folder) != os.path.realpath(table.out):
        return "astray", f"it would write to {going_on.folder}"
    for wanted in (going_on, batch):
        try:
            events = table.run(wanted)
        except RTEditError as error:
            if not error.what or len(error.what) > 600:
                return "escaped", repr(error)[:300]
            continue
        outcome, details = _ended(table, events, theirs)
        if details:
            return outcome, details
    return "done", ""


KINDS = ("answers", "sent", "packs", "records", "records")


def prepare(folder: Path) -> tuple[Make, Attack]:
    good = folder / "tiny"
    tiny_pack.write(good)
    answers(Case("answers", 0, random.Random(0)), _fresh(folder / "first"))

    def make(number: int, seed: int) -> Case:
        return Case(KINDS[number % len(KINDS)], number, random.Random(f"{seed}:{number}"))

    def attack(case: Case) -> tuple[str, str]:
        place = _fresh(folder / "attack" / str(case.number))
        try:
            if case.kind == "packs":
                return packs(case, place, good)
            return {"answers": answers, "sent": sent, "records": records}[case.kind](case, place)
        finally:
            shutil.rmtree(folder / "attack")

    return make, attack


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 1000, bad=("astray", "half")))
