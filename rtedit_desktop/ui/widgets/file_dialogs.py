"""Asks for file names without stopping the event loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from rtedit_desktop.core.preset import SUFFIX
from rtedit_desktop.support.formats import OPEN_SUFFIXES

SAVE_FILTERS = ("PNG (*.png)", "JPEG (*.jpg *.jpeg)", "WebP (*.webp)", "TIFF (*.tif *.tiff)")


def ask_open(parent: QWidget, folder: Path | None, then: Callable[[Path], None]) -> None:
    """``folder`` is where looking begins; without one, among the pictures of this person."""
    dialog = _dialog(parent, QCoreApplication.translate("files", "Open a photo"), then)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    pictures = QCoreApplication.translate("files", "Pictures")
    everything = QCoreApplication.translate("files", "All files")
    names = " ".join(f"*.{suffix}" for suffix in OPEN_SUFFIXES)
    dialog.setNameFilters([f"{pictures} ({names})", *_preset_filter(), f"{everything} (*)"])
    if begin := folder or own_pictures():
        dialog.setDirectory(str(begin))
    dialog.open()


def ask_photos(parent: QWidget, then: Callable[[list[Path]], None]) -> None:
    """Any number of them at once."""
    dialog = _dialog(parent, QCoreApplication.translate("files", "Add photos"), None)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    pictures = QCoreApplication.translate("files", "Pictures")
    everything = QCoreApplication.translate("files", "All files")
    names = " ".join(f"*.{suffix}" for suffix in OPEN_SUFFIXES)
    dialog.setNameFilters([f"{pictures} ({names})", f"{everything} (*)"])
    if begin := own_pictures():
        dialog.setDirectory(str(begin))
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def ask_folder(parent: QWidget, title: str, begin: Path | None, then: Callable[[Path], None]) -> None:
    """``begin`` is where looking begins, or the nearest folder above that is there."""
    dialog = _dialog(parent, title, then)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    near = (
        next((place for place in (begin, *begin.parents) if os.path.isdir(place)), None) if begin is not None else None
    )
    if near is not None:
        dialog.setDirectory(str(near))
    dialog.open()


def ask_presets(parent: QWidget, then: Callable[[Path], None]) -> None:
    """``then`` is called for each of the files that are chosen."""
    dialog = _dialog(parent, QCoreApplication.translate("files", "Import presets"), None)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

    def each(names: list[str]) -> None:
        for name in names:
            then(Path(name))

    dialog.filesSelected.connect(each)
    dialog.setNameFilters(_preset_filter())
    dialog.open()


def ask_share(parent: QWidget, name: str, then: Callable[[Path], None]) -> None:
    """Here Qt's own question about replacing will do: what is replaced is never the source."""
    dialog = _dialog(parent, QCoreApplication.translate("files", "Share the preset"), then)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(_preset_filter())
    dialog.setDefaultSuffix(SUFFIX.lstrip("."))
    dialog.selectFile(name)
    dialog.open()


def _preset_filter() -> list[str]:
    return [QCoreApplication.translate("files", "RTEdit presets") + f" (*{SUFFIX})"]


def ask_save(parent: QWidget, suggestion: Path, then: Callable[[Path], None]) -> None:
    """The caller asks about replacing: it knows whether the file is the source."""
    dialog = _dialog(parent, QCoreApplication.translate("files", "Save the result"), then)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setNameFilters(list(SAVE_FILTERS))
    suffix = suggestion.suffix or ".png"
    for name in SAVE_FILTERS:
        if f"*{suffix}" in name:
            dialog.selectNameFilter(name)
    dialog.setDefaultSuffix(suffix.lstrip("."))
    if suggestion.parent != Path():
        dialog.setDirectory(str(suggestion.parent))
    dialog.selectFile(suggestion.name)
    dialog.open()


def own_pictures() -> Path | None:
    """The folder of pictures that the system names; None where it is not there."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
    return next((Path(place) for place in places if os.path.isdir(place)), None)


def _dialog(parent: QWidget, title: str, then: Callable[[Path], None] | None) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if then is not None:
        dialog.fileSelected.connect(lambda name: then(Path(name)))
    return dialog
