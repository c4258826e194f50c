"""A pipe in the place of a file of the app's own is passed over: to read it would be to wait for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.support import network
from rtedit_desktop.support.reporting import log

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders")


def test_among_the_records_of_batches(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    assert interrupted(tmp_path) == []


def test_as_the_log_of_requests() -> None:
    network.log_file().parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(network.log_file())
    assert network.requests_made() == []


def test_as_the_log_of_the_last_crash() -> None:
    log.crash_file().parent.mkdir(parents=True, exist_ok=True)
    log.crash_file().unlink(missing_ok=True)
    os.mkfifo(log.crash_file())
    assert log.last_crash() == []
