"""Server: lets paired computers in and runs their jobs. Nobody else gets further than an HTTP status.

``GET /pair`` with ``Authorization: Pairing SECRET`` is answered by a token while a code is shown. ``GET /engine`` with
``Authorization: Bearer TOKEN`` becomes the WebSocket that carries requests and events.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.events import Cancelled, Failed, Finished, failed
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.remote.certificate import Certificate
from rtedit_desktop.remote.engine_queue import EngineFactory, EngineQueue, QueuedJob
from rtedit_desktop.remote.events_codec import packed_event
from rtedit_desktop.remote.frames import MOST_MESSAGE, Message, MessageError, packed
from rtedit_desktop.remote.pairing import Admission
from rtedit_desktop.remote.presets_in_memory import LearnedPresets, ReceivedPresets
from rtedit_desktop.remote.protocol import PING_S, PONG_S, PORT, PROTOCOL, cut, pieces
from rtedit_desktop.remote.requests_codec import JOB, KINDS, SHA256, output_of, read_request
from rtedit_desktop.remote.texts import text_form

if TYPE_CHECKING:
    from websockets.http11 import Request as HTTPRequest
    from websockets.http11 import Response
    from websockets.sync.server import ServerConnection

MOST_CONNECTIONS = 32
MOST_JOBS = 4
HANDSHAKE_S = 10.0
FAREWELL_S = 5.0
"""How long it waits for the other sides to say good-bye, before it hangs up on them."""

_REFUSED = {
    403: "The code is not right.\n",
    410: "No code is shown, or it ran out.\n",
    500: "The list could not be written.\n",
}

_log = logging.getLogger(__name__)
_silent = logging.getLogger("rtedit.websockets")  # what strangers send is not for the log
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
_silent.setLevel(logging.CRITICAL + 1)


class EngineServer:
    """Owns the listening socket, the connections and the engine's thread. Listens from ``start`` to ``close``.

    ``learned`` holds what the engine keeps instead of files. ``report`` gets a line of what happens, for a person.
    Raises OSError where the address cannot be had.
    """

    def __init__(
        self,
        engine_factory: EngineFactory,
        certificate: Certificate,
        admission: Admission,
        *,
        learned: LearnedPresets | None = None,
        address: tuple[str, int] = ("127.0.0.1", PORT),
        report: Callable[[str], None] = lambda _: None,
        handshake_s: float = HANDSHAKE_S,
    ) -> None:
        from websockets.sync.server import serve

        self._certificate, self._admission = certificate, admission
        self._learned = learned or LearnedPresets()
        self._report, self._handshake_s = report, handshake_s
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._threads: set[threading.Thread] = set()  # of connections, from their first byte on
        self._open: set[ServerConnection] = set()
        self._closing = threading.Event()
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._listening = _Listening(family)
        try:
            self._listening.bind(address)
            self._listening.listen(MOST_CONNECTIONS)
        except OSError:
            self._listening.close()
            raise
        self._server = serve(
            self._serve,
            sock=self._listening,
            compression=None,
            subprotocols=[PROTOCOL],  # type: ignore[list-item]  # a NewType of str
            process_request=self._admit,
            server_header=None,
            open_timeout=handshake_s,
            ping_interval=PING_S,
            ping_timeout=PONG_S,
            max_size=MOST_MESSAGE,
            max_queue=1,
            logger=_silent,
        )
        self._plain_handler, self._server.handler = self._server.handler, self._encrypted
        self._queue = EngineQueue(engine_factory)
        self._thread = threading.Thread(target=self._server.serve_forever, name="server", daemon=True)

    @property
    def port(self) -> int:
        """The one that was found where 0 was asked for."""
        return int(self._listening.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop listening, hang up, end the job that runs."""
        self._closing.set()
        farewell = threading.Thread(target=self._say_farewell, name="hanging up", daemon=True)
        farewell.start()
        farewell.join(FAREWELL_S)
        for connection in list(self._open):  # one that takes nothing any more would be waited for
            cut(connection)
        farewell.join()
        self._thread.join()
        for thread in list(self._threads):  # which take away what was sent to them
            thread.join()
        self._queue.close()

    def _say_farewell(self) -> None:
        self._server.shutdown()
        for connection in list(self._open):  # websockets before 17 leaves them open
            connection.close(1001)

    def _encrypted(self, sock: socket.socket, address: object) -> None:
        """On a thread of its own, for every connection that comes: TLS, then what the library makes of it."""
        self._threads.add(threading.current_thread())
        try:
            self._in_a_slot(sock, address)
        finally:
            self._threads.discard(threading.current_thread())

    def _in_a_slot(self, sock: socket.socket, address: object) -> None:
        if not self._slots.acquire(blocking=False):
            self._hang_up(sock)
            return
        try:
            try:
                sock.settimeout(self._handshake_s)
                inner = self._certificate.context.wrap_socket(sock, server_side=True)
                inner.settimeout(None)
            except (OSError, ValueError):
                self._hang_up(sock)
                return
            self._plain_handler(inner, address)
        finally:
            self._slots.release()

    def _hang_up(self, sock: socket.socket) -> None:
        sock.close()
        counted = getattr(self._server, "handler_threads", None)  # by websockets from 17 on
        if counted is not None:
            with self._server.lock:
                counted.discard(threading.current_thread())

    def _admit(self, connection: ServerConnection, request: HTTPRequest) -> Response | None:
        """What a stranger is answered; None for a computer that is known, which goes on to ``_serve``."""
        scheme, _, given = _header(request, "Authorization").partition(" ")
        if request.path == "/pair" and scheme == "Pairing":
            return self._pair(connection, given, _header(request, "X-Computer"))
        asks_for_the_engine = request.path == "/engine" and scheme == "Bearer"
        guest = self._admission.by_token(given if asks_for_the_engine else None)
        if guest is None:
            return connection.respond(401, "This computer is not paired.\n")
        connection.username = guest.token_sha256
        return None

    def _pair(self, connection: ServerConnection, given: str, name: str) -> Response:
        answer = self._admission.by_code(given, name)
        if answer.status == 200:
            return connection.respond(200, json.dumps({"token": answer.token, "name": socket.gethostname()}))
        return connection.respond(answer.status, _REFUSED[answer.status])

    def _serve(self, connection: ServerConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        token_sha256 = connection.username
        guest = self._admission.still(token_sha256)
        if guest is None:
            return
        name = guest.name
        if connection.subprotocol != PROTOCOL:
            connection.close(1002, "another version of the protocol")
            return
        self._report(f"“{name}” is connected.")
        session = _Session(
            connection, self._queue, self._learned, lambda: self._admission.still(token_sha256) is not None
        )
        self._open.add(connection)
        try:
            if self._closing.is_set():  # it came in while the others were hung up on
                return
            connection.send(packed({"kind": "welcome", "app_version": __version__}))
            session.listen()
        except ConnectionClosed:
            pass
        except Exception:  # else the library, which is silent here, would be all that knows of it
            _log.exception("A connection ended on an unexpected error")
        finally:
            session.close()
            self._open.discard(connection)
            self._report(f"“{name}” is gone.")


class _Session:
    """One connection: reads on the thread it is given, sends each job's events from one of its own."""

    def __init__(
        self, connection: ServerConnection, queue: EngineQueue, learned: LearnedPresets, is_paired: Callable[[], bool]
    ) -> None:
        self._connection, self._queue, self._learned, self._is_paired = connection, queue, learned, is_paired
        self._presets = ReceivedPresets()
        self._open: dict[str, QueuedJob] = {}
        self._lock = threading.Lock()
        self._sending = threading.Lock()  # the library takes one message at a time
        self._senders: list[threading.Thread] = []

    def listen(self) -> None:
        """Until the other side hangs up, or says what no client of this version says."""
        while True:
            content = self._connection.recv()
            if not isinstance(content, bytes):
                self._connection.close(1003, "only bytes")
                return
            try:
                self._handle(Message(content))
            except ValueError as error:  # MessageError and FieldError
                self._refuse(tr("The other computer could not read a message: {reason}.", reason=str(error)))
                return
            except RTEditError as error:
                self._refuse(error.what)
                return

    def close(self) -> None:
        with self._lock:
            queued = list(self._open.values())
        for job in queued:
            job.leave()
        for sender in self._senders:
            sender.join()
        self._presets.close()

    def _handle(self, message: Message) -> None:
        if message.kind == "cancel":
            id = message.fields.matching("job", JOB, "the id of a job")
            message.finish()
            with self._lock:
                meant = self._open.get(id)
            if meant is not None:
                meant.cancel()
            return
        if not self._is_paired():
            raise RTEditError(tr("This computer is not paired any more."), tr("Pair it again."))
        if message.kind == "preset":
            sha256 = message.fields.matching("sha256", SHA256, "a hash")
            content = bytes(message.blob(message.fields.pop("content")))
            message.finish()
            self._presets.put(sha256, content)
            return
        if message.kind not in KINDS:
            raise MessageError("its kind is unknown")
        request = read_request(message, self._presets.path)
        with self._lock:
            if len(self._open) >= MOST_JOBS or request.job_id in self._open:
                raise MessageError("there are too many jobs, or two of one name")
            queued = self._open[request.job_id] = self._queue.submit(request, lambda: cut(self._connection))
        self._senders = [sender for sender in self._senders if sender.is_alive()]
        sender = threading.Thread(target=self._send_events, args=(queued,), name="events of a job", daemon=True)
        self._senders.append(sender)
        sender.start()

    def _send_events(self, queued: QueuedJob) -> None:
        from websockets.exceptions import ConnectionClosed

        job = queued.request.job_id
        try:
            while (event := queued.next_event()) is not None:
                preset = None
                if isinstance(event, Finished):
                    preset = self._learned.pop(output_of(job))
                if isinstance(event, (Finished, Cancelled, Failed)):
                    with self._lock:
                        self._open.pop(job, None)
                try:
                    content = packed_event(event, preset)
                except MessageError as error:
                    content = packed_event(failed(job, error))
                self._send(content)
        except ConnectionClosed:
            queued.leave()
            while queued.next_event() is not None:  # it has not ended before
                pass
        finally:
            with self._lock:
                self._open.pop(job, None)
            self._learned.pop(output_of(job))  # nobody takes it any more

    def _send(self, content: bytes) -> None:
        with self._sending:
            self._connection.send(pieces(content))

    def _refuse(self, what: str) -> None:
        self._send(packed({"kind": "refused", "what": text_form(what)}))
        self._connection.close(1008)


class _Listening(socket.socket):
    """Listening socket whose ``accept`` survives what a stranger, or a table of files that is full, does to it.

    The library ends its loop at the first OSError, which is right for a socket that was closed and for no other.
    """

    def __init__(self, family: int) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would let another program listen beside
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.settimeout(0.5)

    def accept(self) -> tuple[socket.socket, object]:
        while True:
            try:
                return super().accept()
            except OSError as error:
                if self.fileno() < 0:
                    raise
                if not isinstance(error, TimeoutError):
                    _log.warning("A connection could not be taken: %s", error.strerror)
                    time.sleep(0.1)


def _header(request: HTTPRequest, name: str) -> str:
    """Empty where it is missing, or there twice."""
    values = request.headers.get_all(name)
    return values[0] if len(values) == 1 else ""
