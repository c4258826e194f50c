"""An exception in words for a person."""

from __future__ import annotations

import traceback

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.core.errors import RTEditError


def sentences(error: Exception, otherwise: str) -> tuple[str, str, str]:
    """What happened, what to do, and the details to copy."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, RTEditError):
        return error.what, error.todo, details
    if isinstance(error, MemoryError):
        return otherwise, QCoreApplication.translate("sentences", "Memory is full: close other programs."), details
    return otherwise, str(error), details
