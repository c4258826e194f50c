"""What keeps a person from using a window by keyboard or screen reader, or from reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from patience import PATIENCE_MS
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QRadioButton,
    QTextEdit,
    QToolBar,
    QWidget,
)

from rtedit_desktop.ui.widgets.pyramid import from_qimage

LEGIBLE, GREYED = 4.5, 3.0
_NEEDS_WORDS = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractSlider, QPlainTextEdit, QTextEdit)
_MOST_STOPS = 80
_ROOM = 3
_SHARP = 4  # thin strokes have the colour of the ink, not half of it


def parts_of(window: QWidget) -> list[QWidget]:
    """Everything of it that shows."""
    return [part for part in window.findChildren(QWidget) if part.isVisible() and part.window() is window]


def name_of(part: QWidget) -> str:
    """What a screen reader says of it."""
    if isinstance(part, QComboBox):  # on Linux its interface gives what is chosen, and leaves the name to its label
        return part.accessibleName()
    face = QAccessible.queryAccessibleInterface(part)
    return face.text(QAccessible.Text.Name) if face is not None else part.accessibleName()


def described(part: QWidget) -> bool:
    return bool(part.toolTip() or part.accessibleDescription() or part.whatsThis())


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _is_inside(part: QWidget) -> bool:
    """A part of a control that is one for a person: the line of a spin box, the button that clears a line."""
    above = part.parentWidget()
    return isinstance(above, QComboBox | QAbstractSpinBox | QLineEdit | QMenuBar | QToolBar)


def _takes_focus(part: QWidget) -> bool:
    return part.focusPolicy() != Qt.FocusPolicy.NoFocus and not _is_inside(part) and part.focusProxy() is None


def nameless(window: QWidget) -> Iterator[str]:
    """Controls whose name says nothing, or not enough where nothing else says more."""
    beside = {label.buddy() for label in window.findChildren(QLabel) if label.buddy() is not None}
    names: dict[str, QWidget] = {}
    for part in parts_of(window):
        if not _takes_focus(part) or part.metaObject().className() == "QScrollArea":
            continue
        name = name_of(part)
        if not _letters(name):
            yield f"{_called(part)} has no name"
            continue
        if name in names:
            yield f"{_called(part)} is called {name!r}, as {_called(names[name])} is"
        names[name] = part
        sign = isinstance(part, QAbstractButton) and not _letters(part.text())
        if sign and not described(part):
            yield f"{_called(part)} is a sign without a tool tip"
        if isinstance(part, _NEEDS_WORDS) and len(name.split()) < 2 and not described(part) and part not in beside:
            yield f"{_called(part)}: {name!r} does not say enough, and nothing else does"


def out_of_reach(window: QWidget) -> Iterator[str]:
    """Controls that Tab does not come to, and stops that do not follow the layout."""
    stops = _tab_stops(window)
    if not stops:
        wanted = [part for part in parts_of(window) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        yield from (f"Tab goes nowhere, not to {_called(part)}" for part in wanted)
        return
    if stops[-1] in stops[:-1]:
        yield f"Tab never comes around; it stays at {_called(stops.pop())}"
    groups = {part.parentWidget() for part in stops if isinstance(part, QRadioButton)}
    for part in parts_of(window):
        if not part.isEnabled() or not _takes_focus(part) or part in stops:
            continue
        if isinstance(part, QRadioButton) and part.parentWidget() in groups:
            continue  # the arrow keys go on from the one that is chosen
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not _is_scroller(part):
            yield f"Tab does not come to {_called(part)}"
    for part in parts_of(window):
        if isinstance(part, QAbstractButton) and part.isEnabled() and not _by_keyboard(part, stops):
            yield f"{_called(part)} works by mouse alone"
    back = [(one, other) for one, other in pairwise((*stops, stops[0])) if _goes_back(window, one, other)]
    if len(back) > 1:  # one of them is the way around
        yield from (f"Tab goes back from {_called(one)} to {_called(other)}" for one, other in back)


def _tab_stops(window: QWidget) -> list[QWidget]:
    """The widgets that hold the focus one after the other, as Tab is pressed, once around."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, PATIENCE_MS)
    stops: list[QWidget] = []
    for _ in range(_MOST_STOPS):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        if here is None or here.window() is not window or (len(stops) > 1 and here is stops[0]):
            return stops
        if not stops or here is not stops[-1]:  # a label may have a link within
            stops.append(here)
    return [*stops, stops[-1]] if len(stops) > 1 else stops


def _is_scroller(part: QWidget) -> bool:
    return part.metaObject().className() in ("QScrollArea", "QSplitter", "QScrollBar")


