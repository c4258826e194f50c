"""Kills a working window at random moments, then looks whether everything that it had finished is there.

    python tests/benchmarks/kill_nine.py [--rounds 100] [--real 10] [--seed 0]

All rounds work in the same folder, so each begins with what the one before it left. ``--real`` of them learn
with a real engine on a small pack of random weights; in the others a quick engine stands in.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.history.work_folder import WorkFolder, read_entry
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.presets.format import read_info, retitle
from rtedit_desktop.support.paths import resources

VICTIM = Path(__file__).with_name("kill_nine_victim.py")
PATIENCE_S = 120.0
_WHILE_STARTING = 0.1


@dataclass
class Heard:
    """What the windows said: which bytes must be where."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    begun: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    files: dict[str, str | None] = field(default_factory=dict)
    presets: dict[str, str | None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _since: dict[tuple[str, str], float] = field(default_factory=dict)

    def hear(self, record: dict[str, Any], at: float) -> None:
        what = record["what"]
        self.counts[what] += 1
        if what in ("keeping", "kept"):
            key = record["work"], record["id"]
            if what == "keeping":
                self.begun.setdefault(key, set()).add(record["digest"])
                self._since[key] = at
            else:
                self.kept[key], self.begun[key] = record["digest"], set()
                self.open.add(record["work"])
                self.seconds.append(at - self._since[key])
        elif what == "leaving":
            self.open.discard(record["work"])
        elif what == "offered":
            self._offered(record["works"])
        elif what == "restored":
            self.open.add(record["work"])
            finished = sum(work == record["work"] for work, _ in self.kept)
            if record["results"] < finished or record["notes"]:
                self.wrong.append(f"restored {record['results']} of {finished} results: {record['notes']}")
        elif what in ("saving", "saved"):
            self.files[record["path"]] = record.get("digest")
        elif what in ("renaming", "imported"):
            self.presets[record["path"]] = record.get("digest")
        elif what == "error":
            self.wrong.append(f"the window said: {record['text']}")

    def _offered(self, works: dict[str, int]) -> None:
        for work in self.open:
            finished = sum(one == work for one, _ in self.kept)
            if works.get(work, 0) < finished:
                self.wrong.append(f"offered {works.get(work, 0)} of the {finished} results of {work}")


def prepare(folder: Path) -> None:
    """Photos to work on, presets to take in, an empty home."""
    for name in ("photos", "presets", "out"):
        (folder / name).mkdir(parents=True)
    for sample in sorted((resources() / "samples" / "avatars").glob("*.png"))[:3]:
        shutil.copy(sample, folder / "photos")
    for number, preset in enumerate(sorted((resources() / "presets").glob("*.rtpreset"))):
        copy = folder / "presets" / preset.name
        shutil.copy(preset, copy)
        retitle(copy, f"Shared {number}")


def kill_one(
    folder: Path, seed: int, heard: Heard, pack: Path | None, longest: float, after_work: bool = False
) -> None:
    """Let a window work for a while, then end it as a power cut would; ``after_work``: not before it did some."""
    command = [sys.executable, str(VICTIM), str(folder), str(seed), *([str(pack)] if pack is not None else [])]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
    tests = Path(__file__).parents[1]
    environment["PYTHONPATH"] = os.pathsep.join([str(tests.parent), str(tests)])
    chance = random.Random(seed)
    lines: list[tuple[float, str]] = []
    ready, kept, saved = threading.Event(), threading.Event(), threading.Event()
    with (
        (folder / "stderr.txt").open("ab") as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=environment) as victim,
    ):

        def listen() -> None:
            assert victim.stdout is not None
            for line in victim.stdout:
                lines.append((time.monotonic(), line.decode()))
                if b'"ready"' in line:
                    ready.set()
                if b'"kept"' in line:
                    kept.set()
                if b'"saved"' in line:
                    saved.set()

        listener = threading.Thread(target=listen)
        listener.start()
        early = chance.random() < _WHILE_STARTING
        if not early and not ready.wait(PATIENCE_S):
            heard.wrong.append("a window did not get ready")
        if (pack is not None or after_work) and not early and not kept.wait(PATIENCE_S):  # libraries load for seconds
            heard.wrong.append("a window finished nothing")
        if after_work and not early and not saved.wait(PATIENCE_S):
            heard.wrong.append("a window saved nothing")
        time.sleep(chance.uniform(0.0, longest))
        victim.kill()
        victim.wait()
        listener.join()
    for at, line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            heard.counts["cut off in the middle of a line"] += 1
            continue
        heard.hear(record, at)


