"""Errors that are meant for people: what happened and what to do.

::

    RTEditError          what happened, what to do
    ├── PictureError     a file that cannot be opened as a picture
    ├── PromptError      a prompt that cannot be worked with
    ├── SettingsError    a setting out of its range
    ├── PackError        a model pack that is missing or cannot be used
    │   ├── PackMissing
    │   ├── PackDamaged
    │   ├── PackInTheWay     one of the same id is installed, and nobody said that it may be replaced
    │   └── CheckpointError    a file of weights from elsewhere that cannot become a pack
    │       ├── CheckpointUnsafe    it holds code
    │       ├── CheckpointDamaged   not whole, or not numbers
    │       └── CheckpointMismatch  another architecture
    ├── PresetError      a preset that cannot be read, used or kept
    │   ├── PresetDamaged
    │   └── PresetMismatch   learned on another base, or by a newer version
    ├── DownloadError    a file that could not be fetched
    │   └── DownloadDamaged  what came is not the file that was meant
    ├── DeviceError      out of memory, driver trouble
    ├── SaveError        a result that could not be written
    ├── BatchError       a batch that cannot begin
    ├── RemoteError      another computer cannot be reached, or lets nobody in
    └── HistoryError     earlier work that cannot be brought back
"""

from __future__ import annotations

from pathlib import Path

_LONGEST_NAME = 60


class RTEditError(Exception):
    """``what`` happened and what ``todo`` about it, one sentence each."""

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what} {self.todo}".strip()


def shown_name(name: str) -> str:
    """A file's name for a sentence: on one line, the middle of a long one left out."""
    name = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:28]}…{name[-20:]}"


def quoted_name(path: Path) -> str:
    """The same of a file or folder, in the marks that set it off."""
    return f"“{shown_name(path.name)}”"


class PictureError(RTEditError):
    """A file that cannot be opened as a picture."""


class PromptError(RTEditError):
    """A prompt that cannot be worked with: empty, equal to the source, unknown words."""


class SettingsError(RTEditError):
    """A setting is out of its range."""


class PackError(RTEditError):
    """A model pack cannot be used."""


class PackMissing(PackError):
    """No pack of that name is installed."""


class PackDamaged(PackError):
    """A pack's files are not what its manifest says."""


class PackInTheWay(PackError):
    """A pack of the same id is installed; it is replaced only when that is asked for."""


class CheckpointError(PackError):
    """A file of weights from elsewhere cannot become a pack."""


class CheckpointUnsafe(CheckpointError):
    """The file holds program code; none of it was run."""


class CheckpointDamaged(CheckpointError):
    """The file is not whole, or holds values that are not numbers."""


class CheckpointMismatch(CheckpointError):
    """The file's tensors are not those of an architecture that RTEdit knows."""


class PresetError(RTEditError):
    """A preset cannot be read, used or kept."""


class PresetDamaged(PresetError):
    """A file is not a preset, or not a whole one."""


class PresetMismatch(PresetError):
    """A preset was learned on another base, or written by a newer version."""


class DownloadError(RTEditError):
    """A file could not be fetched; what is here of it is kept where it can be gone on with.

    ``why`` and ``advice`` say the same of whatever the file belongs to: the reason, to stand behind a colon, and what
    to do about it without the ways of the command line.
    """

    def __init__(self, what: str, todo: str = "", *, why: str = "", advice: str = "") -> None:
        super().__init__(what, todo)
        self.why = why
        self.advice = advice or todo


class DownloadDamaged(DownloadError):
    """What came is not the file that was meant; nothing of it is kept."""


class DeviceError(RTEditError):
    """The machine could not do the work: out of memory, driver trouble."""


class SaveError(RTEditError):
    """A result could not be written; what was there before is intact."""


class BatchError(RTEditError):
    """A batch cannot begin: another one writes there, or there is nothing to go on with."""


class HistoryError(RTEditError):
    """Earlier work cannot be brought back: it is gone, or another window has it open."""


class RemoteError(RTEditError):
    """Another computer cannot be reached, or does not let this one in."""
