"""Private words on their way into the log and the report: how many come out, and what time a line takes.

    python tests/benchmarks/attack_log.py [--count 300] [--seed 0] [--first 0]

Each number is a line as the app, a library, Qt, a warning or an exception would log it, with the names of folders,
photos and people in all the ways that they are written. Counted are the lines that were kept, what ``attacking``
counts, and

    leaked      a private word stands in the log file or in the report
    long        a line took over a tenth of a second of the processor

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import logging
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from benchmarks.attacking import Attack, Make, main  # noqa: E402

from rtedit_desktop.core.errors import PictureError  # noqa: E402
from rtedit_desktop.core.lazy_text import tr  # noqa: E402
from rtedit_desktop.support.reporting import diagnostics, log  # noqa: E402
from rtedit_desktop.support.reporting.privacy import ForeignText  # noqa: E402

LONG_S = 0.1
PRIVATE = ("Annabel", "Müller", "geheim", "Hochzeit", "wedding", "Ömer", "小林", "honeymoon", "grandma", "Kowalski")
ENDINGS = ("jpg", "CR2", "NEF", "psd", "avif", "arw", "xcf", "rtpreset", "ckpt", "tar.gz", "", "JPG~", "heic.part")
FORMS: tuple[Callable[[str], str], ...] = (
    lambda name: f"/home/annabel/{name}",
    lambda name: f"/srv/my own {name}/of mine",
    lambda name: f"C:\\Users\\Annabel\\{name}",
    lambda name: f"\\\\server\\{name}\\x",
    lambda name: f"~/{name}",
    lambda name: f"file:///srv/{name}%20x",
    lambda name: f"'{name}'",
    lambda name: f"“{name}”",
    lambda name: name,
    lambda name: f"{name}:{name}",
    lambda name: f"path={name};",
    lambda name: f"b'{name}'",
    lambda name: f"{{'file': '{name}', 'by': 'Annabel'}}",
    lambda name: f"\x1b[31m{name}\x1b[0m",
    lambda name: f"line\n{name}\r\n{name}",
    lambda name: f"/{name}" * 2500,
    lambda name: f"{name} /a" * 2500,
    lambda name: f'File "/srv/{name}/site-packages/torch/{name}.py", line 3, in f',
)  # fmt: skip


def named(dice: random.Random) -> str:
    words = dice.sample(PRIVATE, dice.choice((1, 2, 3)))
    ending = dice.choice(ENDINGS)
    return dice.choice((" ", "_", "-", "/", "")).join(words) + (f".{ending}" if ending else "")


def make(number: int, seed: int) -> tuple[int, str]:
    dice = random.Random(f"{seed}:{number}")
    return dice.randrange(12), dice.choice(FORMS)(named(dice))


def log_text(way: int, text: str) -> None:
    """As it would be in the app, whoever says it."""
    ours, others = logging.getLogger("rtedit_desktop.some.module"), logging.getLogger("PIL.Image")
    match way:
        case 0:
            ours.info("Opened %s", Path(text.replace("\0", "")))
        case 1:
            ours.warning("%s: %s", tr("Could not open {name}", name=text), text)
        case 2:
            ours.warning("It said\n%s", ForeignText(f"Could not open {text} because of {text}"))
        case 3:
            others.warning(f"cannot read {text}")
        case 4:
            others.warning("cannot read %s", text)
        case 5:
            logging.getLogger("qt").warning(text)
        case 6:
            warnings.warn(f"odd: {text}", stacklevel=1)
        case 7 | 8 | 9 | 10:
            kind = (ValueError, OSError, KeyError, PictureError)[way - 7]
            try:
                try:
                    raise kind(text)
                except Exception as cause:
                    raise RuntimeError(f"with {text}") from cause
            except RuntimeError:
                ours.exception("It failed")
        case _:
            print(text)


def prepare(folder: Path) -> tuple[Make, Attack]:
    warnings.simplefilter("always")
    sys.stdout, console = None, sys.stdout  # type: ignore[assignment]
    log.begin()
    into_log, sys.stdout = sys.stdout, console
    seen: list[tuple[int, str]] = []

    def attack(given: tuple[int, str]) -> tuple[str, str]:
        began = time.process_time()
        sys.stdout = into_log
        try:
            log_text(*given)
        finally:
            sys.stdout = console
        spent = time.process_time() - began
        seen.append(given)
        report = diagnostics.report([], {}) if len(seen) % 25 == 1 else ""  # it looks at all that is installed
        for text in (log.log_file().read_text("utf-8"), "\n".join(log.last_lines()), report):
            for word in PRIVATE:
                if word.lower() in text.lower():
                    log.log_file().write_text("")
                    return "leaked", f"{given[0]} {given[1][:200]}"
        log.log_file().write_text("")
        return ("long", f"{spent:.2f} s {given[1][:80]}") if spent > LONG_S else ("kept", "")

    return make, attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 300, bad=("leaked", "long")))
