"""Marks words that the model does not know, and offers a known one a click away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.spelling import Unknown
from rtedit_desktop.ui.prompt.prompt_edit import PromptEdit

KEY = "Ctrl+."


class Correction(QToolButton):
    """Offers the nearest word for the first that is unknown in one of the lines; hidden where there is none."""

    def __init__(self, pack: Callable[[], PackInfo | None], *lines: PromptEdit, parent: QWidget | None = None) -> None:
        """``pack`` is the one in use."""
        super().__init__(parent)
        self._pack, self._lines = pack, lines
        self._offered: tuple[PromptEdit, Unknown] | None = None
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.setSizePolicy(kept)
        self.clicked.connect(self._correct)
        for line in lines:
            line.textChanged.connect(self.look)
        self.look()

    def look(self) -> None:
        """The words, or the model, are others now."""
        pack, self._offered = self._pack(), None
        for line in self._lines:
            unknown = pack.unknown_places(line.text()) if pack is not None else []
            line.underline(unknown)
            if self._offered is None:
                self._offered = next(((line, one) for one in unknown if one.nearest), None)
        self.setVisible(self._offered is not None and self.parentWidget() is not None)
        if self._offered is not None:
            one = self._offered[1]
            self.setText(self.tr("Use “{word}”").format(word=one.nearest[0]))
            self.setShortcut(QKeySequence(KEY))  # another text takes it away
            tip = self.tr("In place of “{word}” ({key})")
            key = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self.setToolTip(tip.format(word=one.word, key=key))
            self.setAccessibleName(
                self.tr("Use “{nearest}” in place of “{word}”").format(nearest=one.nearest[0], word=one.word)
            )

    def _correct(self) -> None:
        if self._offered is not None:
            line, one = self._offered
            line.put(one, one.nearest[0])
            line.setFocus(Qt.FocusReason.OtherFocusReason)
