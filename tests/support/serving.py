"""A server on this computer and what reaches it, for tests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from patience import PATIENCE_S

from rtedit_desktop.core.engine_api import Computer, Engine
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.remote.certificate import Certificate
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.guests import Guests
from rtedit_desktop.remote.hosts import Host
from rtedit_desktop.remote.pairing import Admission, Pairing
from rtedit_desktop.remote.presets_in_memory import LearnedPresets
from rtedit_desktop.remote.server import EngineServer


class Serving(NamedTuple):
    server: EngineServer
    certificate: Certificate
    guests: Guests
    reports: list[str]
    pairing: Pairing | None

    def host(self, name: str = "laptop", token: str | None = None) -> Host:
        """How a computer that is paired knows it."""
        computer = Computer(
            id=self.certificate.fingerprint, name="workstation", host="127.0.0.1", port=self.server.port
        )
        return Host(computer, self.guests.add(name) if token is None else token)


@contextlib.contextmanager
def serving(
    engine_factory: Callable[[], Engine],
    folder: Path,
    *,
    learned: LearnedPresets | None = None,
    pairing: bool = False,
    port: int = 0,
    handshake_s: float = PATIENCE_S,
) -> Iterator[Serving]:
    certificate, guests, reports = Certificate(folder), Guests(folder), list[str]()
    code = Pairing(certificate.fingerprint, guests, wrong_costs_s=0.0, report=reports.append) if pairing else None
    admission = Admission(guests, code, unknown_costs_s=0.0, report=reports.append)
    server = EngineServer(
        engine_factory, certificate, admission, learned=learned, address=("127.0.0.1", port), report=reports.append,
        handshake_s=handshake_s,
    )  # fmt: skip
    server.start()
    try:
        yield Serving(server, certificate, guests, reports, code)
    finally:
        server.close()


class ServedEngine(RemoteEngine):
    """A remote engine with the server that it talks to; ``loaded`` is the engine there."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        import torch

        learned = LearnedPresets()
        self._stack = contextlib.ExitStack()

        def make() -> TorchEngine:
            self.there = TorchEngine(catalog, Device(torch.device("cpu")), put_preset=learned.put)
            return self.there

        found = self._stack.enter_context(serving(make, folder, learned=learned))
        super().__init__(found.host())

    def close(self) -> None:
        super().close()
        self._stack.close()


def threads_named(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == name]
