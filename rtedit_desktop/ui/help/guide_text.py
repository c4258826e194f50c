"""Text of the guide with its pictures, none of which is wider than the text."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextBlock, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

_MARGIN = 16
_LEAST = 120


class GuideText(QTextBrowser):
    """Pictures keep their own size where there is room for it, and are sharp on every screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenExternalLinks(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # so that the width stays when one comes
        self.document().setDocumentMargin(_MARGIN)
        self._pictures: dict[QUrl, QImage] = {}

    def setSource(  # type: ignore[override]
        self, name: QUrl, type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource
    ) -> None:
        super().setSource(name, type)
        self._pictures = {}
        self._fit()

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
                place = self.source().resolved(name)
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
