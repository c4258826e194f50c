"""What becomes of prompts as people write them, on photographs: a table, and sheets to look at.

    python tests/benchmarks/prompts.py --photos FOLDER --out SHEETS [--each 4] [--pack portraits]

Each of ``PROMPTS`` is given to ``rtedit batch`` with so many of the photographs, which take turns. Told are whether it
was understood, by the edits that it should mean; the sentence where it is told to be impossible; and what was said of
each photograph. How the results look is told by looking: SHEETS gets a sheet a prompt, sources above results.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rtedit_desktop.bench.own_edits.sheets import write_sheet
from rtedit_desktop.cli import main as rtedit
from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.packs.catalog import Catalog

PROMPTS: dict[str, tuple[str, ...]] = {
    "red lipstick": ("Red lipstick",),
    "put some make-up on her eyes": ("Eye makeup",),
    "blonde hair": ("Blond hair",),
    "make his hair grey": ("Grey hair",),
    "a man with stubble": ("Stubble",),
    "sun-tanned skin": ("Tan",),
    "a very pale face": ("Pale",),
    "black and white": ("Black and white",),
    "an old sepia photograph": ("Sepia",),
    "golden hour": ("Golden light",),
    "at night": ("Night",),
    "looks like analogue film": ("Film",),
    "more vivid colors": ("Vivid",),
    "a bit warmer": ("Warm",),
    "brighter": ("Bright",),
    "like in a film noir": ("Noir",),
    "tanned face with red lipstick": ("Tan", "Red lipstick"),
    "blond hair and golden light": ("Blond hair", "Golden light"),
    "red lipstick, everything else black and white": ("Red lipstick", "Black and white"),
    "smiling face": (),
    "wearing sunglasses": (),
    "a full beard": (),
    "ten years younger": (),
    "a red hat": (),
}
"""As somebody who has not read the guide would write them, and the titles of the edits that each should mean; none
where Portraits has no such edit."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--each", type=int, default=4)
    arguments.add_argument("--pack", default="portraits")
    args = arguments.parse_args()
    photos = sorted(path for path in args.photos.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    info = Catalog.default().manifest(args.pack).info
    args.out.mkdir(parents=True, exist_ok=True)
    print("| prompt | meant | understood | s a photograph | said |\n| --- | --- | --- | ---: | --- |")
    right = done = 0
    for number, (prompt, meant) in enumerate(PROMPTS.items()):
        titles = _understood(info, prompt)
        right += sorted(titles) == sorted(meant)
        chosen = [photos[(number * args.each + i) % len(photos)] for i in range(args.each)]
        said, seconds, columns = _made(args.pack, prompt, chosen)
        if columns:
            done += 1
            write_sheet(args.out / f"{number:02}.jpg", columns)
        time_each = f"{seconds:.1f}" if columns else "–"
        print(f"| {prompt} | {_list(meant)} | {_list(titles)} | {time_each} | {said} |", flush=True)
    print(
        f"\n{len(PROMPTS)} prompts: {right} understood as they are meant, {done} made, {len(PROMPTS) - done} refused."
    )
    return 0


def _understood(info: PackInfo, prompt: str) -> list[str]:
    try:
        return [edit.title for edit, _ in info.asked_edits(prompt).uses]
    except PromptError:
        return []


def _made(pack: str, prompt: str, photos: list[Path]) -> tuple[str, float, list[list[np.ndarray]]]:
    """What was said, seconds a photograph with loading, and the columns of a sheet; none where it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        printed, begun = io.StringIO(), time.perf_counter()
        command = ["batch", *map(str, photos), "--prompt", prompt, "--pack", pack, "-o", folder, "--json", "--quiet"]
        with contextlib.redirect_stdout(printed):
            rtedit(command)
        seconds = (time.perf_counter() - begun) / len(photos)
        told: dict[str, Any] = json.loads(printed.getvalue())
        if "error" in told:
            return told["error"]["what"], seconds, []
        notes = dict.fromkeys(note for one in told["photos"] for note in one["notes"])
        made = [one for one in told["photos"] if "result" in one]
        columns = [[_pixels(Path(one["photo"])), _pixels(Path(one["result"]))] for one in made]
    return " ".join(notes), seconds, columns


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _list(titles: list[str] | tuple[str, ...]) -> str:
    return ", ".join(titles) or "–"


if __name__ == "__main__":
    sys.exit(main())
