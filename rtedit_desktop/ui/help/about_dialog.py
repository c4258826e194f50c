"""About dialog: what RTEdit is, and the licences of all its parts."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop import __version__
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.support.licences import Part
from rtedit_desktop.ui.widgets.icons import app_icon


class AboutDialog(QDialog):
    """The app and its models above, its parts below with the text of each licence."""

    def __init__(self, packs: list[PackInfo], parts: list[Part], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About RTEdit"))
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(72, 72))
        title = QLabel(f"<b>RTEdit {html.escape(__version__)}</b>")
        lines = [self.tr("Write what should change in a picture, and watch it happen."), self.tr("Licence: MIT.")]
        lines += [f"{pack.title} {pack.version}: {pack.licence}. {pack.attribution}" for pack in packs]
        self.words = QLabel("\n\n".join(lines))
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made_of = QLabel(self.tr("It is &made of:"))
        self.parts = QListWidget()
        self.parts.setSpacing(3)
        self.parts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.parts.setAccessibleName(self.tr("The parts of RTEdit"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The licence of the chosen part"))
        made_of.setBuddy(self.parts)
        for part in parts:
            item = QListWidgetItem(f"{part.name} {part.version}\n{part.licence}")
            item.setData(Qt.ItemDataRole.UserRole, part)
            self.parts.addItem(item)
        self.parts.currentItemChanged.connect(self._show)
        beside = QSplitter(Qt.Orientation.Horizontal)
        beside.setChildrenCollapsible(False)
        beside.addWidget(self.parts)
        beside.addWidget(self.text)
        beside.setSizes([240, 480])
        beside.setMinimumSize(720, 280)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        top = QGridLayout()
        top.setHorizontalSpacing(18)
        top.addWidget(picture, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        top.addWidget(title, 0, 1)
        top.addWidget(self.words, 1, 1)
        top.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(made_of)
        layout.addWidget(beside, 1)
        layout.addWidget(buttons)
        self.parts.setCurrentRow(0)

    def _show(self, item: QListWidgetItem | None) -> None:
        part = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if part is None:
            self.text.clear()
            return
        head = "\n".join(line for line in (part.page, part.text or part.licence) if line)
        self.text.setPlainText(head)
