"""Hosts that lie, stall and never end: whether a file that is not the right one is ever in place.

    python tests/benchmarks/attack_downloads.py [--count 100] [--seed 0] [--first 0]

Each is a host on this computer that does one of the kinds of ``LIES`` to the first requests, and then one thing or
another; the download is tried three times, as a person would. Counted are what came whole and what was refused in a
sentence, what ``attacking`` counts, and

    wrong       another file than the right one was in place, or half a one
    overfull    more was written than the known size, or the room that is to stay free was taken
    reading     a thread read on after the end
    verbose     a sentence of more than 600 letters, or none

It ends with 1 when one of them is not 0. The downloads lie on a small disk of their own where the system lets a process
have one; else hosts without an end tell the size of the file.
"""

from __future__ import annotations

import random
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from benchmarks import small_disk  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from packs.download.test_bad_hosts import misbehaviour  # noqa: E402
from support.downloads import DownloadRun  # noqa: E402
from support.host import Act, serving, sha256  # noqa: E402

from rtedit_desktop.core.errors import DownloadError, SaveError  # noqa: E402
from rtedit_desktop.packs.download.failures import SPARE_BYTES  # noqa: E402
from rtedit_desktop.packs.download.file_download import Patience  # noqa: E402

MIB = 2**20
ROOM = SPARE_BYTES + 8 * MIB
TRIES, LONGEST, READ_ON_S = 3, 600, 20.0
PATIENCE = Patience(stall=1.0, retries=3, tries=12, first_wait=0.001, longest_wait=0.01)


class Lie(NamedTuple):
    """A host to be: what it does first, and what the app knows of the file beforehand."""

    kind: str
    content: bytes
    acts: list[Act]
    hash_known: bool
    size_known: bool
    tags: bool


LIES: dict[str, Callable[[random.Random, int], Act]] = {
    "longer than it says": lambda dice, _: Act(promise=-dice.choice([1, 100])),
    "shorter than it says": lambda dice, _: Act(promise=dice.choice([1, 5000])),
    "says to be enormous": lambda dice, _: Act(promise=2 ** dice.choice([36, 50, 62])),
    "endless": lambda dice, _: Act(endless=True),
    "another content": lambda dice, length: Act(flip=True),
    "another content of the same length": lambda dice, length: Act(change=dice.randbytes(length)),
    "another content in the middle": lambda dice, length: Act(
        cut_after=length // 2, change=dice.randbytes(length + dice.choice([-1, 0, 9]))
    ),
    "cut": lambda dice, length: Act(cut_after=dice.randrange(length)),
    "cut in a chunk": lambda dice, length: Act(chunked=True, cut_after=dice.randrange(length)),
    "hangs up": lambda dice, _: Act(hang_up=True),
    "slow body": lambda dice, length: Act(stall_after=dice.randrange(length)),
    "slow head": lambda dice, _: Act(drip=True),
    "in a circle": lambda dice, _: Act(redirect="/file.bin"),
    "moved": lambda dice, _: Act(redirect="/moved/file.bin", status=dice.choice([301, 302, 303, 307, 308])),
    "moved to what is not secure": lambda dice, _: Act(
        redirect=dice.choice(["http://host.example/x", "ftp://host.example/x", "file:///etc/passwd", "https://", "//["])
    ),
    "another range": lambda dice, _: Act(wrong_range=True),
    "no range": lambda dice, length: Act(ignore_range=True),
    "a range that nobody asked for": lambda dice, length: Act(
        status=206,
        headers={"Content-Range": dice.choice(["bytes 5-9/10", "bytes */1", "bytes 0-1/9999999999999999", "?"])},
    ),
    "no such range": lambda dice, _: Act(status=416),
    "busy": lambda dice, _: Act(
        status=dice.choice([408, 429, 503]), headers={"Retry-After": dice.choice(["0", "-1", "?", "9" * 40])}
    ),
    "a page": lambda dice, _: Act(headers={"Content-Type": "text/html"}),
    "packed": lambda dice, _: Act(headers={"Content-Encoding": dice.choice(["gzip", "br", "deflate"])}),
    "a long head": lambda dice, _: Act(headers={"X-Long": "x" * dice.choice([60_000, 200_000])}),
    "no such answer": lambda dice, _: Act(status=dice.choice([204, 299, 404, 418, 500, 599])),
}  # fmt: skip


def made(number: int, seed: int, has_disk: bool) -> Lie:
    dice = random.Random(f"{seed}:{number}")
    kind = list(LIES)[number % len(LIES)]
    content = dice.randbytes(dice.randrange(2, 60_000))
    acts = [LIES[kind](dice, len(content)) for _ in range(dice.choice([1, 1, 2, 40]))]
    acts += [misbehaviour(dice, content) for _ in range(dice.randrange(4))]
    if kind in ("another range", "no range"):  # there is none before something is here
        acts.insert(0, Act(cut_after=dice.randrange(1, len(content))))
    hash_known, tags = dice.random() < 0.8, dice.random() < 0.7
    size_known = dice.random() < 0.5 or (kind == "endless" and not has_disk)
    return Lie(kind, content, acts, hash_known, size_known, tags)


def attacked(lie: Lie, folder: Path, cancel: bool) -> tuple[str, str]:
    shutil.rmtree(folder, ignore_errors=True)
    right = {lie.content, *(act.change for act in lie.acts if act.change is not None and not lie.hash_known)}
    end = ""
    with serving(lie.content) as host:
        host.tags = lie.tags
        digest = sha256(lie.content) if lie.hash_known else ""
        job = DownloadRun(host, folder, sha256=digest, bytes=len(lie.content) if lie.size_known else 0)
        host.will(lie.acts)
        for attempt in range(TRIES):
            try:
                came = job.run(PATIENCE, len(lie.content) // 2 if cancel and attempt == 0 else None)
                end = "whole" if came else "cancelled"
            except (DownloadError, SaveError) as error:
                end = "refused"
                if not error.what or not error.todo or len(str(error)) > LONGEST:
                    return "verbose", f"{lie.kind}: {str(error)[:LONGEST]}"
            if job.target.exists() != (end == "whole"):
                return "wrong", f"{lie.kind}: {end}, and a file is in place"
            if end == "whole" and lie.hash_known and job.target.read_bytes() not in right:
                return "wrong", f"{lie.kind}: {job.target.stat().st_size} bytes for {len(lie.content)}"
            here = job.part.stat().st_size if job.part.exists() else 0
            if lie.size_known and here > len(lie.content):
                return "overfull", f"{lie.kind}: {here} bytes for {len(lie.content)}"
            if shutil.disk_usage(folder).free < SPARE_BYTES - MIB:
                return "overfull", f"{lie.kind}: {here} bytes, and there is no room"
            if end == "whole":
                break
    until = time.monotonic() + READ_ON_S
    while any(thread.name == "rtedit-transfer" for thread in threading.enumerate()):
        if time.monotonic() > until:
            return "reading", lie.kind
        time.sleep(0.01)
    return end, ""


def prepare(folder: Path) -> tuple[Make, Attack]:
    disk = folder / "disk"
    disk.mkdir()
    has_disk = small_disk.mount(disk, ROOM)
    attacked(made(7, 0, has_disk), disk / "first", False)  # what is loaded at the first is no growth
    return (
        lambda number, seed: (made(number, seed, has_disk), number % 5 == 0),
        lambda given: attacked(given[0], disk / "downloads", given[1]),
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 100, bad=("wrong", "overfull", "reading", "verbose")))