def _by_keyboard(button: QAbstractButton, stops: list[QWidget]) -> bool:
    if button in stops or _is_inside(button) or isinstance(button, QRadioButton):
        return True
    siblings = [stop for stop in stops if stop.parentWidget() is button.parentWidget()]
    if button.focusPolicy() == Qt.FocusPolicy.ClickFocus and siblings:
        return True  # one stop of a row; the arrow keys go on from there
    return any(isinstance(where, QMenu) for action in button.actions() for where in action.associatedObjects())


def _goes_back(window: QWidget, one: QWidget, other: QWidget) -> bool:
    """Neither down nor to the right: above, or on the same line and left of it."""
    here, there = _place(window, one), _place(window, other)
    if there.top() > here.bottom() - _ROOM or here.contains(there) or there.contains(here):
        return False
    return there.left() < here.right() - _ROOM


def _place(window: QWidget, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def unreachable_commands(window: QWidget) -> Iterator[str]:
    """Commands of a menu without a letter to press and without keys, and keys that two of them want."""
    keys: dict[str, str] = {}
    for action in window.findChildren(QAction):
        words = action.shortcut().toString()
        if words and action.shortcutContext() == Qt.ShortcutContext.WindowShortcut:
            if words in keys:
                yield f"{words}: {keys[words]} and {action.text()}"
            keys[words] = action.text()
    for bar in window.findChildren(QMenuBar):
        for menu in (action.menu() for action in bar.actions()):
            assert isinstance(menu, QMenu)
            for action in menu.actions():
                if action.text() and "&" not in action.text() and action.shortcut().isEmpty():
                    yield f"{action.text()} has no letter"


def brightness(colour: QColor) -> float:
    """Relative luminance as the web's guidelines for contrast define it."""
    values = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def faint(window: QWidget) -> Iterator[str]:
    """Words that are hard to see where they stand: what is drawn is compared with the same without the words."""
    if focused := QApplication.focusWidget():
        focused.clearFocus()  # a style may draw its frame over the words
    for part in parts_of(window):
        write = _writer(part)
        if write is None:
            continue
        words, least = str(part.property("text")), LEGIBLE if part.isEnabled() else GREYED
        part.blockSignals(True)
        size = part.size()
        with_words = _drawn(part)
        write("")
        without = _drawn(part)
        write(words)
        part.blockSignals(False)
        assert part.size() == size
        seen = _strongest(with_words, without)
        if seen is not None and contrast(*seen) < least:
            yield f"{_called(part)}: {_ratio(*seen)}, not {least}"
    for view in parts_of(window):
        if isinstance(view, QAbstractItemView) and view.isEnabled() and view.selectedIndexes():
            text, ground = view.palette().highlightedText().color(), _ground_of(view, view.selectedIndexes()[0])
            if contrast(text, ground) < LEGIBLE:
                yield f"The chosen row of {_called(view)}: {_ratio(text, ground)}, not {LEGIBLE}"


def _writer(part: QWidget) -> Callable[[str], None] | None:
    if isinstance(part, QLabel) and part.text() and part.textFormat() is not Qt.TextFormat.RichText:
        return part.setText
    if isinstance(part, QAbstractButton) and part.text() and not part.actions():
        return part.setText
    return None


def _drawn(part: QWidget) -> QImage:
    """In the middle of what lies below it."""
    window = part.window()
    image = QImage(part.size() * _SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARP)
    painter = QPainter(image)
    window.render(painter, QPoint(), _place(window, part))
    painter.end()
    return image


def _strongest(with_words: QImage, without: QImage) -> tuple[QColor, QColor] | None:
    """The two colours of the pixel that the words change most."""
    one, other = from_qimage(with_words), from_qimage(without)
    changed = (one != other).any(axis=2)
    pairs = np.unique(np.concatenate([one[changed], other[changed]], axis=1), axis=0)
    colours = [(QColor(*pair[:3]), QColor(*pair[3:])) for pair in pairs.tolist()]
    return max(colours, key=lambda pair: contrast(*pair), default=None)


def _ground_of(view: QAbstractItemView, index: QModelIndex) -> QColor:
    """The colour that most of a row has."""
    row = view.visualRect(index)
    place = QRect(view.viewport().mapTo(view.window(), row.topLeft()), row.size())
    pixels = from_qimage(view.window().grab(place).toImage())[..., :3].reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    return QColor(*colours[counts.argmax()].tolist())


def _ratio(one: QColor, other: QColor) -> str:
    return f"contrast {contrast(one, other):.2f} of {one.name()} on {other.name()}"


def _called(part: QWidget) -> str:
    words = str(part.property("text") or "") or name_of(part) or part.objectName()
    return f"{type(part).__name__} {words[:40]!r}"
