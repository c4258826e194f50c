"""Mutated pictures, opened and saved: whether anything escapes, runs, grows or takes long.

    python tests/benchmarks/attack_photos.py [--count 500] [--seed 0] [--first 0]

Every picture is made from its number alone, so one that fails can be made again: ``--first NUMBER --count 1``. The
work is done in a process of its own with a limit on its address space; a ``gs`` and a ``sh`` of our own, first in
PATH, note when they are called. Counted are what was opened and refused, and

    escaped     an error that is not one of the two sentences that are promised
    unsaved     opened, and then refused when the result was to be saved
    unreadable  saved, and then not opened by Pillow or tifffile
    code run    a program was started
    slow        more than ten seconds of the processor for one picture
    large       more than a gibibyte above what the process had before it
    died        the process ended or hung

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import queue
import random
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
import tifffile  # noqa: E402
from imaging import test_stripping  # noqa: E402
from PIL import Image  # noqa: E402
from support.edited_photos import deep_png, edited, noise, png_chunk, soft, with_chunks  # noqa: E402

from rtedit_desktop.core.errors import PictureError, SaveError  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402

BAD = ("escaped", "unsaved", "unreadable", "code run", "slow", "large", "died")
SLOW, LARGE = 10.0, 1 << 30
ADDRESS_SPACE = 8 << 30
HANGS = 240.0  # of waiting, on a machine that has much else to do
SUFFIXES = (".jpg", ".png", ".tif", ".webp")
SIZE = (48, 64)
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


def originals(folder: Path) -> list[bytes]:
    """Good pictures of many kinds, with much beside their pixels."""
    found: list[bytes] = []

    def keep(write: Callable[[Path], object], suffix: str) -> None:
        path = folder / f"original{suffix}"
        write(path)
        found.append(path.read_bytes())

    for suffix, make in test_stripping.MAKERS.items():
        keep(lambda path, make=make: make(path, test_stripping.Words()), suffix)  # type: ignore[misc]
    colours = Image.fromarray(soft(*SIZE))
    for mode in ("L", "RGB", "CMYK"):
        for progressive in (False, True):
            picture = colours.convert(mode)
            keep(lambda path, p=picture, b=progressive: p.save(path, quality=85, progressive=b), ".jpg")  # type: ignore[misc]
    keep(lambda path: colours.save(path, keep_rgb=True), ".jpg")
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        values = Image.fromarray(noise(*SIZE)) if mode == "I;16" else colours.convert(mode)
        keep(lambda path, v=values: v.save(path), ".png")  # type: ignore[misc]
    for channels in (3, 4):
        buffer = io.BytesIO()
        deep_png(buffer, noise(*SIZE, channels), exif=b"MM\0*\0\0\0\x08\0\0\0\0\0\0", xmp=b"<a/>")
        found.append(buffer.getvalue())
    said = b"".join((png_chunk(b"gAMA", struct.pack(">I", 100_000)), png_chunk(b"cICP", bytes((12, 13, 0, 1)))))
    found += [with_chunks(found[1], said)]
    moving: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", colours.size, "red")] * 3}
    for suffix in (".gif", ".png", ".webp", ".tif"):
        keep(lambda path: colours.save(path, **moving), suffix)
    keep(lambda path: colours.convert("RGBA").save(path, lossless=True), ".webp")
    keep(lambda path: colours.save(path), ".bmp")
    for kind in (np.uint8, np.uint16):
        for layout in (
            {},
            {"planarconfig": "separate"},
            {"tile": (16, 32)},
            {"compression": "zlib", "predictor": True},
        ):
            pixels = noise(*SIZE, 3, kind=kind)
            pixels = pixels.transpose(2, 0, 1) if "planarconfig" in layout else pixels
            predicted = {name: value for name, value in layout.items() if name != "predictor"}
            keep(lambda path, v=pixels, o=predicted: tifffile.imwrite(path, v, photometric="rgb", **o), ".tif")  # type: ignore[misc]
        extras = noise(*SIZE, 5, kind=kind)
        keep(lambda path, v=extras: tifffile.imwrite(path, v, photometric="rgb", extrasamples=(1, 0)), ".tif")  # type: ignore[misc]
        keep(lambda path, k=kind: tifffile.imwrite(path, noise(*SIZE, kind=k), photometric="miniswhite"), ".tif")  # type: ignore[misc]
    for compression in ("tiff_lzw", "jpeg", "packbits", "group4"):
        picture = colours.convert("1") if compression == "group4" else colours
        keep(lambda path, p=picture, c=compression: p.save(path, compression=c), ".tif")  # type: ignore[misc]
    return found


def mutated(number: int, seed: int, good: list[bytes]) -> bytes:
    dice = random.Random(f"{seed}:{number}")
    data = bytearray(dice.choice(good))
    for _ in range(dice.choice((1, 1, 2, 3, 6, 20))):
        if len(data) < 8:
            break
        # Half of it where the heads are.
        at = dice.randrange(min(len(data), 600)) if dice.random() < 0.5 else dice.randrange(len(data))
        match dice.randrange(8):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at] = dice.randrange(256)
            case 2:
                order = dice.choice("<>")
                kind, most = dice.choice((("B", 0xFF), ("H", 0xFFFF), ("I", 0xFFFFFFFF)))
                packed = struct.pack(order + kind, dice.choice(EXTREMES) & most)
                data[at : at + len(packed)] = packed
            case 3:
                del data[at : at + dice.choice((1, 2, 4, 12, 100))]
            case 4:
                data[at:at] = bytes(dice.randrange(256) for _ in range(dice.choice((1, 2, 4, 12, 100))))
            case 5:
                piece = data[at : at + dice.choice((4, 12, 64, 400))]
                data[at:at] = piece * dice.choice((1, 2, 50))
            case 6:
                other = dice.choice(good)
                start = dice.randrange(len(other))
                piece = bytearray(other[start : start + dice.choice((8, 60, 600, 6000))])
                data[at : at + len(piece)] = piece
            case 7:
                del data[dice.randrange(len(data)) :]
    return with_right_sums(bytes(data)) if dice.random() < 0.7 else bytes(data)


def with_right_sums(data: bytes) -> bytes:
    """A PNG whose checksums fit again, so that more than the first look meets the damage."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    pieces, position = [data[:8]], 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if position + 12 + length > len(data):
            break
        pieces.append(png_chunk(data[position + 4 : position + 8], data[position + 8 : position + 8 + length]))
        position += 12 + length
    return b"".join([*pieces, data[position:]])


