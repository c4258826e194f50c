"""The guide, offline: its chapters at the left, the one that is read at the right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.support import paths
from rtedit_desktop.ui.help.guide_text import GuideText
from rtedit_desktop.ui.widgets.tab_order import as_they_stand
from rtedit_desktop.ui.widgets.texts import error_text

FIRST = "index"
_SUFFIX = ".md"


class GuideDialog(QDialog):
    """Shows the chapters, which are Markdown, with their links among each other."""

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Guide"))
        self.chapters = QListWidget()
        self.chapters.setAccessibleName(self.tr("Chapters"))
        self.chapters.setSpacing(2)
        for path in _in_order(folder):
            item = QListWidgetItem(_title(path))
            item.setData(Qt.ItemDataRole.UserRole, path)
            self.chapters.addItem(item)
        self.text = GuideText()
        self.text.setAccessibleName(self.tr("Text of the chapter"))
        beside = QSplitter(Qt.Orientation.Horizontal)
        beside.setChildrenCollapsible(False)
        beside.addWidget(self.chapters)
        beside.addWidget(self.text)
        beside.setStretchFactor(1, 1)
        beside.setSizes([190, 640])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        self.back = QPushButton(self.tr("&Back"))
        self.back.setAutoDefault(False)
        self.back.setEnabled(False)
        buttons.addButton(self.back, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addWidget(beside, 1)
        layout.addWidget(buttons)
        as_they_stand(buttons)
        self.resize(860, 620)
        self.back.clicked.connect(self.text.backward)
        self.text.backwardAvailable.connect(self.back.setEnabled)
        self.text.sourceChanged.connect(self._came_to)
        self.chapters.currentItemChanged.connect(self._chosen)

    def show_chapter(self, chapter: str) -> None:
        """A chapter by the name of its file; the first where there is none of that name."""
        for row in range(self.chapters.count()):
            if self._path(row).stem == chapter:
                self.chapters.setCurrentRow(row)
                return
        self.chapters.setCurrentRow(0)

    def _path(self, row: int) -> Path:
        path: Path = self.chapters.item(row).data(Qt.ItemDataRole.UserRole)
        return path

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            path: Path = item.data(Qt.ItemDataRole.UserRole)
            if path != Path(self.text.source().toLocalFile()):
                self.text.setSource(QUrl.fromLocalFile(str(path)), QTextDocument.ResourceType.MarkdownResource)

    def _came_to(self, url: QUrl) -> None:
        """By the list, or by a link, which may lead to a heading."""
        here = Path(url.toLocalFile())
        for row in range(self.chapters.count()):
            if self._path(row) == here:
                self.chapters.setCurrentRow(row)
        if url.hasFragment():
            self._go_to(url.fragment())

    def _go_to(self, anchor: str) -> None:
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor_of(block.text()) == anchor:
                self.text.setTextCursor(QTextCursor(self.text.document().lastBlock()))  # so that it scrolls up to it
                self.text.setTextCursor(QTextCursor(block))
                bar = self.text.verticalScrollBar()
                bar.setValue(bar.value() + self.text.cursorRect().top())
                return
            block = block.next()


def show_guide(parent: QWidget, chapter: str = "") -> GuideDialog | None:
    """The guide over this window, at a chapter; the one that is open already, where there is one."""
    for dialog in parent.findChildren(GuideDialog, options=Qt.FindChildOption.FindDirectChildrenOnly):
        dialog.show_chapter(chapter)
        dialog.raise_()
        dialog.activateWindow()
        return dialog
    try:
        dialog = GuideDialog(paths.guide(), parent)
    except (RTEditError, OSError) as error:
        from rtedit_desktop.ui.widgets.messages import ErrorDialog

        what = error_text(error) if isinstance(error, RTEditError) else str(error)
        ErrorDialog(what, "", "", parent).open()
        return None
    dialog.show_chapter(chapter)
    dialog.show()
    return dialog


def offer_guide(dialog: QDialog, chapter: str | Callable[[], str]) -> None:
    """F1 in a dialog shows the guide at its chapter."""
    key = QShortcut(QKeySequence("F1"), dialog)
    key.activated.connect(lambda: show_guide(dialog, chapter if isinstance(chapter, str) else chapter()))


def anchor_of(heading: str) -> str:
    """As the site and GitHub name headings."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _in_order(folder: Path) -> list[Path]:
    """The chapters in the order that the first one lists them."""
    first = folder / f"{FIRST}{_SUFFIX}"
    listed = re.findall(r"\]\(([\w-]+\.md)\)", first.read_text("utf-8"))
    return [first, *(folder / name for name in dict.fromkeys(listed) if (folder / name).is_file())]


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("#").strip()
