"""Ways to learn, tried one after the other until one needs no more memory than there is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

import torch

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Event, Notice
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.engine.machine.devices import free_cached_memory, is_card_full, is_out_of_memory

T = TypeVar("T")
Way = tuple[str, Callable[[], Generator[Event, None, T]]]
"""What to tell a person before it (nothing of the way that was asked for), and how to learn."""


def first_that_fits(job: str, base: BaseWeights, ways: Iterable[Way[T]]) -> Generator[Event, None, T]:
    """Yield the events of each way that is tried; the generator's value is that of the first with memory enough.

    Raises DeviceError when the numbers run away, OutOfMemoryError or MemoryError when no way fits the card or the
    computer.
    """
    full = False
    for notice, learn in ways:
        if notice:
            yield Notice(job_id=job, text=notice)
        try:
            return (yield from learn())
        except FloatingPointError as error:
            raise DeviceError(
                tr("The model's numbers ran away while it was learning."),
                tr("Try a smaller learning rate or another seed."),
            ) from error
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            full = is_card_full(error)
        base.restore()
        free_cached_memory()
    raise torch.OutOfMemoryError("no way of learning fits the card") if full else MemoryError
