"""Fetches all files of a registry entry, each verified as well as can be."""

from __future__ import annotations

import threading
from pathlib import Path

from rtedit_desktop.core.errors import DownloadError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackNotice
from rtedit_desktop.packs.download.failures import NotThere, Remote
from rtedit_desktop.packs.download.file_download import Patience, Steps, download
from rtedit_desktop.packs.download.first_seen import FirstSeen
from rtedit_desktop.packs.download.transfer import HostAccess
from rtedit_desktop.packs.registry import Choice, Entry, Wanted


class Fetcher:
    """Fetches into a folder of each entry below ``folder``; owns the record of what was seen there first."""

    def __init__(self, folder: Path, access: HostAccess, patience: Patience | None) -> None:
        self.folder, self.seen = folder, FirstSeen(folder)
        self._access, self._patience = access, patience

    def fetch(self, entry: Entry, cancelled: threading.Event) -> Steps[list[Path] | None]:
        """The generator's value are the paths of the whole and verified files; None when it was cancelled.

        Raises DownloadError and SaveError, as ``download`` does.
        """
        if not entry.downloadable:
            raise DownloadError(
                tr(
                    "{title} cannot be downloaded by RTEdit: its publisher offers it on a page for people only.",
                    title=entry.title,
                ),
                f"{entry.by_hand[:1].upper()}{entry.by_hand[1:]}.",
            )
        paths = []
        for wanted in entry.files:
            path = yield from self._fetch_one(entry, wanted, cancelled)
            if path is None:
                return None
            paths.append(path)
        return paths

    def _fetch_one(self, entry: Entry, wanted: Wanted, cancelled: threading.Event) -> Steps[Path | None]:
        for choice in wanted.choices[:-1]:
            try:
                return (yield from self._fetch_choice(entry, choice, cancelled))
            except NotThere:
                continue
        return (yield from self._fetch_choice(entry, wanted.choices[-1], cancelled))

    def _fetch_choice(self, entry: Entry, choice: Choice, cancelled: threading.Event) -> Steps[Path | None]:
        target = self.folder / entry.id / choice.name
        seen = self.seen.get(entry.id, choice.name)
        remote = Remote(
            url=choice.url,
            name=choice.name,
            sha256=choice.sha256 or (seen.sha256 if seen else ""),
            bytes=choice.bytes or (seen.bytes if seen else 0),
            by_hand=entry.by_hand,
        )
        digest = yield from download(remote, target, self._access, cancelled=cancelled, patience=self._patience)
        if digest is None:
            return None
        if not choice.sha256 and seen is None:
            self.seen.add(entry.id, choice.name, digest, target.stat().st_size, choice.url)
            yield PackNotice(
                text=tr(
                    "No hash of {name} was known; that of this first download is noted: {digest}…",
                    name=choice.name,
                    digest=digest[:16],
                )
            )
        return target
