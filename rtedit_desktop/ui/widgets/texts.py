"""Translates errors and lazy texts for a person."""

from __future__ import annotations

import html
import traceback

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.lazy_text import LazyText


def sentences(error: Exception, otherwise: str) -> tuple[str, str, str]:
    """What happened, what to do, and the details to copy."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, RTEditError):
        return translated(error.what), translated(error.todo), details
    if isinstance(error, MemoryError):
        return otherwise, QCoreApplication.translate("sentences", "Memory is full: close other programs."), details
    return otherwise, str(error), details


def translated(text: str) -> str:
    """What was ``tr`` below the window, in its language; of parts that were said themselves, those too."""
    if not isinstance(text, LazyText):
        return text
    words = QCoreApplication.translate("LazyText", text.template)
    if not text.values:
        return words
    return words.format(
        **{name: translated(value) if isinstance(value, str) else value for name, value in text.values.items()}
    )


def error_text(error: RTEditError) -> str:
    """What happened and what to do, in one line."""
    return f"{translated(error.what)} {translated(error.todo)}".strip()


def as_tool_tip(text: str) -> str:
    """A title or a prompt of someone else's: a tool tip would take what looks like HTML for HTML."""
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>" if text else ""
