"""Context of the controllers of a window: what most of them work with, made once and handed to each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.actions import Actions
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.ui.widgets.offer import Offer
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread


@dataclass(frozen=True, slots=True)
class WindowContext:
    """One window: its state, its threads, and how it speaks to the person; ``window`` is the parent of its parts."""

    window: QWidget
    state: EditorState
    engine: EngineThread
    photo_service: PhotoService
    background: Background
    actions: Actions
    messages: Messages
    offer: Offer
