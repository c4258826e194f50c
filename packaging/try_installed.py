"""Try an installed RTEdit on any system: the command line, then an edit in the real window, without a display.

    python packaging/try_installed.py FOLDER      where rtedit and rtedit-desktop are

Ends with 1 when something did not work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE_S = 1200


def main() -> int:
    folder = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "RTEDIT_HOME": str(Path(home) / "own"), "QT_QPA_PLATFORM": "offscreen"}
        result = Path(home) / "window.png"
        tried = [
            run(folder, environment, "rtedit", "--version"),
            run(folder, environment, "rtedit", "--help"),
            run(folder, environment, "rtedit", "packs", "list"),
            run(folder, environment, "rtedit-desktop", "--self-check", str(result)),
        ]
        print(f"window: a result of {result.stat().st_size if result.is_file() else 0} bytes")
        return int(not all(tried) or not result.is_file())


def run(folder: str, environment: dict[str, str], name: str, *words: str) -> bool:
    """One command; its words, what it took, and how it ended."""
    program = shutil.which(name, path=folder)
    if program is None:
        print(f"{name}: not in {folder}")
        return False
    began = time.perf_counter()
    ended = subprocess.run(
        [program, *words], env=environment, timeout=PATIENCE_S, check=False, stdout=subprocess.DEVNULL
    )
    print(f"{name} {' '.join(words)}: {ended.returncode} after {time.perf_counter() - began:.1f} s", flush=True)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
