"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rtedit_desktop.support.threads import share_the_cores

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_BFLOAT16 = "RTEDIT_TEST_BFLOAT16"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported, whichever tests are run
share_the_cores()  # before torch is, as the app does: beside other programs the tests take many times as long else


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the data of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RTEDIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


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


@pytest.fixture(scope="session")
def tiny_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small real pack with random weights; not to be changed."""
    from support.nets import tiny_pack

    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "tiny").info.folder
