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
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.pairing import MOST_PAIRS, PairFiles, find_pairs, how_sure, read_pair
from rtedit_desktop.core.photo import PhotoService
from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.core.requests import EditRequest, KeepRequest, LearnRequest, Pair, new_job_id
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

    ``kept`` bears the preset's file, its title, and what else is to be told. ``looked_through`` bears the names of
    files that could not be opened, and of how many pictures out of how many the middle is used because no face was
    found.
    """

    kept = Signal(object, str, str)
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
        self._from_pairs = False
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
                        spec=EditSpec(pack=pack.id, prompt=prompt, source=source, settings=settings),
                        output=output,
                        **asdict(words),
                        pictures=pictures,
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

    def look_for_pairs(self, before: Path, after: Path | None, found: Callable[[int, str], None]) -> None:
        """How many pairs there are in one folder or two, or why there are none, looked for behind the window."""

        def none(error: Exception) -> None:
            what, todo, _ = sentences(error, self.tr("{folder} cannot be read.").format(folder=before.name))
            found(0, f"{what} {todo}".strip())

        self._background.start(partial(find_pairs, before, after), lambda files: found(len(files), ""), none)

    def learn_pairs(self, words: PresetWords, pack: PackInfo, before: Path, after: Path | None) -> None:
        """Learn an edit from the pictures before and after it in one folder or two."""
        job_id = self._begin(words, from_pairs=True)

        def submit(pairs: tuple[Pair, ...], output: Path) -> None:
            if self._job_id == job_id:
                self._submit(
                    LearnRequest(
                        spec=EditSpec(
                            pack=pack.id, prompt=words.title, source=pack.source, settings=pack.pair_settings()
                        ),
                        output=output,
                        **asdict(words),
                        pairs=pairs,
                        overwrite=False,
                        job_id=job_id,
                    )
                )

        def place(pairs: tuple[Pair, ...]) -> None:
            self._presets.new_path(words.title, partial(submit, pairs), partial(self._stop, job_id))

        def cannot(error: Exception) -> None:
            if self._job_id == job_id:
                self._end()
                self.failed.emit(*sentences(error, self.tr("{folder} cannot be read.").format(folder=before.name)))

        self._background.start(
            partial(find_pairs, before, after), partial(self._open_pairs, job_id, pack, place), cannot
        )

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

    def _open_pairs(
        self, job_id: str, pack: PackInfo, then: Callable[[tuple[Pair, ...]], None], found: list[PairFiles]
    ) -> None:
        """One after the other, so that each can be counted, and Esc heard in between; misfits are named."""
        pairs: list[Pair] = []
        refused: list[str] = []

        def following(files: list[PairFiles]) -> None:
            if self._job_id != job_id:
                return
            done = len(pairs) + len(refused)
            self._show(self.tr("Opening the pictures"), done, done + len(files))
            if files:
                opened, cannot_open = partial(taken, files[1:]), partial(left, files[1:])
                self._background.start(partial(_pair, self._photo_service, files[0], pack), opened, cannot_open)
            elif pairs:
                self._tell_left_out(refused, of=len(found))
                then(tuple(pairs))
            else:
                self._end()
                why = refused[0] if refused else ""
                self.failed.emit(self.tr("None of the pairs can be learned from."), why, "\n".join(refused))

        def taken(rest: list[PairFiles], pair: Pair) -> None:
            pairs.append(pair)
            following(rest)

        def left(rest: list[PairFiles], error: Exception) -> None:
            refused.append(sentences(error, self.tr("A pair could not be opened."))[0])
            following(rest)

        following(found[:MOST_PAIRS])

    def _tell_left_out(self, refused: list[str], of: int) -> None:
        texts = []
        if len(refused) == 1:
            texts.append(self.tr("{why} They are left out.").format(why=refused[0]))
        elif refused:
            texts.append(self.tr("{n} pairs are left out; the first: {why}").format(n=len(refused), why=refused[0]))
        if of > MOST_PAIRS:
            texts.append(self.tr("Of {n} pairs the first {most} are learned from.").format(n=of, most=MOST_PAIRS))
        if texts:
            self.notice.emit(" ".join(texts))

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
                score = None if self._from_pairs else event.score
                self._show(learning, event.step, event.of, score, event.seconds_left)
            case events.DecodeStep():
                self._show(self.tr("Drawing the picture of “{title}”").format(title=self._title), event.index, event.of)
            case events.Finished():
                title, more = self._title, self.tr("Nothing had to be learned.") if event.instant else ""
                if self._from_pairs and event.score is not None:
                    more = translated(how_sure(event.score))
                self._end()
                if event.preset is not None:
                    self.kept.emit(event.preset, title, more)
            case events.Cancelled():
                title = self._title
                self._end()
                self.notice.emit(self.tr("Learning “{title}” was stopped.").format(title=title))
            case events.Failed():
                self._end()
                self.failed.emit(translated(event.what), translated(event.todo), event.details)

    # --- the current job ---------------------------------------------------------------------

    def _begin(self, words: PresetWords, *, from_pairs: bool = False) -> str:
        remember = partial(change, author=words.author, licence=words.licence)
        # What cannot be remembered is written once more the next time: no reason to speak up.
        self._background.start(remember, lambda _: None, lambda _: None, writes=True)
        self._job_id, self._title, self._submitted = new_job_id(), words.title, False
        self._from_pairs = from_pairs
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


def _pair(photo_service: PhotoService, files: PairFiles, pack: PackInfo) -> Pair:
    pair, _ = read_pair(photo_service, files, pack.image_size, lambda photo: seen(photo_service, photo, pack).square)
    return pair


def _seen(photo_service: PhotoService, path: Path, pack: PackInfo) -> Seen:
    return seen(photo_service, photo_service.open(path), pack)
