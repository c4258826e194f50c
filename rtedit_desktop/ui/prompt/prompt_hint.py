"""Hint below the prompt: what Enter would do, why it cannot, or how far the job is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from rtedit_desktop.core.packs.learned_edits import AskedEdits
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.ui.jobs.progress_text import progress_words
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.fit_controller import unlike
from rtedit_desktop.ui.widgets.colours import amber
from rtedit_desktop.ui.widgets.texts import error_text

_LINES = 2


class PromptHint(QLabel):
    """Redraws from the state when it is told to; with ``refused``, a reason stands out."""

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        self._colour: QColor | None = None
        super().__init__(parent)
        self._state = state
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(self.tr("About the prompt"))
        self.setWordWrap(True)
        # Always, so that nothing moves while one types.
        self.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing())
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def redraw(self, busy: bool, refused: bool, like: QPalette) -> None:
        text, warn = self._words(busy, refused)
        self.setText(text)
        self.setToolTip(text if warn else "")
        self._colour = amber(like) if warn else like.color(QPalette.ColorRole.WindowText)
        self._colour_it()
        font = self.font()
        font.setBold(warn and refused)
        self.setFont(font)

    def changeEvent(self, event: QEvent) -> None:
        """A style sheet of the application gives a label back the colours that it began with."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._colour_it()

    def _colour_it(self) -> None:
        if self._colour is not None:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.WindowText, self._colour)
            self.setPalette(palette)

    def _words(self, busy: bool, refused: bool) -> tuple[str, bool]:
        """With whether they are a warning."""
        state = self._state
        tells = busy or state.learning is not None
        if tells and not refused:
            return progress_words(state), False
        error = state.prompt_error
        typing = not refused and state.pack is not None and state.pack.is_unfinished(state.prompt)
        if typing:
            error = None  # a word that is being typed is no mistake yet
        if error is not None and refused:
            return error_text(error), True
        if tells:
            return progress_words(state), False
        if error is not None and (state.prompt.strip() or state.pack is None):
            return error_text(error), True
        if state.check is not None and not state.check.fits and state.pack is not None:
            return unlike(state.pack), True
        if typing or not state.prompt.strip():
            return self.tr("Write what should change, or click a suggestion."), False
        if state.photo is None:
            return self.tr("Open a photo, then press Enter."), False
        text, warn = self._what_enter_does()
        unsure = state.pack.unsure_about(state.prompt) if state.pack is not None else ()
        if state.pack is None or not unsure:
            return text, warn
        words = self.tr("{pack} is often unsure about “{words}”.")
        return f"{words.format(pack=state.pack.title, words=', '.join(unsure))} {text}", True

    def _what_enter_does(self) -> tuple[str, bool]:
        """For a prompt that can be run on the photo."""
        state = self._state
        if state.pack is not None and (asked := state.pack.asked_edits(state.prompt)).uses:
            return self._own_edits(state.pack, asked)
        if state.is_instant(state.prompt):
            text = self.tr("Enter changes “{source}” to “{prompt}” at once: it was learned before.")
        else:
            text = self.tr("Enter changes “{source}” to “{prompt}”.")
        return text.format(source=state.source.strip(), prompt=state.prompt.strip()), False

    def _own_edits(self, pack: PackInfo, asked: AskedEdits) -> tuple[str, bool]:
        """What the pack's own edits make of the prompt, and what they leave out."""
        edits = ", ".join(edit.title for edit, _ in asked.uses)
        if not asked.unknown:
            return self.tr("Enter applies at once: {edits}.").format(edits=edits), False
        text = self.tr("Enter applies {edits}, but not “{words}”: {pack} cannot do that yet.")
        return text.format(edits=edits, words=", ".join(asked.unknown), pack=pack.title), True
