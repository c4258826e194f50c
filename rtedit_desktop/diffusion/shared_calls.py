"""Calls of a U-Net that go on from what an earlier call on the same latent computed.

A net that differs from the base, or from what it was a step before, in its last layers alone computes the same before
them: what one call computed on its way there is what the other would compute, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.unet import Halfway, UNet

_DOWN, _INNER, _LAST_LEVEL = 1, 2, 3
"""How many of its four parts a call has computed when it has come through the way down, the inner levels, the last."""


@dataclass(frozen=True)
class _Call:
    """What a call on x, (N, C, h, w), at timesteps (N,), had computed after so many of its parts."""

    x: Tensor
    times: Tensor
    precision: torch.dtype | None
    there: Mapping[int, Halfway]

    @property
    def tensors(self) -> Iterator[Tensor]:
        yield from (self.x, self.times)
        for halfway in self.there.values():
            yield from (halfway.x, halfway.time, *halfway.skips)

    def is_of(self, x: Tensor, times: Tensor) -> bool:
        return (
            self.precision == _precision(x)
            and self.x.shape == x.shape
            and torch.equal(self.times, times)
            and torch.equal(self.x, x)
        )


class SharedCalls:
    """Owns what calls computed on their way, of the ``most`` latest ones, or of all."""

    def __init__(self, most: int | None = None) -> None:
        self._calls: deque[_Call] = deque(maxlen=most)

    @property
    def bytes(self) -> int:
        """Of memory, tensors that are several times there counted once."""
        tensors = {one.data_ptr(): one for call in self._calls for one in call.tensors}
        return sum(one.nbytes for one in tensors.values())

    @contextmanager
    def kept(self, net: nn.Module, changed: Collection[str]) -> Iterator[None]:
        """Calls inside are the base's, and kept where the parameters ``changed`` are those of the last layers."""
        ends_late = _unchanged(net, changed) >= _INNER
        with _watched(net, partial(self._call, keeps=(_INNER, _LAST_LEVEL)) if ends_late else None):
            yield

    @contextmanager
    def gone_on_from(self, net: nn.Module, changed: Collection[str]) -> Iterator[None]:
        """Calls inside differ from those that were kept by the parameters ``changed``; the net has them."""
        unchanged = _unchanged(net, changed)
        with _watched(net, partial(self._call, unchanged=unchanged) if unchanged >= _INNER else None):
            yield

    @contextmanager
    def repeated(self, net: nn.Module, changed: Collection[str]) -> Iterator[None]:
        """Calls inside differ from each other by the parameters ``changed`` alone: what is before them is kept."""
        unchanged = _unchanged(net, changed)
        with _watched(net, partial(self._call, unchanged=unchanged, keeps=(unchanged,)) if unchanged else None):
            yield

    def _call(
        self, net: UNet, x: Tensor, times: Tensor, *, unchanged: int = _LAST_LEVEL, keeps: Collection[int] = ()
    ) -> Tensor:
        """Whose first parts, ``unchanged`` of them, are those of the calls that were kept."""
        if torch.is_grad_enabled() and _is_learned(net, max(unchanged, *keeps, 0)):
            unchanged, keeps = 0, ()
        known = next((one for one in self._calls if one.is_of(x, times)), None) if unchanged else None
        done = max((number for number in known.there if number <= unchanged), default=0) if known is not None else 0
        halfway = known.there[done].copied() if known is not None and done else net.way_down(x, times)
        done = done or _DOWN
        there = {}
        for part in (net.inner_levels, net.last_level)[done - 1 :]:
            if done in keeps:
                there[done] = halfway.copied()
            halfway, done = part(halfway), done + 1
        if done in keeps:
            there[done] = halfway.copied()
        if there and known is None:
            self._calls.append(_Call(x.detach().clone(), times.clone(), _precision(x), there))
        return net.output(halfway)


def _unchanged(net: nn.Module, changed: Collection[str]) -> int:
    """How many parts of the net, from the first on, none of the parameters lies in."""
    return min((_part_of(net, name) for name in changed), default=_LAST_LEVEL) if isinstance(net, UNet) else 0


def _part_of(net: UNet, parameter: str) -> int:
    """The number of the part that it lies in, counted from 0."""
    if parameter.startswith(("conv_norm_out.", "conv_out.")):
        return _LAST_LEVEL
    if parameter.startswith(f"up_blocks.{len(net.up_blocks) - 1}."):
        return _INNER
    return _DOWN if parameter.startswith(("mid_block.", "up_blocks.")) else 0


def _is_learned(net: UNet, parts: int) -> bool:
    """Whether a gradient is wanted of the first so many parts."""
    return any(p.requires_grad and _part_of(net, name) < parts for name, p in net.named_parameters())


def _precision(x: Tensor) -> torch.dtype | None:
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else None


@contextmanager
def _watched(net: nn.Module, call: object) -> Iterator[None]:
    if call is None or not isinstance(net, UNet):
        yield
        return
    before = net.watched
    net.watched = call  # type: ignore[assignment]
    try:
        yield
    finally:
        net.watched = before
