"""Packs in the language of the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.core.packs.pack_info import PackInfo


def language() -> str:
    """The code of the language that the window speaks, which its translation says."""
    return QCoreApplication.translate("language", "en")


def as_seen(packs: Iterable[PackInfo]) -> list[PackInfo]:
    """Those that do not speak it stay the very same."""
    return [pack.in_language(language()) for pack in packs]
