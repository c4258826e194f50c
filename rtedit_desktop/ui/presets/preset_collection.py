"""Observable state of the preset library: read and written off the main thread, watched for changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from rtedit_desktop.core.preset import PresetInfo, PresetLibrary
from rtedit_desktop.ui.model.seen_packs import language
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.texts import error_text, sentences
from rtedit_desktop.worker.background import Background, SerialQueue

T = TypeVar("T")

# Files come in pieces: one that cannot be read is only spoken of when it still cannot a while later.
SETTLE_MS = 300
SECOND_LOOK_MS = 1500


class PresetCollection(QObject):
    """Owns the list that was read last. What is written shows at once, and is read again after that."""

    changed = Signal()
    added = Signal(object)
    removed = Signal(object)
    shared = Signal(object, object)
    """A file, and the preset where small pictures of the person's own are in it."""
    failed = Signal(str, str, str)
    refused = Signal(str, str, str)
    unreadable = Signal(object)

    def __init__(
        self, library: PresetLibrary, state: EditorState, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._library, self._state = library, state
        self._tasks, self._lane = background.tasks, SerialQueue(background)
        self._reading = False
        self._writing = 0
        self._doubted: set[str] = set()
        self._reported: set[str] = set()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self._second_look = QTimer(self, singleShot=True, interval=SECOND_LOOK_MS)
        self._second_look.timeout.connect(self.refresh)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._settle.start())
        self.known = False
        self.all: tuple[PresetInfo, ...] = ()

    def at(self, path: Path) -> PresetInfo | None:
        return next((preset for preset in self.all if preset.path == path), None)

    def refresh(self) -> None:
        """Read the folder; a reading that waits already is enough."""
        if not self._reading:
            self._reading = True
            self._tasks.start(self._refresh())

    async def _refresh(self) -> None:
        try:
            found, problems, folder = await self._lane.run(self._read)
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("The presets could not be read.")))
            return
        self._watch(folder)
        self.known = True
        if not self._writing:  # else it is older than what is shown, and another reading follows
            self._set(found)
        self._doubt(set(problems))

    def _read(self) -> tuple[list[PresetInfo], list[str], Path | None]:
        self._reading = False  # what changes from here on needs another reading
        found = self._library.presets()
        return found, [error_text(problem) for problem in self._library.problems], _watchable(self._library.folder)

    def _doubt(self, problems: set[str]) -> None:
        new = [problem for problem in problems & self._doubted if problem not in self._reported]
        self._reported |= set(new)
        if new:
            self.unreadable.emit(sorted(new))
        if problems - self._doubted:
            self._second_look.start()
        self._doubted = problems

    def _watch(self, folder: Path | None) -> None:
        watched = self._watcher.directories()
        wanted = [str(folder)] if folder is not None else []
        if watched != wanted:
            if watched:
                self._watcher.removePaths(watched)
            if wanted:
                self._watcher.addPaths(wanted)
                self._settle.start()  # for what came between the reading and this

    def add(self, path: Path) -> None:
        self._tasks.start(self._add(path))

    async def _add(self, path: Path) -> None:
        try:
            addition = await self._write(partial(self._library.add, path))
        except Exception as error:
            self.refused.emit(*sentences(error, self.tr("{name} was not taken.").format(name=path.name)))
        else:
            self._added(addition.preset)

    def share(self, preset: PresetInfo, to: Path, pictures: bool = True) -> None:
        """A file that is there now is one that the person was asked about; one that comes later stays."""
        self._tasks.start(self._share(preset, to, os.path.lexists(to), pictures))

    async def _share(self, preset: PresetInfo, to: Path, overwrite: bool, pictures: bool) -> None:
        try:
            await self._write(partial(self._library.share, preset, to, overwrite=overwrite, pictures=pictures))
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("{name} could not be written.").format(name=to.name)))
        else:
            theirs = pictures and preset.before is not None and not preset.built_in
            self.shared.emit(to, preset if theirs else None)

    def rename(self, preset: PresetInfo, title: str) -> None:
        self._tasks.start(self._rename(preset, title))

    async def _rename(self, preset: PresetInfo, title: str) -> None:
        self._put(preset, replace(preset, title=title))
        try:
            named = await self._write(partial(self._library.rename, preset, title))
        except Exception as error:
            what = self.tr("“{title}” could not be renamed.").format(title=preset.title)
            self.failed.emit(*sentences(error, what))
        else:
            self._put(preset, named)

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        self._tasks.start(self._set_favourite(preset, favourite))

    async def _set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        self._put(preset, replace(preset, favourite=favourite))
        try:
            await self._write(partial(self._library.set_favourite, preset, favourite))
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("“{title}” could not be marked.").format(title=preset.title)))

    def remove(self, preset: PresetInfo) -> None:
        self._tasks.start(self._remove(preset))

    async def _remove(self, preset: PresetInfo) -> None:
        try:
            await self._write(partial(self._library.remove, preset))
        except Exception as error:
            what = self.tr("“{title}” could not be deleted.").format(title=preset.title)
            self.failed.emit(*sentences(error, what))
        else:
            self._put(preset, None)
            self.removed.emit(preset)

    def put_back(self, preset: PresetInfo) -> None:
        self._tasks.start(self._put_back(preset))

    async def _put_back(self, preset: PresetInfo) -> None:
        try:
            back = await self._write(partial(self._library.put_back, preset))
        except Exception as error:
            what = self.tr("“{title}” could not be put back.").format(title=preset.title)
            self.failed.emit(*sentences(error, what))
        else:
            self._added(back)

    async def new_path(self, title: str) -> Path | None:
        """A free path for a preset that is going to be learned; None where there is none, and that was said."""
        try:
            return await self._lane.run(partial(self._library.new_path, title))
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("There is no place for “{title}”.").format(title=title)))
            return None

    async def _write(self, work: Callable[[], T]) -> T:
        """Change the library, and read it again after that."""
        self._writing += 1
        try:
            return await self._lane.run(work, writes=True)
        finally:
            self._writing -= 1
            self.refresh()

    def _added(self, preset: PresetInfo) -> None:
        self._put(preset, preset)
        self.added.emit(preset)

    def _put(self, old: PresetInfo, new: PresetInfo | None) -> None:
        """Show what is being written before the folder is read again."""
        gone = {old.path, new.path if new is not None else old.path}
        others = [preset for preset in self.all if preset.path not in gone]
        self._set([*others, *([new] if new is not None else [])])

    def _as_seen(self, preset: PresetInfo) -> PresetInfo:
        """One that came with the app or the pack, in the language of the window; else as it was named."""
        pack = self._state.pack_called(preset.spec.pack)
        words = pack.languages.get(language()) if pack is not None and preset.built_in else None
        if words is None:
            return preset
        prompt = words.suggestions.get(preset.spec.prompt, preset.spec.prompt)
        title = words.titles.get(preset.title, preset.title)
        return replace(preset, title=title, spec=replace(preset.spec, prompt=prompt))

    def _set(self, presets: Sequence[PresetInfo]) -> None:
        seen = [self._as_seen(preset) for preset in presets]
        self.all = tuple(sorted(seen, key=lambda preset: (not preset.favourite, preset.title.casefold())))
        titles = {preset.path: preset.title for preset in self.all}
        self._state.name_presets(titles, {preset.path: preset.strength for preset in self.all})
        self.changed.emit()


def _watchable(folder: Path) -> Path | None:
    """The folder, or what its coming into being can be seen in."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), None)
