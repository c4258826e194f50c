"""Several photos at once: each as it would be alone, and an end that waits for all."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from support.batch_table import INFO, Table, end, failures, outcomes

from rtedit_desktop.batch.events import BatchEvent, Paused, PhotoBegan, PhotoEnded, Resumed
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.batch.running import run
from rtedit_desktop.batch.side_by_side import SideBySide
from rtedit_desktop.core.events import Failed


def several(table: Table, at_once: int = 3) -> Iterator[BatchEvent]:
    return run(table.batch(), [INFO], table.engine, table.photo_service, table.record, table.control, at_once=at_once)


def photos(table: Table, count: int) -> None:
    for number in range(count):
        table.photo(f"{number}.png", number)


def test_the_same_results_as_one_after_the_other(table: Table, tmp_path: Path) -> None:
    photos(table, 7)
    ended = end(events := list(several(table)))
    assert (ended.how, ended.done, ended.left) == ("finished", 7, 0)
    for index in range(7):
        own = [event for event in events if getattr(event, "index", None) == index]
        assert isinstance(own[0], PhotoBegan) and isinstance(own[-1], PhotoEnded)
    made = {name: (table.out / name).read_bytes() for name in table.made}
    for name in table.made:
        (table.out / name).unlink()
    table.run()
    assert {name: (table.out / name).read_bytes() for name in table.made} == made


def test_they_are_worked_on_at_once_and_never_more(table: Table) -> None:
    photos(table, 6)
    together, at_work, most = threading.Barrier(3), threading.Semaphore(3), []

    def watch(job: int, step: int) -> None:
        if step == 1:
            most.append(at_work.acquire(blocking=False))
            together.wait(PATIENCE_S)  # nobody goes on before three are here
        if step == 3:
            at_work.release()

    table.watch = watch
    assert end(list(several(table))).done == 6
    assert all(most)


def test_what_is_known_is_known_and_what_fails_is_told(table: Table) -> None:
    photos(table, 3)
    list(several(table))
    (table.photos / "broken.png").write_bytes(b"no")
    events = list(several(table))
    assert sorted(outcomes(events)) == ["failed", "known", "known", "known"]
    assert "broken.png" in failures(events)[0]


def test_an_engine_that_fails_in_the_same_way_ends_it(table: Table) -> None:
    photos(table, 12)
    table.fails = lambda job: Failed(job_id="", what="The card is gone.", todo="")
    ended = end(events := list(several(table)))
    assert ended.how == "halted" and ended.what == "The card is gone."
    assert 3 <= ended.failed <= 6 and ended.left == 12 - ended.failed
    assert sum(isinstance(event, PhotoBegan) for event in events) == ended.failed


def test_it_stops_within_a_step_and_goes_on_from_there(table: Table) -> None:
    photos(table, 9)
    table.watch = lambda job, step: table.control.stop() if job == 5 else None
    ended = end(list(several(table)))
    assert ended.how == "stopped" and ended.done + ended.left == 9 and ended.left
    table.watch = lambda job, step: None
    table.control = type(table.control)()
    again = list(several(table))
    assert end(again).done == ended.left and end(again).known == ended.done
    assert len(table.made) == 9


def test_it_is_paused_when_all_came_to_their_ends(table: Table) -> None:
    photos(table, 6)
    table.watch = lambda job, step: table.control.pause() if job == 2 else None
    events = []
    for event in several(table):
        events.append(event)
        if isinstance(event, Paused):
            begun = sum(isinstance(one, PhotoBegan) for one in events)
            assert begun == sum(isinstance(one, PhotoEnded) for one in events) < 6
            table.watch = lambda job, step: None
            threading.Timer(0.01, table.control.resume).start()
    assert any(isinstance(event, Resumed) for event in events) and end(events).done == 6


def test_one_that_is_abandoned_counts_as_interrupted(table: Table) -> None:
    photos(table, 6)
    before = threading.active_count()
    events = several(table)
    for event in events:
        if isinstance(event, PhotoEnded):
            break
    events.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert [one.done >= 1 for one in interrupted(table.home)] == [True]


def test_what_a_thread_raises_is_raised_where_it_is_read() -> None:
    def broken() -> Generator[int, None, str]:
        yield 1
        raise KeyError("unforeseen")

    with pytest.raises(KeyError), SideBySide[int, str](2, lambda: None) as works:
        works.start(broken())
        while works.running:
            list(works.news())
