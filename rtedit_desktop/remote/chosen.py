"""Engine that computes where the settings say: on this computer, or on a paired one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.events import Event, failed
from rtedit_desktop.core.requests import Request
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host, Hosts


class ChosenEngine:
    """Implements ``core.engine_api.Engine``. Looks at the choice before every job; owns both engines.

    The one of this computer is made when it is first needed, and its models are freed while another computes.
    """

    def __init__(self, make_here: Callable[[], Engine], hosts: Hosts) -> None:
        self._make_here, self._hosts = make_here, hosts
        self._here: Engine | None = None
        self._there: tuple[Host, RemoteEngine] | None = None

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Events of one job, ended by exactly one of Finished, Cancelled, Failed; never raises."""
        try:
            engine = self._chosen()
        except (RTEditError, OSError) as error:
            yield failed(request.job_id, error)
            return
        yield from engine.run(request, cancelled)

    def close(self) -> None:
        """Free the models here, hang up there."""
        self._hang_up()
        if self._here is not None:
            self._here.close()
            self._here = None

    def _chosen(self) -> Engine:
        computer = self._hosts.chosen()
        host = None if computer is None else self._hosts.host(computer.id)
        if host is None:
            self._hang_up()
            if self._here is None:
                self._here = self._make_here()
            return self._here
        if self._there is None or self._there[0] != host:
            self._hang_up()
            self._there = host, RemoteEngine(host, self._hosts.log)
            if self._here is not None:
                self._here.close()
        return self._there[1]

    def _hang_up(self) -> None:
        if self._there is not None:
            self._there[1].close()
            self._there = None
