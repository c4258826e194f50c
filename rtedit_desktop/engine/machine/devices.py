"""Where the work is done and in which precision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support import settings
from rtedit_desktop.support.settings import AppSettings

# What torch says when memory runs out: of a card, and of anything.
_CARD_FULL = ("alloc_failed", "cuda out of memory", "mps backend out of memory")
_OUT_OF_MEMORY = ("can't allocate memory", "out of memory", *_CARD_FULL)


@dataclass(frozen=True, slots=True)
class Device:
    """``learning`` is the autocast type of adaptation, None for plain float32; decoding is float32.

    With ``exact`` there is one thread and no shortcut, and a result is the same to the last bit on every computer with
    this kind of processor; else sums are taken in the order that threads come, and results differ by a level or two.
    """

    device: torch.device
    learning: torch.dtype | None = None
    exact: bool = False

    @property
    def label(self) -> str:
        """What the device is called in front of people."""
        return torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else self.device.type.upper()

    @property
    def precision(self) -> str:
        """What is learned in."""
        return str(self.learning or torch.float32).removeprefix("torch.")

    @property
    def is_processor(self) -> bool:
        """Whether there is nothing to fall back on."""
        return self.device.type == "cpu"


def best_device() -> Device:
    """CUDA, else Apple's GPU, else the CPU; bfloat16 adaptation where the hardware has it."""
    if torch.cuda.is_available():
        return Device(torch.device("cuda"), torch.bfloat16 if torch.cuda.is_bf16_supported() else None)
    if torch.backends.mps.is_available():
        return Device(torch.device("mps"))
    return processor()


def processor() -> Device:
    return Device(torch.device("cpu"), torch.bfloat16 if _cpu_multiplies_bfloat16() else None)


def chosen_device(wanted: AppSettings) -> Device:
    """The best one that the settings allow."""
    device = processor() if wanted.device == "cpu" else best_device()
    return replace(device, learning=None) if wanted.precision == "float32" else device


def own_device() -> Device:
    """The one to work on; of a graphics card's memory no more is taken from now on than the settings say.

    Beyond that torch raises OutOfMemoryError, as it does at the end of all of it.
    """
    wanted = settings.load()
    device = chosen_device(wanted)
    if device.device.type == "cuda" and wanted.gpu_percent < 100:
        torch.cuda.set_per_process_memory_fraction(wanted.gpu_percent / 100)
    return device


def exact_device() -> Device:
    """The processor, one thread of it, in single precision; for all that this process computes from now on."""
    torch.set_num_threads(1)
    torch.backends.mkldnn.deterministic = True  # type: ignore[assignment]
    return Device(torch.device("cpu"), exact=True)


def _cpu_multiplies_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 here (AVX512-BF16 or AMX); False where torch cannot tell."""
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def is_out_of_memory(error: BaseException) -> bool:
    """Memory runs out in several ways; on the CPU torch raises a plain RuntimeError."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _OUT_OF_MEMORY)


def is_card_full(error: BaseException) -> bool:
    """Whether it is a graphics card's memory that ran out, not the computer's."""
    text = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or any(words in text for words in _CARD_FULL)


@contextmanager
def out_of_memory_as_error() -> Iterator[None]:
    """Turn the several ways of running out of memory into one DeviceError."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise DeviceError(
                tr("The computer ran out of memory while working on the picture."),
                tr("Close other programs and run the edit again; the picture and the history are kept."),
            ) from error
        raise
