"""Event loop of asyncio that runs on Qt's own, with one handler for errors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.worker.idle_collector import collector_of

_BINDING = "QT_API"


def make_event_loop(app: QCoreApplication, *, running: bool = False) -> asyncio.AbstractEventLoop:
    """The loop that coroutines of the window run on; ``running`` where Qt's own is run by somebody else, as in tests.

    What escapes a coroutine or a callback goes to ``sys.excepthook``, as what escapes a slot does. From now on garbage
    is collected on this thread alone.
    """
    collector_of(app)
    with _our_binding():
        from qasync import QEventLoop
    loop: asyncio.AbstractEventLoop = QEventLoop(app, already_running=running)
    loop.set_exception_handler(_report)
    asyncio.set_event_loop(loop)
    return loop


def _report(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        logging.getLogger("asyncio").error(context.get("message", ""))


@contextlib.contextmanager
def _our_binding() -> Iterator[None]:
    """qasync takes the binding that a variable of the environment names, which may be set for other programs."""
    before = os.environ.get(_BINDING)
    os.environ[_BINDING] = "pyside6"
    try:
        yield
    finally:
        del os.environ[_BINDING]
        if before is not None:
            os.environ[_BINDING] = before
