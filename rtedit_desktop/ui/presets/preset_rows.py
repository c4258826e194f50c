"""Model and delegate of the preset list: before and after, title, star; drawn when they are seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.widgets.colours import GOLD, amber
from rtedit_desktop.ui.widgets.pyramid import to_qimage
from rtedit_desktop.ui.widgets.texts import as_tool_tip

_THUMB = 44
_GAP = 6
_STAR = 16
_MOST_PIXMAPS = 400
_Index = QModelIndex | QPersistentModelIndex

PRESET = Qt.ItemDataRole.UserRole
HINT = Qt.ItemDataRole.UserRole + 1


class PresetModel(QAbstractListModel):
    """Owns the rows that are shown. ``hint`` says what stands under a title, and whether it is a warning."""

    renamed = Signal(object, str)

    def __init__(self, hint: Callable[[PresetInfo], tuple[str, bool]]) -> None:
        super().__init__()
        self._hint = hint
        self.presets: tuple[PresetInfo, ...] = ()

    def show(self, presets: Sequence[PresetInfo]) -> None:
        """The same rows with other words stay the same rows."""
        if [preset.path for preset in presets] == [preset.path for preset in self.presets]:
            self.presets = tuple(presets)
            if presets:
                self.dataChanged.emit(self.index(0), self.index(len(presets) - 1))
            return
        self.beginResetModel()
        self.presets = tuple(presets)
        self.endResetModel()

    def row_of(self, path: Path | None) -> int:
        return next((row for row, preset in enumerate(self.presets) if preset.path == path), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.presets)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        preset = self.presets[index.row()]
        hint, _ = self._hint(preset)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return preset.title
            case Qt.ItemDataRole.ToolTipRole:
                made = ", ".join(filter(None, (preset.author, preset.licence)))
                return as_tool_tip("\n".join(filter(None, (preset.title, hint, made))))
            case Qt.ItemDataRole.AccessibleTextRole:
                star = [self.tr("favourite")] if preset.favourite else []
                return ", ".join([preset.title, hint, *star])
        if role == PRESET:
            return preset
        return self._hint(preset) if role == HINT else None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        preset, title = self.presets[index.row()], " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not title or title == preset.title:
            return False
        self.renamed.emit(preset, title)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid():
            flags |= Qt.ItemFlag.ItemIsDragEnabled
            if not self.presets[index.row()].built_in:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[_Index]) -> QMimeData:
        """Dragged out, a preset is its file."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.presets[index.row()].path)) for index in indexes])
        return data


class PresetDelegate(QStyledItemDelegate):
    """Draws a row; a click on its star asks to mark it."""

    star_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._edited = QPersistentModelIndex()
        self._pixmaps: dict[tuple[int, float], tuple[np.ndarray, QPixmap]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(2 * _THUMB + 120, _THUMB + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        preset, (hint, warns) = index.data(PRESET), index.data(HINT)
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        colour = option.palette.color(role)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = option.rect.left() + _GAP, option.rect.center().y() - _THUMB // 2 + 1
        for picture in (preset.before, preset.after):
            self._draw_picture(painter, QRect(left, top, _THUMB, _THUMB), picture, colour)
            left += _THUMB + 2
        if QPersistentModelIndex(index) == self._edited:
            painter.restore()
            return
        words = _words_rect(option.rect)
        title, small = QFont(option.font), QFont(option.font)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        middle = words.center().y()
        _draw_line(painter, QRect(words.left(), words.top(), words.width(), middle - words.top()), title, colour,
                   preset.title, Qt.AlignmentFlag.AlignBottom)  # fmt: skip
        if warns and not selected:
            colour = amber(option.palette)
        elif not selected:
            colour.setAlphaF(0.65)
        _draw_line(painter, QRect(words.left(), middle + 1, words.width(), words.bottom() - middle), small, colour,
                   hint, Qt.AlignmentFlag.AlignTop)  # fmt: skip
        if preset.favourite or option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            _draw_star(painter, QRectF(star_rect(option.rect)), preset.favourite, colour)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        self._edited = QPersistentModelIndex(index)
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title of the preset"))
        editor.setMaxLength(120)
        return editor

    def destroyEditor(self, editor: QWidget, index: _Index) -> None:
        self._edited = QPersistentModelIndex()
        super().destroyEditor(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        words = _words_rect(option.rect).adjusted(-4, 0, _STAR + _GAP - 2, 0)
        height = editor.sizeHint().height()
        editor.setGeometry(words.left(), words.center().y() - height // 2, words.width(), height)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            on_star = star_rect(option.rect).adjusted(-5, -8, 5, 8).contains(event.position().toPoint())
            if on_star and event.type() == QEvent.Type.MouseButtonRelease:
                self.star_asked.emit(index.data(PRESET))
            if on_star:
                return True
        return super().editorEvent(event, model, option, index)

    def _draw_picture(self, painter: QPainter, where: QRect, picture: np.ndarray | None, colour: QColor) -> None:
        if picture is not None:
            painter.drawPixmap(where, self._pixmap(picture, painter.device().devicePixelRatio()))
            return
        faint = QColor(colour)
        faint.setAlphaF(0.12)
        painter.fillRect(where, faint)

    def _pixmap(self, picture: np.ndarray, ratio: float) -> QPixmap:
        key = (id(picture), ratio)
        if key not in self._pixmaps:
            side = round(_THUMB * ratio)
            scaled = to_qimage(picture).scaled(
                side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            # The array is kept too: while it lives no other can have its id.
            self._pixmaps[key] = (picture, QPixmap.fromImage(scaled))
            while len(self._pixmaps) > _MOST_PIXMAPS:
                self._pixmaps.pop(next(iter(self._pixmaps)))
        return self._pixmaps[key][1]


def _words_rect(row: QRect) -> QRect:
    return row.adjusted(2 * _THUMB + 2 + 2 * _GAP + 2, _GAP, -_STAR - 2 * _GAP, -_GAP)


def star_rect(row: QRect) -> QRect:
    return QRect(row.right() - _GAP - _STAR, row.center().y() - _STAR // 2 + 1, _STAR, _STAR)


def _draw_line(
    painter: QPainter, where: QRect, font: QFont, colour: QColor, text: str, align: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | align) | int(Qt.TextFlag.TextSingleLine), shown)


def _draw_star(painter: QPainter, where: QRectF, filled: bool, colour: QColor) -> None:
    centre, radii = where.center(), (0.5 * where.width(), 0.225 * where.width())
    angles = [n * math.pi / 5 for n in range(10)]
    points = [centre + QPointF(math.sin(angle), -math.cos(angle)) * radii[n % 2] for n, angle in enumerate(angles)]
    painter.setPen(QPen(GOLD if filled else colour, 1.3))
    painter.setBrush(GOLD if filled else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(points))
