"""Lists the parts that RTEdit is made of, with their licences.

A bundle brings the list that was collected when it was built; from source it is collected from what is
installed.
"""

from __future__ import annotations

import json
import platform
import re
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.support.paths import resources

APP = "rtedit-desktop"
FILE = "licences.json"
_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors?)([-_.].*)?$", re.IGNORECASE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Part:
    """``licence`` in a few words; ``text`` as its authors put it, or empty."""

    name: str
    version: str
    licence: str
    page: str = ""
    text: str = ""


def parts() -> list[Part]:
    """Every part, by name. Never raises: a list that cannot be read is collected anew."""
    try:
        return read(resources() / FILE)
    except (OSError, ValueError, TypeError, RecursionError, RTEditError):
        return collect()


def collect(leave_out: Callable[[str], bool] = lambda name: False, also: Iterable[str] = ()) -> list[Part]:
    """From what is installed: the app's requirements, theirs, and Python; ``also`` names what an extra brings."""
    found = [_python(), *(_part(one) for one in _needed(APP, leave_out, also))]
    return sorted(found, key=lambda part: part.name.lower())


def read(path: Path) -> list[Part]:
    """Raises OSError, ValueError, TypeError."""
    return [Part(**fields) for fields in json.loads(path.read_text("utf-8"))]


def write(parts: list[Part], path: Path) -> None:
    """Raises OSError."""
    path.write_text(json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=0), "utf-8")


def _needed(root: str, leave_out: Callable[[str], bool], also: Iterable[str]) -> Iterator[metadata.Distribution]:
    """What is installed of all that ``root`` and ``also`` require, without extras; ``root`` is not among them."""
    waiting = [root, *also]
    seen = set(waiting)
    while waiting:
        try:
            one = metadata.distribution(waiting.pop())
        except metadata.PackageNotFoundError:
            continue  # for another system, or not installed
        if _plain(one.metadata["Name"]) != root:
            yield one
        for line in one.requires or []:
            requirement, _, marker = line.partition(";")
            match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement.strip())
            if match is None or "extra" in marker:
                continue
            name = _plain(match[0])
            if name not in seen and not leave_out(name):
                seen.add(name)
                waiting.append(name)


def _part(one: metadata.Distribution) -> Part:
    return Part(one.metadata["Name"], one.version, _licence(one), _page(one), _text(one))


def _values_of(one: metadata.Distribution, field: str) -> list[str]:
    """What the metadata says under a field, which may be missing or said many times."""
    return [str(value).strip() for value in one.metadata.get_all(field) or []]


def _licence(one: metadata.Distribution) -> str:
    words = "".join(_values_of(one, "License-Expression"))
    if not words:
        lines = _values_of(one, "Classifier")
        words = ", ".join(line.removeprefix(_CLASSIFIER) for line in lines if line.startswith(_CLASSIFIER))
    if not words:
        words = "\n".join(_values_of(one, "License")).partition("\n")[0].strip()
    return words if 0 < len(words) <= _LONGEST_NAME else "see the text"


def _page(one: metadata.Distribution) -> str:
    for page in _values_of(one, "Home-page"):
        return page
    for line in _values_of(one, "Project-URL"):
        label, _, page = line.partition(",")
        if label.strip().lower() in ("homepage", "home", "repository", "source", "source code", "documentation"):
            return page.strip()
    return ""


def _text(one: metadata.Distribution) -> str:
    """The licence files that came with it, one after the other; else what its metadata says at length."""
    texts = []
    for file in one.files or []:
        if _TEXT.match(file.name) and file.suffix not in (".py", ".pyc") and ".dist-info" in str(file):
            try:
                texts.append(Path(str(one.locate_file(file))).read_text("utf-8", errors="replace").strip())
            except OSError:
                continue
    return "\n\n\n".join(dict.fromkeys(texts)) or "\n".join(_values_of(one, "License"))


def _python() -> Part:
    text = ""
    for name in ("LICENSE.txt", "LICENSE"):
        file = Path(sysconfig.get_paths()["stdlib"]) / name
        if file.is_file():
            text = file.read_text("utf-8", errors="replace")
            break
    return Part("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", text)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
