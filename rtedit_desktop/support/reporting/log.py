"""The app's log file: begun before anything else, bounded, with nothing private in it (privacy.py).

``rtedit.log`` gets what Python, Qt and the app say; ``crash.log`` the stacks of a crash in native code, which
nothing can look through before they are written.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import logging.handlers
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rtedit_desktop.support.paths import user_log
from rtedit_desktop.support.regular_file import open_regular
from rtedit_desktop.support.reporting.privacy import (
    ForeignText,
    PublicText,
    code_place,
    rendered_exception,
    rendered_record,
    without_private,
)

LARGEST = 512 * 1024
KEPT = 2
_CRASH_LARGEST = 256 * 1024
_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]
_crash_file: TextIO | None = None


def log_file() -> Path:
    return user_log() / "rtedit.log"


def crash_file() -> Path:
    return user_log() / "crash.log"


def begin() -> None:
    """From here on nothing that is said is lost, even where there is no console. Never raises."""
    handler = file_handler()
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, _Private)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not end the app
    warnings.showwarning = _note_warning
    _watch_crashes()
    _watch_exceptions()
    _replace_missing_streams()


def file_handler() -> logging.Handler:
    """What writes to the log file; to nothing where there can be none."""
    handler: logging.Handler
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            log_file(), maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", errors="backslashreplace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Private("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def last_lines(most: int = 200) -> list[str]:
    """What was written last, the newest at the end."""
    return _tail(log_file(), most)


def last_crash(most: int = 80) -> list[str]:
    """The stacks of the last crash in native code, if there was one."""
    return [without_private(line) for line in _tail(crash_file(), most)]


class _Private(logging.Formatter):
    """Renders the fields of a record by their types."""

    def format(self, record: logging.LogRecord) -> str:
        told = logging.makeLogRecord(vars(record))
        told.msg, told.args = rendered_record(record), None
        told.exc_info = told.exc_text = told.stack_info = None
        line = super().format(told)
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{rendered_exception(error)}" if error is not None else line


class _IntoLog(io.TextIOBase):
    """Replaces the console of a program that has none: whole lines go to the log."""

    def __init__(self, name: str) -> None:
        self._log, self._line = logging.getLogger(name), ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text.replace("\r", "\n")).split("\n")
        for line in lines:
            if line.strip():
                self._log.info(line)
        return len(text)


def _watch_crashes() -> None:
    """On the console where there is one, which a crash is expected on; else in the file."""
    global _crash_file
    if sys.stderr is not None and not isinstance(sys.stderr, _IntoLog):
        with contextlib.suppress(OSError, ValueError, AttributeError, io.UnsupportedOperation):
            if sys.stderr.isatty():
                faulthandler.enable()
                return
    try:
        if crash_file().exists() and crash_file().stat().st_size > _CRASH_LARGEST:
            crash_file().unlink()
        crash = crash_file().open("a", encoding="utf-8")
        faulthandler.enable(crash)
    except (OSError, ValueError):
        return
    if _crash_file is not None:
        _crash_file.close()
    _crash_file = crash


def _note_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: object = None,
) -> None:
    where, kind = PublicText(code_place(filename)), PublicText(category.__name__)
    logging.getLogger("rtedit.warnings").warning("%s:%d: %s: %s", where, lineno, kind, ForeignText(message))


def _watch_exceptions() -> None:
    def in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
            logging.getLogger("rtedit").error("in a thread", exc_info=given.exc_value)

    def unraisable(given: sys.UnraisableHookArgs) -> None:
        words = ForeignText(given.err_msg or "")
        logging.getLogger("rtedit").error("while tidying up: %s", words, exc_info=given.exc_value)

    sys.excepthook = reporting(sys.excepthook)
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


def reporting(then: _Hook) -> _Hook:
    """An exception hook that writes to the log and goes on to ``then``."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            logging.getLogger("rtedit").error("nobody caught this", exc_info=(kind, error, trace))
        then(kind, error, trace)

    return report


def _replace_missing_streams() -> None:
    """A windowed frozen app has None for its console; many libraries print without looking."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, _IntoLog(name))


def _tail(path: Path, most: int) -> list[str]:
    try:
        with open_regular(path) as file:
            file.seek(max(0, path.stat().st_size - LARGEST))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return text.splitlines()[-most:]
