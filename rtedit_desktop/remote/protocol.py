"""What both sides must have alike: docs/reference/formats/remote.md."""

from __future__ import annotations

PORT = 17865
PROTOCOL = "rtedit.1"
PING_S, PONG_S = 10.0, 20.0
