"""How long a test waits for what must come: far longer than it takes, so that a busy machine is no failure."""

from __future__ import annotations

PATIENCE_S = 120.0
PATIENCE_MS = 120_000
