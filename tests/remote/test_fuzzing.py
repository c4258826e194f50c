"""The port under garbage: nothing falls over, memory stays bounded, and honest computers are served after it."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from support.fake_engine import FakeEngine
from support.serving import Serving, serving, threads_named
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.remote.certificate import client_context
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host
from rtedit_desktop.remote.protocol import PROTOCOL
from rtedit_desktop.remote.requests_codec import packed_request
from rtedit_desktop.remote.server import MOST_CONNECTIONS

HALF_S = 1.0  # how long the server waits for the rest of a handshake
MOST_GROWTH = 64 * 2**20


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Serving]:
    with serving(finishing_engine, tmp_path, pairing=True) as found:
        yield found


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Serving]:
    """It soon hangs up on who does not end a handshake; on a busy machine also on one who would."""
    with serving(finishing_engine, tmp_path, pairing=True, handshake_s=HALF_S) as impatient:
        yield impatient


def finishing_engine() -> FakeEngine:
    return FakeEngine(lambda request, cancelled: iter([Finished(job_id=request.job_id)]))


def served(host: Host) -> bool:
    """Whether a paired computer gets its job done; it may have to wait until the others are hung up on."""
    engine = RemoteEngine(host)
    try:
        for _ in range(200):
            if isinstance(list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))[-1], Finished):
                return True
            threading.Event().wait(0.1)
        return False
    finally:
        engine.close()


def plain_connection(found: Serving) -> socket.socket:
    return socket.create_connection(("127.0.0.1", found.server.port), timeout=PATIENCE_S)


def encrypted_connection(found: Serving) -> ssl.SSLSocket:
    return client_context().wrap_socket(plain_connection(found))


def rest_of(sock: socket.socket, most: int = 1 << 20) -> bytes:
    """What comes until it is closed."""
    got = b""
    with contextlib.suppress(OSError):
        while len(got) < most and (part := sock.recv(65536)):
            got += part
    return got


def send_quietly(sock: socket.socket, content: bytes) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(content)


@pytest.mark.parametrize("seed", range(3))
def test_garbage_in_place_of_tls_and_inside_it(found: Serving, seed: int) -> None:
    chance = random.Random(seed)
    starts = [b"", b"GET /engine HTTP/1.1\r\n", b"\x16\x03\x01", b"\x16\x03\x03\xff\xff", b"\x80\x00\x01"]
    for _ in range(20):
        with plain_connection(found) as sock:
            send_quietly(sock, chance.choice(starts) + chance.randbytes(chance.randint(0, 3000)))
            if chance.random() < 0.5:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # cut off, not closed
    heads = [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET /pair HTTP/1.1\r\nAuthorization: Pairing ",
        b"POST /engine HTTP/1.1\r\n\r\n",
    ]
    for _ in range(20):
        with encrypted_connection(found) as sock:
            send_quietly(sock, chance.choice(heads) + chance.randbytes(chance.randint(0, 3000)))
    assert served(found.host())


HEADERS: list[Callable[[], bytes]] = [
    lambda: b"GET /engine HTTP/1.1\r\nX: " + b"a" * (8 << 20),
    lambda: b"GET /" + b"a" * (8 << 20) + b" HTTP/1.1\r\n\r\n",
    lambda: b"GET /engine HTTP/1.1\r\n" + b"A: b\r\n" * 100_000 + b"\r\n",
    lambda: b"GET /engine HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n" + b"a" * (8 << 20),
    lambda: b"GET /engine HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n" + b"a" * (1 << 20),
]


@pytest.mark.parametrize("head", HEADERS)
def test_huge_headers_are_cut_off(found: Serving, head: Callable[[], bytes]) -> None:
    content = head()
    tracemalloc.start()
    try:
        for _ in range(4):
            with encrypted_connection(found) as sock:
                send_quietly(sock, content)
                answer = rest_of(sock)
                assert b" 101 " not in answer
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_GROWTH
    assert served(found.host())


def test_half_handshakes_are_hung_up_on_and_take_no_more_than_the_slots(impatient: Serving) -> None:
    halves = [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]
    socks = [plain_connection(impatient) for _ in range(2 * MOST_CONNECTIONS)]
    try:
        for index, sock in enumerate(socks):
            send_quietly(sock, halves[index % 2])
        assert len(impatient.server._threads) <= 2 * MOST_CONNECTIONS
        for sock in socks:
            rest_of(sock)  # until it is hung up on
    finally:
        for sock in socks:
            sock.close()
    inside = [encrypted_connection(impatient) for _ in range(8)]
    try:
        for sock in inside:
            send_quietly(sock, b"GET /engine HTTP/1.1\r\nHost: x\r\n")
        for sock in inside:
            assert b" 101 " not in rest_of(sock), "hung up on when their time is over"
    finally:
        for sock in inside:
            sock.close()
    assert served(impatient.host())


REFUSED = [
    b"GET /engine HTTP/1.1\r\n\r\n",
    b"GET /engine HTTP/1.1\r\nAuthorization: Bearer \r\n\r\n",
    b"GET /engine HTTP/1.1\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    b"GET /engine HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n",
    b"GET /../engine HTTP/1.1\r\n\r\n",
    b"GET /pair HTTP/1.1\r\n\r\n",
    b"GET /pair HTTP/1.1\r\nAuthorization: Pairing zz\r\n\r\n",
    b"GET /pair HTTP/1.1\r\nAuthorization: Pairing \r\nX-Computer: x\r\n\r\n",
]


@pytest.mark.parametrize("request_", REFUSED)
def test_strangers_get_a_status_and_no_more(found: Serving, request_: bytes) -> None:
    with encrypted_connection(found) as sock:
        send_quietly(sock, request_)
        answer = rest_of(sock)
    assert answer.split(b" ")[1] in (b"401", b"403"), answer
    assert len(answer) < 1000 and b"websockets" not in answer.lower()
    assert not found.guests.all()


def paired_connection(found: Serving, host: Host):  # type: ignore[no-untyped-def]
    return connect(
        f"ws://127.0.0.1:{found.server.port}/engine",
        sock=encrypted_connection(found),
        additional_headers={"Authorization": f"Bearer {host.token}"},
        subprotocols=[PROTOCOL],  # type: ignore[list-item]
        compression=None,
        proxy=None,
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_paired_computer_that_sends_garbage_is_hung_up_on(found: Serving, seed: int) -> None:
    chance, host = random.Random(seed), found.host()
    whole = packed_request(WarmUpRequest(pack="tiny"), lambda path: "0" * 64)
    for _ in range(15):
        content = bytearray(whole)
        match chance.randrange(4):
            case 0:
                content = bytearray(chance.randbytes(chance.randint(0, 5000)))
            case 1:
                content[:4] = chance.randbytes(4)  # a length that is not true
            case 2:
                content[chance.randrange(4, len(content))] ^= 1 << chance.randrange(8)
            case _:
                content += chance.randbytes(chance.randint(1, 100))
        with paired_connection(found, host) as connection:
            connection.recv(PATIENCE_S)
            with contextlib.suppress(ConnectionClosed):
                connection.send(bytes(content) if chance.random() < 0.9 else "text")
                connection.recv(PATIENCE_S)
    assert served(host)


@pytest.mark.parametrize("length", [2**62, 2**63 - 1, 257 * 2**20])
def test_frames_of_lying_lengths_take_no_memory(found: Serving, length: int) -> None:
    host = found.host()
    tracemalloc.start()
    try:
        with paired_connection(found, host) as connection:
            connection.recv(PATIENCE_S)
            frame = b"\x82" + bytes([0x80 | 127]) + length.to_bytes(8, "big") + bytes(4) + bytes(1000)
            with connection.protocol_mutex:
                connection.socket.sendall(frame)
            with pytest.raises(ConnectionClosed):
                connection.recv(PATIENCE_S)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_GROWTH
    assert served(host)


def test_too_many_jobs_at_once_are_refused(tmp_path: Path) -> None:
    going_on = threading.Event()

    def waiting(request: object, cancelled: threading.Event) -> Iterator[Finished]:
        while not (cancelled.wait(0.01) or going_on.is_set()):
            pass
        yield Finished(job_id=request.job_id)  # type: ignore[attr-defined]

    with serving(lambda: FakeEngine(waiting), tmp_path) as found:
        with paired_connection(found, found.host()) as connection, pytest.raises(ConnectionClosed):
            for _ in range(100):
                connection.send(packed_request(WarmUpRequest(pack="tiny"), lambda path: "0" * 64))
            connection.recv(PATIENCE_S)  # what is left to read are notices
            while True:
                connection.recv(PATIENCE_S)
        going_on.set()


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    with serving(finishing_engine, tmp_path, handshake_s=HALF_S) as found:
        for _ in range(5):
            with encrypted_connection(found) as sock:
                send_quietly(sock, b"GET ")
        assert served(found.host())
    assert not found.server._threads
    assert not threads_named("server")
