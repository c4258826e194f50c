"""Widget that chooses the edit of a batch: presets, or a prompt that is learned on each photo anew."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from rtedit_desktop.batch.seeing import looked_at_apart, mixed_apart
from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec
from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.stack import LayerSpec, StackSpec, stack_of
from rtedit_desktop.ui.batch.preset_choice import PresetChoices
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.prompt.correction import Correction
from rtedit_desktop.ui.prompt.prompt_edit import PromptEdit
from rtedit_desktop.ui.prompt.suggestions import Suggestions
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other
from rtedit_desktop.ui.widgets.texts import error_text


class BatchPrompt(QWidget):
    """A prompt for every photo; without a source text of its own the pack's is used."""

    changed = Signal()

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.prompt = PromptEdit()
        self.prompt.setText(state.prompt)
        self.prompt.setAccessibleName(self.tr("Prompt: what every photo should show"))
        self.prompt.setClearButtonEnabled(True)
        self.suggestions = Suggestions(self)
        self.prompt.setCompleter(self.suggestions)
        self.source = PromptEdit()
        self.source.setAccessibleName(self.tr("Source text: what the photos show now"))
        if state.pack is not None and state.source != state.pack.source:
            self.source.setText(state.source)
        self.correction = Correction(lambda: state.pack, self.prompt, self.source)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        form = QFormLayout()
        for words, field in ((self.tr("Chan&ge to"), self.prompt), (self.tr("Sho&w now"), self.source)):
            label = QLabel(words)
            label.setBuddy(field)
            form.addRow(label, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.hint)
        layout.addWidget(self.correction, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        for field in (self.prompt, self.source):
            field.textChanged.connect(self.redraw)
        self.show_pack()

    def show_pack(self) -> None:
        """Another model knows other words."""
        pack = self._state.pack
        own = [one.prompt for one in pack.suggestions] if pack is not None else []
        self.suggestions.set_texts([*own, *self._state.past_prompts])
        self.correction.look()
        self.redraw()

    def spec(self, pack: PackInfo) -> EditSpec:
        """Raises PromptError."""
        prompt = self.prompt.text().strip()
        source = self.source.text().strip() or pack.source_for(prompt)
        return pack.edit_by(prompt, source, quick=self._state.quick, preview_every=0)

    def show_spec(self, spec: EditSpec) -> None:
        self.prompt.setText(spec.prompt)
        self.source.setText(spec.source)

    def redraw(self) -> None:
        pack, prompt = self._state.pack, self.prompt.text()
        if pack is not None:
            self.source.setPlaceholderText(pack.source_for(prompt))
            self.prompt.setPlaceholderText(self.tr("For example “{example}”").format(example=pack.example))
        self.hint.setText(self._words(pack, prompt))
        self.changed.emit()

    def _words(self, pack: PackInfo | None, prompt: str) -> str:
        try:
            if pack is not None and prompt.strip() and not pack.is_unfinished(prompt):
                self.spec(pack)
        except PromptError as error:
            return error_text(error)
        return self.tr(
            "It is learned on each photo anew. For many photos it is quicker to learn it once, "
            "with Presets > Learn as preset, and to choose that preset here."
        )


class BatchStack(QLabel):
    """The edits of the open photo, as they lie on each other."""

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.stack: StackSpec | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        result = state.result
        layers = [layer for layer in result.layers if layer.on] if result is not None and result.is_stack else []
        if layers:
            self.show_stack(stack_of(layers))

    def show_stack(self, stack: StackSpec) -> None:
        self.stack = stack
        edits = "\n".join(f"{number}. {title}" for number, title in enumerate(self.titles, start=1))
        where = self.tr("Each photo gets all of them, one on the other, at its largest face or in its middle.")
        if len({layer.square for layer in stack.layers}) > 1:
            where = self.tr("Each photo gets all of them; edits of several faces need as many in each photo.")
        self.setText(f"{edits}\n\n{where}")

    @property
    def titles(self) -> list[str]:
        return (
            [self._state.known_presets.title_of(layer.spec) for layer in self.stack.layers]
            if self.stack is not None
            else []
        )


class BatchEdit(QWidget):
    """Chooses between presets, a prompt, and the stack of the open photo; what is chosen in the others stays."""

    changed = Signal()

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.by_presets = QRadioButton(self.tr("Pr&esets"))
        self.by_presets.setChecked(True)
        self.by_prompt = QRadioButton(self.tr("A prompt of &yours"))
        self.by_stack = QRadioButton(self.tr("The edits of the open pho&to"))
        self.presets = PresetChoices(self.by_prompt)
        self.prompt = BatchPrompt(state)
        self.of_photo = BatchStack(state)
        self.by_stack.setVisible(self.of_photo.stack is not None)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.presets)
        self._stack.addWidget(self.prompt)
        self._stack.addWidget(self.of_photo)
        which = QHBoxLayout()
        which.addWidget(self.by_presets)
        which.addWidget(self.by_prompt)
        which.addWidget(self.by_stack)
        which.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(which)
        layout.addWidget(self._stack, 1)
        one_after_the_other(
            self.by_presets,
            self.by_prompt,
            self.by_stack,
            self.prompt.prompt,
            self.prompt.source,
            self.prompt.correction,
        )
        self.by_prompt.toggled.connect(self._switch)
        self.by_stack.toggled.connect(self._switch)
        self.presets.changed.connect(self.changed)
        self.prompt.changed.connect(self.changed)

    def show_presets(self, presets: list[PresetInfo]) -> None:
        """Those of the pack in use."""
        self.presets.show_presets(presets)
        self.prompt.show_pack()

    def show_spec(self, spec: Spec, stack: StackSpec | None = None) -> None:
        """As it was asked for."""
        if stack is not None:
            self.of_photo.show_stack(stack)
            self.by_stack.show()
            self.by_stack.setChecked(True)
        elif isinstance(spec, EditSpec):
            self.by_prompt.setChecked(True)
            self.prompt.show_spec(spec)
        else:
            self.by_presets.setChecked(True)
            self.presets.choose(spec.uses)

    @property
    def stack(self) -> StackSpec | None:
        """Where that is chosen; ``spec`` is then the first of it."""
        return self.of_photo.stack if self.by_stack.isChecked() else None

    @property
    def apart(self) -> StackSpec | None:
        """Edits of which some are of the face and some of the whole photo, each where it belongs."""
        pack, spec = self._state.pack, self.spec if not self.by_stack.isChecked() else None
        if pack is None or spec is None:
            return None
        parts = looked_at_apart(pack, spec) if isinstance(spec, EditSpec) else mixed_apart(pack, spec)
        return StackSpec(layers=tuple(LayerSpec(spec=part) for part in parts)) if len(parts) > 1 else None

    @property
    def spec(self) -> Spec | None:
        """None as long as something is missing."""
        if self.stack is not None:
            return self.stack.layers[0].spec
        pack, uses = self._state.pack, self.presets.uses
        if pack is None:
            return None
        if self.by_presets.isChecked():
            return MixSpec(pack=pack.id, uses=uses) if uses else None
        try:
            return self.prompt.spec(pack)
        except PromptError:
            return None

    @property
    def label(self) -> str:
        """What stands for it in a name."""
        if self.stack is not None:
            first, *others = self.of_photo.titles
            for other in others:
                first = self.tr("{edit} then {other}").format(edit=first, other=other)
            return first
        if self.by_presets.isChecked():
            return " + ".join(self.presets.titles)
        return self.prompt.prompt.text().strip()

    @property
    def missing(self) -> str:
        """What to do before it can be done."""
        if self.spec is not None:
            return ""
        if self.by_presets.isChecked():
            return self.tr("Choose a preset first")
        return self.tr("Write a prompt that the model can do first")

    def _switch(self) -> None:
        self._stack.setCurrentIndex(2 if self.by_stack.isChecked() else int(self.by_prompt.isChecked()))
        self.changed.emit()
