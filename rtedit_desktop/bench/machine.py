"""Describes the machine that the figures were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import torch

from rtedit_desktop.engine.machine.devices import Device


@dataclass(frozen=True, slots=True)
class Machine:
    """``memory_gib`` is None where it cannot be told; ``learning`` is the precision of adaptation."""

    processor: str
    cores: int
    threads: int
    memory_gib: float | None
    accelerator: str
    learning: str
    decoding: str
    system: str
    python: str
    torch: str

    def __str__(self) -> str:
        memory = f", {self.memory_gib:.0f} GiB" if self.memory_gib else ""
        return (
            f"{self.processor}, {self.cores} cores, {self.threads} threads used{memory}; "
            f"accelerator: {self.accelerator}; learning in {self.learning}, decoding in {self.decoding}; "
            f"torch {self.torch}, Python {self.python}, {self.system}"
        )


def this_machine(device: Device) -> Machine:
    """What ``device`` computes on."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        threads=torch.get_num_threads(),
        memory_gib=_memory_gib(),
        accelerator=_accelerator(device.device),
        learning=str(device.learning or torch.float32).removeprefix("torch."),
        decoding=str(device.decoding or torch.float32).removeprefix("torch."),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        torch=torch.__version__,
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass  # not a Linux
    return platform.processor() or platform.machine()


def _memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return None


def _accelerator(device: torch.device) -> str:
    if device.type == "cuda":
        found = torch.cuda.get_device_properties(device)
        return f"{found.name}, {found.total_memory / 2**30:.0f} GiB"
    return "none" if device.type == "cpu" else device.type.upper()
