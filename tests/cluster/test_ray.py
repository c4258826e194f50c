"""A batch on a real Ray cluster on this computer: two machines, one of which dies in the middle."""

from __future__ import annotations

import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from PIL import Image
from support.batch_table import INFO, Table, end, failures, outcomes
from support.cluster_engines import DEADLY, brightening, endless, slow
from support.command_line import CommandHarness
from support.ray_machines import RayMachines

from rtedit_desktop.batch.events import BatchEvent, PhotoBegan, PhotoEnded, PhotoNote
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.batch.running import run
from rtedit_desktop.cluster.ray_engine import ATTEMPTS, RayEngine
from rtedit_desktop.cluster.worker import EngineMaker
from rtedit_desktop.cluster.workers import RayWorkers
from rtedit_desktop.core.errors import DeviceError

pytest.importorskip("ray", reason="Ray is not installed (pip install '.[ray]')")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Ray's own test clusters do not run there"),
]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayMachines]:
    try:
        cluster = RayMachines(tmp_path_factory.mktemp("home of the workers"))
    except Exception as error:  # its processes need shared memory, ports and a temporary folder of short name
        pytest.skip(f"a Ray cluster does not start on this machine: {error}")
    yield cluster
    cluster.close()


Working = Callable[..., RayWorkers]


@pytest.fixture
def working(machines: RayMachines) -> Iterator[Working]:
    """Workers on so many machines, with an engine that needs no model."""
    made: list[RayWorkers] = []

    def start(count: int, make: EngineMaker = brightening) -> RayWorkers:
        machines.start(count)
        while made:
            made.pop().close()
        made.append(RayWorkers(machines.address, [], lambda text: None, make=make))
        assert made[-1].count() == count
        return made[-1]

    yield start
    for workers in made:
        workers.close()


def photos(table: Table, count: int) -> None:
    for number in range(count):
        table.photo(f"{number:02}.png", number)


def events(table: Table, workers: RayWorkers, at_once: int = 3) -> Iterator[BatchEvent]:
    return run(
        table.batch(), [INFO], RayEngine(workers), table.photo_service, table.record, table.control, at_once=at_once
    )


def test_what_a_cluster_makes_is_what_this_computer_makes(
    machines: RayMachines, harness: CommandHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    assert harness.learn() == 0
    out, alone = harness.folder / "by the cluster", harness.folder / "alone"
    machines.start(2)
    command = ("batch", harness.images, harness.photo, "--preset", "smiling face", "--exact", "--embed-recipe")
    capfd.readouterr()
    assert harness.run(*command, "-o", out, "--ray", machines.address) == 0
    printed = capfd.readouterr()
    assert "gets the model Tiny." in printed.err and "4 of 4 photos are done" in printed.out
    assert "[1/4] 0.png\n  saved: 0-smiling face.png" in printed.err and "Edits: 4 on" in printed.err
    assert harness.run(*command, "-o", alone) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in alone.iterdir())
    for path in alone.iterdir():
        assert np.array_equal(np.asarray(Image.open(path)), np.asarray(Image.open(out / path.name)))
    capfd.readouterr()
    assert harness.run("batch", "--resume", "-o", out, "--ray", machines.address, "--json") == 0
    printed = capfd.readouterr()
    assert json.loads(printed.out)["known"] == 4 and "gets the model" not in printed.err
    assert harness.run(*command, "-o", out) == 0  # and the same record on one machine
    assert "4 of them before" in capfd.readouterr().out


def test_a_machine_that_dies_costs_time_and_no_photo(machines: RayMachines, working: Working, table: Table) -> None:
    photos(table, 12)
    workers = working(2, slow)
    told: list[BatchEvent] = []
    for event in events(table, workers):
        told.append(event)
        if len(outcomes(told)) == 4 and isinstance(event, PhotoEnded):
            machines.kill_one()
    ended = end(told)
    assert (ended.how, ended.done, ended.failed, ended.left) == ("finished", 12, 0, 0), failures(told)
    notes = [event.text for event in told if isinstance(event, PhotoNote)]
    assert notes and all("it was begun anew" in text for text in notes)
    assert len(table.made) == 12 == len({event.index for event in told if isinstance(event, PhotoEnded)})
    assert len(list(table.home.glob("*.jsonl"))) == 1 and not interrupted(table.home)
    assert outcomes(table.run()) == ["known"] * 12


def test_a_machine_that_comes_later_helps(machines: RayMachines, working: Working, table: Table) -> None:
    photos(table, 3)
    workers = working(1)
    machines.kill_one()
    told: list[BatchEvent] = []
    running = threading.Thread(target=lambda: told.extend(events(table, workers)))
    running.start()
    machines.start(1)
    running.join(PATIENCE_S)
    assert end(told).done == 3, failures(told)


def test_a_photo_that_ends_every_worker_is_given_up_and_named(working: Working, table: Table) -> None:
    photos(table, 4)
    pixels = np.full((24, 24, 3), DEADLY, dtype=np.uint8)
    Image.fromarray(pixels).save(table.photos / "deadly.png")
    ended = end(told := list(events(table, working(2))))
    assert (ended.how, ended.done, ended.failed) == ("finished", 4, 1)
    assert f"{ATTEMPTS} workers stopped" in failures(told)[0]
    assert sum(isinstance(event, PhotoNote) for event in told) >= ATTEMPTS
    assert not [name for name in table.made if "deadly" in name]


def test_it_stops_at_once_and_goes_on_later(working: Working, table: Table) -> None:
    photos(table, 6)
    told = []
    for event in events(table, working(1, endless), at_once=2):
        told.append(event)
        if isinstance(event, PhotoBegan) and event.index == 1:
            table.control.stop()
    assert (end(told).how, end(told).left, table.made) == ("stopped", 6, [])
    table.control = type(table.control)()
    assert end(list(events(table, working(2)))).done == 6


class Absent:
    """What a worker cannot make: it comes from a module that its machine has not."""

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, ("no_such_module_of_rtedit",)


def test_where_no_machine_can_help_it_says_why_and_ends(machines: RayMachines, table: Table) -> None:
    photos(table, 5)
    machines.start(1)
    told: list[str] = []
    workers = RayWorkers(machines.address, [], told.append, make=Absent())  # type: ignore[arg-type]
    try:
        ended = end(list(events(table, workers)))
    finally:
        workers.close()
    assert ended.how == "halted" and ended.done == 0
    assert "No machine of the cluster is left to work" in ended.what and "no_such_module" in ended.what
    assert len(told) == 1 and "does not help" in told[0]


def test_an_address_where_nothing_is(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    capsys.readouterr()
    command = (
        "batch",
        harness.photo,
        "--preset",
        "smiling face",
        "-o",
        harness.folder / "out",
        "--ray",
        "ray://127.0.0.1:9",
    )
    assert harness.run(*command) == 5
    assert "There is no Ray cluster to be reached at ray://127.0.0.1:9" in capsys.readouterr().err


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(DeviceError) as raised:
        RayWorkers("auto", [], lambda text: None)
    assert "rtedit-desktop[ray]" in raised.value.todo
