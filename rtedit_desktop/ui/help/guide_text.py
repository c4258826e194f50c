"""Text of the guide, none of which is wider than the window: pictures, tables with their lines, and commands."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import (
    QImage,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

_MARGIN = 16
_LEAST = 120
_PADDING, _HANGING = 5.0, 16.0
_FAINT = 0.3


class GuideText(QTextBrowser):
    """Text of a chapter.

    Pictures keep their own size where there is room for it, and are sharp on every screen. A command that is longer
    than a line goes on in the next one, a little farther in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenExternalLinks(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # so that the width stays when one comes
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(_MARGIN)
        self._shown, self._pictures = QUrl(), dict[QUrl, QImage]()
        self.sourceChanged.connect(self._lay_out)  # by a link, or by going back, too

    def _lay_out(self, shown: QUrl) -> None:
        self._shown, self._pictures = shown, {}  # ``source`` is the one before still
        self._lay_out_commands()
        self._lay_out_tables()
        self._fit()

    def _lay_out_commands(self) -> None:
        """On a ground of their own; those of a chapter that is left for a heading of it have theirs already."""
        block = self.document().begin()
        while block.isValid():
            form = QTextBlockFormat(block.blockFormat())
            if form.hasProperty(QTextFormat.Property.BlockCodeFence) and form.nonBreakableLines():
                form.setNonBreakableLines(False)
                form.setBackground(self.palette().alternateBase())
                form.setLeftMargin(form.leftMargin() + _PADDING + _HANGING)
                form.setTextIndent(-_HANGING)
                QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def _lay_out_tables(self) -> None:
        lines = self.palette().color(QPalette.ColorRole.Text)
        lines.setAlphaF(_FAINT)  # which is seen in both themes
        for frame in self.document().rootFrame().childFrames():
            if not isinstance(frame, QTextTable):
                continue
            form = frame.format()
            form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            form.setBorder(1)
            form.setBorderBrush(lines)
            form.setTopMargin(2 * _PADDING)
            form.setBottomMargin(2 * _PADDING)
            form.setBorderCollapse(True)
            form.setCellPadding(_PADDING)
            form.setCellSpacing(0)
            form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(form)
            for column in range(frame.columns()):
                cell = frame.cellAt(0, column)
                title = cell.format()
                title.setBackground(self.palette().alternateBase())
                cell.setFormat(title)

    def changeEvent(self, event: QEvent) -> None:
        """What is shown has the colours of the theme that it was read in."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._shown.isEmpty():
            bar = self.verticalScrollBar()
            place = bar.value()
            self.reload()
            bar.setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        """Each picture as wide as the place where it stands, in a list less wide."""
        document, room = self.document(), self.viewport().width() - 2 * _MARGIN
        block = document.begin()
        while block.isValid():
            for name in _pictures_in(block):
                place = self._shown.resolved(name)
                if place not in self._pictures:
                    self._pictures[place] = QImage(place.toLocalFile())
                picture = self._pictures[place]
                if not picture.isNull():
                    beside = int(document.indentWidth() * _indent(block))
                    fitted = self._fitted(picture, max(_LEAST, room - beside))
                    document.addResource(QTextDocument.ResourceType.ImageResource.value, place, fitted)
            block = block.next()
        if self._pictures:
            document.markContentsDirty(0, document.characterCount())

    def _fitted(self, picture: QImage, room: int) -> QImage:
        ratio, width = self.devicePixelRatioF(), min(room, picture.width())
        pixels = QSize(round(width * ratio), round(width * ratio * picture.height() / picture.width()))
        keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        fitted = picture.scaled(pixels, keep, smooth)
        fitted.setDevicePixelRatio(ratio)
        return fitted


def _pictures_in(block: QTextBlock) -> Iterator[QUrl]:
    parts = block.begin()
    while not parts.atEnd():
        form = parts.fragment().charFormat()
        if form.isImageFormat():
            yield QUrl(form.toImageFormat().name())
        parts += 1


def _indent(block: QTextBlock) -> int:
    listed = block.textList()
    return block.blockFormat().indent() + (listed.format().indent() if listed is not None else 0)
