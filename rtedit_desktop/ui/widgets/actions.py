"""Actions of the window: their texts, keys, and places in the menus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon, QImage, QKeySequence, QPixmap
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from rtedit_desktop.ui.widgets.icons import tool_icon
from rtedit_desktop.ui.widgets.texts import as_tool_tip

_Keys = QKeySequence.StandardKey | str


class Actions(QObject):
    """Owns the actions; the window connects them and decides which are enabled."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icons: dict[QAction, str] = {}
        self.open = self._action(self.tr("&Open…"), "Ctrl+O", "open")
        self.earlier = self._action(self.tr("&Earlier work…"), "Ctrl+Shift+O")
        self.earlier.setToolTip(self.tr("Photos with what was made of them before (Ctrl+Shift+O)"))
        self.paste = self._action(self.tr("&Paste picture"), "Ctrl+V", "paste")
        self.take_photo = self._action(self.tr("&Take a photo…"), "Ctrl+Alt+T")
        self.take_photo.setToolTip(self.tr("Take a photo with the camera, which is asked for first (Ctrl+Alt+T)"))
        self.batch = self._action(self.tr("&Batch…"), "Ctrl+B")
        self.batch.setToolTip(self.tr("The same edit on many photos (Ctrl+B)"))
        self.save = self._action(self.tr("&Save"), "Ctrl+S", "save")
        self.save_as = self._action(self.tr("Save &as…"), "Ctrl+Shift+S")
        self.save_impersonal = self._action(self.tr("Save &without personal data…"), "Ctrl+Alt+S")
        self.save_impersonal.setToolTip(self.tr("Leave out who, where, and with which very camera (Ctrl+Alt+S)"))
        self.quit = self._action(self.tr("&Quit"), "Ctrl+Q")
        self.undo = self._action(self.tr("&Undo"), "Ctrl+Z", "undo")
        self.redo = self._action(self.tr("&Redo"), "Ctrl+Shift+Z", "redo")
        self.copy_picture = self._action(self.tr("&Copy the picture"), "Ctrl+C")
        self.copy_picture.setToolTip(self.tr("The whole photo with the edits, to paste elsewhere (Ctrl+C)"))
        self.rename_result = self._action(self.tr("Re&name the result…"), "")
        self.delete_result = self._action(self.tr("&Delete the result"), "")
        self.models = self._action(self.tr("&Models…"), "Ctrl+M")
        self.models.setToolTip(self.tr("Which models there are: download, import, remove (Ctrl+M)"))
        self.settings = self._action(self.tr("&Settings…"), "Ctrl+,")
        self.edit_prompt = self._action(self.tr("Write the &prompt"), "Ctrl+L")
        self.region = self._action(self.tr("Limit to a &region"), "Ctrl+E", "region")
        self.region.setCheckable(True)
        self.region.setIconText(self.tr("Region"))
        self.region.setToolTip(self.tr("Paint where the photo may change (Ctrl+E)"))
        self.fit = self._action(self.tr("&Fit"), "Ctrl+0", "fit")
        self.actual_size = self._action(self.tr("&100 %"), "Ctrl+1", "actual")
        self.zoom_in = self._action(self.tr("Zoom &in"), "Ctrl++")
        self.zoom_out = self._action(self.tr("Zoom &out"), "Ctrl+-")
        self.compare = self._action(self.tr("&Compare divider"), "Ctrl+D", "compare")
        self.compare.setCheckable(True)
        self.compare.setIconText(self.tr("Compare"))
        self.side_by_side = self._action(self.tr("&Side by side"), "Ctrl+Shift+D")
        self.side_by_side.setCheckable(True)
        self.show_filmstrip = self._action(self.tr("Film&strip"), "F8")
        self.show_filmstrip.setCheckable(True)
        self.show_filmstrip.setChecked(True)
        self.show_filmstrip.setToolTip(self.tr("The pictures on the way to a result, below the photo (F8)"))
        self.original = self._action(self.tr("Show the &original"), "")
        self.original.setCheckable(True)
        self.run = self._action(self.tr("&Run"), "")
        self.run.setToolTip(self.tr("Change the photo (Enter in the prompt)"))
        self.run_on = self._action(self.tr("Run on the r&esult"), "Ctrl+Return")
        self.run_on.setToolTip(self.tr("Run the prompt on the chosen result instead of the photo (Ctrl+Return)"))
        self.continue_from = self._action(self.tr("C&ontinue from here"), "Ctrl+J")
        self.continue_from.setToolTip(self.tr("What comes next is done on top of the chosen result (Ctrl+J)"))
        self.variations = self._action(self.tr("Run four &variations"), "Ctrl+Shift+Return")
        self.variations.setToolTip(self.tr("Four results of the same prompt, to pick one (Ctrl+Shift+Return)"))
        self.again = self._action(self.tr("&Same again on this photo"), "Ctrl+R")
        self.again.setToolTip(self.tr("Do what made the chosen result once more, on the photo as it is (Ctrl+R)"))
        self.cancel = self._action(self.tr("&Cancel"), "Esc")
        self.keep_preset = self._action(self.tr("Save as &preset…"), "Ctrl+Shift+P")
        self.learn_preset = self._action(self.tr("&Learn as preset…"), "Ctrl+Shift+L")
        self.learn_pairs = self._action(self.tr("Learn from &before and after…"), "Ctrl+Shift+E")
        self.import_presets = self._action(self.tr("&Import…"), "Ctrl+I")
        self.find_preset = self._action(self.tr("&Find a preset"), "Ctrl+F")
        self.show_presets = self._action(self.tr("&Show the presets"), "F9")
        self.show_presets.setCheckable(True)
        self.guide = self._action(self.tr("&Guide"), "F1")
        self.guide.setToolTip(self.tr("What to do, and why, at the chapter of what you are doing (F1)"))
        self.shortcuts = self._action(self.tr("&Keyboard shortcuts"), "Ctrl+F1")
        self.diagnostics = self._action(self.tr("Collect &diagnostics…"), "")
        self.about = self._action(self.tr("&About RTEdit"), "")
        self.compare.setToolTip(self.tr("Drag between before and after (Ctrl+D); hold Space for the original"))
        self.keep_preset.setToolTip(self.tr("Keep what was learned, for any photo (Ctrl+Shift+P)"))
        self.import_presets.setToolTip(self.tr("Take preset files in; they can be dropped on the window too (Ctrl+I)"))
        self.keep_preset.setIconText(self.tr("Save as preset…"))
        self.import_presets.setIconText(self.tr("Import…"))
        self.recent = QMenu(self.tr("Open re&cent"), window)
        self.recent.menuAction().setEnabled(False)
        self.samples = QMenu(self.tr("Open sa&mple"), window)
        self.samples.menuAction().setEnabled(False)

    def fill_menus(self, bar: QMenuBar) -> None:
        for title, entries in (
            (
                self.tr("&File"),
                (
                    self.open,
                    self.recent,
                    self.earlier,
                    self.samples,
                    self.paste,
                    self.take_photo,
                    None,
                    self.save,
                    self.save_as,
                    self.save_impersonal,
                    None,
                    self.batch,
                    None,
                    self.quit,
                ),
            ),
            (
                self.tr("&Edit"),
                (
                    self.undo,
                    self.redo,
                    None,
                    self.copy_picture,
                    self.rename_result,
                    self.delete_result,
                    None,
                    self.edit_prompt,
                    self.region,
                    None,
                    self.models,
                    self.settings,
                ),
            ),
            (
                self.tr("&View"),
                (
                    self.fit,
                    self.actual_size,
                    self.zoom_in,
                    self.zoom_out,
                    None,
                    self.compare,
                    self.side_by_side,
                    self.original,
                    None,
                    self.show_filmstrip,
                ),
            ),
            (
                self.tr("&Run"),
                (self.run, self.run_on, self.continue_from, None, self.variations, self.again, self.cancel),
            ),
            (
                self.tr("&Presets"),
                (
                    self.keep_preset,
                    self.learn_preset,
                    self.learn_pairs,
                    None,
                    self.import_presets,
                    None,
                    self.find_preset,
                    self.show_presets,
                ),
            ),
            (self.tr("&Help"), (self.guide, self.shortcuts, None, self.diagnostics, self.about)),
        ):
            menu = bar.addMenu(title)
            if self.keep_preset in entries:
                self.presets_menu = menu.menuAction()
            for entry in entries:
                if entry is None:
                    menu.addSeparator()
                elif isinstance(entry, QMenu):
                    menu.addMenu(entry)
                else:
                    menu.addAction(entry)

    def set_samples(self, samples: list[tuple[Path, QImage]], opened: Callable[[Path], None]) -> None:
        """The sample pictures with their thumbnails; ``opened`` is called with the one that is chosen."""
        self.samples.clear()
        for path, image in samples:
            name = path.stem.replace("-", " ").replace("_", " ")
            action = QAction(QIcon(QPixmap.fromImage(image)), name, self.samples)
            action.triggered.connect(partial(_chosen, opened, path))
            self.samples.addAction(action)
        self.samples.menuAction().setEnabled(bool(samples))

    def set_recent(self, paths: Sequence[Path], opened: Callable[[Path], None], forget: Callable[[], None]) -> None:
        """The photos that were opened last, by name; a tool tip says where each is."""
        self.recent.clear()
        self.recent.setToolTipsVisible(True)
        for path in paths:
            action = self.recent.addAction(path.name.replace("&", "&&"))
            action.setToolTip(as_tool_tip(str(path)))
            action.triggered.connect(partial(_chosen, opened, path))
        self.recent.addSeparator()
        self.recent.addAction(self.tr("&Forget these"), forget)
        self.recent.menuAction().setEnabled(bool(paths))

    def name_steps(self, undo: str, redo: str) -> None:
        """What undo and redo would change."""
        for action, step, words, plain in (
            (self.undo, undo, self.tr("Undo: {step} ({keys})"), self.tr("Undo ({keys})")),
            (self.redo, redo, self.tr("Redo: {step} ({keys})"), self.tr("Redo ({keys})")),
        ):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(as_tool_tip((words if step else plain).format(step=step, keys=keys)))

    def without_presets(self) -> None:
        """There is no library: their commands are not offered."""
        for action in (
            self.keep_preset, self.learn_preset, self.learn_pairs, self.import_presets, self.find_preset,
            self.show_presets,
            self.presets_menu, self.batch,
        ):  # fmt: skip
            action.setEnabled(False)
            action.setVisible(False)

    def fill_toolbar(self, bar: QToolBar) -> None:
        looks = (self.fit, self.actual_size, self.compare, self.region)
        for entry in (self.open, self.save, None, self.undo, self.redo, None, *looks):
            if entry is None:
                bar.addSeparator()
            else:
                bar.addAction(entry)

    def all(self) -> list[QAction]:
        """In the order of the menus."""
        return [value for value in vars(self).values() if isinstance(value, QAction)]

    def _action(self, text: str, keys: str, icon: str = "") -> QAction:
        action = QAction(text, self._window)
        plain = text.replace("&", "").rstrip("…")
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{plain} ({shown})")
        if icon:
            self._icons[action] = icon
            action.setIcon(tool_icon(icon, self._window.palette()))
        return action

    def redraw_icons(self) -> None:
        """In the colours of a palette that has changed."""
        for action, icon in self._icons.items():
            action.setIcon(tool_icon(icon, self._window.palette()))


def _chosen(opened: Callable[[Path], None], path: Path, _: bool = False) -> None:
    opened(path)
