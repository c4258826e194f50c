"""Tells whether there is an NVIDIA card that the installed torch cannot use, without loading torch or a driver."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

_LEAST = 2**20  # a bundle for the processor has stand-ins of some kilobytes under the same names
_LIBRARIES = ("libtorch_cuda.so", "torch_cuda.dll")


def has_unused_card() -> bool:
    """A driver is there, and torch was built without what asks it."""
    return _has_nvidia_driver() and not _torch_has_cuda()


def _has_nvidia_driver() -> bool:
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").is_file()
    return Path("/proc/driver/nvidia/version").is_file()


def _torch_has_cuda() -> bool:
    """True where that cannot be told."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return True
    folder = Path(spec.origin).parent / "lib"
    if not folder.is_dir():
        return True
    found = [folder / name for name in _LIBRARIES]
    return any(path.is_file() and path.stat().st_size > _LEAST for path in found)
