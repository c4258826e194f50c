"""A download that is run to its end, with all that it yields."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from typing import Any

from support.host import Host, sha256

from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.packs.download.failures import Remote
from rtedit_desktop.packs.download.file_download import Patience, download
from rtedit_desktop.packs.download.transfer import HostAccess
from rtedit_desktop.support.network import NetworkSettings
from rtedit_desktop.support.network_log import NetworkLog

CONTENT = random.Random(7).randbytes(200_000)
QUICK = Patience(stall=3.0, retries=4, tries=40, first_wait=0.001, longest_wait=1.0)


class DownloadRun:
    """Runs a download to its end; keeps the events."""

    def __init__(self, host: Host, folder: Path, settings: NetworkSettings | None = None, **remote: Any) -> None:
        self.target = folder / "file.bin"
        self.log = NetworkLog(folder / "log.jsonl")
        self.access = HostAccess(settings or NetworkSettings(proxy="none"), self.log)
        remote.setdefault("sha256", sha256(CONTENT))
        self.remote = Remote(url=host.url, name="file.bin", by_hand="fetch it by hand", **remote)
        self.cancelled = threading.Event()
        self.events: list[PackProgress | PackNotice] = []

    def run(self, patience: Patience = QUICK, cancel_at: int | None = None) -> str | None:
        self.cancelled.clear()
        running = download(self.remote, self.target, self.access, cancelled=self.cancelled, patience=patience)
        while True:
            try:
                event = next(running)
            except StopIteration as end:
                return end.value
            self.events.append(event)
            if cancel_at is not None and isinstance(event, PackProgress) and event.done >= cancel_at:
                self.cancelled.set()

    @property
    def part(self) -> Path:
        return self.target.with_name("file.bin.part")

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.path.read_text().splitlines()]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "log.jsonl")
