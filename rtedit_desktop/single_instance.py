"""Keeps one window for each person: a later start hands its files to the running one, and ends."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import getpass
import hashlib
import json
import os
import stat
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QLockFile, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.paths import user_data

LONGEST = 1 << 20
LONGEST_PATH = 4096
_LONGEST_FOLDER = 60  # the names of sockets are short, and Qt makes one beside it first
_ANSWER = b"taken\n"
_ANSWER_MS = 1000
_PATIENCE_S = 5.0
_LISTEN_MS = 3000


class SingleInstance(QObject):
    """Listens for later starts, or hands files to the first. Each folder of personal data has its own."""

    files_came = Signal(list)  # of Path; empty when the window alone was asked for
    problem = ""
    """Why later starts cannot hand their files over, for a person; empty where they can."""

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or user_data()
        try:
            self._name = _name_of(self._folder)
        except OSError as error:
            self._name = ""
            self._cannot_listen(error.strerror or type(error).__name__)
        self._lock: QLockFile | None = None
        self._guests: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def hold_or_hand_over(self, paths: Sequence[Path]) -> bool:
        """True when this is the only window, which listens from now on; False when another took the paths.

        A window that crashed left a lock and a socket behind: they are cleared away. One that holds the lock but
        does not answer is given some seconds, then left alone: a window too many is better than none.
        """
        end = time.monotonic() + _PATIENCE_S
        while not self._alone():
            if self._name and _hand_over(self._name, paths):
                return False
            if time.monotonic() > end:
                return True
            time.sleep(0.1)
        if self._name:
            QLocalServer.removeServer(self._name)
            if not self._server.listen(self._name):
                self._cannot_listen(self._server.errorString())
        return True

    def refuse(self) -> None:
        """Take nothing more, because the window is closing: a start that comes now waits to be the first."""
        for guest in self._guests:
            guest.blockSignals(True)
            guest.abort()
        self._guests.clear()
        self._server.close()

    def close(self) -> None:
        """Let the next start be the first again."""
        self.refuse()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _cannot_listen(self, reason: str) -> None:
        self.problem = tr("Photos that are opened from elsewhere get a window of their own: {reason}.", reason=reason)

    def _alone(self) -> bool:
        """Whether no other process that is alive holds the lock."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(self._folder / "window.lock"))
        lock.setStaleLockTime(0)  # the holder may live for days; one that is dead is told by its process number
        if lock.tryLock(0):
            self._lock = lock
            return True
        return lock.error() is not QLockFile.LockError.LockFailedError  # a folder that cannot be written to

    def _accept(self) -> None:
        while (guest := self._server.nextPendingConnection()) is not None:
            guest.setParent(None)  # it may outlive the server by the time it takes to go away
            self._guests.append(guest)
            guest.readyRead.connect(partial(self._listen_to, guest))
            guest.disconnected.connect(partial(self._forget, guest))
            self._listen_to(guest)

    def _listen_to(self, guest: QLocalSocket) -> None:
        """A line of JSON comes, a word goes back."""
        if not guest.canReadLine():
            if guest.bytesAvailable() > LONGEST:
                guest.abort()
            return
        paths = _paths_in(bytes(guest.readLine(LONGEST).data()))
        if paths is None:
            guest.abort()
            return
        guest.write(_ANSWER)
        guest.flush()
        if guest not in self._guests:  # it has gone, which the answer found out
            return  # who waited in vain asks again, or opens them in a window of its own
        guest.disconnectFromServer()
        self.files_came.emit(paths)

    def _forget(self, guest: QLocalSocket) -> None:
        if guest in self._guests:
            self._guests.remove(guest)
            guest.deleteLater()


class FileOpenFilter(QObject):
    """Event filter for macOS, where files opened with the app come as events and not as arguments."""

    file_came = Signal(Path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_came.emit(Path(event.file()))
            return True
        return super().eventFilter(watched, event)


def _hand_over(name: str, paths: Sequence[Path]) -> bool:
    """Whether somebody took them."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_ANSWER_MS):
        return False
    _allow_to_come_forward()
    line = json.dumps([os.path.abspath(path) for path in paths]).encode() + b"\n"
    socket.write(line)
    if not socket.waitForBytesWritten(_ANSWER_MS):
        return False
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(_LISTEN_MS):
        answer += bytes(socket.readAll().data())
    return answer == _ANSWER


def _paths_in(line: bytes) -> list[Path] | None:
    """What a later start asks to open; None for anything else that talks here."""
    try:
        names = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    paths = [Path(name) for name in names]
    usable = (path.is_absolute() and len(os.fsencode(path)) <= LONGEST_PATH for path in paths)
    try:
        return paths if all(usable) else None
    except ValueError:  # letters that no path can have
        return None


def _name_of(folder: Path) -> str:
    """One for each person and each folder of personal data; short, since sockets have short names.

    It lies in a folder that nobody else can write to: whoever listens there first is sent the person's paths. Raises
    OSError where there is no such folder.
    """
    who = f"{getpass.getuser()}|{os.path.realpath(folder)}"
    name = "rtedit-" + hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    if os.name != "posix":
        return name  # a pipe, which is no file; Windows keeps others from it
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if len(runtime) < _LONGEST_FOLDER and _is_private(runtime):
        return os.path.join(runtime, name)  # the same wherever it is started from
    return os.path.join(_private_folder(), name)


def _private_folder() -> str:
    """One of our own among the temporary files, which others can see and not enter. Raises OSError."""
    place = os.path.join(tempfile.gettempdir(), f"rtedit-{os.getuid()}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(place, 0o700)
    if not _is_private(place):
        raise PermissionError(errno.EPERM, tr("{place} belongs to somebody else", place=place))
    return place


def _is_private(folder: str) -> bool:
    """Whether it is a folder, not a link, of this person, which nobody else may enter."""
    try:
        status = os.lstat(folder)
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _allow_to_come_forward() -> None:
    """Windows: only the program that has the attention of the person may pass it on."""
    if sys.platform == "win32":
        ctypes.windll.user32.AllowSetForegroundWindow(-1)
