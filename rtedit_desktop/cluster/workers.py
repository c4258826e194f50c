"""Workers of a Ray cluster: one for each graphics card, and one for each machine without."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rtedit_desktop import __version__
from rtedit_desktop.cluster.parcels import Parcel, Parcels, whole
from rtedit_desktop.cluster.worker import EngineMaker, Worker, own_engine
from rtedit_desktop.core.errors import DeviceError, RTEditError
from rtedit_desktop.core.events import Event
from rtedit_desktop.packs.manifest.manifest import Manifest

STARTS = 2
"""How often a worker is started on a machine where it does not come up."""
WAIT_S = 60.0
"""How long a photo waits for a machine where there is none any more."""
_LOOK_S = 0.2
_NODES_S = 2.0


class WorkerDied(Exception):
    """A worker, or its whole machine, went away in the middle of an edit. Says the machine's name."""


class WorkerStopped(Exception):
    """What was asked for is cancelled; a worker that was at it is ended."""


@dataclass(eq=False)
class _Machine:
    """A node of the cluster. ``failed`` counts the workers that did not come up, one after another."""

    id: str
    name: str
    cards: int
    threads: int
    failed: int = 0
    workers: list[RayWorker] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        return 0 if self.failed >= STARTS else max(1, min(self.cards, self.threads))


@dataclass(eq=False)
class RayWorker:
    """An actor, and the machine that it is on."""

    machine: _Machine
    actor: Any

    @property
    def host(self) -> str:
        return self.machine.name


