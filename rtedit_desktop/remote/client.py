"""Engine on a paired computer, behind the protocol of every engine."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.errors import RemoteError, RTEditError
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, failed
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import ApplyRequest, CheckRequest, KeepRequest, LearnRequest, RecallRequest, Request
from rtedit_desktop.presets.format import read_content, without_pictures, write_content
from rtedit_desktop.remote.events_codec import KINDS, ReceivedEvent, read_event
from rtedit_desktop.remote.frames import MOST_MESSAGE, Blobs, Message, MessageError, packed
from rtedit_desktop.remote.hosts import Host, open_encrypted, unreachable
from rtedit_desktop.remote.protocol import PING_S, PONG_S, PROTOCOL, cut, pieces
from rtedit_desktop.remote.requests_codec import packed_request
from rtedit_desktop.remote.texts import read_text

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

LOOK_S = 0.05
STOP_S = 5.0
"""How long a stopped job is waited for: the other computer ends it too where it is hung up on."""
STALLED_S = 60.0
"""After so long without a piece of a message getting through, the network is taken to be gone."""
_SILENT_S = 30.0
_silent = logging.getLogger("rtedit.websockets")
_Made = TypeVar("_Made")


class RemoteEngine:
    """Implements ``core.engine_api.Engine``: owns one connection, which is made with the first job and kept.

    Not safe to share between threads. ``log`` gets the address before every connection.
    """

    def __init__(self, host: Host, log: Callable[[str, str], None] = lambda url, purpose: None) -> None:
        self.computer: Computer = host.computer
        self._host, self._log = host, log
        self._connection: ClientConnection | None = None
        self._unreachable: tuple[float, RemoteError] | None = None  # when that was found
        self._sent: dict[str, str] = {}  # which preset went over this connection: its file and state to its hash

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        """Events of one job, ended by exactly one of Finished, Cancelled, Failed; never raises."""
        job = request.job_id
        try:
            yield from self._run(request, cancelled)
            return
        except _Stopped:
            end: Event = Cancelled(job_id=job)
        except RemoteError as error:
            self._hang_up()
            end = replace(failed(job, error), computer=self.computer.name)
        except RTEditError as error:
            end = failed(job, error)
        except MessageError as error:
            end = replace(
                failed(job, error),
                what=tr("This cannot be sent to {name}: {reason}.", name=self.computer.name, reason=str(error)),
                todo=tr("Compute it on this computer."),
                computer=self.computer.name,
            )
        except Exception as error:
            self._hang_up()
            end = failed(job, error)
        yield end

    def close(self) -> None:
        """Hang up; what the other computer loaded stays there for the next who asks."""
        self._hang_up()

    def _run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        if cancelled.is_set():
            raise _Stopped
        if isinstance(request, (RecallRequest, CheckRequest)):
            self._check_not_unreachable()
        began_anew = self._connection is None
        try:
            self._send(request, cancelled)
        except RemoteError:
            if began_anew:
                raise
            self._hang_up()  # it broke while nothing was asked: that is no reason to fail
            self._send(request, cancelled)
        ended = False
        try:
            for event, preset in self._events(request.job_id, cancelled):
                if isinstance(event, (Finished, Cancelled, Failed)):
                    ended = True
                    if isinstance(event, Finished):
                        if cancelled.is_set():
                            raise _Stopped
                        event = _at_home(event, request, preset)
                yield event
                if ended:
                    return
        finally:
            if not ended:
                self._cancel(request.job_id)

    def _check_not_unreachable(self) -> None:
        """What is asked while a person types does not wait again and again for a computer that is off."""
        if self._unreachable is not None and time.monotonic() - self._unreachable[0] < _SILENT_S:
            found = self._unreachable[1]
            raise RemoteError(found.what, found.todo)

    def _events(self, job: str, cancelled: threading.Event) -> Iterator[ReceivedEvent]:
        """What comes of a job up to its end; after ``cancelled`` the end alone, for which it waits ``STOP_S``."""
        stopped: float | None = None
        while True:
            if cancelled.is_set() and stopped is None:
                stopped = time.monotonic()
                self._cancel(job)
            try:
                received = self._received(LOOK_S)
            except RemoteError:
                if stopped is not None:
                    raise _Stopped from None
                raise
            if received is None and stopped is not None and time.monotonic() - stopped > STOP_S:
                self._hang_up(at_once=True)
                raise _Stopped
            if received is None or received.event.job_id != job:  # of one that was abandoned
                continue
            event = received.event
            if cancelled.is_set() and not isinstance(event, (Finished, Cancelled, Failed)):
                continue
            yield received

    def _send(self, request: Request, cancelled: threading.Event) -> None:
        """Raises RemoteError, _Stopped, MessageError, and PresetError for a preset that cannot be read."""
        connection = self._connected(cancelled)
        if isinstance(request, ApplyRequest):
            for use in request.spec.uses:
                self._send_preset(connection, use.path, cancelled)
        self._put(connection, packed_request(request, lambda path: self._sent[_state(path)]), cancelled.is_set)

    def _send_preset(self, connection: ClientConnection, path: Path, cancelled: threading.Event) -> None:
        key = _state(path)
        if key in self._sent:
            return
        if cancelled.is_set():
            raise _Stopped
        content = without_pictures(read_content(path), path)
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._sent.values():
            blobs = Blobs()
            header = {"kind": "preset", "sha256": digest, "content": blobs.put(content)}
            self._put(connection, packed(header, blobs), cancelled.is_set)
        self._sent[key] = digest

    def _put(self, connection: ClientConnection, content: bytes, gives_up: Callable[[], bool]) -> None:
        """Send a message. Raises RemoteError, and _Stopped where ``gives_up`` says so before all of it is sent.

        A network that stands still takes nothing and says nothing, so a thread sends and this one looks.
        """
        from websockets.exceptions import ConnectionClosed

        moved = time.monotonic()

        def noted() -> Iterator[memoryview]:
            nonlocal moved
            for piece in pieces(content):
                moved = time.monotonic()
                yield piece

        def stalled() -> bool:
            return time.monotonic() - moved > STALLED_S

        sending = _InBackground("sending", lambda: connection.send(noted()))
        try:
            sending.result(lambda: gives_up() or stalled())
        except _Stopped:
            self._hang_up(at_once=True)
            if gives_up():
                raise
            raise self._lost() from None
        except (ConnectionClosed, OSError) as error:
            raise self._lost() from error

    def _received(self, timeout: float) -> ReceivedEvent | None:
        """The next event; None where none came in time. Raises RemoteError."""
        from websockets.exceptions import ConnectionClosed

        connection = self._connection
        if connection is None:
            raise self._lost()
        try:
            content = connection.recv(timeout)
        except TimeoutError:
            return None
        except (ConnectionClosed, OSError) as error:
            raise self._lost() from error
        try:
            message = Message(content if isinstance(content, bytes) else b"")
            if message.kind == "refused":
                raise RemoteError(read_text(message.fields.pop("what"), "what"), tr("Compute it on this computer."))
            if message.kind not in KINDS:
                raise MessageError("its kind is unknown")
            return read_event(message)
        except ValueError as error:  # MessageError and FieldError
            raise RemoteError(
                tr("{name} answered in a way that cannot be read.", name=self.computer.name),
                tr("Use the same version of RTEdit on both computers."),
            ) from error

    def _cancel(self, job: str) -> None:
        if self._connection is not None:
            until = time.monotonic() + STOP_S
            with contextlib.suppress(RemoteError, _Stopped):
                content = packed({"kind": "cancel", "job": job})
                self._put(self._connection, content, lambda: time.monotonic() > until)

    def _connected(self, cancelled: threading.Event) -> ClientConnection:
        """The connection, made while looking at ``cancelled``: who stops does not wait for a computer that is off."""
        if self._connection is not None:
            return self._connection
        opening = _InBackground("connecting", self._open, lambda late: late.close())
        try:
            self._connection = opening.result(cancelled.is_set)
        except RemoteError as error:
            self._unreachable = time.monotonic(), error
            raise
        self._unreachable = None
        return self._connection

    def _open(self) -> ClientConnection:
        from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus
        from websockets.sync.client import connect

        computer = self.computer
        self._log(f"https://{computer.address}/engine", "compute on a paired computer")
        try:
            encrypted = open_encrypted(computer.host, computer.port, lambda found: found == computer.id)
        except (OSError, ValueError) as error:
            raise unreachable(computer.name, error) from error
        encrypted.settimeout(None)
        try:
            connection = connect(
                f"ws://{computer.address}/engine",  # encrypted already
                sock=encrypted,
                additional_headers={"Authorization": f"Bearer {self._host.token}"},
                subprotocols=[PROTOCOL],  # type: ignore[list-item]  # a NewType of str
                compression=None,
                proxy=None,
                user_agent_header=None,
                ping_interval=PING_S,
                ping_timeout=PONG_S,
                max_size=MOST_MESSAGE,
                logger=_silent,
            ).__enter__()  # the way that all versions know; what closes it is _hang_up
        except InvalidStatus as error:
            encrypted.close()
            if error.response.status_code != 401:
                raise unreachable(computer.name, error) from error
            raise RemoteError(
                tr("{name} does not let this computer in any more.", name=computer.name),
                tr("Pair it again: Settings, Compute on."),
            ) from error
        except (OSError, InvalidHandshake, InvalidMessage) as error:  # OSError: TimeoutError too
            encrypted.close()
            raise unreachable(computer.name, error) from error
        try:
            content = connection.recv(PONG_S)
            welcome = Message(content if isinstance(content, bytes) else b"")
            if connection.subprotocol != PROTOCOL or welcome.kind != "welcome":
                raise MessageError("it does not begin as one")
        except Exception as error:
            connection.close()
            raise RemoteError(
                tr("{name} answered in a way that cannot be read.", name=computer.name),
                tr("Use the same version of RTEdit on both computers."),
            ) from error
        return connection

    def _hang_up(self, *, at_once: bool = False) -> None:
        """``at_once``: without the other side's answer, which may never come."""
        connection, self._connection = self._connection, None
        self._sent.clear()
        if connection is not None:
            if at_once:
                cut(connection)
            threading.Thread(target=connection.close, name="hanging up", daemon=True).start()  # it waits for an answer

    def _lost(self) -> RemoteError:
        return RemoteError(
            tr("The connection to {name} was lost.", name=self.computer.name),
            tr("Compute it on this computer, or try again when the network is back."),
        )


