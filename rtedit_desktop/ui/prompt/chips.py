"""Row of suggested prompts to click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QWidget

from rtedit_desktop.ui.widgets.tab_order import one_after_the_other

_ICON = 12


class Chips(QScrollArea):
    """One line that scrolls sideways; one stop for Tab, the arrow keys move on from there."""

    chosen = Signal(str, bool)  # with Shift held it is only to be written

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Suggested prompts"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet(
            "QScrollArea, #chips { background: transparent; }"
            "QPushButton { border: 1px solid palette(mid); border-radius: 11px; padding: 3px 11px;"
            " background: palette(base); }"
            "QPushButton:hover, QPushButton:focus { border-color: palette(highlight); }"
            "QPushButton:pressed { background: palette(highlight); color: palette(highlighted-text); }"
        )
        self._texts: tuple[str, ...] = ()
        self._fill()

    def set_texts(self, texts: tuple[str, ...]) -> None:
        if texts != self._texts:
            self._texts = texts
            self._fill()

    def mark(self, instant: Callable[[str], bool], icon: QIcon) -> None:
        """Show which prompts need no learning."""
        for text, button in zip(self._texts, self.buttons, strict=True):
            known = instant(text)
            button.setIcon(icon if known else QIcon())
            button.setAccessibleName(self.tr("{prompt}, instant").format(prompt=text) if known else text)
            tip = self.tr("Make “{prompt}”; with Shift it is only written")
            if known:
                tip = self.tr("Make “{prompt}”: instant, because it was learned before; with Shift it is only written")
            button.setToolTip(tip.format(prompt=text))

    @property
    def buttons(self) -> list[QPushButton]:
        return self.findChildren(QPushButton)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar.setValue(bar.value() - turned)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QPushButton):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusIn:
            self._enter_at(watched)
            self.ensureWidgetVisible(watched)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            buttons = self.buttons
            here, last = buttons.index(watched), len(buttons) - 1
            steps = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
            if event.key() in steps:
                next_one = buttons[min(max(steps[Qt.Key(event.key())], 0), last)]
                next_one.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _choose(self, text: str) -> None:
        shift = Qt.KeyboardModifier.ShiftModifier
        self.chosen.emit(text, bool(QGuiApplication.keyboardModifiers() & shift))

    def _enter_at(self, chip: QPushButton) -> None:
        """Tab comes to this one."""
        for button in self.buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is chip else Qt.FocusPolicy.ClickFocus)

    def _fill(self) -> None:
        row = QWidget()
        row.setObjectName("chips")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for text in self._texts:
            button = QPushButton(text)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setIconSize(QSize(_ICON, _ICON))
            button.clicked.connect(lambda _=False, text=text: self._choose(text))
            button.installEventFilter(self)
            layout.addWidget(button)
        layout.addStretch()
        self.setWidget(row)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt puts nothing behind what takes no focus
        one_after_the_other(self, *self.buttons)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if self.buttons:
            self._enter_at(self.buttons[0])
        self.setFixedHeight(row.sizeHint().height() if self._texts else 0)
