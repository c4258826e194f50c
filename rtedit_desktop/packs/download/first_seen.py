"""Records what files were at their first download, for those whose publisher states no hash."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from rtedit_desktop.support.paths import write_atomically
from rtedit_desktop.support.regular_file import read_regular

_NAME = "first-seen.json"
_LONGEST = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One file at its first download; ``date`` as ISO 8601 in UTC."""

    sha256: str
    bytes: int
    url: str
    date: str


class FirstSeen:
    """Owns the record of first downloads, a small file in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def get(self, entry: str, name: str) -> Seen | None:
        return self._all().get(f"{entry}/{name}")

    def add(self, entry: str, name: str, sha256: str, count: int, url: str) -> None:
        """Note a file, unless it is known. Raises OSError."""
        everything = self._all()
        date = datetime.now(timezone.utc).isoformat(timespec="seconds")
        everything.setdefault(f"{entry}/{name}", Seen(sha256=sha256, bytes=count, url=url, date=date))
        self._write(everything)

    def forget(self, entry: str) -> None:
        """Let the next download of an entry be its first. Raises OSError."""
        self._write({key: seen for key, seen in self._all().items() if not key.startswith(f"{entry}/")})

    def _all(self) -> dict[str, Seen]:
        """A file that cannot be read is as good as none: what is downloaded next is noted anew, and it is put aside."""
        try:
            noted = json.loads(read_regular(self._path, _LONGEST))
            return {key: Seen(**seen) for key, seen in noted.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            with contextlib.suppress(OSError):
                os.replace(self._path, self._path.with_suffix(".damaged"))
            return {}

    def _write(self, everything: dict[str, Seen]) -> None:
        text = json.dumps({key: asdict(seen) for key, seen in everything.items()}, indent=2).encode()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path, text)
