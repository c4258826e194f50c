"""Prompt bar: prompt, source text, strength, variation, Run and Cancel; the numbers under Advanced."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.model.strength import usual_strength
from rtedit_desktop.ui.prompt.chips import Chips
from rtedit_desktop.ui.prompt.completions import Completions
from rtedit_desktop.ui.prompt.correction import Correction
from rtedit_desktop.ui.prompt.pack_choice import PackChoice
from rtedit_desktop.ui.prompt.prompt_edit import PromptEdit
from rtedit_desktop.ui.prompt.prompt_hint import PromptHint
from rtedit_desktop.ui.prompt.settings_panel import SettingsPanel
from rtedit_desktop.ui.prompt.suggestions import Suggestions
from rtedit_desktop.ui.widgets.flat_scroll import FlatScroll
from rtedit_desktop.ui.widgets.icons import tool_icon
from rtedit_desktop.ui.widgets.strength_slider import StrengthSlider


class PromptBar(QWidget, RedrawnOnce):
    """Redraws from the state; emits what the person asks for."""

    run_asked = Signal()
    variations_asked = Signal()
    cancel_asked = Signal()
    strength_asked = Signal(float)
    reroll_asked = Signal()
    models_asked = Signal()

    def __init__(self, state: EditorState, parent: QWidget | None = None, *, more_models: bool = False) -> None:
        """With ``more_models``, the list of models ends with the way to more of them."""
        super().__init__(parent)
        self._state = state
        self._more_models = more_models
        self._refused, self._busy = False, False
        self._make_fields()
        self._lay_out()
        self._connect()
        self._show_pack()
        self.redraw()

    def _make_fields(self) -> None:
        self.prompt = PromptEdit()
        self.prompt.setAccessibleName(self.tr("Prompt: what should change"))
        self.prompt.setToolTip(self.tr("What the picture should show; Enter runs"))
        self.prompt.setClearButtonEnabled(True)
        font = self.prompt.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self.prompt.setFont(font)
        self.prompt.setTextMargins(6, 0, 6, 0)
        self.prompt.setMinimumHeight(self.prompt.fontMetrics().height() + 16)
        self.suggestions = Suggestions(self)
        self.prompt.setCompleter(self.suggestions)
        self.completions = Completions(self._state, self.suggestions, self._bolt, self)

        self.run = QPushButton(self.tr("Run"))
        self.run.setObjectName("run")
        self.run.setToolTip(self.tr("Change the photo (Enter); Ctrl+Return does it on the chosen result"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop within one step (Esc)"))
        self.variations = QPushButton(self.tr("Variations"))
        self.variations.setToolTip(self.tr("Four results of the same prompt, to pick one (Ctrl+Shift+Return)"))
        for button in (self.run, self.variations, self.cancel):
            button.setMinimumHeight(self.prompt.minimumHeight())
            button.setMinimumWidth(88)
            button.setAccessibleName(button.text())
        self.setStyleSheet(
            "#run { font-weight: 600; border-radius: 5px; border: 1px solid transparent; padding: 0 18px;"
            " background: palette(highlight); color: palette(highlighted-text); }"
            "#run:hover { border-color: palette(light); } #run:focus { border: 2px solid palette(text); }"
            "#run:disabled { background: palette(button); color: palette(placeholder-text); }"
        )

        self.hint = PromptHint(self._state)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(5)
        self.bar.setAccessibleName(self.tr("Progress"))
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)

        self.pack = PackChoice(self._state, self._more_models)
        self.source = PromptEdit()
        self.source.setAccessibleName(self.tr("Source text: what the picture shows now"))
        self.source.setToolTip(self.tr("What the picture shows now, in the pack's words"))
        self.source.setMinimumWidth(70)
        self.source.setMaximumWidth(220)
        self.correction = Correction(lambda: self._state.pack, self.prompt, self.source)
        self.strength = StrengthSlider()
        self.strength.setMinimumWidth(90)
        self.strength.setAccessibleName(self.tr("Strength in percent"))
        self.strength.setToolTip(
            self.tr("How strong the chosen edit is; it follows without learning again. A double click resets it")
        )
        self.strength_text = QLabel()
        self.strength_text.setMinimumWidth(self.fontMetrics().horizontalAdvance("150 %") + 4)
        self.dice = QToolButton()
        self.dice.setIcon(tool_icon("dice", self.palette()))
        self.dice.setAccessibleName(self.tr("Another variation"))
        self.advanced = QToolButton()
        self.advanced.setText(self.tr("Advanced"))
        self.advanced.setCheckable(True)
        self.advanced.setAutoRaise(True)
        self.advanced.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.advanced.setArrowType(Qt.ArrowType.RightArrow)
        self.advanced.setToolTip(self.tr("The numbers behind a run"))
        self.settings = SettingsPanel(self._state)
        self._scrolled = FlatScroll(self.settings)
        self._scrolled.hide()
        self.chips = Chips()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.prompt, 1)
        line.addWidget(self.run)
        line.addWidget(self.variations)
        line.addWidget(self.cancel)
        details = QHBoxLayout()
        details.setSpacing(6)
        self._labels = []
        for text, fields in (
            (self.tr("&Model"), (self.pack,)),
            (self.tr("Shows &now"), (self.source,)),
            (self.tr("S&trength"), (self.strength, self.strength_text)),
            (self.tr("Variat&ion"), (self.dice,)),
        ):
            label = QLabel(text)
            label.setBuddy(fields[0])
            self._labels.append(label)
            details.addWidget(label)
            for field in fields:
                details.addWidget(field, 1 if field is self.source else 0)
            details.addSpacing(12)
        details.addStretch(1)
        details.addWidget(self.advanced)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 8)
        layout.setSpacing(7)
        layout.addWidget(self.chips)
        layout.addLayout(line)
        layout.addWidget(self.bar)
        below = QHBoxLayout()
        below.addWidget(self.hint, 1)
        below.addWidget(self.correction)
        layout.addLayout(below)
        layout.addLayout(details)
        layout.addWidget(self._scrolled)
        order = (
            self.prompt, self.correction, self.run, self.variations, self.cancel,
            self.pack, self.source, self.strength, self.dice,
        )  # fmt: skip
        for one, next_one in zip(order, (*order[1:], self.advanced), strict=True):
            self.setTabOrder(one, next_one)

    def _connect(self) -> None:
        state = self._state
        self.prompt.textChanged.connect(self._typed)
        self.prompt.returnPressed.connect(self._entered)
        self.source.textChanged.connect(state.set_source)
        self.source.returnPressed.connect(self.run_asked)
        self.run.clicked.connect(self.run_asked)
        self.variations.clicked.connect(self.variations_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.chips.chosen.connect(self._chosen)
        self.pack.more_asked.connect(self.models_asked)
        self.strength.valueChanged.connect(lambda percent: self.strength_asked.emit(percent / 100))
        self.strength.reset_asked.connect(lambda: self.strength.setValue(round(usual_strength(state) * 100)))
        self.dice.clicked.connect(self.reroll_asked)
        self.advanced.toggled.connect(self._show_advanced)
        state.instant_changed.connect(self._mark_instant)
        state.pack_changed.connect(self._show_pack)
        self.redraw_on(
            state, state.instant_changed, state.check_changed, state.packs_changed, state.prompt_changed,
            state.settings_changed, state.phase_changed, state.results_changed, state.photo_changed,
            state.learning_changed,
        )  # fmt: skip
        state.progress_changed.connect(self._redraw_progress)

    def refuse(self) -> None:
        """Run was asked for a prompt that cannot be run: make the reason stand out."""
        self._refused = True
        self.redraw()
        self.prompt.setFocus(Qt.FocusReason.OtherFocusReason)

    def write(self, text: str) -> None:
        """A prompt is begun where the focus is elsewhere: in place of the one that is written."""
        self.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
        self.prompt.selectAll()
        self.prompt.insert(text)

    def _entered(self) -> None:
        if not self.completions.choose_preset():
            self.run_asked.emit()

    def _typed(self, text: str) -> None:
        self._refused = False
        self._state.set_prompt(text)

    def _chosen(self, prompt: str, only_written: bool) -> None:
        """A suggestion is clicked to be seen; to be changed first it is only written."""
        state = self._state
        state.set_prompt(prompt)
        if state.pack is not None:
            state.set_source(state.pack.source_for(prompt))
        self.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
        if state.photo is not None and not only_written:
            self.run_asked.emit()

    def _show_advanced(self, shown: bool) -> None:
        self.advanced.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._scrolled.setVisible(shown)

    def _show_pack(self) -> None:
        state = self._state
        self.redraw()
        self.correction.look()
        if state.pack is None:
            self.chips.set_texts(())
            return
        prompts = tuple(suggestion.prompt for suggestion in state.pack.suggestions)
        self.chips.set_texts(prompts)
        self._mark_instant()
        self.prompt.setPlaceholderText(
            self.tr("What should change? For example “{example}”").format(example=state.pack.example)
        )

    def _bolt(self) -> QIcon:
        return tool_icon("instant", self.palette())

    def _mark_instant(self) -> None:
        """A bolt at what was learned before."""
        state = self._state
        sources = {one.prompt: one.source for one in state.pack.suggestions} if state.pack else {}
        self.chips.mark(lambda prompt: state.is_instant(prompt, sources.get(prompt, "")), self._bolt())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.dice.setIcon(tool_icon("dice", self.palette()))
            self._mark_instant()
            self.completions.mark()
            self.redraw()

    def redraw(self) -> None:
        state, phase = self._state, self._state.phase
        busy = phase.running and phase is not Phase.ADJUSTING
        if busy and not self._busy:
            self.suggestions.list.hide()  # once: what is written while a job runs is suggested too
            self._refused = False  # that was said; now the job is what is waited for
        self._busy = busy
        if self.prompt.text() != state.prompt:
            self.prompt.setText(state.prompt)
        if self.source.text() != state.source:
            self.source.setText(state.source)
        learning = state.learning is not None
        self.run.setEnabled(state.photo is not None and state.pack is not None)
        self.variations.setEnabled(self.run.isEnabled())
        waits = busy or learning
        self.run.setText(self.tr("Queue") if waits else self.tr("Run"))
        self.run.setAccessibleName(self.run.text())
        self.run.setToolTip(
            self.tr("Run it when what runs now has ended (Enter); Ctrl+Return does it on what comes out")
            if waits
            else self.tr("Change the photo (Enter); Ctrl+Return does it on the chosen result")
        )
        self.cancel.setEnabled((phase.running and phase is not Phase.STOPPING) or (learning and not phase.running))
        moves = state.strength_moves or busy
        self.strength.setEnabled(not (busy or learning) and moves)
        self.strength.show_percent(round(state.strength * 100))
        percent = self.tr("{percent} %").format(percent=self.strength.value())
        self.strength_text.setText(percent if moves else "–")
        tip = self.tr("Another variation for the next run; this is number {n}")
        self.dice.setToolTip(tip.format(n=state.settings.seed))
        self._redraw_progress()

    def _redraw_progress(self) -> None:
        """With every step of a job, while what is asked stays as it is."""
        busy = self._busy or (self._state.phase.running and self._state.progress.of_several)
        self.hint.redraw(busy, self._refused, self.palette())
        learning = self._state.learning
        progress = self._state.progress if busy or learning is None else learning
        self.bar.setVisible(busy or learning is not None)
        if progress.of_several:  # of all layers, those that are made
            self.bar.setRange(0, progress.layers)
            self.bar.setValue(progress.layer - 1)
            return
        self.bar.setRange(0, progress.of)
        if progress.of:
            self.bar.setValue(progress.step)
