"""Errors by which a command ends, and their exit codes."""

from __future__ import annotations

from rtedit_desktop.core import errors
from rtedit_desktop.core.errors import (
    BatchError,
    DeviceError,
    DownloadError,
    HistoryError,
    PackError,
    PictureError,
    PresetError,
    PromptError,
    RemoteError,
    RTEditError,
    SaveError,
    SettingsError,
)
from rtedit_desktop.core.events import Failed

OK, UNEXPECTED, USAGE, PICTURE, PACK, DEVICE, SAVE, PRESET, DOWNLOAD, SOME = range(10)
CANCELLED = 130


class UsageError(RTEditError):
    """The arguments contradict each other or mean nothing."""


class Stopped(Exception):
    """The job stopped because it was asked to; says what became of its result, and how to resume."""

    def __init__(self, what: str = "no result was saved", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo


class JobFailed(RTEditError):
    """A Failed event; the engine names the class of its error first in ``details``."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.what, event.todo)
        self.details = event.details


_CODES: tuple[tuple[type[RTEditError], int], ...] = (
    (UsageError, USAGE),
    (BatchError, USAGE),
    (PromptError, USAGE),
    (SettingsError, USAGE),
    (PictureError, PICTURE),
    (HistoryError, PICTURE),
    (PackError, PACK),
    (PresetError, PRESET),
    (DownloadError, DOWNLOAD),
    (DeviceError, DEVICE),
    (RemoteError, DEVICE),
    (SaveError, SAVE),
)


def exit_code(error: RTEditError) -> int:
    kind: object = type(error)
    if isinstance(error, JobFailed):
        kind = getattr(errors, error.details.partition(":")[0].strip(), None)
    if not isinstance(kind, type):
        return UNEXPECTED
    return next((code for known, code in _CODES if issubclass(kind, known)), UNEXPECTED)
