"""An exception in words for a person, and words of others that are shown as they are."""

from __future__ import annotations

import html
import traceback

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.lazy_text import Said


def sentences(error: Exception, otherwise: str) -> tuple[str, str, str]:
    """What happened, what to do, and the details to copy."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, RTEditError):
        return shown(error.what), shown(error.todo), details
    if isinstance(error, MemoryError):
        return otherwise, QCoreApplication.translate("sentences", "Memory is full: close other programs."), details
    return otherwise, str(error), details


def shown(text: str) -> str:
    """What was ``said`` below the window, in its language; of parts that were said themselves, those too."""
    if not isinstance(text, Said):
        return text
    words = QCoreApplication.translate("said", text.template)
    if not text.values:
        return words
    return words.format(
        **{name: shown(value) if isinstance(value, str) else value for name, value in text.values.items()}
    )


def told(error: RTEditError) -> str:
    """What happened and what to do, in one line."""
    return f"{shown(error.what)} {shown(error.todo)}".strip()


def as_tool_tip(text: str) -> str:
    """A title or a prompt of someone else's: a tool tip would take what looks like HTML for HTML."""
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>" if text else ""
