"""Panel of presets beside the photo: search, the list, its buttons, and the presets in use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.presets.mix_panel import MixPanel
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.presets.preset_list import PresetView
from rtedit_desktop.ui.presets.preset_rows import PresetModel
from rtedit_desktop.ui.presets.search_edit import SearchEdit
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other


class PresetPanel(QWidget):
    """Redraws from the presets and the state; emits what the person asks for."""

    apply_asked = Signal(object)
    pack_asked = Signal(str)
    mix_asked = Signal(object)
    favourite_asked = Signal(object, bool)
    rename_asked = Signal(object, str)
    share_asked = Signal(object)
    details_asked = Signal(object)
    removal_asked = Signal(object)
    hiding_asked = Signal()

    def __init__(
        self, presets: PresetCollection, state: EditorState, add: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._presets, self._state = presets, state
        self._wanted: Path | None = None
        self.setMinimumWidth(220)
        self._make_list()
        self._make_actions()
        self._lay_out(add)
        self.search.textChanged.connect(self.redraw)
        self.search.left.connect(self._enter_list)
        self.list.edit_ended.connect(self.redraw)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._redraw_actions())
        presets.changed.connect(self.redraw)
        presets.changed.connect(self.mix.redraw)
        state.phase_changed.connect(self._redraw_actions)
        state.photo_changed.connect(self._redraw_actions)
        state.learning_changed.connect(self._redraw_actions)
        state.pack_changed.connect(self.redraw)
        state.packs_changed.connect(self.redraw)
        self.redraw()

    def _make_list(self) -> None:
        self.list = PresetView(PresetModel(self._hint))
        self.list.rows.setParent(self.list)
        self.list.apply_asked.connect(self.apply_asked)
        self.list.mix_asked.connect(self.mix_asked)
        self.list.rows.renamed.connect(self.rename_asked)
        self.list.stars.star_asked.connect(lambda preset: self.favourite_asked.emit(preset, not preset.favourite))
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setContentsMargins(12, 0, 12, 0)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)

    def _make_actions(self) -> None:
        self.apply = self._action(self.tr("&Apply"), "", self.apply_asked)
        self.add_to_mix = self._action(self.tr("Add to &mix"), "", self.mix_asked)
        self.add_to_mix.setToolTip(self.tr("Apply it on top of those in use (Shift+Enter, Shift+double click)"))
        self.apply.setToolTip(self.tr("Apply it to the photo (Enter, double click)"))
        self.rename = QAction(self.tr("&Rename"), self)
        self.rename.triggered.connect(lambda: self.list.edit(self.list.currentIndex()))
        self.favourite = QAction(self.tr("&Favourite"), self)
        self.favourite.setCheckable(True)
        self.favourite.triggered.connect(self._mark)
        self.share = self._action(self.tr("&Share…"), "", self.share_asked)
        self.share.setToolTip(self.tr("Save a copy of its file, to mail it or to keep it elsewhere"))
        self.details = self._action(self.tr("De&tails…"), "Alt+Return", self.details_asked)
        self.details.setToolTip(self.tr("What it was learned from, by whom, and on what terms it may be used"))
        self.delete = self._action(self.tr("&Delete"), "Del", self.removal_asked)
        for action, keys in ((self.rename, "F2"), (self.favourite, "Ctrl+Shift+F")):
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.list.addActions([self.favourite, self.details, self.delete])
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        with_file = (self.rename, self.favourite, self.share, self.details)
        for group in ((self.apply, self.add_to_mix), with_file, (self.delete,)):
            self.menu.addActions(group)
            self.menu.addSeparator()

    def _action(self, text: str, keys: str, asked: object) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(partial(self._ask, asked))
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _lay_out(self, add: QAction) -> None:
        title = QLabel(self.tr("Presets"))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        self.hide_button = QToolButton()
        self.hide_button.setText("✕")
        self.hide_button.setAutoRaise(True)
        self.hide_button.setAccessibleName(self.tr("Hide the presets"))
        self.hide_button.setToolTip(self.tr("Hide the presets (F9)"))
        self.hide_button.clicked.connect(self.hiding_asked)
        self.search = SearchEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the presets"))
        self.search.setToolTip(self.tr("Words of the title or the prompt (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self.add = QToolButton()
        self.add.setDefaultAction(add)
        self.add.setAccessibleName(self.tr("Import presets"))
        self.apply_button = QPushButton(self.tr("Apply"))
        self.mix_button = QPushButton(self.tr("Add to mix"))
        for button, action in ((self.apply_button, self.apply), (self.mix_button, self.add_to_mix)):
            button.setToolTip(action.toolTip())
            button.setAccessibleName(button.text())
            button.setMinimumWidth(0)
        self.apply_button.clicked.connect(self._apply_or_get)
        self.mix_button.clicked.connect(self.add_to_mix.trigger)
        self.more = QPushButton(self.tr("More"))
        self.more.setAccessibleName(self.tr("More to do with the preset"))
        self.more.setMenu(self.menu)
        head, find, do = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.hide_button)
        find.addWidget(self.search, 1)
        find.addWidget(self.add)
        for one in (self.apply_button, self.mix_button):
            do.addWidget(one, 1)
        do.addWidget(self.more)
        for row in (find, do):
            row.setSpacing(6)
        self.mix = MixPanel(self._state, lambda path: self._presets.at(path) is not None, before=self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 8, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(find)
        layout.addLayout(do)  # above the list: what comes below it moves no button
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.mix)
        one_after_the_other(self.search, self.add, self.apply_button, self.mix_button, self.more, self.list)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.mix.set_height(event.size().height() // 4)

    def choose(self, path: Path) -> None:
        """Select a preset as soon as it is there, whatever is being searched for."""
        self._wanted = path
        if self._presets.at(path) is not None and self.list.rows.row_of(path) < 0:
            self.search.clear()
        self.redraw()

    def apply_chosen(self) -> None:
        self._ask(self.apply_asked)

    def _apply_or_get(self) -> None:
        """What the button says: the pack that it needs comes first."""
        preset = self.list.chosen
        if preset is not None and self._may_get(preset):
            self.pack_asked.emit(preset.spec.pack)
        else:
            self.apply.trigger()

    def _may_get(self, preset: PresetInfo) -> bool:
        return self._state.pack_called(preset.spec.pack) is None and preset.spec.pack in self._state.pack_titles

    def _ask(self, asked: object, _: bool = False) -> None:
        preset = self.list.chosen
        if preset is not None:
            asked.emit(preset)  # type: ignore[attr-defined]

    def _mark(self, favourite: bool) -> None:
        if self.list.chosen is not None:
            self.favourite_asked.emit(self.list.chosen, favourite)

    def _show_menu(self, where: QPoint) -> None:
        if self.list.chosen is not None:
            self.menu.popup(self.list.viewport().mapToGlobal(where))

    def _enter_list(self) -> None:
        self.list.setFocus(Qt.FocusReason.TabFocusReason)
        if self.list.chosen is None:
            self.list.choose(0)

    def redraw(self) -> None:
        if self.list.renaming:
            return  # what came meanwhile shows when the title is written
        rows, before = self.list.rows, self.list.chosen
        row_before = max(self.list.currentIndex().row(), 0)
        words = self.search.text().casefold().split()
        pack, weak = self._state.pack, self._weak()
        found = [preset for preset in self._presets.all if _matches(preset, words)]
        of_pack = pack.id if pack is not None else ""
        rows.show(sorted(found, key=lambda one: (not one.favourite, one.spec.pack != of_pack, one.path in weak)))
        wanted = rows.row_of(self._wanted)
        if wanted >= 0:
            self._wanted = None
            self.list.choose(wanted)
        elif not self.list.currentIndex().isValid() and rows.rowCount():
            same = rows.row_of(before.path) if before is not None else 0
            self.list.choose(same if same >= 0 else min(row_before, rows.rowCount() - 1))
        if rows.rowCount():
            self.stack.setCurrentWidget(self.list)
        else:
            self.empty.setText(self._empty_words(bool(words)))
            self.stack.setCurrentWidget(self.empty)
        self._redraw_actions()

    def _empty_words(self, searching: bool) -> str:
        if not self._presets.known:
            return self.tr("Reading the presets…")
        if searching and self._presets.all:
            return self.tr("No preset has these words in its title or prompt.")
        return self.tr(
            "A preset is an edit that was learned once and fits any photo.\n\n"
            "Run a prompt, then choose “Save as preset…”, or drop .rtpreset files here."
        )

    def _redraw_actions(self) -> None:
        preset, state = self.list.chosen, self._state
        some = preset is not None
        pack = state.pack_called(preset.spec.pack) if preset is not None else None
        fits = pack is not None
        free = state.phase is not Phase.STOPPING and state.photo is not None and state.learning is None
        self.apply.setEnabled(fits and free)
        self.add_to_mix.setEnabled(fits and free)
        gets = preset is not None and self._may_get(preset)
        self.apply_button.setEnabled(gets or (fits and free))
        if preset is not None and gets:
            self.apply_button.setText(self.tr("Get {pack}…").format(pack=state.pack_title(preset.spec.pack)))
            self.apply_button.setToolTip(self.tr("Show the model that it needs"))
        elif pack is not None and pack is not state.pack:
            self.apply_button.setText(self.tr("Switch and apply"))
            self.apply_button.setToolTip(self.tr("Switch to {pack}, then apply it").format(pack=pack.title))
        else:
            self.apply_button.setText(self.tr("Apply"))
            self.apply_button.setToolTip(self.apply.toolTip())
        self.apply_button.setAccessibleName(self.apply_button.text())
        self.mix_button.setEnabled(fits and free)
        self.mix_button.setVisible(preset is None or pack is state.pack)  # a longer word stands beside it else
        own = preset is not None and not preset.built_in
        self.rename.setEnabled(own)
        self.delete.setEnabled(own)
        self.favourite.setEnabled(some)
        self.favourite.setChecked(preset is not None and preset.favourite)
        self.share.setEnabled(some)
        self.details.setEnabled(some)
        self.more.setEnabled(some)

    def _hint(self, preset: PresetInfo) -> tuple[str, bool]:
        pack = self._state.pack_called(preset.spec.pack)
        if pack is None or pack is not self._state.pack:
            return self.tr("needs pack {pack}").format(pack=self._state.pack_title(preset.spec.pack)), pack is None
        words, weak = preset.spec.prompt, preset.path in self._weak()
        if weak:
            words = self.tr("often comes out badly")
        elif words.casefold() == preset.title.casefold():
            words = self.tr("comes with RTEdit") if preset.built_in else self.tr("your own")
        if preset.strength != 1.0:
            words = self.tr("{words} · at {n}\N{NO-BREAK SPACE}%").format(words=words, n=round(100 * preset.strength))
        return words, weak

    def _weak(self) -> set[Path]:
        """The pack's own edits that it is told to do badly: they come last, and say so."""
        pack = self._state.pack
        return {pack.folder / edit.file for edit in pack.unsure_edits} if pack is not None else set()


def _matches(preset: PresetInfo, words: list[str]) -> bool:
    text = f"{preset.title} {preset.spec.prompt}".casefold()
    return all(word in text for word in words)
