"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rtedit_desktop.support.threads import share_the_cores

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_BFLOAT16 = "RTEDIT_TEST_BFLOAT16"
_RESTS = "RTEDIT_TEST_RESTS"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported, whichever tests are run
share_the_cores()  # before torch is, as the app does: beside other programs the tests take many times as long else


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_FailuresAtOnce(reporter))


class _FailuresAtOnce:
    """Prints a failure when it happens too: a run that is cut off has said what it knew."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._reporter.write_line(f"\n{report.nodeid} ({report.when})\n{report.longreprtext}")


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the data of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RTEDIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A test finds nothing that another one left, such as a batch that a window offers to go on with."""
    monkeypatch.setenv("RTEDIT_HOME", str(next(_homes)))


@pytest.fixture(scope="session", autouse=True)
def _precision() -> Iterator[None]:
    """RTEDIT_TEST_BFLOAT16=on or off: what the processor is taken to be able to; unset, it is asked."""
    wanted = os.environ.get(_BFLOAT16)
    if not wanted:
        yield
        return
    if wanted not in ("on", "off"):
        raise pytest.UsageError(f"{_BFLOAT16} is on or off, not {wanted}.")
    from rtedit_desktop.engine.machine import devices

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(devices, "_cpu_multiplies_bfloat16", lambda: wanted == "on")
        yield


@pytest.fixture(scope="session", autouse=True)
def _rests() -> Iterator[None]:
    """RTEDIT_TEST_RESTS=1 or another seed: threads rest at random, which finds tests that count on their speed."""
    seed = os.environ.get(_RESTS)
    if not seed:
        yield
        return
    if not seed.isdigit():
        raise pytest.UsageError(f"{_RESTS} is a whole number, not {seed}.")
    from support import uneven

    with pytest.MonkeyPatch.context() as patch:
        uneven.patch_threads(patch, int(seed))
        yield


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application, with the loop that the window's coroutines run on."""
    import asyncio

    from rtedit_desktop.worker.event_loop import make_event_loop

    loop = make_event_loop(qapp, running=True)
    yield qapp
    loop.stop()
    asyncio._set_running_loop(None)
    loop.close()


@pytest.fixture(autouse=True)
def _collecting(request: pytest.FixtureRequest) -> None:
    """Where a window is, garbage is collected on its thread alone; elsewhere as ever."""
    if "qapp" in request.fixturenames:
        gc.disable()
    elif not gc.isenabled():
        gc.collect()  # objects of Qt among it: here, and on no thread of the tests to come
        gc.enable()


@pytest.fixture(scope="session")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small real pack with random weights; not to be changed."""
    from support.nets import tiny_pack

    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "tiny").info.folder
