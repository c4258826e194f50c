"""Devices that compute, each with its precision."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache

import torch
from torch.nn import functional

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.lazy_text import LazyText, tr
from rtedit_desktop.support import settings
from rtedit_desktop.support.settings import AppSettings

# What torch says when memory runs out: of a card, and of anything.
_CARD_FULL = ("alloc_failed", "cuda out of memory", "mps backend out of memory", "xpu out of memory")
_OUT_OF_MEMORY = ("can't allocate memory", "out of memory", *_CARD_FULL)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Device:
    """``learning`` is the autocast type of adaptation, ``decoding`` that of all else; None is plain float32.

    With ``exact`` there is one thread and no shortcut, and a result is the same to the last bit on every computer with
    this kind of processor; else sums are taken in the order that threads come, and results differ by a level or two.
    ``notice`` is what a person should know of the choice, once.
    """

    device: torch.device
    learning: torch.dtype | None = None
    decoding: torch.dtype | None = None
    exact: bool = False
    notice: LazyText | str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """What the device is called in front of people."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        if self.device.type == "xpu":
            return str(torch.xpu.get_device_name(self.device))
        return self.device.type.upper()

    @property
    def precision(self) -> str:
        """What is learned in."""
        return str(self.learning or torch.float32).removeprefix("torch.")

    @property
    def is_processor(self) -> bool:
        """Whether there is nothing to fall back on."""
        return self.device.type == "cpu"


def best_device() -> Device:
    """The first graphics card that computes, else the CPU; bfloat16 adaptation where the hardware has it."""
    notice: LazyText | str = ""
    for card in _cards():
        if _computes(card.device):
            return card
        notice = notice or tr(
            "The graphics card is not used, because the installed torch cannot compute on it: the processor does the "
            "work. A newer driver, or a torch that was built for this card, may help."
        )
    return replace(processor(), notice=notice)


def _cards() -> Iterator[Device]:
    """Those that torch sees: NVIDIA's and, under the same name, AMD's; Intel's; Apple's."""
    if torch.cuda.is_available():
        # without emulation, which cards before Ampere have: slower than float32
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
        # what is decoded is a picture of 256 levels, and half precision has eight times as many steps as bfloat16
        yield Device(torch.device("cuda"), torch.bfloat16 if fast else None, torch.float16)
    if torch.xpu.is_available():
        fast = getattr(torch.xpu, "is_bf16_supported", lambda **_: False)(including_emulation=False)
        yield Device(torch.device("xpu"), torch.bfloat16 if fast else None)
    if torch.backends.mps.is_available():
        yield Device(torch.device("mps"))


@cache
def _computes(device: torch.device) -> bool:
    """Whether a small convolution and its gradient work: a build of torch has programs for some cards only."""
    try:
        x = torch.ones(1, 4, 8, 8, device=device, requires_grad=True)
        functional.conv2d(x, torch.ones(4, 4, 3, 3, device=device), padding=1).sum().backward()
        return x.grad is not None and bool(x.grad.isfinite().all())
    except (RuntimeError, AssertionError) as error:  # the latter where torch was built without any
        _log.warning("%s cannot be used: %s", device, error)
        return False


def prefers_channels_last(device: torch.device) -> bool:
    """Whether convolutions want the channels of a place side by side: those of NVIDIA's and Intel's cards do."""
    return device.type in ("cuda", "xpu")


def records_calls(device: torch.device) -> bool:
    """Whether calls of a net are worth recording: on NVIDIA's cards, whose kernels are done sooner than launched."""
    return device.type == "cuda" and torch.version.hip is None


def free_cached_memory() -> None:
    """Give back what torch keeps of a card's memory for later."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.xpu.is_available():
        torch.xpu.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def processor() -> Device:
    return Device(torch.device("cpu"), torch.bfloat16 if _cpu_multiplies_bfloat16() else None)


def chosen_device(wanted: AppSettings) -> Device:
    """The best one that the settings allow."""
    device = processor() if wanted.device == "cpu" else best_device()
    return replace(device, learning=None, decoding=None) if wanted.precision == "float32" else device


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
