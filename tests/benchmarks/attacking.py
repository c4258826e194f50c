"""What every attack is run by: a process of its own with limits, traps in PATH, and counts at the end.

Each attack is made from its number and the seed alone, so one that fails can be made again: ``--first NUMBER
--count 1``. The work is done in a process with a limit on its address space; a ``gs``, a ``sh`` and others of our own,
first in PATH, note when they are called. Beside what came of each there are counted

    escaped     an error that is not one of the sentences that are promised
    code run    a program was started
    slow        more than ten seconds of the processor for one
    large       more than a gibibyte above what the process had before it
    died        the process ended or hung
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import queue
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Make = Callable[[int, int], Any]
"""From a number and the seed: the input. Neither its time nor its memory counts."""

Attack = Callable[[Any], "tuple[str, str]"]
"""From the input: what came of it, and details of what must not be."""

Prepare = Callable[[Path], "tuple[Make, Attack]"]
"""Both, in a folder of their own; it has all loaded that good input loads."""

ALWAYS_BAD = ("escaped", "code run", "slow", "large", "died")
SLOW, LARGE = 10.0, 1 << 30
ADDRESS_SPACE = 8 << 30
EVERY = 50  # attacks, after which the counts so far are told
IDLE, STUCK = 240.0, 60.0
"""Seconds without a turn on the processor, and of it for one, after which a worker hangs; how long it waits for its
turns beside other programs does not count."""


def main(doc: str, script: str, prepare: Prepare, count: int, *, bad: Sequence[str] = ()) -> int:
    """What the script does: the exit code, 1 when anything bad came."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        _work(prepare, args.first, args.count, args.seed)
        return 0
    counts: Counter[str] = Counter()
    slowest, largest = (0.0, 0), (0, 0)
    bad = (*bad, *ALWAYS_BAD)
    with tempfile.TemporaryDirectory() as name:
        called = Path(name) / "called"
        for told in _lines(script, args.first, args.count, args.seed, trapped(Path(name))):
            seconds, grown = float(str(told["seconds"])), int(str(told["grown"]))
            number = int(str(told["number"]))
            slowest, largest = max(slowest, (seconds, number)), max(largest, (grown, number))
            counts[str(told["outcome"])] += 1
            counts["slow"] += seconds > SLOW
            counts["large"] += grown > LARGE
            if told["outcome"] in bad or seconds > SLOW or grown > LARGE:
                print(told, flush=True)
            if (number + 1 - args.first) % EVERY == 0:
                print(f"{number + 1 - args.first} so far: {_counted(counts, bad)}", file=sys.stderr, flush=True)
        counts["code run"] += called.exists()
    print(_counted(counts, bad))
    print(f"slowest {slowest[0]:.1f} s (number {slowest[1]})", end=", ")
    print(f"largest {largest[0] / 2**20:.0f} MiB above rest (number {largest[1]})")
    return int(any(counts[name] for name in bad))


def _counted(counts: Counter[str], bad: Sequence[str]) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in (*sorted(set(counts) - set(bad)), *bad))


def trapped(folder: Path) -> dict[str, str]:
    """An environment in which programs that must not be started write to the file ``called`` in the folder."""
    for program in ("gs", "sh", "bash", "convert", "dcraw"):
        (folder / program).write_text(f"#!/bin/bash\necho {program} >> {folder / 'called'}\n")
        (folder / program).chmod(0o755)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def peak() -> int:
    """The most memory, in bytes, since ``forget_peak``; where that cannot be had since the start."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def forget_peak() -> int:
    """And what there is now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return peak()
    return peak()


def _work(prepare: Prepare, first: int, count: int, seed: int) -> None:
    """In a process of its own: a line of JSON for each."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    with tempfile.TemporaryDirectory() as name:
        os.environ["RTEDIT_HOME"] = str(Path(name) / "home")
        make, attack = prepare(Path(name))
        for number in range(first, first + count):
            given = make(number, seed)
            rest, began = forget_peak(), time.process_time()
            try:
                outcome, details = attack(given)
            except BaseException as error:
                outcome, details = "escaped", repr(error)[:2000]
            seconds, grown = time.process_time() - began, peak() - rest
            told = {"number": number, "outcome": outcome, "details": details, "seconds": seconds, "grown": grown}
            print(json.dumps(told), flush=True)


def _lines(script: str, first: int, count: int, seed: int, environment: dict[str, str]) -> Iterator[dict[str, object]]:
    """From workers; where one dies or hangs the next begins behind what it died of."""
    last = first + count
    while first < last:
        command = [sys.executable, script, "--work", "--first", str(first), "--count", str(last - first)]
        worker = subprocess.Popen(
            [*command, "--seed", str(seed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        assert worker.stdout is not None
        told: queue.Queue[str] = queue.Queue()

        def read(stream: io.TextIOBase, to: queue.Queue[str]) -> None:
            for line in stream:
                to.put(line)
            to.put("")

        threading.Thread(target=read, args=(worker.stdout, told), daemon=True).start()
        while first < last:
            line = _line(told, worker.pid)
            if not line:
                break
            yield json.loads(line)
            first += 1
        worker.kill()
        code = worker.wait()
        if first < last:
            yield {"number": first, "outcome": "died", "details": f"exit {code}", "seconds": 0.0, "grown": 0}
            first += 1


def _line(told: queue.Queue[str], worker: int) -> str:
    """What the worker says next; empty where it ended or hangs."""
    began = before = _spent(worker)
    while True:
        with contextlib.suppress(queue.Empty):
            return told.get(timeout=IDLE)
        now = _spent(worker)
        if now == before or now - began > STUCK:
            return ""
        before = now


def _spent(process: int) -> float:
    """Seconds of the processor; 0 where that cannot be had."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return 0.0
