"""A real host on this machine that misbehaves as it is told to, request by request."""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(kw_only=True)
class Act:
    """What the host does to one request, other than serving the file as it should."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    promise: int = 0  # bytes that Content-Length says too many (or too few, below zero)
    stall_after: int | None = None
    flip: bool = False  # a byte of the body is another
    ignore_range: bool = False
    wrong_range: bool = False
    change: bytes | None = None  # the file from now on
    redirect: str = ""
    hang_up: bool = False
    chunked: bool = False
    no_length: bool = False
    endless: bool = False  # chunks without end
    drip: bool = False  # a head whose end does not come


class Host:
    """Owns the server and its one file; ``asked`` are the headers of every request."""

    def __init__(self, content: bytes, tls: ssl.SSLContext | None = None) -> None:
        self.content = content
        self.acts: list[Act] = []
        self.asked: list[dict[str, str]] = []
        self.tags = True
        self.linked = False
        self.ending = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up, and should
        self.scheme = "https" if tls else "http"
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}/file.bin"

    def will(self, acts: Iterable[Act]) -> None:
        self.acts = list(acts)


@contextlib.contextmanager
def serving(content: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    host = Host(content, tls)
    thread = threading.Thread(target=host.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.ending.set()
        host.server.shutdown()
        host.server.server_close()
        thread.join()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.close_connection = True
            host.asked.append({name.lower(): value for name, value in self.headers.items()})
            act = host.acts.pop(0) if host.acts and "moved" not in self.path else Act()
            if act.change is not None:
                host.content = act.change
            if not act.hang_up:
                with contextlib.suppress(OSError):  # the client left
                    self._serve(act)

        def _serve(self, act: Act) -> None:
            content = host.content
            tag = f'"{sha256(content)[:16]}"' if host.tags else ""
            first, status = 0, act.status or 200
            ranged = self.headers.get("Range", "")
            same = self.headers.get("If-Range", tag) == tag
            if act.redirect:
                status = act.status or 302
            elif ranged and same and not act.ignore_range and not act.status:
                first = int(ranged.removeprefix("bytes=").rstrip("-"))
                status = 206 if first < len(content) else 416
            body = b"" if act.redirect or status == 416 or act.status >= 400 else content[first:]
            if act.flip and body:
                body = body[:-1] + bytes([body[-1] ^ 1])
            if act.drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not host.ending.wait(0.02):
                    self.wfile.write(b"X-More: a\r\n"[:5])
                    self.wfile.flush()
                return
            self.send_response(status)
            if act.chunked or act.endless:
                self.send_header("Transfer-Encoding", "chunked")
            elif not act.no_length:
                self.send_header("Content-Length", str(max(0, len(body) + act.promise)))
            if tag:
                self.send_header("ETag", tag)
            if host.linked:
                self.send_header("X-Linked-ETag", f'"{sha256(content)}"')
                self.send_header("X-Linked-Size", str(len(content)))
            if status == 206:
                start = first + (1 if act.wrong_range else 0)
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if status == 416:
                self.send_header("Content-Range", f"bytes */{len(content)}")
            if act.redirect:
                self.send_header("Location", act.redirect)
            for name, value in act.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if act.stall_after is not None:
                self.wfile.write(body[: act.stall_after])
                self.wfile.flush()
                host.ending.wait(5)
                return
            while act.endless and not host.ending.is_set():
                self.wfile.write(b"%x\r\n%s\r\n" % (2**16, bytes(2**16)))
            body = body if act.cut_after is None else body[: act.cut_after]
            if act.chunked:
                for i in range(0, len(body), 1000):
                    piece = body[i : i + 1000]
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                if act.cut_after is None:
                    self.wfile.write(b"0\r\n\r\n")
            else:
                self.wfile.write(body)
            self.wfile.flush()

    return Handler
