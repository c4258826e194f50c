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

table.engine.watch = watch
table.run()
"""

_SAVED_VICTIM = """
import os, signal, sys
from pathlib import Path
from support.batch_table import Table
from patience import PATIENCE_S
from rtedit_desktop.imaging.photo_service import FilePhotoService

class Last(FilePhotoService):
    def save(self, path, photo, pixels, *, impersonal=False, recipe=""):
        super().save(path, photo, pixels)
        os.kill(os.getpid(), signal.SIGKILL)

table = Table(Path(sys.argv[1]))
table.photo_service = Last()
table.run()
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
    killed(_SAVED_VICTIM, table.photos.parent)
    assert table.made == ["a-Smile.png"] and len(interrupted(table.home)) == 1
    assert outcomes(table.run()) == ["known", "done"]


def test_what_killed_runs_had_begun_to_write_goes(table: Table) -> None:
    table.photo("a.png")
    table.out.mkdir()
    old, young = (table.out / f".rtedit-{name}.part" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    table.run()
    assert table.made == [".rtedit-young.part", "a-Smile.png"]
