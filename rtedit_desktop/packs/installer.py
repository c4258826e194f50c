"""Installs packs: downloads, imports, checks and removes them, for the window and the command line."""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from rtedit_desktop.core.errors import PackError, PackInTheWay, PackMissing
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.pack_installer import (
    PackEvent,
    PackNotice,
    PackOffer,
    PackProgress,
    PackReady,
    PackStopped,
)
from rtedit_desktop.packs import registry, store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.changing import alone, not_changed
from rtedit_desktop.packs.convert import pack_import
from rtedit_desktop.packs.convert.candidates import candidates
from rtedit_desktop.packs.download.fetch import Fetcher
from rtedit_desktop.packs.download.file_download import Patience
from rtedit_desktop.packs.download.transfer import HostAccess
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, FileRecord
from rtedit_desktop.packs.manifest.shared_parts import PART_FILE
from rtedit_desktop.packs.offers import offers
from rtedit_desktop.packs.registry import Entry
from rtedit_desktop.support import network, paths
from rtedit_desktop.support.network import NetworkSettings
from rtedit_desktop.support.network_log import NetworkLog


class FolderPackInstaller:
    """Implements ``core.packs.pack_installer.PackInstaller``: one job at a time, whoever else runs."""

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        settings: NetworkSettings | None = None,
        patience: Patience | None = None,
        convert: pack_import.Convert = pack_import.convert,
    ) -> None:
        self.catalog = catalog or Catalog.default()
        self.downloads = paths.user_data() / "downloads"
        self._settings, self._patience, self._convert = settings, patience, convert

    def offers(self) -> list[PackOffer]:
        """What is installed and what can be had; quick, nothing is hashed and nobody is asked."""
        return offers(self.catalog, self._fetcher(NetworkSettings()))

    def packs(self) -> list[PackInfo]:
        """The packs that can be used now."""
        return self.catalog.packs()

    def free_bytes(self) -> int:
        """The room on the disk where packs are kept. Raises SaveError."""
        folder = paths.user_packs()
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        try:
            return shutil.disk_usage(folder).free
        except OSError as error:
            raise not_changed(error) from error

    def could_be(self, path: Path) -> tuple[str, ...]:
        """The ids among which a person has to choose before ``import_pack``; raises CheckpointError."""
        return candidates(path)

    def download(self, id: str, cancelled: threading.Event, *, renewed: bool = False) -> Iterator[PackEvent]:
        """Fetch a pack and the shared part it lacks, convert and install them.

        With ``renewed``, a file that is another one than at the first download is accepted. Raises
        PackMissing, PackError, DownloadError, SaveError, SettingsError.
        """
        entry = registry.find(id)
        fetcher = self._fetcher(self._settings or network.load())
        needed = [] if entry.shared_part or shared_parts.served(entry.part) else [registry.find(entry.part)]
        with alone():
            if self._is_there(entry):
                yield PackNotice(text=tr("{title} is installed already.", title=entry.title))
            else:
                needed.append(entry)
            if not all(one.downloadable for one in needed):
                needed.reverse()  # what can only be fetched by hand is said before something else is fetched
            for one in needed:
                if renewed:
                    fetcher.seen.forget(one.id)
                if one.downloadable:
                    yield PackNotice(
                        text=tr(
                            "{title} comes from {origin}. Licence: {licence}.",
                            title=one.title,
                            origin=one.origin,
                            licence=one.licence,
                        )
                    )
                files = yield from fetcher.fetch(one, cancelled)
                if files is None or not (yield from self._install(files[0], one, cancelled)):
                    yield PackStopped(kept=store.disk_use(self.downloads / one.id))
                    return
                store.remove(self.downloads / one.id)
        yield PackReady(id=entry.id, title=entry.title, folder=_folder(entry))

    def import_pack(
        self, path: Path, cancelled: threading.Event, *, id: str | None = None, replace: bool = False
    ) -> Iterator[PackEvent]:
        """Install a complete pack's folder, or convert a checkpoint file or a folder with one.

        Raises PackError, PackDamaged, SaveError, and what the converter raises.
        """
        entry = registry.find(id) if id else None
        if not os.path.exists(path):
            raise PackError(tr("There is no file or folder {name}.", name=path), tr("Check its name."))
        whole = pack_import.pack_folder(path)
        with alone(), _staging(paths.user_packs()) as staging:
            if whole is not None:
                manifest = manifests.read(whole)
                if self._has_same(manifest):
                    info = manifest.info
                    yield PackNotice(text=tr("{title} is installed already, with the same files.", title=info.title))
                    yield PackReady(id=info.id, title=info.title, folder=paths.user_packs() / info.id)
                    return
                self._check_free(manifest.info.id, replace)
                staging.mkdir()
                finished = yield from pack_import.copy_pack(manifest, staging, cancelled)
            else:
                if entry is not None and not entry.shared_part:
                    self._check_free(entry.id, replace)
                title = entry.title if entry else path.name
                finished = yield from pack_import.convert_into(
                    path, staging, entry.id if entry else None, title, self._convert, cancelled
                )
            if not finished:
                yield PackStopped()
                return
            yield from self._settle(staging, replace)

    def check(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        """Read every file of a pack or of a shared part anew. Raises PackMissing and PackDamaged."""
        title, folder, files = self._files(id)
        total, before = sum(record.bytes for _, record, _ in files), 0
        for path, record, what in files:
            for done in store.read_anew(path, record, what):
                if cancelled.is_set():
                    yield PackStopped()
                    return
                yield PackProgress(phase="checking", what=title, done=before + done, of=total)
            before += record.bytes
        yield PackReady(id=id, title=title, folder=folder)

    def verify(self, id: str) -> None:
        """The same at one go."""
        for _ in self.check(id, threading.Event()):
            pass

    def remove(self, id: str) -> int:
        """Take a pack or a shared part off the disk, with what is waiting to be finished of it.

        Returns the bytes that are free now. Raises PackMissing, PackError, SaveError.
        """
        part = _part_called(id)
        folder = shared_parts.folder(part) if part else paths.user_packs() / _plain(id)
        waiting = self.downloads / (part or _plain(id))
        with alone():
            if part is not None:
                self._check_unused(part)
            elif not folder.exists():  # a folder may have another name than the pack in it
                found = {pack.id: pack for pack in self.catalog.packs()}.get(id)
                if found is not None and found.folder.parent != paths.user_packs() and not waiting.exists():
                    raise PackError(
                        tr("{title} comes with RTEdit and cannot be removed.", title=found.title),
                        tr("It is used as it is."),
                    )
                folder = found.folder if found and found.folder.parent == paths.user_packs() else folder
            there = [place for place in (folder, waiting) if place.exists()]
            if not there:
                raise PackMissing(
                    tr("There is nothing called “{id}” to remove.", id=id),
                    tr("“rtedit packs list” names the packs."),
                )
            return sum(store.remove(place) for place in there)

    def _files(self, id: str) -> tuple[str, Path, list[tuple[Path, FileRecord, str]]]:
        """Title, folder, and every file with what it must be and the beginning of a sentence about it."""
        part = _part_called(id)
        if part is not None:
            folder = shared_parts.folder(part)
            what = f"The file of {shared_parts.PARTS[part].title}"
            return shared_parts.PARTS[part].title, folder, [(folder / CLIP_FILE, shared_parts.record(part), what)]
        manifest = self.catalog.manifest(id)
        title, found = manifest.info.title, []
        for name in manifest.all_files():
            record = manifest.record(name)
            assert record is not None  # all_files names those that have one
            found.append((manifest.path(name), record, f"The file {name} of the pack {title}"))
        return title, manifest.info.folder, found

    def _install(self, path: Path, entry: Entry, cancelled: threading.Event) -> Generator[PackEvent, None, bool]:
        """Convert what was downloaded and put it in its place; False when cancelled."""
        with _staging(paths.user_packs()) as staging:
            done = yield from pack_import.convert_into(path, staging, entry.id, entry.title, self._convert, cancelled)
            if done:
                _put(staging, _folder(entry))
        return done

    def _settle(self, staging: Path, replace: bool) -> Iterator[PackEvent]:
        """Put what was taken in where it belongs, whatever it turned out to be."""
        if (staging / PART_FILE).is_file():
            part = pack_import.part_in(staging)
            _put(staging, shared_parts.folder(part))
            yield PackReady(id=part, title=shared_parts.PARTS[part].title, folder=shared_parts.folder(part))
            return
        manifest = pack_import.read_whole(staging)
        info, folder = manifest.info, paths.user_packs() / manifest.info.id
        self._check_free(info.id, replace)
        _put(staging, folder)
        part = manifest.clip_part
        lacks = (part,) if part and not shared_parts.served(part) else ()
        if lacks:
            wanted = shared_parts.PARTS[part]
            yield PackNotice(
                text=tr(
                    "{title} needs {part} too: download it, or import {to_get}.",
                    title=info.title,
                    part=wanted.title,
                    to_get=wanted.to_get,
                )
            )
        yield PackReady(id=info.id, title=info.title, folder=folder, lacks=lacks)

    def _check_free(self, id: str, replace: bool) -> None:
        """Raise PackError when a pack of this id is installed and must stay."""
        try:
            folder = self.catalog.manifest(id).info.folder
        except PackError:
            folder = paths.user_packs() / id
            if not _is_whole(folder):  # missing, or too damaged to be worth keeping
                return
        if folder.parent != paths.user_packs():
            raise PackError(
                tr("A pack called “{id}” comes with RTEdit, so this one would never be used.", id=id),
                tr("Give it another id in its manifest."),
            )
        if not replace:
            raise PackInTheWay(
                tr("A pack called “{id}” is installed already.", id=id), tr("Remove it first, or add --replace.")
            )

    def _has_same(self, manifest: Manifest) -> bool:
        """Whether this very pack is installed and whole, as far as can be seen without reading all of it."""
        try:
            there = self.catalog.manifest(manifest.info.id)
        except PackError:
            return False
        as_written = manifests.read(there.info.folder)  # not with what stands in for its part
        return store.has_files(there) and as_written.to_json() == manifest.to_json()

    def _is_there(self, entry: Entry) -> bool:
        if entry.shared_part:
            return shared_parts.installed(entry.id)
        try:
            return store.has_files(manifests.read(_folder(entry)))
        except PackError:
            return False

    def _check_unused(self, part: str) -> None:
        users = [pack.title for pack in self.catalog.packs() if self.catalog.manifest(pack.id).clip_part == part]
        others = (other for other in shared_parts.PARTS if other != part)
        if users and not any(shared_parts.installed(other) for other in others):
            title = shared_parts.PARTS[part].title
            raise PackError(
                tr("{title} is needed by {choices}.", title=title, choices=", ".join(users)),
                tr("Remove what needs it first."),
            )

    def _fetcher(self, settings: NetworkSettings) -> Fetcher:
        return Fetcher(self.downloads, HostAccess(settings, NetworkLog(network.log_file())), self._patience)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A path for a new folder, hidden and on the same disk; nothing stays there."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = folder / f".{uuid.uuid4().hex}.part"
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put(staging: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    store.put_in_place(staging, folder)


def _is_whole(folder: Path) -> bool:
    """Whether a pack's own files are there; it may still lack a part that it shares with others."""
    try:
        return store.has_files(manifests.read(folder))
    except PackError:
        return False


def _folder(entry: Entry) -> Path:
    return shared_parts.folder(entry.id) if entry.shared_part else paths.user_packs() / entry.id


def _part_called(id: str) -> str | None:
    return next((name for name in shared_parts.PARTS if name.lower() == id.lower()), None)


def _plain(id: str) -> str:
    """An id that is the name of a folder. Raises PackMissing for a path."""
    if id in ("", ".", "..") or id.startswith(".") or Path(id).name != id or "\\" in id:
        raise PackMissing(tr("“{id}” is not the id of a pack.", id=id), tr("“rtedit packs list” names the packs."))
    return id
