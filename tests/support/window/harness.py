"""A window with an engine and a photo service that need no model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from patience import A_WHILE_MS, PATIENCE_MS
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot
from support.fake_engine import FakeEngine
from support.window.fake_library import FakePresetLibrary
from support.window.fake_photos import FakePhotoService
from support.window.fakes import PACK, picture

from rtedit_desktop.core.disk_store import LearnedStore
from rtedit_desktop.core.edits import EditSpec, MixSpec
from rtedit_desktop.core.engine_api import Computers
from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.packs.pack_installer import PackInstaller
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.batch.batch_controller import BatchController
from rtedit_desktop.ui.history.journal_writer import JournalWriter
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.models.model_controller import ModelController
from rtedit_desktop.ui.photo.camera import CameraMaker
from rtedit_desktop.ui.presets.preset_controller import PresetController
from rtedit_desktop.ui.widgets.pyramid import to_qimage
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.services import Services
from rtedit_desktop.ui.window.window_layout import WindowLayout

Kind = TypeVar("Kind", bound=QObject)


def child(parent: QObject, kind: type[Kind]) -> Kind:
    """The part of this kind, of which there is one."""
    found = parent.findChild(kind)
    assert found is not None
    return found


def edit_of(result: Result) -> EditSpec:
    """What was asked for, of a result that a prompt led to."""
    assert isinstance(result.request, EditRequest)
    return result.request.spec


def apply_of(result: Result) -> MixSpec:
    """What was asked for, of a result that presets led to."""
    assert isinstance(result.request, ApplyRequest)
    return result.request.spec


def give_time_to_end(window: MainWindow) -> None:
    """What only loads is given up after a second when a window closes: libraries cannot be stopped. The engine of the
    tests can, within a step, however long that takes on a busy machine."""
    engine = window.engine
    end = partial(engine.shutdown, timeout_ms=2 * PATIENCE_MS, loading_ms=PATIENCE_MS)
    engine.shutdown = end  # type: ignore[method-assign]


def machine_facts() -> dict[str, str]:
    return {"Device": "a test's"}


class Harness:
    """A window with its fakes, and the few moves that every story makes.

    What a story needs of its own is handed in: a ``photo_service`` that reads files, a library, an installer and so on.
    """

    def __init__(
        self,
        qtbot: QtBot,
        samples: Sequence[Path] = (),
        library: FakePresetLibrary | None = None,
        journal: Journal | None = None,
        *,
        photo_service: PhotoService | None = None,
        installer: PackInstaller | None = None,
        layout: WindowLayout | None = None,
        camera: CameraMaker | None = None,
        computers: Computers | None = None,
        learned: LearnedStore | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.engine = FakeEngine()
        self.photo_service = FakePhotoService(samples)
        self.made_on: list[threading.Thread] = []
        services = Services(
            self._make_engine, photo_service or self.photo_service, library, learned, installer, journal,
            machine_facts=machine_facts, camera=camera, computers=computers,
        )  # fmt: skip
        self.window = MainWindow(services, [PACK], layout=layout)
        give_time_to_end(self.window)
        self.state = self.window.state
        self.bar = self.window.prompt_bar
        self.window.show()

    def _make_engine(self) -> FakeEngine:
        self.made_on.append(threading.current_thread())
        return self.engine

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    @property
    def result(self) -> Result:
        """The result that is shown; there is one."""
        assert self.state.result is not None
        return self.state.result

    @property
    def photo(self) -> Photo:
        assert self.state.photo is not None
        return self.state.photo

    @property
    def square(self) -> Square:
        assert self.state.square is not None
        return self.state.square

    @property
    def region(self) -> Region:
        assert self.state.region is not None
        return self.state.region

    @property
    def completions(self) -> QAbstractItemView:
        """The list that opens below the prompt."""
        completer = self.bar.prompt.completer()
        assert completer is not None
        popup = completer.popup()
        assert popup is not None
        return popup

    @property
    def presets_controller(self) -> PresetController:
        """Of a window that has a library."""
        assert self.window.presets is not None
        return self.window.presets

    @property
    def model_controller(self) -> ModelController:
        """Of a window that has an installer."""
        assert self.window.models is not None
        return self.window.models

    @property
    def batch_controller(self) -> BatchController:
        """Of a window that has a library."""
        assert self.window.batch is not None
        return self.window.batch

    @property
    def journal_writer(self) -> JournalWriter:
        """Of a window that has a journal."""
        assert self.window.results.keeping is not None
        return self.window.results.keeping

    @property
    def folder_journal(self) -> FolderJournal:
        journal = self.journal_writer._journal
        assert isinstance(journal, FolderJournal)
        return journal

    def settle(self) -> None:
        """Let come what would come now, where there is no condition to wait for: what must not come, or all that a
        window reads behind it."""
        self.qtbot.wait(A_WHILE_MS)

    def open_picture(self, width: int = 64, height: int = 48) -> None:
        self.window.opening.open_image(to_qimage(picture(width, height)))
        self.until(lambda: self.state.phase is Phase.READY)

    def type(self, text: str) -> None:
        self.bar.prompt.clear()
        self.qtbot.keyClicks(self.bar.prompt, text)

    def run(self, prompt: str = "smiling face") -> None:
        """Type and Enter; returns when the result is there. What was made before is made with another seed."""
        before = len(self.state.results)
        self.type(prompt)
        edit = self.window.jobs.written_edit()
        if edit is not None and self.window.running.twin_of(edit) >= 0:
            self.window.jobs.reroll()
        self.window.running.run()
        self.until(lambda: len(self.state.results) == before + 1 and self.state.phase is Phase.READY)

    def close(self) -> None:
        self.window._leaving = True
        self.window.close()
        self.until(lambda: not self.window.isVisible())  # what is being written comes first
