"""Offers of packs, and the protocol of the installer that downloads, imports, checks and removes them.

The installer is a protocol so that the window needs to know nothing of hosts and files. Its jobs are generators
of small frozen events, as the engine's are: the caller owns progress and stopping.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from rtedit_desktop.core.packs.pack_info import PackInfo

PackPhase = Literal["downloading", "checking", "converting", "installing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackProgress:
    """How far a job is with ``what``, which stands in a sentence: a file's name, or the pack's title.

    ``done`` and ``of`` are bytes, or parts of a thousand while converting; ``of`` is 0 where the end is not
    known. ``speed`` is in bytes a second; ``seconds_left`` is None where it cannot be told.
    """

    phase: PackPhase
    what: str
    done: int = 0
    of: int = 0
    speed: float = 0.0
    seconds_left: float | None = None

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.of) if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNotice:
    """Something a person should know and the job survives."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackReady:
    """The job is done: the pack, or the part that packs share, lies in ``folder`` and is whole.

    ``lacks`` are the shared parts without which the pack cannot be used yet.
    """

    id: str
    title: str
    folder: Path
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackStopped:
    """The job stopped because it was asked to; the same job goes on from the ``kept`` bytes."""

    kept: int = 0


PackEvent = PackProgress | PackNotice | PackReady | PackStopped


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOffer:
    """One pack, or part that packs share, that is here or can be had.

    ``bytes`` is what a download would fetch, the shared parts that are missing included, and 0 where nothing
    can be fetched; ``by_hand`` says then how else to get it, and ``files`` names what to look for at
    ``source``. ``square`` is what it is shown, see PackInfo. ``parts`` are the shared parts it needs and ``lacks``
    those of them that are not here; ``own_files`` tells whether all that is its own is. ``on_disk`` counts what
    lies here of its own, ``waiting`` what is here of an unfinished download, the parts' included. ``hashes_known``
    tells whether all of a download can be compared with a hash that came with RTEdit or was recorded at an earlier
    download. ``problem`` is why what lies here cannot be used.
    """

    id: str
    title: str
    domain: str
    image_size: int
    licence: str
    source: str
    revision: str
    bytes: int
    square: str = "centre"
    parts: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    by_hand: str = ""
    files: tuple[str, ...] = ()
    own_files: bool = False
    installed: bool = False
    built_in: bool = False
    shared_part: bool = False
    on_disk: int = 0
    waiting: int = 0
    hashes_known: bool = False
    folder: Path | None = None
    problem: str = ""


class PackInstaller(Protocol):
    """Downloads, imports, checks and removes packs. Every job leaves what was there intact when it raises.

    Jobs end with one PackReady or PackStopped, or raise DownloadError, PackError, SaveError or SettingsError.
    ``import_pack`` raises PackInTheWay where only ``replace`` is missing.
    """

    def offers(self) -> list[PackOffer]:
        """What is installed and what can be had; quick, nothing is hashed and nobody is asked."""
        ...

    def packs(self) -> list[PackInfo]:
        """The packs that can be used now."""
        ...

    def free_bytes(self) -> int:
        """The room on the disk where packs are kept. Raises SaveError."""
        ...

    def download(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        """Fetch a pack and the shared parts it lacks, and install it; goes on where it was stopped."""
        ...

    def import_pack(
        self, path: Path, cancelled: threading.Event, *, id: str | None = None, replace: bool = False
    ) -> Iterator[PackEvent]:
        """Install a pack's folder, or convert a checkpoint; ``id`` says what it is where that cannot be seen."""
        ...

    def could_be(self, path: Path) -> tuple[str, ...]:
        """The ids among which a person has to choose before ``import_pack``: empty where the file tells.

        Raises PackError for a file that cannot be taken in.
        """
        ...

    def check(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        """Read every file of it anew. Raises PackDamaged."""
        ...

    def remove(self, id: str) -> int:
        """Take it off the disk, with what is waiting to be finished; returns the bytes that are free now."""
        ...
