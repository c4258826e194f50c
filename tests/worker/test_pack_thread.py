"""Jobs of an installer, one after the other, away from the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_MS, PATIENCE_S
from pytestqt.qtbot import QtBot

from rtedit_desktop.core.errors import PackError
from rtedit_desktop.core.pack_installer import PackEvent, PackNotice, PackProgress, PackReady, PackStopped
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


class Heard:
    """Everything that is said, and on which thread."""

    def __init__(self, jobs: PackThread) -> None:
        self.happened: list[PackEvent] = []
        self.ended: list[tuple[PackJob, object]] = []
        self.failed: list[Exception] = []
        self.threads: set[threading.Thread] = set()
        jobs.happened.connect(lambda _, event: self.happened.append(event))
        jobs.ended.connect(lambda job, last: self.ended.append((job, last)))
        jobs.failed.connect(lambda _, error: self.failed.append(error))
        for heard in (jobs.happened, jobs.ended, jobs.failed):
            heard.connect(self._here)

    def _here(self) -> None:
        self.threads.add(threading.current_thread())


@pytest.fixture
def jobs() -> Iterator[PackThread]:
    jobs = PackThread(Installer())  # type: ignore[arg-type]
    yield jobs
    jobs.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rtedit-")]


def job(id: str) -> PackJob:
    return PackJob(verb="download", id=id)


def test_events_come_here_and_progress_no_faster_than_it_can_be_seen(qtbot: QtBot, jobs: PackThread) -> None:
    heard = Heard(jobs)
    jobs.submit(job("a"))
    assert jobs.jobs == [job("a")]
    qtbot.waitUntil(lambda: heard.ended != [], timeout=PATIENCE_MS)
    assert heard.threads == {threading.main_thread()}
    assert threading.main_thread() not in jobs._installer.threads  # type: ignore[attr-defined]
    assert isinstance(heard.happened[0], PackNotice) and len(heard.happened) < 100
    assert heard.ended == [(job("a"), PackReady(id="a", title="a", folder=Path("a")))] and jobs.jobs == []


def test_one_after_the_other_and_none_twice(qtbot: QtBot, jobs: PackThread) -> None:
    heard = Heard(jobs)
    for id in ("slow", "a", "a", "b"):
        jobs.submit(job(id))
    assert jobs.jobs == [job("slow"), job("a"), job("b")]
    jobs.cancel(job("b"))  # while it waits: never begun
    jobs.cancel(job("slow"))
    qtbot.waitUntil(lambda: jobs.jobs == [], timeout=PATIENCE_MS)
    assert [last for _, last in heard.ended] == [PackStopped(kept=7), heard.ended[1][1], PackStopped()]
    assert len(jobs._installer.threads) == 2  # type: ignore[attr-defined]


def test_a_failure_ends_its_own_job_alone(qtbot: QtBot, jobs: PackThread) -> None:
    heard = Heard(jobs)
    jobs.submit(job("bad"))
    jobs.submit(PackJob(verb="remove", id="a"))
    qtbot.waitUntil(lambda: jobs.jobs == [], timeout=PATIENCE_MS)
    assert [str(error) for error in heard.failed] == ["It is bad."]
    assert heard.ended == [(PackJob(verb="remove", id="a"), PackRemoved(id="a", freed=3_000_000_000))]


def test_shutdown_stops_what_runs_and_begins_nothing(qtbot: QtBot, jobs: PackThread) -> None:
    heard = Heard(jobs)
    jobs.submit(job("slow"))
    jobs.submit(job("a"))
    qtbot.waitUntil(lambda: heard.happened != [], timeout=PATIENCE_MS)
    jobs.shutdown()
    installer = jobs._installer
    assert len(installer.threads) == 1  # type: ignore[attr-defined]
    assert installer.closed_on == installer.threads and heard.ended == []  # type: ignore[attr-defined]
