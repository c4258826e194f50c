"""A pack installer that converts nothing, and the moves that its tests make."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.host import sha256
from support.nets import tiny_pack as tiny

from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.packs.pack_installer import PackEvent, PackOffer, PackProgress
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.download.file_download import Patience
from rtedit_desktop.packs.installer import FolderPackInstaller
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE
from rtedit_desktop.support import paths
from rtedit_desktop.support.network import NetworkSettings

WEIGHTS = random.Random(3).randbytes(50_000)
PART = "ViT-B-16-quickgelu"
QUICK = Patience(stall=3.0, retries=2, first_wait=0.001)


def fake_convert(path: Path, into: Path, entry: str | None) -> Iterator[object]:
    """What the converter does, as far as the installer sees it."""
    content = path.read_bytes() if path.is_file() else b"folder"
    yield 0.5
    if content.startswith(b"bad"):
        raise PackError("The file is not a checkpoint.", "Choose another.")
    into.mkdir()
    record = {"sha256": sha256(content), "bytes": len(content)}
    if entry == PART:
        (into / CLIP_FILE).write_bytes(content)
        part = {"format": 1, "part": PART, "origin": path.name, "file": record}
        (into / "part.json").write_text(json.dumps(part))
    else:
        (into / UNET_FILE).write_bytes(content)
        layout = {"format": 1, **tiny.fields(id=entry or "guessed", clip={"shared": PART}, vocabulary=[])}
        layout.update(kind_of_word={}, files={UNET_FILE: record})
        (into / "manifest.json").write_text(json.dumps(layout))
    yield PackProgress(phase="converting", what="it", done=1000, of=1000)


def installer(built_in: Path | None = None) -> FolderPackInstaller:
    catalog = Catalog([*([built_in] if built_in else []), paths.user_packs()])
    return FolderPackInstaller(catalog, settings=NetworkSettings(proxy="none"), patience=QUICK, convert=fake_convert)


def run(events: Iterator[PackEvent], cancelled: threading.Event | None = None, at: str = "") -> list[PackEvent]:
    seen = []
    for event in events:
        seen.append(event)
        if cancelled is not None and isinstance(event, PackProgress) and event.phase == at:
            cancelled.set()
    return seen


def download(id: str = "dots", **more: Any) -> list[PackEvent]:
    return run(installer().download(id, threading.Event(), **more))


def import_file(path: Path, **more: Any) -> list[PackEvent]:
    return run(installer().import_pack(path, threading.Event(), **more))


def offer(id: str) -> PackOffer:
    return next(offer for offer in installer().offers() if offer.id == id)


def hidden() -> list[str]:
    return [path.name for path in paths.user_packs().iterdir() if path.name.startswith(".")]
