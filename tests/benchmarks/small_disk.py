"""A small disk of its own for one process: a tmpfs in a mount namespace that ends with the process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER of unshare(2)
_PRIVATE = (1 << 18) | (1 << 14)  # MS_PRIVATE | MS_REC: nobody outside sees what is mounted


def mount(folder: Path, size: int) -> bool:
    """Lay a disk of so many bytes over the folder, for this process alone; False where that is not allowed.

    To be called before there are threads.
    """
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if system.unshare(_NEW_MOUNTS) != 0:
        if system.unshare(_NEW_MOUNTS | _NEW_USER) != 0:
            return False
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if system.mount(b"none", b"/", None, ctypes.c_ulong(_PRIVATE), None) != 0:
        return False
    options = f"size={size},mode=700".encode()
    return bool(system.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", ctypes.c_ulong(0), options) == 0)
