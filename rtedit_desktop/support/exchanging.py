"""Exchanges two folders in one step, which Python has no call for."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are meant as they are
_LINUX_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_MACOS_SWAP = 2  # RENAME_SWAP of renamex_np(2)


def exchange(one: Path, other: Path) -> bool:
    """Whether each has the name of the other now; False, and nothing is changed, where the system cannot do that."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _LINUX_EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(system.renamex_np(names[0], names[1], _MACOS_SWAP) == 0)
    except (OSError, AttributeError, TypeError):  # an older system, or Windows
        return False
    return False
