"""Killed in the middle of a batch: it goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S
from support.batch_table import INFO, Table, outcomes

from rtedit_desktop.batch.record import Record, interrupted

_VICTIM = """
import os, signal, sys
from pathlib import Path
from support.batch_table import Table

table = Table(Path(sys.argv[1]))
after = int(sys.argv[2])

def watch(job, step):
    if (job, step) == (after + 1, 2):
        os.kill(os.getpid(), signal.SIGKILL)

table.watch = watch
table.run()
"""

_SAVED_VICTIM = """
import os, signal, sys
from pathlib import Path
from support.batch_table import Table
from patience import PATIENCE_S
from rtedit_desktop.imaging.photo_service import FilePhotoService

class Last(FilePhotoService):
    def save(self, *args, ready, **more):
        def die(file):
            ready(file)
            if when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        super().save(*args, ready=die, **more)
        os.kill(os.getpid(), signal.SIGKILL)

when = sys.argv[2]

table = Table(Path(sys.argv[1]))
table.photo_service = Last()
table.preset.write_text(sys.argv[3])
table.run(table.batch(overwrite=True))
"""


def killed(script: str, *args: object) -> None:
    """Run it in a process of its own that ends itself without a warning."""
    root = Path(__file__).resolve().parents[2]
    where = os.pathsep.join([str(root), str(root / "tests")])
    command = [sys.executable, "-c", script, *map(str, args)]
    died = subprocess.run(command, env={**os.environ, "PYTHONPATH": where}, check=False, timeout=PATIENCE_S)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("after", [0, 2])
def test_killed_in_the_middle_it_goes_on_from_there(table: Table, after: int) -> None:
    for number in range(4):
        table.photo(f"{number}.png", number)
    killed(_VICTIM, table.photos.parent, after)
    assert len(table.made) == after and not [name for name in table.made if name.startswith(".")]
    (one,) = interrupted(table.home)
    assert one.done == after and one.batch == table.batch()
    assert outcomes(table.run(Record(table.out, table.home).batch())) == ["known"] * after + ["done"] * (4 - after)
    assert len(table.engine.requests) == 4 - after and INFO.id == table.engine.requests[0].spec.pack
    assert not interrupted(table.home)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_right_after_a_result_was_written_it_is_known(table: Table) -> None:
    table.photo("a.png"), table.photo("b.png")
    killed(_SAVED_VICTIM, table.photos.parent, "after", "smile")
    assert table.made == ["a-Smile.png"] and interrupted(table.home)[0].done == 1
    assert outcomes(table.run()) == ["known", "done"]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("overwrite", [False, True])
def test_killed_right_before_it_what_a_person_puts_there_is_theirs(table: Table, overwrite: bool) -> None:
    table.photo("a.png"), table.photo("b.png")
    killed(_SAVED_VICTIM, table.photos.parent, "before", "smile")
    assert len(table.made) == 1 and table.made[0].startswith(".rtedit-") and interrupted(table.home)[0].done == 0
    (table.out / "a-Smile.png").write_bytes(b"mine")
    assert outcomes(table.run(table.batch(overwrite=overwrite))) == ["failed", "done"]
    assert (table.out / "a-Smile.png").read_bytes() == b"mine"
    (table.out / "a-Smile.png").unlink()
    assert outcomes(table.run(table.batch(overwrite=overwrite))) == ["done", "known"]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_right_before_it_replaces_one_that_one_can_be_replaced(table: Table) -> None:
    table.photo("a.png")
    table.run()
    before = (table.out / "a-Smile.png").read_bytes()
    killed(_SAVED_VICTIM, table.photos.parent, "before", "another smile")
    assert (table.out / "a-Smile.png").read_bytes() == before
    table.preset.write_text("another smile")
    assert outcomes(table.run(table.batch(overwrite=True))) == ["done"]


def test_what_killed_runs_had_begun_to_write_goes(table: Table) -> None:
    table.photo("a.png")
    table.out.mkdir()
    old, young = (table.out / f".rtedit-{name}.part" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    table.run()
    assert table.made == [".rtedit-young.part", "a-Smile.png"]
