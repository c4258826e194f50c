"""Phase of the job that runs, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Phase(Enum):
    """Phase of the current job. From PREPARING to STOPPING a job runs."""

    EMPTY = auto()
    READY = auto()
    PREPARING = auto()
    LOADING = auto()
    ADAPTING = auto()
    DECODING = auto()
    ADJUSTING = auto()
    STOPPING = auto()

    @property
    def running(self) -> bool:
        return self not in (Phase.EMPTY, Phase.READY)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Progress of a job. ``of`` is 0 while that is not known. ``layer`` counts from 1, where several are made."""

    step: int = 0
    of: int = 0
    score: float | None = None
    seconds_left: float | None = None
    what: str = ""
    layer: int = 0
    layers: int = 0

    @property
    def of_several(self) -> bool:
        """Whether it is that of one layer of several, which takes long enough to be told."""
        return self.layers > 1
