"""How long a test waits for what must come: far longer than it takes, so that a busy machine is no failure."""

from __future__ import annotations

PATIENCE_S = 120.0
PATIENCE_MS = 120_000
# How long a test looks for what must not come, where there is no condition to wait for: too short a look may miss a
# fault on a busy machine, and never fails a program that is right.
A_WHILE_MS = 200
