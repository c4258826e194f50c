"""A real proxy on this machine: it tunnels TLS, passes plain requests on, and may ask for a password."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from patience import PATIENCE_S

_HOP = ("connection", "proxy-connection", "proxy-authorization", "transfer-encoding", "host")


class Proxy:
    """Owns the server; ``asked`` says what every request was for, ``password`` is “name:word” or empty."""

    def __init__(self, password: str = "") -> None:
        self.password = password
        self.asked: list[str] = []
        self.refuses = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True

    def url(self, password: str = "") -> str:
        return f"http://{password + '@' if password else ''}127.0.0.1:{self.server.server_port}"


@contextlib.contextmanager
def proxying(password: str = "") -> Iterator[Proxy]:
    proxy = Proxy(password)
    thread = threading.Thread(target=proxy.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        proxy.server.server_close()
        thread.join()


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            if not self._welcome():
                return
            parts = urlsplit(self.path)
            onward = HTTPConnection(parts.netloc, timeout=PATIENCE_S)
            kept = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            onward.request("GET", parts.path, headers=kept)
            answer = onward.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(answer.read())
            onward.close()

        def do_CONNECT(self) -> None:
            if not self._welcome():
                return
            host, _, port = self.path.partition(":")
            with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as onward:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_pump, args=(onward, self.connection))
                back.start()
                _pump(self.connection, onward)
                back.join()
            self.close_connection = True

        def _welcome(self) -> bool:
            proxy.asked.append(f"{self.command} {self.path}")
            wanted = "Basic " + base64.b64encode(proxy.password.encode()).decode()
            if proxy.refuses:
                self.send_error(proxy.refuses)
            elif proxy.password and self.headers.get("Proxy-Authorization") != wanted:
                self.send_response(407)
                self.send_header("Proxy-Authenticate", "Basic")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                return True
            return False

    return Handler


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
