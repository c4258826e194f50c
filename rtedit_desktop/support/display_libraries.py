"""Names the libraries that the window's Qt plugin lacks on this Linux."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

_LACKING = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_PATIENCE_S = 20


def lacking(plugin: Path) -> tuple[str, ...]:
    """What the loader does not find of all that a plugin needs, like ``libxcb-cursor.so.0``.

    None where it cannot be asked.
    """
    try:
        result = subprocess.run(
            ["ldd", str(plugin)], capture_output=True, text=True, check=False, timeout=_PATIENCE_S,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(dict.fromkeys(_LACKING.findall(result.stdout)))


def debian_package(library: str) -> str:
    """Package of a library by Debian's rule: its name and its version, apart where the name ends in a digit."""
    name, _, version = library.partition(".so.")
    return f"{name}{'-' if name[-1:].isdigit() and version else ''}{version}".lower()


def advice(libraries: Sequence[str]) -> str:
    """What lacks, and how it comes."""
    if not libraries:
        return ""
    packages = " ".join(debian_package(library) for library in libraries)
    return f"Missing: {', '.join(libraries)}.\nOn Debian and Ubuntu: sudo apt install {packages}"
