"""Tells of graphics cards, whether the installed torch can use them or not, without loading torch or a driver."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

_LEAST = 2**20  # a bundle for the processor has stand-ins of some kilobytes under the same names
_NVIDIA_DRIVER = ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1")  # the latter in Linux under Windows
_LIBRARIES = ("libtorch_cuda.so", "torch_cuda.dll")


def has_card() -> bool:
    """Whether the installed torch is likely to find one that it can use."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    others = (("/dev/kfd", "libtorch_hip.so"), ("/dev/dri", "libtorch_xpu.so"))
    return (_has_nvidia_driver() and _torch_has(_LIBRARIES)) or any(
        Path(device).exists() and _torch_has((library,)) for device, library in others
    )


def has_unused_card() -> bool:
    """A driver is there, and torch was built without what asks it."""
    return _has_nvidia_driver() and not _torch_has(_LIBRARIES, unknown=True)


def _has_nvidia_driver() -> bool:
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").is_file()
    return any(Path(path).is_file() for path in _NVIDIA_DRIVER)


def _torch_has(names: Sequence[str], *, unknown: bool = False) -> bool:
    """Whether torch's folder has one of these libraries; ``unknown`` where that cannot be told."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return unknown
    folder = Path(spec.origin).parent / "lib"
    if not folder.is_dir():
        return unknown
    found = [folder / name for name in names]
    return any(path.is_file() and path.stat().st_size > _LEAST for path in found)
