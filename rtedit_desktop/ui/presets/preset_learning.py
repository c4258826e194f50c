"""Learns a prompt or keeps an edit as a preset file; photo and results stay usable meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import Seen, looking_at_faces, seen
from rtedit_desktop.core import events
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.errors import shown_name
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.picture_pairs import MOST_PAIRS, PairFiles, find_pairs, how_sure, read_pair, turned_round
from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.core.requests import EditRequest, KeepRequest, LearnRequest, Pair
from rtedit_desktop.support.formats import OPEN_SUFFIXES
from rtedit_desktop.support.settings import change
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.model.phase import Progress
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import ignored
from rtedit_desktop.worker.engine_thread import Job
from rtedit_desktop.worker.tasks import NewestTask

MOST_PICTURES = 200
_NAMED = 3


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

    def __init__(self, context: WindowContext, presets: PresetCollection) -> None:
        super().__init__(context.window)
        self._state, self._presets, self._engine = context.state, presets, context.engine
        self._photo_service, self._background = context.photo_service, context.background
        self._learning, self._looking = NewestTask(self._background.tasks), NewestTask(self._background.tasks)
        self._job: Job | None = None
        self._title = ""
        self._stopping = False
        self._from_pairs = False

    def keep(self, edit: EditRequest, words: PresetWords) -> None:
        """Make a preset of what an edit of one picture learned."""
        self._learning.start(self._keep(edit, words))

    async def _keep(self, edit: EditRequest, words: PresetWords) -> None:
        self._begin(words)
        if (output := await self._new_path(words)) is not None:
            await self._run(KeepRequest(edit=edit, output=output, **asdict(words), overwrite=False))

    def learn(self, words: PresetWords, spec: EditSpec, pack: PackInfo, folder: Path | None) -> None:
        """Learn a prompt on the pictures of a folder, or on those of ``pack``, which is the spec's."""
        self._learning.start(self._learn(words, spec, pack, folder))

    async def _learn(self, words: PresetWords, spec: EditSpec, pack: PackInfo, folder: Path | None) -> None:
        self._begin(words)
        pictures = await self._opened_pictures(folder, pack) if folder is not None else ()
        if pictures is None or (output := await self._new_path(words)) is None:
            return
        await self._run(LearnRequest(spec=spec, output=output, **asdict(words), pictures=pictures, overwrite=False))

    def look_for_pairs(self, before: Path, after: Path | None, found: Callable[[int, str], None]) -> None:
        """How many pairs there are in one folder or two, or why there are none, looked for behind the window."""
        self._looking.start(self._look_for_pairs(before, after, found))

    async def _look_for_pairs(self, before: Path, after: Path | None, found: Callable[[int, str], None]) -> None:
        try:
            files = await self._background.run(partial(find_pairs, before, after))
        except Exception as error:
            what, todo, _ = sentences(error, self.tr("{folder} cannot be read.").format(folder=before.name))
            found(0, f"{what} {todo}".strip())
        else:
            found(len(files), "")

    def learn_pairs(self, words: PresetWords, pack: PackInfo, before: Path, after: Path | None) -> None:
        """Learn an edit from the pictures before and after it in one folder or two."""
        self._learning.start(self._learn_pairs(words, pack, before, after))

    async def _learn_pairs(self, words: PresetWords, pack: PackInfo, before: Path, after: Path | None) -> None:
        self._begin(words, from_pairs=True)
        pairs = await self._opened_pairs(before, after, pack)
        if pairs is None or (output := await self._new_path(words)) is None:
            return
        settings = pack.pair_settings()
        await self._run(
            LearnRequest(
                spec=EditSpec(pack=pack.id, prompt=words.title, source=pack.source, settings=settings),
                output=output,
                **asdict(words),
                pairs=pairs,
                overwrite=False,
            )
        )

    def cancel(self) -> None:
        """Stop within one step."""
        if self._state.learning is None or self._stopping:
            return
        if self._job is not None:
            self._job.cancel()
            self._show(self.tr("Stopping after this step…"), 0, 0)
            self._stopping = True
        else:
            self._learning.cancel()
            self._end()

    async def _opened_pictures(self, folder: Path, pack: PackInfo) -> tuple[np.ndarray, ...] | None:
        """One after the other, so that each can be counted, and Esc heard in between; None where there is none."""
        try:
            found = await self._background.run(partial(_picture_files, folder))
        except Exception as error:
            self._fail(*sentences(error, self.tr("{folder} cannot be read.").format(folder=folder.name)))
            return None
        paths = found[:MOST_PICTURES]
        if len(found) > len(paths):
            self.notice.emit(
                self.tr("{n} pictures are in {folder}; the first {most} are learned from.").format(
                    n=len(found), folder=folder.name, most=MOST_PICTURES
                )
            )
        pictures: list[Seen] = []
        refused: list[str] = []
        for number, path in enumerate(paths):
            self._show(self.tr("Opening the pictures"), number, len(paths))
            try:
                pictures.append(await self._background.run(partial(_seen, self._photo_service, path, pack)))
            except Exception:
                refused.append(path.name)
        self._show(self.tr("Opening the pictures"), len(paths), len(paths))
        self.looked_through.emit(refused, sum(one.faceless for one in pictures), len(pictures))
        if not pictures:
            self._fail(
                self.tr("There is no picture in {folder} that can be opened.").format(folder=folder.name),
                self.tr("Choose a folder with PNG or JPEG files of what the edit is for."),
                "",
            )
            return None
        return tuple(one.before for one in pictures)

    async def _opened_pairs(self, before: Path, after: Path | None, pack: PackInfo) -> tuple[Pair, ...] | None:
        """One after the other, so that each can be counted, and Esc heard in between; misfits are named."""
        try:
            found = await self._background.run(partial(find_pairs, before, after))
        except Exception as error:
            self._fail(*sentences(error, self.tr("{folder} cannot be read.").format(folder=before.name)))
            return None
        files = found[:MOST_PAIRS]
        pairs: list[Pair] = []
        names: list[str] = []
        refused: list[str] = []
        for number, one in enumerate(files):
            self._show(self.tr("Opening the pictures"), number, len(files))
            try:
                pairs.append(await self._background.run(partial(_pair, self._photo_service, one, pack)))
            except Exception as error:
                refused.append(sentences(error, self.tr("A pair could not be opened."))[0])
            else:
                names.append(shown_name(one.before.name))
        self._show(self.tr("Opening the pictures"), len(files), len(files))
        if not pairs:
            why = refused[0] if refused else ""
            self._fail(self.tr("None of the pairs can be learned from."), why, "\n".join(refused))
            return None
        swapped = await self._background.run(partial(turned_round, pairs))
        self._tell_of_pairs(refused, [names[at] for at in swapped], of=len(found))
        return tuple(pairs)

    def _tell_of_pairs(self, refused: list[str], swapped: list[str], of: int) -> None:
        """Which are left out, and which change the opposite way of the others."""
        texts = []
        if len(refused) == 1:
            texts.append(self.tr("{why} They are left out.").format(why=refused[0]))
        elif refused:
            texts.append(self.tr("{n} pairs are left out; the first: {why}").format(n=len(refused), why=refused[0]))
        if of > MOST_PAIRS:
            texts.append(self.tr("Of {n} pairs the first {most} are learned from.").format(n=of, most=MOST_PAIRS))
        if swapped:
            names = ", ".join(swapped[:_NAMED]) + (self.tr(" and others") if len(swapped) > _NAMED else "")
            opposite = self.tr("In {names} the change goes the opposite way of the other pairs.").format(names=names)
            texts += [opposite, self.tr("Look whether before and after are swapped.")]
        if texts:
            self.notice.emit(" ".join(texts))

    def _on_event(self, event: events.Event) -> None:
        learning = self.tr("Learning “{title}”").format(title=self._title)
        match event:
            case events.Loading():
                self._show(self.tr("Loading {what}…").format(what=translated(event.what)), 0, 0)
            case events.Notice():
                self.notice.emit(translated(event.text))
            case events.Adapting():
                score = None if self._from_pairs or not event.step else event.score
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
                self._fail(translated(event.what), translated(event.todo), event.details)

    def _begin(self, words: PresetWords, *, from_pairs: bool = False) -> None:
        remember = partial(change, author=words.author, licence=words.licence)
        # What cannot be remembered is written once more the next time: no reason to speak up.
        self._background.tasks.start(ignored(self._background.run(remember, writes=True)))
        self._job, self._title, self._from_pairs = None, words.title, from_pairs
        self._show(self.tr("Getting ready to keep “{title}”…").format(title=words.title), 0, 0)

    async def _new_path(self, words: PresetWords) -> Path | None:
        output = await self._presets.new_path(words.title)
        if output is None:
            self._end()
        return output

    async def _run(self, request: LearnRequest | KeepRequest) -> None:
        self._show(self.tr("Getting ready to keep “{title}”…").format(title=self._title), 0, 0)
        self._job = self._engine.run(request)
        async for event in self._job:
            self._on_event(event)

    def _fail(self, what: str, todo: str, details: str) -> None:
        self._end()
        self.failed.emit(what, todo, details)

    def _end(self) -> None:
        self._job, self._stopping = None, False
        self._state.set_learning(None)

    def _show(
        self, what: str, step: int, of: int, score: float | None = None, seconds_left: float | None = None
    ) -> None:
        if not self._stopping:
            self._state.set_learning(Progress(step=step, of=of, score=score, seconds_left=seconds_left, what=what))


def _picture_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower().lstrip(".") in OPEN_SUFFIXES)


def _pair(photo_service: PhotoService, files: PairFiles, pack: PackInfo) -> Pair:
    pair, _ = read_pair(
        photo_service, files, pack.image_size, lambda photo: seen(photo_service, photo, looking_at_faces(pack)).square
    )
    return pair


def _seen(photo_service: PhotoService, path: Path, pack: PackInfo) -> Seen:
    return seen(photo_service, photo_service.open(path), pack)
