"""Protocol of both sides: where they meet, how often they ping, in what pieces a message goes, and how they end.

See docs/reference/formats/remote.md.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.sync.connection import Connection

PORT = 17865
PROTOCOL = "rtedit.1"
PING_S, PONG_S = 10.0, 20.0
PIECE = 2**18


def pieces(content: bytes) -> Iterator[memoryview]:
    """A message as frames of at most ``PIECE`` bytes, between which the library answers pings.

    In one frame a slow network would take it for longer than a ping may stay without an answer.
    """
    whole = memoryview(content)
    return (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))


def cut(connection: Connection) -> None:
    """End a connection whatever its threads are doing: one that is writing to a network that takes nothing, too.

    ``Connection.close`` would wait for that one. The end is the plain socket's, because that of the encrypted one
    forgets the encryption first, with what is being written still to come.
    """
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection.socket, socket.SHUT_RDWR)
