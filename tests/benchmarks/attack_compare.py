"""``rtedit bench compare`` on folders and votes that somebody else sent.

    python tests/benchmarks/attack_compare.py [--count 500] [--seed 0] [--first 0]

In the folders lie mutated pictures, pipes, links without an end, names of any bytes, and others' titles that are HTML;
keys and votes have another byte, type or size somewhere, or are no files. Counted are what was compared or counted and
what was refused in a sentence, what ``attacking`` counts, and

    astray      a file of the folders is another, or one was written outside of the page's folder
    told        the page says which tool is which, or has markup from a name in it

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from benchmarks.attack_photos import mutated, originals  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from PIL import Image  # noqa: E402

from rtedit_desktop.cli import main as rtedit  # noqa: E402

ODD: tuple[Any, ...] = (
    None, True, -1, 2**63, 1e308, "", "a" * 100_000, "\0", "\x1b[2J", "left", "\ud800", [], [[]], {}, {"a": 1},
)  # fmt: skip
NAMES = (
    b"1 old face",
    b"2 </script><b>",
    b"3 caf\xe9",
    b"4 \xff\xfe",
    b"5 a\nb\x1b[2J",
    b"6" + b"a" * 200,
    b"7 \xe2\x80\xae",
)
TOOLS = (b"red", b"blue</td>", b"gr\xff\x1b[2Jeen")


class Case(NamedTuple):
    number: int
    seed: int
    dice: random.Random


def folders(case: Case, place: Path, good: list[bytes]) -> list[Path]:
    dice, made = case.dice, []
    for tool in dice.sample(TOOLS, 2) if dice.random() < 0.9 else [TOOLS[0]] * 2:
        folder = Path(os.fsdecode(os.fsencode(place) + b"/" + dice.choice((b"x", b"y")) + b"/" + tool))
        folder.mkdir(parents=True, exist_ok=True)
        made.append(folder)
        for index, name in enumerate(NAMES[: dice.choice((1, 3, 7))]):
            path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name + dice.choice((b".png", b".jpg", b".webp"))))
            with contextlib.suppress(OSError):
                match dice.randrange(120):
                    case 0:
                        os.mkfifo(path)
                    case 1:
                        path.symlink_to(path)
                    case 2:
                        path.symlink_to("/dev/zero")
                    case 3:
                        path.mkdir()
                    case 4:
                        path.write_bytes(b"")
                    case 5:
                        path.write_bytes(mutated(case.number * 10 + index, case.seed, good))
                    case _:
                        kind = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[path.suffix]
                        size = dice.choice(((8, 8), (40, 30), (1, 500)))
                        Image.new(dice.choice(("RGB", "L")), size, dice.randrange(256)).save(path, kind)
    return made


def changed(dice: random.Random, content: Any) -> bytes:
    """The JSON with something else in it."""
    for _ in range(dice.choice((0, 1, 1, 3))):
        place = content
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = dice.choice(keys)
            if not isinstance(place[key], (dict, list)) or not place[key] or dice.random() < 0.2:
                place[key] = dice.choice(ODD)
                break
            place = place[key]
    text = json.dumps(content)
    if dice.random() < 0.3:
        at = dice.randrange(len(text))
        text = (
            text[:at]
            + dice.choice(("", "[" * 5000, '"', "1" * 5000, "NaN", "\0"))
            + text[at + dice.choice((0, 1, 99)) :]
        )
    return text.encode("utf-8", "surrogatepass")


def asked(*words: str | Path) -> tuple[int, str]:
    """Exit code, and what was printed."""
    pipes = io.BytesIO(), io.BytesIO()
    out, errors = io.TextIOWrapper(pipes[0], "utf-8"), io.TextIOWrapper(pipes[1], "utf-8", "backslashreplace")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):  # as Python has them
        code = rtedit(["bench", "compare", *map(str, words)])
    for stream in (out, errors):
        stream.flush()
    return code, "".join(pipe.getvalue().decode() for pipe in pipes)


def attacked(case: Case, place: Path, good: list[bytes]) -> tuple[str, str]:
    dice = case.dice
    given, out = folders(case, place, good), place / "out"
    before = _digests(place)
    code, told = asked(*given, "--out", out, "--seed", str(dice.choice((0, 5))))
    if code == 1 or "Traceback" in told or len(told) > 3000 or "\x1b" in told:
        return "escaped", told[-600:]
    if {path: digest for path, digest in _digests(place).items() if out not in path.parents} != before:
        return "astray", told[-300:]
    if code != 0:
        return "refused", ""
    page = (out / "index.html").read_text("utf-8")
    if "<b>" in page or page.count("</script>") != 1 or any(os.fsdecode(tool) in page for tool in TOOLS):
        return "told", page[:300]
    key = json.loads((out / "key.json").read_text("utf-8"))
    cast = {"comparison": key["comparison"], "votes": {n: dice.choice(("left", "right", "tie")) for n in key["trials"]}}
    many = dice.random() < 0.02
    if many:  # as many as fit into what is read
        key["trials"] = {str(n): {"picture": str(n), "left": "a", "right": "b"} for n in range(50_000)}
        key["tools"], cast["votes"] = ["a", "b"], dict.fromkeys(key["trials"], "left")
    votes = place / "votes.json"
    votes.write_bytes(json.dumps(cast).encode() if many else changed(dice, cast))
    if many or dice.random() < 0.5:
        (out / "key.json").write_bytes(json.dumps(key).encode() if many else changed(dice, key))
    code, told = asked("--votes", votes, "--out", out)
    if code == 1 or "Traceback" in told or len(told) > 3000 or "\x1b" in told:
        return "escaped", told[-600:]
    return ("counted" if code == 0 else "refused"), ""


def _digests(place: Path) -> dict[Path, str]:
    found = {}
    for where, _, files in os.walk(place):
        for name in files:
            path = Path(where, name)
            if path.is_symlink() or not path.is_file():
                found[path] = "no file"
            else:
                found[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def prepare(folder: Path) -> tuple[Make, Attack]:
    good = originals(folder)
    attacked(Case(0, 0, random.Random(1)), _fresh(folder / "first"), good)

    def attack(case: Case) -> tuple[str, str]:
        place = _fresh(folder / "attack")
        try:
            return attacked(case, place, good)
        finally:
            shutil.rmtree(place)

    return lambda number, seed: Case(number, seed, random.Random(f"{seed}:{number}")), attack


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 500, bad=("astray", "told")))
