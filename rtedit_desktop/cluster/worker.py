"""Worker: an engine in a process of the cluster, which takes what it lacks and does one edit at a time.

Nothing here knows of Ray: ``workers.py`` makes an actor of the class.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rtedit_desktop import __version__
from rtedit_desktop.cluster.parcels import Parcel
from rtedit_desktop.cluster.received import Fetch, ReceivedFiles
from rtedit_desktop.core.edits import read_spec
from rtedit_desktop.core.engine_api import Engine, loading_libraries
from rtedit_desktop.core.errors import DeviceError, RTEditError
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice, failed
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.threads import share_the_cores

EngineMaker = Callable[[Catalog, bool, int], Engine]


def own_engine(catalog: Catalog, exact: bool, threads: int) -> Engine:
    """The engine of the machine; where it has no card, on so many ``threads``."""
    with loading_libraries():
        import torch

        from rtedit_desktop.engine.cache import own_cache
        from rtedit_desktop.engine.machine.devices import exact_device, own_device
        from rtedit_desktop.engine.torch_engine import TorchEngine

    device = exact_device() if exact else own_device()
    if device.is_processor and not exact:
        torch.set_num_threads(threads)  # Ray allows one by the environment
    return TorchEngine(catalog, device, own_cache())


class Worker:
    """Owns its engine and what it received."""

    def __init__(self, fetch: Fetch, exact: bool, threads: int, make: EngineMaker = own_engine) -> None:
        share_the_cores()
        self._fetch, self._exact, self._threads, self._make = fetch, exact, threads, make
        self._received = ReceivedFiles()
        self._engine: Engine | None = None

    def version(self) -> str:
        return __version__

    def lacking(self, packs: Sequence[str]) -> list[int]:
        """Which of these packs, by their manifests' texts, are not on this machine."""
        return [number for number, text in enumerate(packs) if not self._received.has(text)]

    def keep(self, pack: str, parcels: Iterable[Parcel]) -> None:
        """Keep one of them. Raises RTEditError."""
        self._received.keep(pack, parcels, self._fetch)

    def edit(
        self, job: str, spec: Mapping[str, Any], picture: np.ndarray, presets: Iterable[Parcel] = ()
    ) -> list[Event]:
        """Do an edit: what a person should know of it, and how it ended. ``presets`` are those of the spec."""
        try:
            places = {one.sha256: self._received.preset(one, self._fetch) for one in presets}
            return self._edited(job, spec, picture, places)
        except RTEditError as error:
            return [failed(job, error)]

    def _edited(
        self, job: str, spec: Mapping[str, Any], picture: np.ndarray, places: Mapping[str, Path]
    ) -> list[Event]:
        try:
            wanted = read_spec(Fields(dict(spec)), lambda _, sha256: places[sha256])
            # what comes from another process cannot be written to
            request = request_for(wanted, np.array(picture, dtype=np.uint8), job)
        except (ValueError, TypeError, KeyError) as error:
            raise DeviceError("An edit came to this machine damaged.", "Start the batch again.") from error
        if self._engine is None:
            self._engine = self._make(self._received.catalog(), self._exact, self._threads)
        events = self._engine.run(request, threading.Event())
        return [event for event in events if isinstance(event, (Notice, Finished, Cancelled, Failed))]
