"""Runs one GET over HTTPS on a thread of its own; redirects are followed and logged one by one.

The thread is there because looking up a name and waiting for a silent host cannot be broken off from
inside: the reader stays free to stop, to show progress and to give up on a host that stalls.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import DownloadError, RTEditError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.network import DIRECT, NetworkSettings, is_safe
from rtedit_desktop.support.network_log import NetworkLog

if TYPE_CHECKING:
    from requests import Response, Session
    from requests.adapters import HTTPAdapter

POLL_S = 0.1
_CHUNK = 2**18
_MOST_REDIRECTS = 8
_TUNNEL_LOCKED = "Tunnel connection failed: 407"  # all that http.client tells of it
_REDIRECTS = (301, 302, 303, 307, 308)


class Lost(Exception):
    """The connection failed in a way that may pass. ``what`` is a sentence."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The head of an answer; names in ``headers`` are in lower case.

    ``linked_hash`` and ``linked_bytes`` are what the hub says of a large file before it redirects to where
    the file lies.
    """

    status: int
    headers: Mapping[str, str]
    host: str
    linked_hash: str = ""
    linked_bytes: int | None = None

    @property
    def length(self) -> int | None:
        """The length of the whole file, as far as this answer tells it."""
        if self.status in (206, 416):  # "bytes 5-9/10", "bytes */10"
            return _whole_number(self.headers.get("content-range", "").rpartition("/")[2])
        return _whole_number(self.headers.get("content-length", ""))

    @property
    def start(self) -> int | None:
        """Where in the file this answer's body begins."""
        if self.status != 206:
            return 0
        return _whole_number(self.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0])

    @property
    def retry_after(self) -> float | None:
        """How many seconds to wait, which is given as such or as a date."""
        text = self.headers.get("retry-after", "").strip()
        seconds = _whole_number(text)
        if seconds is not None:
            return float(seconds)
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        now = datetime.now(timezone.utc)
        return max(0.0, (date.replace(tzinfo=date.tzinfo or timezone.utc) - now).total_seconds())


@dataclass(frozen=True, slots=True)
class HostAccess:
    """How hosts are asked: through which proxy and mirror, and where every request is written down."""

    settings: NetworkSettings
    log: NetworkLog


