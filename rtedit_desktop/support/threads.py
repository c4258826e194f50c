"""Sets what torch reads from the environment while it is loaded: how threads wait, and what Apple's cards may skip."""

from __future__ import annotations

import os
import sys

_SPINS = "1000"
_SET_BY = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def share_the_cores() -> None:
    """Beside programs that keep the cores busy, edits take about twice the time instead of many times as long.

    Threads of torch wait for each other by spinning, on Linux for up to milliseconds, on a core that the thread that
    they wait for may need. With a thousand turns they give it away after some microseconds; what that costs on an idle
    machine was less than its times vary (tests/benchmarks/busy.py). It has to be said before torch's libraries are
    loaded; what a person set for it stays.
    """
    if not any(name in os.environ for name in _SET_BY):
        os.environ["GOMP_SPINCOUNT"] = _SPINS
    if sys.platform == "darwin":
        # The gradients of resampling are missing on Apple's cards, of which ones depends on the torch: the processor
        # computes what is (https://docs.pytorch.org/docs/stable/mps_environment_variables.html).
        os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
