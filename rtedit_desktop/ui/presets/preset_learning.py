"""Learns a prompt or keeps an edit as a preset file; photo and results stay usable meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import Seen, seen
from rtedit_desktop.core import events
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.photo import PhotoService
from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.core.requests import EditRequest, EditSettings, KeepRequest, LearnRequest, new_job_id
from rtedit_desktop.support.formats import OPEN_SUFFIXES
from rtedit_desktop.support.settings import change
from rtedit_desktop.ui.model.state import EditorState, Progress
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread

MOST_PICTURES = 200


class PresetLearning(QObject):
    """Owns the one preset that is being learned; ``state.learning`` says how far it is.

    ``looked_through`` bears the names of files that could not be opened, and of how many pictures out of how many the
    middle is used because no face was found.
    """

    kept = Signal(object, str, bool)
    looked_through = Signal(object, int, int)
    notice = Signal(str)
    failed = Signal(str, str, str)

    def __init__(
        self,
        state: EditorState,
        presets: PresetCollection,
        engine: EngineThread,
        photo_service: PhotoService,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._presets, self._engine = state, presets, engine
        self._photo_service, self._background = photo_service, background
        self._job_id = ""
        self._title = ""
        self._submitted = False
        self._stopping = False
        engine.happened.connect(self._on_event)

    # --- intents -----------------------------------------------------------------------------

    def keep(self, edit: EditRequest, words: PresetWords) -> None:
        """Make a preset of what an edit of one picture learned."""
        job_id = self._begin(words)

        def submit(output: Path) -> None:
            if self._job_id == job_id:
                self._submit(KeepRequest(edit=edit, output=output, **asdict(words), overwrite=False, job_id=job_id))

        self._presets.new_path(words.title, submit, partial(self._stop, job_id))

    def learn(
        self,
        words: PresetWords,
        prompt: str,
        source: str,
        pack: PackInfo,
        settings: EditSettings,
        folder: Path | None,
    ) -> None:
        """Learn a prompt on the pictures of a folder, or on the pack's own."""
        job_id = self._begin(words)

        def submit(pictures: tuple[np.ndarray, ...], output: Path) -> None:
            if self._job_id == job_id:
                self._submit(
                    LearnRequest(
                        prompt=prompt,
                        source=source,
                        pack=pack.id,
                        output=output,
                        **asdict(words),
                        pictures=pictures,
                        settings=settings,
                        overwrite=False,
                        job_id=job_id,
                    )
                )

        def place(pictures: tuple[np.ndarray, ...]) -> None:
            self._presets.new_path(words.title, partial(submit, pictures), partial(self._stop, job_id))

        if folder is None:
            place(())
        else:
            self._open_pictures(job_id, folder, pack, place)

    def cancel(self) -> None:
        """Stop within one step."""
        if self._state.learning is None or self._stopping:
            return
        if self._submitted:
            self._engine.cancel(self._job_id)
            self._show(self.tr("Stopping after this step…"), 0, 0)
            self._stopping = True
        else:
            self._end()

    # --- pictures of the person's own --------------------------------------------------------

    def _open_pictures(
        self, job_id: str, folder: Path, pack: PackInfo, then: Callable[[tuple[np.ndarray, ...]], None]
    ) -> None:
        """One after the other, so that each can be counted, and Esc heard in between."""
        pictures: list[Seen] = []
        refused: list[str] = []

        def listed(found: list[Path]) -> None:
            paths = found[:MOST_PICTURES]
            if len(found) > len(paths):
                self.notice.emit(
                    self.tr("{n} pictures are in {folder}; the first {most} are learned from.").format(
                        n=len(found), folder=folder.name, most=MOST_PICTURES
                    )
                )
            following(paths)

        def following(paths: list[Path]) -> None:
            if self._job_id != job_id:
                return
            done = len(pictures) + len(refused)
            self._show(self.tr("Opening the pictures"), done, done + len(paths))
            if paths:
                opened, cannot_open = partial(received, paths[1:]), partial(left, paths[0].name, paths[1:])
                self._background.start(partial(_seen, self._photo_service, paths[0], pack), opened, cannot_open)
                return
            self.looked_through.emit(refused, sum(one.faceless for one in pictures), len(pictures))
            if pictures:
                then(tuple(one.before for one in pictures))
            else:
                self._end()
                self.failed.emit(
                    self.tr("There is no picture in {folder} that can be opened.").format(folder=folder.name),
                    self.tr("Choose a folder with PNG or JPEG files of what the edit is for."),
                    "",
                )

        def received(rest: list[Path], picture: Seen) -> None:
            pictures.append(picture)
            following(rest)

        def left(name: str, rest: list[Path], _: Exception) -> None:
            refused.append(name)
            following(rest)

        def cannot(error: Exception) -> None:
            if self._job_id == job_id:
                self._end()
                self.failed.emit(*sentences(error, self.tr("{folder} cannot be read.").format(folder=folder.name)))

        self._background.start(partial(_picture_files, folder), listed, cannot)

    # --- events ------------------------------------------------------------------------------

    def _on_event(self, event: events.Event) -> None:
        if not self._job_id or event.job_id != self._job_id:
            return
        learning = self.tr("Learning “{title}”").format(title=self._title)
        match event:
            case events.Loading():
                self._show(self.tr("Loading {what}…").format(what=translated(event.what)), 0, 0)
            case events.Notice():
                self.notice.emit(translated(event.text))
            case events.Adapting():
                self._show(learning, event.step, event.of, event.score, event.seconds_left)
            case events.DecodeStep():
                self._show(self.tr("Drawing the picture of “{title}”").format(title=self._title), event.index, event.of)
            case events.Finished():
                title = self._title
                self._end()
                if event.preset is not None:
                    self.kept.emit(event.preset, title, event.instant)
            case events.Cancelled():
                title = self._title
                self._end()
                self.notice.emit(self.tr("Learning “{title}” was stopped.").format(title=title))
            case events.Failed():
                self._end()
                self.failed.emit(translated(event.what), translated(event.todo), event.details)

    # --- the current job ---------------------------------------------------------------------

    def _begin(self, words: PresetWords) -> str:
        remember = partial(change, author=words.author, licence=words.licence)
        # What cannot be remembered is written once more the next time: no reason to speak up.
        self._background.start(remember, lambda _: None, lambda _: None, writes=True)
        self._job_id, self._title, self._submitted = new_job_id(), words.title, False
        self._show(self.tr("Getting ready to keep “{title}”…").format(title=words.title), 0, 0)
        return self._job_id

    def _submit(self, request: LearnRequest | KeepRequest) -> None:
        self._submitted = True
        self._show(self.tr("Getting ready to keep “{title}”…").format(title=self._title), 0, 0)
        self._engine.submit(request)

    def _stop(self, job_id: str) -> None:
        if self._job_id == job_id:
            self._end()

    def _end(self) -> None:
        self._job_id, self._submitted, self._stopping = "", False, False
        self._state.set_learning(None)

    def _show(
        self, what: str, step: int, of: int, score: float | None = None, seconds_left: float | None = None
    ) -> None:
        if not self._stopping:
            self._state.set_learning(Progress(step=step, of=of, score=score, seconds_left=seconds_left, what=what))


def _picture_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower().lstrip(".") in OPEN_SUFFIXES)


def _seen(photo_service: PhotoService, path: Path, pack: PackInfo) -> Seen:
    return seen(photo_service, photo_service.open(path), pack)