class RayWorkers:
    """Owns the connection to the cluster and the workers that were started there; threads may share it.

    Machines that come are used, those that go are not missed. ``tell`` gets a sentence when a worker is ready and when
    a machine cannot help. Raises DeviceError where there is no Ray, or no cluster at ``address``.
    """

    def __init__(
        self,
        address: str,
        packs: Sequence[Manifest],
        tell: Callable[[str], None],
        *,
        exact: bool = False,
        make: EngineMaker = own_engine,
    ) -> None:
        self._ray = _connected(address)
        self._packs = {whole(manifest).to_json(): manifest for manifest in packs}
        self._tell, self._exact, self._make = tell, exact, make
        self.parcels = Parcels(self._ray.put)
        self.done: Counter[str] = Counter()  # edits by machine
        self._changed = threading.Condition()  # of all below
        self._machines: dict[str, _Machine] = {}
        self._idle: list[RayWorker] = []
        self._coming: list[threading.Thread] = []
        self._looked = -_NODES_S
        self._closed = threading.Event()
        self._why, self._hopeless = "", False

    def count(self) -> int:
        """How many there are, those that come up among them; from now on they do."""
        self._look()
        with self._changed:
            return sum(len(machine.workers) for machine in self._machines.values())

    @contextlib.contextmanager
    def one(self, cancelled: threading.Event) -> Iterator[RayWorker]:
        """A worker for one edit. Raises WorkerStopped, and DeviceError where none is left or comes."""
        worker = self._free_worker(cancelled)
        try:
            yield worker
        finally:
            with self._changed:
                if worker in worker.machine.workers:
                    self._idle.append(worker)
                    self._changed.notify_all()

    def edit(
        self,
        worker: RayWorker,
        cancelled: threading.Event,
        job: str,
        spec: dict[str, Any],
        picture: np.ndarray,
        presets: Sequence[Parcel],
    ) -> list[Event]:
        """What comes of an edit. Raises WorkerStopped and WorkerDied, and what the worker raises."""
        events: list[Event] = self._answer(worker, cancelled, "edit", job, spec, picture, presets)
        with self._changed:
            self.done[worker.host] += 1
        return events

    def close(self) -> None:
        """End the workers and leave the cluster."""
        self._closed.set()
        with self._changed:
            for machine in self._machines.values():
                for worker in list(machine.workers):
                    self._drop(worker)
            self._changed.notify_all()
            coming = list(self._coming)
        for thread in coming:
            thread.join()
        self._ray.shutdown()

    def _answer(self, worker: RayWorker, cancelled: threading.Event, method: str, *args: object) -> Any:
        """What a method of a worker returns; raises WorkerStopped, WorkerDied, and what it raises."""
        errors = self._ray.exceptions
        try:
            asked = getattr(worker.actor, method).remote(*args)
            while not self._ray.wait([asked], timeout=_LOOK_S)[0]:
                if cancelled.is_set():
                    self._drop(worker)
                    raise WorkerStopped
            return self._ray.get(asked)
        except errors.RayTaskError as error:
            if isinstance(error.cause, RTEditError):
                raise error.cause from error
            raise
        except (errors.RayError, ConnectionError) as error:
            self._drop(worker)
            raise WorkerDied(worker.host) from error

    def _drop(self, worker: RayWorker) -> None:
        with self._changed:
            if worker in worker.machine.workers:
                worker.machine.workers.remove(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            self._changed.notify_all()
        with contextlib.suppress(Exception):  # gone already, and the connection with it
            self._ray.kill(worker.actor)

    def _free_worker(self, cancelled: threading.Event) -> RayWorker:
        alone_since = time.monotonic()
        while not cancelled.is_set():
            self._look()
            with self._changed:
                if self._idle:
                    return self._idle.pop(0)
                if any(machine.workers for machine in self._machines.values()):
                    alone_since = time.monotonic()
                elif self._hopeless or time.monotonic() - alone_since > WAIT_S:
                    why = f": {self._why}" if self._why else ""
                    raise DeviceError(
                        f"No machine of the cluster is left to work{why}.", "Start Ray on one, and go on by --resume."
                    )
                self._changed.wait(_LOOK_S)
        raise WorkerStopped

    def _look(self) -> None:
        """Start a worker wherever one is wanted, now and then."""
        with self._changed:
            if time.monotonic() - self._looked < _NODES_S or self._closed.is_set():
                return
            self._looked = time.monotonic()
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        with self._changed:
            for machine in filter(None, map(_machine_of, nodes)):
                self._machines.setdefault(machine.id, machine)
            for gone in set(self._machines) - {node["NodeID"] for node in nodes}:
                for worker in self._machines.pop(gone).workers:
                    if worker in self._idle:  # those at work find it out themselves
                        self._idle.remove(worker)
            self._coming = [thread for thread in self._coming if thread.is_alive()]
            for machine in self._machines.values():
                while len(machine.workers) < machine.wanted:
                    worker = RayWorker(machine, self._actor_on(machine))
                    machine.workers.append(worker)
                    self._coming.append(threading.Thread(target=self._bring_up, args=(worker,), name="a worker comes"))
                    self._coming[-1].start()

    def _actor_on(self, machine: _Machine) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return (
            self._ray.remote(Worker)
            .options(
                num_cpus=1,
                num_gpus=min(1, machine.cards),
                max_restarts=0,
                scheduling_strategy=NodeAffinitySchedulingStrategy(machine.id, soft=False),
            )
            .remote(_fetched, self._exact, machine.threads, self._make)
        )

    def _bring_up(self, worker: RayWorker) -> None:
        """Give it what it lacks; then it is idle."""
        machine = worker.machine
        try:
            version = self._answer(worker, self._closed, "version")
            if version != __version__:
                machine.failed = STARTS
                raise DeviceError(f"it has RTEdit {version}, and this is {__version__}")
            texts = list(self._packs)
            for number in self._answer(worker, self._closed, "lacking", texts):
                manifest = self._packs[texts[number]]
                self._tell(f"{machine.name} gets the model {manifest.info.title}.")
                self._answer(worker, self._closed, "keep", texts[number], self.parcels.of_pack(manifest))
        except WorkerStopped:
            return
        except Exception as error:  # told, and the other machines work on
            self._drop(worker)
            if not self._closed.is_set():  # else it is gone because everything ends
                self._failed_on(machine, error)
            return
        with self._changed:
            machine.failed, self._hopeless = 0, False
            if worker in machine.workers:
                self._idle.append(worker)
            self._changed.notify_all()
        self._tell(f"{machine.name} helps.")

    def _failed_on(self, machine: _Machine, error: Exception) -> None:
        with self._changed:
            machine.failed += 1
            given_up = not machine.wanted
            self._why = f"{machine.name}: {(why := _reason(error))}"
            # a machine that is gone may be replaced, one that lacks something will lack it for ever
            left = any(one.workers or one.wanted for one in self._machines.values())
            self._hopeless = not left and _is_lasting(error)
            self._changed.notify_all()
        if given_up:
            self._tell(f"{machine.name} does not help: {why}.")


def _fetched(piece: Any) -> bytes:
    """On a worker: the bytes that a reference stands for."""
    import ray

    content: bytes = ray.get(piece)
    return content


def _machine_of(node: dict[str, Any]) -> _Machine | None:
    """None for one that was started without processors and cards, to keep order only."""
    cards, threads = (int(node["Resources"].get(name, 0)) for name in ("GPU", "CPU"))
    if threads < 1:
        return None
    return _Machine(node["NodeID"], node["NodeManagerHostname"] or node["NodeName"], cards, threads)


def _is_lasting(error: Exception) -> bool:
    """Whether the worker itself said so, or could not be made; else its machine went away."""
    return isinstance(error, RTEditError) or "creation task" in str(error.__cause__)


def _reason(error: Exception) -> str:
    if isinstance(error, RTEditError):
        return error.what.rstrip(".")
    cause = error.__cause__ or error
    text = str(cause)
    if "No module named 'rtedit_desktop'" in text:
        return "RTEdit is not installed for the Python that Ray runs with there"
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [type(cause).__name__]
    return (lines[-1] if "Traceback" in text else lines[0]).rstrip(".")


def _connected(address: str) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise DeviceError(
            "Ray, which --ray needs, is not installed.", "Install it: pip install 'rtedit-desktop[ray]'."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong is told below
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except Exception as error:  # it raises its own, gRPC's, and those of Python
        lines = str(error).splitlines() or [type(error).__name__]
        raise DeviceError(
            f"There is no Ray cluster to be reached at {address}: {lines[0].rstrip('.')}.",
            "Look whether Ray runs there, with the versions of Ray and Python that are here.",
        ) from error
    return ray