def look(folder: Path, heard: Heard) -> list[str]:
    """Everything finished that is not there, and every file that does not open."""
    wrong = []
    history = folder / "home" / "history"
    for path in sorted(history.glob("*/*.result")):
        try:
            entry = read_entry(path, lambda preset, _: preset)
        except Exception as error:  # whatever it is, the file does not open
            wrong.append(f"{path.name} does not open: {error!r}")
            continue
        key = path.parent.name, entry.id
        now = hashlib.sha256(entry.picture.tobytes()).hexdigest()
        if key in heard.kept and now != heard.kept[key] and now not in heard.begun[key]:
            wrong.append(f"{path.name} is not the version that was finished last")
    for work, id in heard.kept:
        if not list((history / work).glob(f"*-{id}.result")):
            wrong.append(f"the result {id} of {work} is lost")
    for work in {work for work, _ in heard.kept}:
        if WorkFolder(history / work).work() is None:
            wrong.append(f"the work {work} cannot be found")
    photo_service = FilePhotoService()
    for name, content in heard.files.items():
        path = Path(name)
        if content is not None and hashlib.sha256(path.read_bytes()).hexdigest() != content:
            wrong.append(f"{path.name} is not what was saved last")
    for path in (folder / "out").glob("[!.]*"):
        try:
            photo_service.open(path)
        except RTEditError as error:
            wrong.append(f"{path.name} does not open: {error}")
    for path in (folder / "home" / "presets").glob("*.rtpreset"):
        try:
            read_info(path)
        except RTEditError as error:
            wrong.append(f"{path.name} does not open: {error}")
    for name, content in heard.presets.items():
        path = Path(name)
        if not path.is_file() or (content is not None and hashlib.sha256(path.read_bytes()).hexdigest() != content):
            wrong.append(f"the preset {path.name} is not what was taken in")
    return wrong


def run(
    folder: Path,
    rounds: int,
    real: int,
    seed: int,
    longest: float = 1.5,
    pack: Path | None = None,
    after_work: bool = False,
) -> Heard:
    """All rounds in ``folder``; what went wrong is in the answer's ``wrong``.

    With ``after_work`` a window is killed when it has kept a result and saved one, but for those that are killed
    while they start: then the amount of work does not depend on how fast the machine is.
    """
    prepare(folder)
    if real and pack is None:
        from support.nets import tiny_pack

        pack = tiny_pack.write(folder / "packs" / "tiny").info.folder
    heard = Heard()
    for number in range(rounds):
        which = pack.parent if pack is not None and number < real else None
        kill_one(folder, seed + number, heard, which, longest, after_work)
        heard.wrong += [f"round {number}: {what}" for what in look(folder, heard)]
        print(".", end="", flush=True)
    print()
    return heard


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=100)
    arguments.add_argument("--real", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--longest", type=float, default=1.5, help="seconds from its first deed to the kill")
    args = arguments.parse_args()
    sys.path.append(str(Path(__file__).parents[1]))  # for the small pack
    with tempfile.TemporaryDirectory(prefix="rtedit-kill-") as name:
        folder, began = Path(name), time.monotonic()
        heard = run(folder, args.rounds, args.real, args.seed, args.longest)
        left = list(folder.glob("**/.rtedit-*.part"))
        print(f"{args.rounds} kills ({args.real} with a real engine) in {time.monotonic() - began:.0f} s")
        print(
            f"finished before them: {len(heard.kept)} results of {len({work for work, _ in heard.kept})} photos "
            f"({heard.counts['kept']} versions), {heard.counts['saved']} saves, {heard.counts['imported']} presets "
            f"taken in or renamed, {heard.counts['restored']} restores"
        )
        begun = heard.counts["keeping"] - heard.counts["kept"], heard.counts["saving"] - heard.counts["saved"]
        print(f"killed in the middle: {begun[0]} results, {begun[1]} saves; partial files left: {len(left)}")
        if heard.seconds:
            print(
                f"a result is on the disk {statistics.median(heard.seconds) * 1000:.0f} ms after it was begun to be "
                f"written (median), {max(heard.seconds) * 1000:.0f} ms at most"
            )
        print(f"lost or damaged: {len(heard.wrong)}")
        print("\n".join(heard.wrong[:20]))
    return 1 if heard.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
