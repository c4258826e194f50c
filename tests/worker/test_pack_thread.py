"""Jobs of an installer, one after the other, away from the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_MS, PATIENCE_S
from pytestqt.qtbot import QtBot

from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.packs.pack_installer import PackEvent, PackNotice, PackProgress, PackReady, PackStopped
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.pack_thread import PackJob, PackRemoved, PackThread


class Installer:
    """Says every step at once, or waits to be stopped."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.closed_on: list[threading.Thread] = []

    def download(self, id: str, cancelled: threading.Event) -> Iterator[PackEvent]:
        self.threads.append(threading.current_thread())
        try:
            yield PackNotice(text=id)
            for done in range(1000):
                yield PackProgress(phase="downloading", what=id, done=done, of=1000)
            if id == "slow":
                assert cancelled.wait(PATIENCE_S)
                yield PackStopped(kept=7)
                return
            if id == "bad":
                raise PackError("It is bad.")
            yield PackReady(id=id, title=id, folder=Path(id))
        finally:
            self.closed_on.append(threading.current_thread())

    def remove(self, id: str) -> int:
        return 3_000_000_000


class Jobs:
    """A thread, and everything that is said of its jobs, and where."""

    def __init__(self) -> None:
        self.background, self.installer = Background(), Installer()
        self.thread = PackThread(self.installer, self.background)  # type: ignore[arg-type]
        self.events: dict[PackJob, list[object]] = {}
        self.failed: list[Exception] = []
        self.heard_on: set[threading.Thread] = set()

    def submit(self, *jobs: PackJob) -> None:
        for one in jobs:
            self.background.tasks.start(self._read(one))

    async def _read(self, one: PackJob) -> None:
        events = self.events.setdefault(one, [])
        try:
            async for event in self.thread.run(one):
                events.append(event)
                self.heard_on.add(threading.current_thread())
        except PackError as error:
            assert one not in self.thread.jobs
            self.failed.append(error)


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.thread.shutdown()
    jobs.background.shutdown()
    qtbot.waitUntil(lambda: not jobs.background.tasks.running, timeout=PATIENCE_MS)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rtedit-")]


def job(id: str) -> PackJob:
    return PackJob(verb="download", id=id)


def test_events_come_here_and_progress_no_faster_than_it_can_be_seen(qtbot: QtBot, jobs: Jobs) -> None:
    jobs.submit(job("a"))
    assert jobs.thread.jobs == [job("a")]
    qtbot.waitUntil(lambda: jobs.thread.jobs == [], timeout=PATIENCE_MS)
    assert jobs.heard_on == {threading.main_thread()}
    assert threading.main_thread() not in jobs.installer.threads
    events = jobs.events[job("a")]
    assert isinstance(events[0], PackNotice) and len(events) < 100
    assert events[-1] == PackReady(id="a", title="a", folder=Path("a"))


def test_one_after_the_other(qtbot: QtBot, jobs: Jobs) -> None:
    jobs.submit(job("slow"), job("a"), job("b"))
    assert jobs.thread.jobs == [job("slow"), job("a"), job("b")]
    jobs.thread.cancel(job("b"))  # while it waits: never begun
    jobs.thread.cancel(job("slow"))
    qtbot.waitUntil(lambda: jobs.thread.jobs == [], timeout=PATIENCE_MS)
    assert jobs.events[job("slow")][-1] == PackStopped(kept=7)
    assert jobs.events[job("b")] == [PackStopped()]
    assert len(jobs.installer.threads) == 2


def test_a_failure_ends_its_own_job_alone(qtbot: QtBot, jobs: Jobs) -> None:
    removal = PackJob(verb="remove", id="a")
    jobs.submit(job("bad"), removal)
    qtbot.waitUntil(lambda: jobs.thread.jobs == [], timeout=PATIENCE_MS)
    assert [str(error) for error in jobs.failed] == ["It is bad."]
    assert jobs.events[removal] == [PackRemoved(id="a", freed=3_000_000_000)]


def test_shutdown_stops_what_runs_and_begins_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    jobs.submit(job("slow"), job("a"))
    qtbot.waitUntil(lambda: bool(jobs.events[job("slow")]), timeout=PATIENCE_MS)
    jobs.thread.shutdown()
    assert len(jobs.installer.threads) == 1
    assert jobs.installer.closed_on == jobs.installer.threads
    assert not any(isinstance(event, PackStopped) for events in jobs.events.values() for event in events)
