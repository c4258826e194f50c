"""The port of ``rtedit serve`` under strangers and under paired computers that misbehave.

    python tests/benchmarks/attack_serve.py [--count 1000] [--seed 0] [--first 0]

Strangers send noise in the place of TLS, of HTTP and of a pairing code, headers of any length, halves of handshakes,
and tokens that are a letter off. Paired computers send frames that no protocol has, messages of which a byte, a type, a
size or a number is another, and read slowly or not at all. After each an honest computer has its job done. Counted are
what was hung up on and what was answered, what ``attacking`` counts, and

    let in      a stranger was paired, or got further than an HTTP status
    deaf        the honest computer was not served
    kept        threads of connections that are gone, or more computers on the list

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from remote import test_fuzzing as port  # noqa: E402
from support.fake_engine import FakeEngine  # noqa: E402
from support.serving import Serving, serving  # noqa: E402
from websockets.exceptions import ConnectionClosed  # noqa: E402

from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse  # noqa: E402
from rtedit_desktop.core.events import DecodeStep, Event, Finished  # noqa: E402
from rtedit_desktop.core.requests import (  # noqa: E402
    ApplyRequest,
    CheckRequest,
    EditRequest,
    KeepRequest,
    LearnRequest,
    RecallRequest,
    Request,
    WarmUpRequest,
)
from rtedit_desktop.remote.frames import Blobs, packed  # noqa: E402
from rtedit_desktop.remote.hosts import Host  # noqa: E402
from rtedit_desktop.remote.pairing import TRIES, Admission, Pairing  # noqa: E402
from rtedit_desktop.remote.requests_codec import packed_request  # noqa: E402
from rtedit_desktop.remote.server import MOST_CONNECTIONS  # noqa: E402

ANSWER_S, SETTLED_S = 5.0, 20.0
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 10**19, -1.5, 1e308, "", "a" * 100_000, "\0", "\ud800", [], [[]], {}, {"a": 1},
)  # fmt: skip
Act = Callable[[Serving, Host, random.Random], str]


class Case(NamedTuple):
    kind: str
    dice: random.Random


def engine() -> FakeEngine:
    """Answers each request with a few pictures."""

    def script(request: Any, cancelled: threading.Event) -> Iterator[Event]:
        picture = np.zeros((256, 256, 3), np.uint8)
        for index in range(1, 21):
            if cancelled.is_set():
                break
            yield DecodeStep(job_id=request.job_id, index=index, of=20, t=0, picture=picture)
        yield Finished(job_id=request.job_id, picture=picture)

    return FakeEngine(script)


PICTURE = np.zeros((16, 16, 3), np.uint8)
SPEC = EditSpec(pack="tiny", prompt="old face", source="face")


def an_edit() -> bytes:
    """With an id of its own."""
    return packed_request(EditRequest(spec=SPEC, picture=PICTURE), lambda path: "0" * 64)


def good_messages() -> list[bytes]:
    picture = PICTURE
    edit = EditRequest(spec=SPEC, picture=picture)
    mix = ApplyRequest(spec=MixSpec(pack="tiny", uses=(PresetUse(Path("a.rtpreset"), 1.0),)), picture=picture)
    words: dict[str, Any] = {"title": "Old", "author": "A", "licence": "CC0"}
    learn = LearnRequest(spec=edit.spec, output=Path("a.rtpreset"), pictures=(picture, picture), **words)
    requests: list[Request] = [
        WarmUpRequest(pack="tiny"), edit, mix, learn, KeepRequest(edit=edit, output=Path("a.rtpreset"), **words),
        RecallRequest(edits=(edit.spec,), picture=picture), CheckRequest(pack="tiny", picture=picture),
    ]  # fmt: skip
    blobs = Blobs()
    preset = packed({"kind": "preset", "sha256": "0" * 64, "content": blobs.put(b"{}" * 100)}, blobs)
    cancel = packed({"kind": "cancel", "job": "a" * 8})
    return [*(packed_request(request, lambda path: "0" * 64) for request in requests), preset, cancel]


MESSAGES = good_messages()


def _sent(sock: socket.socket, content: bytes, dice: random.Random | None = None) -> str:
    """In pieces; cut off by chance, or what comes back is looked through for a way in."""
    sock.settimeout(ANSWER_S)
    for piece in (content[: len(content) // 2], content[len(content) // 2 :]):
        port.send_quietly(sock, piece)
    if dice is not None and dice.random() < 0.3:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # cut off, not closed
        return "hung up on"
    answer = port.rest_of(sock)
    if b" 101 " in answer[:20] or b"token" in answer:
        return "let in"
    return "answered" if answer else "hung up on"


def noise_for_tls(found: Serving, _: Host, dice: random.Random) -> str:
    starts = (
        b"",
        b"GET /engine HTTP/1.1\r\n",
        b"\x16\x03\x01",
        b"\x16\x03\x03\xff\xff",
        b"\x80\0\x01",
        b"\x15\x03\x03",
    )
    with port.plain_connection(found) as sock:
        return _sent(sock, dice.choice(starts) + dice.randbytes(dice.choice((0, 10, 3000))) + b"\r\n\r\n", dice)


def noise_for_http(found: Serving, host: Host, dice: random.Random) -> str:
    head = f"{dice.choice(('GET', 'POST', 'get', 'PRI', ''))} {dice.choice(('/', '/engine', '/pair', '//pair', '*'))} "
    lines = [head.encode() + dice.choice((b"HTTP/1.1", b"HTTP/2.0", b"HTTP/1.1 " * 50, b""))]
    names = (b"Authorization", b"X-Computer", b"Upgrade", b"Content-Length", b"Transfer-Encoding", b"Host", b"\xff\0")
    token = list(host.token)
    token[dice.randrange(len(token))] = dice.choice("-_.!\x7f")
    values = (b"Bearer ", b"Bearer " + "".join(token).encode(), b"Pairing zz", b"websocket", b"9" * 30, b"chunked")
    for _ in range(dice.choice((0, 1, 3, 200, 5000))):
        lines.append(dice.choice(names) + dice.choice((b": ", b":", b"\t: ", b"")) + dice.choice(values))
    if dice.random() < 0.1:
        lines.append(b"X: " + b"a" * dice.choice((9000, 1 << 21)))
    with port.encrypted_connection(found) as sock:
        return _sent(sock, dice.choice((b"\r\n", b"\n")).join(lines) + b"\r\n\r\n" + dice.randbytes(20), dice)


def upgrade_without_a_token(found: Serving, host: Host, dice: random.Random) -> str:
    token = list(host.token)
    match dice.randrange(4):
        case 0:
            token[dice.randrange(len(token))] = dice.choice("abcXYZ019-_")
        case 1:
            token.pop()
        case 2:
            token.append("a")
        case _:
            token = []
    if "".join(token) == host.token:
        token.reverse()
    return upgraded(found, "".join(token))


def upgraded(found: Serving, token: str) -> str:
    head = (
        f"GET /engine HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: {port.PROTOCOL}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    )
    with port.encrypted_connection(found) as sock:
        return _sent(sock, head.encode())


def wrong_codes(found: Serving, _: Host, dice: random.Random) -> str:
    """The right one too, behind as many wrong ones as are allowed."""
    pairing = Pairing(found.certificate.fingerprint, found.guests, wrong_costs_s=0.0)
    found.server._admission = Admission(found.guests, pairing, unknown_costs_s=0.0)
    right = pairing.code.secret
    wrong = [dice.randbytes(dice.choice((0, 1, 4, 5, 6, 500))) for _ in range(TRIES)]
    for secret in (*(one for one in wrong if one != right), right):
        given, name = dice.choice((secret.hex(), secret.hex().upper())), dice.choice(("laptop", "a" * 3000, ""))
        head = f"GET /pair HTTP/1.1\r\nAuthorization: Pairing {given}\r\nX-Computer: {name}\r\n\r\n"
        with port.encrypted_connection(found) as sock:
            if _sent(sock, head.encode()) == "let in":
                return "let in"
    return "answered"


def halves(found: Serving, _: Host, dice: random.Random) -> str:
    """Connections that are opened and say no more, as many as there are slots and more."""
    count = dice.choice((1, 5, MOST_CONNECTIONS, MOST_CONNECTIONS + 8))
    starts = (b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(port.plain_connection(found)) for _ in range(count)]
        for sock in socks:
            port.send_quietly(sock, dice.choice(starts))
        if dice.random() < 0.5:
            time.sleep(port.HALF_S)
    return "hung up on"


def odd_frames(found: Serving, host: Host, dice: random.Random) -> str:
    with port.paired_connection(found, host) as connection:
        connection.recv(ANSWER_S)
        frames = b""
        for _ in range(dice.choice((1, 2, 50))):
            body = dice.randbytes(dice.choice((0, 1, 125, 126, 2000)))
            first = dice.choice((0x80, 0x00, 0xC0, 0x90, 0xF0)) | dice.randrange(16)
            masked = 0x80 if dice.random() < 0.8 else 0
            told = dice.choice((len(body), len(body), 0, 2**16, 2**31, 2**63 - 1, 2**64 - 1))
            length = bytes([masked | told]) if told < 126 and dice.random() < 0.8 else b""
            length = length or bytes([masked | 127]) + told.to_bytes(8, "big")
            frames += bytes([first]) + length + (dice.randbytes(4) if masked else b"") + body
        with connection.protocol_mutex, contextlib.suppress(OSError):
            connection.socket.sendall(frames)
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            while True:
                connection.recv(0.2)
        with contextlib.suppress(OSError):
            connection.socket.shutdown(socket.SHUT_RDWR)
    return "hung up on"


def changed_message(dice: random.Random) -> bytes:
    """A good message with something else in it."""
    whole = dice.choice(MESSAGES)
    if dice.random() < 0.4:
        content = bytearray(whole)
        for _ in range(dice.choice((1, 1, 3))):
            at = dice.randrange(len(content))
            match dice.randrange(4):
                case 0:
                    content[at] ^= 1 << dice.randrange(8)
                case 1:
                    del content[at : at + dice.choice((1, 4, 1000))]
                case 2:
                    content[at:at] = dice.randbytes(dice.choice((1, 4, 1000)))
                case _:
                    content[:4] = dice.randbytes(4)
            content = content or bytearray(b"\0")
        return bytes(content)
    length = int.from_bytes(whole[:4], "big")
    header = json.loads(whole[4 : 4 + length])
    place: Any = header
    while True:  # somewhere in it
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = dice.choice(list(keys)) if keys else None
        if key is None or not isinstance(place[key], (dict, list)) or not place[key] or dice.random() < 0.3:
            break
        place = place[key]
    if key is not None and dice.random() < 0.8:
        place[key] = dice.choice(ODD)
    elif isinstance(place, dict):
        place["more"] = dice.choice(ODD)
    text = json.dumps(header).encode()
    if dice.random() < 0.1:
        text = b"[" * 5000 + b"]" * 5000
    return len(text).to_bytes(4, "big") + text + whole[4 + length :]


def odd_messages(found: Serving, host: Host, dice: random.Random) -> str:
    answered = "hung up on"
    with port.paired_connection(found, host) as connection:
        connection.recv(ANSWER_S)
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            for _ in range(dice.choice((1, 3, 8))):
                connection.send(changed_message(dice) if dice.random() < 0.9 else "text")
                connection.recv(0.3)
                answered = "answered"
    return answered


def slow_readers(found: Serving, host: Host, dice: random.Random) -> str:
    """Jobs are asked for and their pictures are not taken, or one byte at a time; then they are cut off."""
    with contextlib.ExitStack() as stack:
        for _ in range(dice.choice((1, 2, 6))):
            connection = stack.enter_context(port.paired_connection(found, host))
            connection.recv(ANSWER_S)
            with contextlib.suppress(ConnectionClosed):
                for _ in range(dice.choice((1, 3))):
                    connection.send(an_edit())
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(dice.choice((0, 0.2)))
        for _ in range(dice.choice((0, 3))):
            with contextlib.suppress(ConnectionClosed, TimeoutError):
                connection.recv(0.1)
        if dice.random() < 0.5:
            connection.socket.close()
    return "hung up on"


KINDS: dict[str, Act] = {
    "noise for TLS": noise_for_tls,
    "noise for HTTP": noise_for_http,
    "no token": upgrade_without_a_token,
    "wrong codes": wrong_codes,
    "halves": halves,
    "odd frames": odd_frames,
    "odd messages": odd_messages,
    "slow readers": slow_readers,
}


def prepare(folder: Path) -> tuple[Make, Attack]:
    running = serving(engine, folder, pairing=True, handshake_s=port.HALF_S)  # ends with its process
    found = running.__enter__()
    host = found.host()
    assert port.served(host)
    assert upgraded(found, host.token) == "let in", "the right token would be seen"
    guests = len(found.guests.all())

    def make(number: int, seed: int) -> Case:
        return Case(list(KINDS)[number % len(KINDS)], random.Random(f"{seed}:{number}"))

    def attack(case: Case) -> tuple[str, str]:
        outcome = KINDS[case.kind](found, host, case.dice)
        if outcome == "let in":
            return outcome, case.kind
        if not port.served(host):
            return "deaf", case.kind
        end = time.monotonic() + SETTLED_S
        while len(found.server._threads) > 1 and time.monotonic() < end:
            time.sleep(0.02)
        assert running is not None
        if len(found.server._threads) > 1 or len(found.guests.all()) != guests:
            return "kept", f"{case.kind}: {len(found.server._threads)} threads, {len(found.guests.all())} computers"
        return outcome, ""

    return make, attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 1000, bad=("let in", "deaf", "kept")))
