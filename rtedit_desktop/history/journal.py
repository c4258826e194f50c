"""Journal of results in a folder; nothing of it leaves this computer."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from rtedit_desktop.core.errors import HistoryError
from rtedit_desktop.core.history import Entry, Reopened, Work
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.history.entry_file import content_digest, prompt_of
from rtedit_desktop.history.work_folder import ID, WorkFolder, read_entry
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import sweep, user_data

LIMIT = 2**30
_MOST_LOOKED_AT = 200
_LARGEST_COPY = 256 * 2**20


def own_journal() -> FolderJournal:
    """The person's own, as large as their settings allow."""
    journal = FolderJournal(user_data() / "history", settings.load().history_mib * settings.MIB)
    journal.sweep()
    return journal


class FolderJournal:
    """Implements ``core.history.Journal``: a folder of work folders, and those of them that this window has open."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder: Path | None = folder
        self.limit = limit
        self._folder = folder
        self._open: dict[str, WorkFolder] = {}
        self._bytes_used = -1  # bytes on disk, counted with the first result and from then on
        self._turn = threading.RLock()  # settings empty what results fill
        self._copying = threading.RLock()  # while a photo is written, which takes long; never wanted within a turn
        self._closed = False

    def keep_photo(self, work: str, photo: Photo) -> None:
        with self._copying:
            if not self._closed:  # else there is nobody left who would let go of it
                self._copy(work, photo)

    def write(self, work: str, photo: Photo, entry: Entry) -> None:
        with self._turn:
            folder = self._acquire(work)
            before = folder.size()
            folder.describe(photo)
            folder.write(entry)
            self._bytes_used = self.size() if self._bytes_used < 0 else self._bytes_used + folder.size() - before
            self._keep_within_limit()
        if self._copying.acquire(blocking=False):  # else it is on its way, or comes with the next result
            try:
                self._copy(work, photo)
            finally:
                self._copying.release()

    def _copy(self, work: str, photo: Photo) -> None:
        with self._turn:
            folder = self._acquire(work)
            folder.describe(photo)
        if folder.keep_photo(photo, min(_LARGEST_COPY, self.limit // 4)):
            with self._turn:
                self._bytes_used = self.size()
                self._keep_within_limit()

    def remove(self, work: str, entry: str) -> None:
        with self._turn:
            self._acquire(work).drop(entry)
            self._bytes_used = -1

    def leave(self, work: str) -> None:
        with self._copying, self._turn:
            folder = self._open.pop(work, None)
            if folder is not None:
                folder.let_go()
            else:
                folder = WorkFolder(self._folder / _checked(work))
                if folder.free and folder.left_open and folder.acquire():
                    folder.let_go()
            if folder.path.is_dir() and not folder.results():  # nothing came of it
                with contextlib.suppress(OSError):
                    folder.remove()
            if self._bytes_used < 0:
                self._bytes_used = self.size()
            self._keep_within_limit()

    def close(self) -> None:
        with self._copying, self._turn:
            self._closed = True
            for work in list(self._open):
                self.leave(work)

    def _acquire(self, work: str) -> WorkFolder:
        folder = self._open.get(work) or WorkFolder(self._folder / _checked(work))
        if not folder.acquire():
            raise HistoryError(tr("Another window of RTEdit has this photo's work open."), tr("Close it there first."))
        self._open[work] = folder
        return folder

    def works(self) -> list[Work]:
        return self._works(lambda folder: folder.id in self._open or folder.free)

    def all_works(self) -> list[Work]:
        """With those that another window has open, to be read and not to be opened; without pictures."""
        return self._works(lambda _: True, with_pictures=False)

    def unfinished(self) -> list[Work]:
        return self._works(lambda folder: folder.left_open and folder.id not in self._open and folder.free)

    def prompts(self) -> list[tuple[str, str]]:
        results = [path for folder in self._folders() for path in folder.results()]
        latest = sorted(results, key=lambda path: path.name, reverse=True)[:_MOST_LOOKED_AT]
        return list(dict.fromkeys(asked for path in latest if (asked := prompt_of(path)) is not None))

    def _works(self, wanted: Callable[[WorkFolder], bool], *, with_pictures: bool = True) -> list[Work]:
        works = (folder.work(with_pictures) for folder in self._folders() if wanted(folder))
        found = [work for work in works if work is not None]
        return sorted(found, key=lambda work: work.changed, reverse=True)

    def reopen(self, work: str, presets: Sequence[Path] = ()) -> Reopened:
        with self._turn:
            self._known(work)
            self._acquire(work)
            return self.read(work, presets)

    def read(self, work: str, presets: Sequence[Path] = ()) -> Reopened:
        """The same without going on with it: whoever has it open keeps it, and it is offered as before."""
        known, folder = self._known(work), WorkFolder(self._folder / work)
        entries: list[Entry] = []
        unreadable = 0
        find = _PresetFinder(presets)
        for path in folder.results():
            try:
                entries.append(read_entry(path, find))
            except Exception:  # a reader of torn bytes fails in many ways; the rest is still good
                unreadable += 1
        notes = []
        if unreadable:
            notes.append(
                tr(
                    "{damaged} of {n} results are damaged and were left out.",
                    damaged=unreadable,
                    n=unreadable + len(entries),
                )
            )
        return Reopened(work=known, entries=tuple(entries), copy=folder.copy, notes=tuple(notes))

    def _known(self, work: str) -> Work:
        known = WorkFolder(self._folder / _checked(work)).work(with_picture=False)
        if known is None:
            raise HistoryError(
                tr("This work is not there any more."), tr("It made room for newer work, or was removed.")
            )
        return known

    def count(self) -> int:
        return sum(bool(folder.results()) for folder in self._folders())

    def size(self) -> int:
        return sum(folder.size() for folder in self._folders())

    def sweep(self) -> None:
        """Remove what a process that was killed had begun: partial files, and works that got no result."""
        with self._turn:
            for folder in self._folders():
                sweep(folder.path)
                if folder.id not in self._open and folder.is_abandoned:
                    with contextlib.suppress(OSError):
                        folder.remove()

    def set_limit(self, limit: int) -> None:
        with self._turn:
            self.limit = limit
            self._make_room()

    def clear(self, unfinished: bool = True) -> None:
        """With ``unfinished`` also what the next window would offer. What cannot be removed does not keep the rest."""
        failed: OSError | None = None
        with self._turn:
            for folder in self._folders():
                if folder.id in self._open or (folder.left_open and not unfinished):
                    continue
                try:
                    folder.remove()
                except OSError as error:
                    failed = error
            self._bytes_used = -1
        if failed is not None:
            raise failed

    def _keep_within_limit(self) -> None:
        if self._bytes_used > self.limit:
            self._make_room()

    def _make_room(self) -> None:
        """The work that was touched least recently goes first."""
        used = self.size()
        for folder in sorted(self._folders(), key=lambda folder: folder.changed):
            if used <= self.limit:
                break
            if folder.id not in self._open and folder.free:
                freed = folder.size()
                folder.remove()
                used -= freed
        self._bytes_used = used

    def _folders(self) -> list[WorkFolder]:
        try:
            return [WorkFolder(path) for path in self._folder.iterdir() if ID.fullmatch(path.name) and path.is_dir()]
        except OSError:
            return []


class _PresetFinder:
    """Finds where a preset is now: where it was, or where the same bytes are; files are read once."""

    def __init__(self, presets: Sequence[Path]) -> None:
        self._presets = presets
        self._digests: dict[Path, str] = {}

    def __call__(self, path: Path, sha256: str) -> Path:
        if not sha256 or self._digest(path) == sha256:
            return path
        return next((other for other in self._presets if self._digest(other) == sha256), path)

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = content_digest(path)
        return self._digests[path]


def _checked(work: str) -> str:
    if not ID.fullmatch(work):
        raise HistoryError(tr("This is not the name of a work."))
    return work
