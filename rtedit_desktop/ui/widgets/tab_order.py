"""Sets where Tab goes next."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QDialogButtonBox, QWidget


def one_after_the_other(*widgets: QWidget) -> None:
    """The first stays where it is among the stops of Tab, the others come after it."""
    for one, next_one in pairwise(widgets):
        QWidget.setTabOrder(one, next_one)


def as_they_stand(box: QDialogButtonBox) -> None:
    """Through the buttons from left to right: every desktop has another order, which is not that of their making."""
    row = box.layout()
    assert row is not None
    items = [row.itemAt(index) for index in range(row.count())]
    one_after_the_other(*(widget for item in items if item is not None and (widget := item.widget()) is not None))