class Transfer:
    """A running request; owns its thread and its connection, and lets go of both when it is closed."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        access: HostAccess,
        *,
        purpose: str,
        stall: float,
        connect: float | None = None,
    ) -> None:
        """``stall`` and ``connect``: how long, in seconds, it may be silent, and take to be reached."""
        self._url, self._headers = url, dict(headers)
        self._settings, self._log, self._purpose, self._stall = access.settings, access.log, purpose, stall
        self._connect = min(stall + 1.0, connect if connect is not None else stall + 1.0)
        self._items: queue.Queue[Reply | bytes | Exception | None] = queue.Queue(maxsize=16)
        self._closed = threading.Event()
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._work, name="rtedit-transfer", daemon=True)

    def __enter__(self) -> Transfer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._hang_up()
        self._thread.join(timeout=1.0)
        for one in self._sockets:
            one.close()

    def _hang_up(self) -> None:
        """End whatever the thread waits for: a greeting, a head that drips in, a body.

        Closing from here could hang while the thread reads: https://github.com/urllib3/urllib3/issues/2868
        """
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _opened(self, connection: socket.socket) -> None:
        """A connection of the thread, kept under a number of its own: TLS takes the first one away."""
        self._sockets.append(connection.dup())
        if self._closed.is_set():
            self._hang_up()

    def items(self) -> Iterator[Reply | bytes | None]:
        """The reply, then the body in pieces; None whenever nothing came for a moment.

        Raises Lost, also where no connection came about within ``connect`` seconds or none brought a byte for
        ``stall``, and the errors of people.
        """
        heard = time.monotonic()
        while True:
            try:
                item = self._items.get(timeout=POLL_S)
            except queue.Empty:
                silent = time.monotonic() - heard
                if not self._sockets and silent > self._connect:  # looking up a name has no time limit of its own
                    raise Lost(tr("there is no connection to {host}", host=self._host())) from None
                if silent > self._stall:
                    raise Lost(
                        tr("{host} has sent nothing for {stall:.0f} seconds", host=self._host(), stall=self._stall)
                    ) from None
                yield None
                continue
            heard = time.monotonic()
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item

    def _host(self) -> str:
        return urlsplit(self._url).hostname or "The host"

    def _work(self) -> None:
        try:
            reply, response = self._follow()
            received = 0
            try:
                self._put(reply)
                while not self._closed.is_set():
                    piece = response.raw.read1(_CHUNK, decode_content=False)
                    if not piece:
                        break
                    received += len(piece)
                    self._put(piece)
            finally:
                self._log.answer(self._url, status=reply.status, bytes=received)
                response.close()
            self._put(None)
        except (Lost, RTEditError) as error:
            self._put(error)
        except Exception as error:
            self._put(_understood(error, self._host()))

    def _follow(self) -> tuple[Reply, Response]:
        """Ask, and ask where the answer points to. What the first host says of the file is kept."""
        url, linked_hash, linked_bytes = self._url, "", None
        for _ in range(_MOST_REDIRECTS):
            response = self._ask(url)
            headers = {name.lower(): value for name, value in response.headers.items()}
            if urlsplit(url).netloc == urlsplit(self._url).netloc:
                linked_hash = headers.get("x-linked-etag", "").removeprefix("W/").strip('"') or linked_hash
                linked_bytes = _whole_number(headers.get("x-linked-size", "")) or linked_bytes
            if response.status_code not in _REDIRECTS or "location" not in headers:
                reply = Reply(
                    status=response.status_code,
                    headers=headers,
                    host=urlsplit(url).hostname or "",
                    linked_hash=linked_hash,
                    linked_bytes=linked_bytes,
                )
                return reply, response
            self._log.answer(url, status=response.status_code)
            response.close()
            url = urljoin(url, headers["location"])
        raise Lost(tr("{host} sends the app from one address to the next without end", host=self._host()))

    def _ask(self, url: str) -> Response:
        """One request, on a connection of its own: one that was kept from the last may be gone by now."""
        if not is_safe(url) or urlsplit(url).scheme < urlsplit(self._url).scheme:
            raise DownloadError(
                tr("{host} points to an address that is not secure.", host=self._host()),
                tr("Try another network; on this one somebody may be changing what you are sent."),
            )
        ranged = self._headers.get("Range", "")
        self._log.request(url, self._purpose, **({"range": ranged} if ranged else {}))
        return _private_session(self._opened).get(
            url,
            headers=self._headers,
            stream=True,
            allow_redirects=False,
            timeout=(self._connect, self._stall + 1.0),  # the reader gives up first; this ends the thread
            proxies=_proxies(self._settings),
        )

    def _put(self, item: Reply | bytes | Exception | None) -> None:
        """Hand it over, unless nobody takes it any more."""
        while not self._closed.is_set():
            try:
                self._items.put(item, timeout=POLL_S)
            except queue.Full:
                continue
            return


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _private_session(opened: Callable[[socket.socket], None]) -> Session:
    """Only what the request needs is sent: no cookies, and no passwords from a .netrc file.

    ``opened`` is told of every connection as soon as there is one.
    """
    from requests import Session

    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _adapter(opened))
    session.headers.update(
        {
            "User-Agent": f"RTEdit/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = lambda request: request
    return session


def _adapter(opened: Callable[[socket.socket], None]) -> HTTPAdapter:
    """What requests connects by, with connections that tell of themselves."""
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            opened(made)
            return made

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            made = super()._new_conn()
            opened(made)
            return made

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *given: Any, **named: Any) -> None:
            super().init_poolmanager(*given, **named)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

        def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
            manager = super().proxy_manager_for(proxy, **named)
            manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
            return manager

    return Adapter()


def _proxies(settings: NetworkSettings) -> dict[str, str]:
    """What requests shall use; without a setting it asks the environment and the system."""
    if not settings.proxy:
        return {}
    proxy = "" if settings.proxy == DIRECT else settings.proxy
    return {"http": proxy, "https": proxy}


def _understood(error: Exception, host: str) -> Exception:
    """A connection's error as something that may pass or as a sentence for a person."""
    import requests
    import urllib3

    failure: Exception
    if isinstance(error, requests.exceptions.ProxyError) and _TUNNEL_LOCKED in str(error):
        failure = DownloadError(
            tr("The proxy asks for a name and a password."),
            tr("Write the proxy like http://name:password@proxy.example:8080."),
        )
    elif isinstance(error, requests.exceptions.ProxyError):
        failure = Lost(tr("the proxy does not answer, or refuses"))
    elif isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        failure = DownloadError(
            tr("The connection to {host} is not secure: its certificate was refused.", host=host),
            tr("Check the clock of this computer; on an office or public network, ask whoever runs it."),
        )
    elif isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
        failure = Lost(tr("{host} does not answer", host=host))
    elif isinstance(error, requests.exceptions.ConnectionError):
        failure = Lost(tr("there is no connection to {host}", host=host))
    else:  # whatever a broken answer makes of the layers below
        failure = Lost(tr("the connection to {host} broke off", host=host))
    failure.__cause__ = error
    return failure