class _Stopped(Exception):
    """The job was asked to stop."""


class _InBackground(Generic[_Made]):
    """Owns a thread that does one thing; what it makes when nobody waits any more goes to ``drop``."""

    def __init__(self, name: str, work: Callable[[], _Made], drop: Callable[[_Made], None] = lambda made: None) -> None:
        self._work, self._drop = work, drop
        self._made: list[_Made] = []
        self._error: Exception | None = None
        self._done, self._lock, self._dropped = threading.Event(), threading.Lock(), False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def result(self, gives_up: Callable[[], bool]) -> _Made:
        """What was made. Raises what the work raised, and _Stopped as soon as ``gives_up`` says so."""
        while not self._done.wait(LOOK_S):
            if gives_up():
                with self._lock:
                    self._dropped, late = True, list(self._made)
                for made in late:
                    self._drop(made)
                raise _Stopped
        if self._error is not None:
            raise self._error
        return self._made[0]

    def _run(self) -> None:
        try:
            made = self._work()
        except Exception as error:
            self._error = error
        else:
            with self._lock:
                self._made.append(made)
                dropped = self._dropped
            if dropped:
                self._drop(made)
        finally:
            self._done.set()


def _at_home(event: Finished, request: Request, preset: bytes | None) -> Finished:
    """The end as this computer has it: the preset in its file, presets by the names of theirs.

    Raises PresetError, SaveError.
    """
    if isinstance(request, (LearnRequest, KeepRequest)) and preset is not None:
        info = write_content(request.output, preset, overwrite=request.overwrite)
        return replace(event, preset=info.path)
    if isinstance(request, ApplyRequest):
        named = event.recipe.get("presets")
        if isinstance(named, list) and len(named) == len(request.spec.uses):
            presets = [
                {**one, "file": use.path.name} if isinstance(one, dict) else one
                for one, use in zip(named, request.spec.uses, strict=True)
            ]
            return replace(event, recipe={**event.recipe, "presets": presets})
    return event


def _state(path: Path) -> str:
    """A file as it is now; a file that is not there is its path, and reading it says so."""
    try:
        status = os.stat(path)
    except OSError:
        return str(path)
    return f"{status.st_size} {status.st_mtime_ns} {path}"
