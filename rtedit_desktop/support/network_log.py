"""Log of every request that the app made: a line of JSON each, in the person's data folder."""

from __future__ import annotations

import json
import os
import threading
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.lazy_text import tr

MOST_BYTES = 8 * 2**20
_lock = threading.Lock()


class NetworkLog:
    """Appends lines to a bounded file; the older half is kept in a second file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def request(self, url: str, purpose: str, **more: object) -> None:
        """Write down a request before it is made. Raises SaveError: what cannot be logged is not asked."""
        try:
            self._add(url=_plain(url), purpose=purpose, **more)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SaveError(
                tr("The log of network requests cannot be written: {reason}.", reason=reason),
                tr("Free some space, or check the permissions of {name}.", name=self.path),
            ) from error

    def answer(self, url: str, **more: object) -> None:
        """Write down what came of a request; the request itself is in the log already."""
        try:
            self._add(url=_plain(url), **more)
        except OSError:
            return

    def _add(self, **line: object) -> None:
        time = datetime.now(timezone.utc).isoformat(timespec="seconds")
        text = json.dumps({"time": time, **line}) + "\n"
        with _lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and self.path.stat().st_size > MOST_BYTES:
                os.replace(self.path, self.path.with_name(f"{self.path.stem}-older{self.path.suffix}"))
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)


def _plain(url: str) -> str:
    """Without the query and the user: they hold signatures and passwords."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + ("?…" if parts.query else "")
