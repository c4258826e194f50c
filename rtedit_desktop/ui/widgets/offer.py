"""Banner with a question that can be answered at any time, and waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QPushButton, QWidget

from rtedit_desktop.ui.widgets.banner import Banner


class _Question(NamedTuple):
    text: str
    yes: str
    on_yes: Callable[[], None]
    no: str
    on_no: Callable[[], None]


class Offer(Banner):
    """Shows until one of its two buttons is pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "offer",
            "#offer { background: #2f4468; border: 1px solid #5b7db8; border-radius: 8px; }"
            "#offer QLabel { color: #f2f2f4; }"
            "#offer QPushButton { color: #f2f2f4; background: transparent; border: 1px solid #8fa9d6;"
            " border-radius: 5px; padding: 4px 14px; }"
            "#offer QPushButton:hover { background: #3d578a; } #offer QPushButton:focus { border-color: white; }",
            parent,
        )
        self.yes, self.no = QPushButton(), QPushButton()
        self.put(self.yes, self.no)
        self._on_yes: Callable[[], None] | None = None
        self._on_no: Callable[[], None] | None = None
        self._waiting: deque[_Question] = deque()
        self.yes.clicked.connect(lambda: self._answer(self._on_yes))
        self.no.clicked.connect(lambda: self._answer(self._on_no))

    def ask(self, text: str, yes: str, on_yes: Callable[[], None], no: str, on_no: Callable[[], None]) -> None:
        """One that comes while another shows waits for its answer."""
        if not self.isHidden():
            self._waiting.append(_Question(text, yes, on_yes, no, on_no))
            return
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(text)
        for button, words in ((self.yes, yes), (self.no, no)):
            button.setText(words)
            button.setAccessibleName(words)
        self._on_yes, self._on_no = on_yes, on_no
        self.show()

    def withdraw(self, on_yes: Callable[[], None]) -> None:
        """What was asked with this answer is no question any more."""
        if self._on_yes is on_yes:
            self._answer(None)
        else:
            self._waiting = deque(one for one in self._waiting if one.on_yes is not on_yes)

    def _answer(self, then: Callable[[], None] | None) -> None:
        self.hide()
        self._on_yes = self._on_no = None
        if then is not None:
            then()
        if self._waiting and self.isHidden():
            self.ask(*self._waiting.popleft())
