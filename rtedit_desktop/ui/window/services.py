"""Services that a window is given to work with, behind the protocols of core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rtedit_desktop.core.disk_store import LearnedStore
from rtedit_desktop.core.engine_api import Computers
from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.new_version import NewVersion
from rtedit_desktop.core.packs.pack_installer import PackInstaller
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.ui.photo.camera import CameraMaker
from rtedit_desktop.worker.engine_thread import EngineFactory


@dataclass(frozen=True, slots=True)
class Services:
    """Where one is None, the window has no part for it.

    ``engine_factory`` makes the engine on the thread that will own it. ``machine_facts`` are asked in the background,
    for a report; ``newest_version`` is asked after the start, and gives one that is newer than this.
    ``computers`` are those that the engine may be on.
    """

    engine_factory: EngineFactory
    photo_service: PhotoService
    library: PresetLibrary | None = None
    learned: LearnedStore | None = None
    installer: PackInstaller | None = None
    journal: Journal | None = None
    machine_facts: Callable[[], dict[str, str]] = dict
    camera: CameraMaker | None = None
    newest_version: Callable[[], NewVersion | None] = lambda: None
    computers: Computers | None = None