def attacked(number: int, data: bytes, folder: Path, desk: FilePhotoService) -> tuple[str, str]:
    """What became of it, and details of what must not be."""
    source, out = folder / "attack.bin", folder / f"out{SUFFIXES[number % 4]}"
    source.write_bytes(data)
    try:
        photo = desk.open(source)
    except PictureError as error:
        return ("refused", "") if error.what and error.todo else ("escaped", repr(error))
    except BaseException as error:
        return "escaped", f"opening: {error!r}"
    try:
        desk.save(out, photo, edited(photo), impersonal=number % 3 == 0, recipe='{"prompt": "smiling"}')
    except SaveError as error:
        if "pixels wide" not in error.what:  # what a format cannot hold another can
            return "unsaved", f"{error} from {error.__cause__!r}"
        out = out.with_suffix(".tif")
        desk.save(out, photo, edited(photo))
    except BaseException as error:
        return "escaped", f"saving: {error!r}"
    try:
        if out.suffix == ".tif":
            with tifffile.TiffFile(out) as file:
                file.pages[0].asarray()
        else:
            with Image.open(out) as written:
                written.load()
        desk.open(out)
    except BaseException as error:
        return "unreadable", repr(error)
    return "opened", ""


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


def work(first: int, count: int, seed: int) -> None:
    """In a process of its own: a line of JSON for each picture."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    desk = FilePhotoService()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = originals(folder)
        for number, data in enumerate(good):  # what is loaded at the first of a kind is no growth
            assert attacked(number, data, folder, desk)[0] == "opened", f"original {number}"
        for number in range(first, first + count):
            data = mutated(number, seed, good)
            rest, began = forget_peak(), time.process_time()
            outcome, details = attacked(number, data, folder, desk)
            seconds, grown = time.process_time() - began, peak() - rest
            told = {"number": number, "outcome": outcome, "details": details, "seconds": seconds, "grown": grown}
            print(json.dumps(told), flush=True)


def lines(first: int, count: int, seed: int, environment: dict[str, str]) -> Iterator[dict[str, object]]:
    """From workers; where one dies or hangs the next begins behind what it died of."""
    last = first + count
    while first < last:
        command = [sys.executable, __file__, "--work", "--first", str(first), "--count", str(last - first)]
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
            try:
                line = told.get(timeout=HANGS)
            except queue.Empty:
                line = ""
            if not line:
                break
            yield json.loads(line)
            first += 1
        worker.kill()
        code = worker.wait()
        if first < last:
            yield {"number": first, "outcome": "died", "details": f"exit {code}", "seconds": 0.0, "grown": 0}
            first += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        work(args.first, args.count, args.seed)
        return 0
    counts: Counter[str] = Counter()
    slowest, largest = 0.0, 0
    with tempfile.TemporaryDirectory() as name:
        traps = Path(name)
        for program in ("gs", "sh", "convert", "dcraw"):
            (traps / program).write_text(f"#!/bin/bash\necho {program} >> {traps / 'called'}\n")
            (traps / program).chmod(0o755)
        environment = os.environ | {"PATH": f"{traps}{os.pathsep}{os.environ.get('PATH', '')}"}
        for told in lines(args.first, args.count, args.seed, environment):
            seconds, grown = float(str(told["seconds"])), int(str(told["grown"]))
            slowest, largest = max(slowest, seconds), max(largest, grown)
            counts[str(told["outcome"])] += 1
            counts["slow"] += seconds > SLOW
            counts["large"] += grown > LARGE
            if told["outcome"] in BAD or seconds > SLOW or grown > LARGE:
                print(told)
        counts["code run"] += (traps / "called").exists()
    print(", ".join(f"{name} {counts[name]}" for name in ("opened", "refused", *BAD)))
    print(f"slowest {slowest:.1f} s, largest {largest / 2**20:.0f} MiB above rest")
    return int(any(counts[name] for name in BAD))


if __name__ == "__main__":
    sys.exit(main())
