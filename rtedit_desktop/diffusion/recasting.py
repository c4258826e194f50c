"""Mixed precision without keeping half-precision copies of the weights until the backward pass.

Autocast multiplies with a copy of each weight in the lower precision and keeps the copies in the graph: of a
small network they weigh more than everything else there. A copy takes no time to make again, so here the graph
holds on to the weight itself and the backward pass casts it once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_MULTIPLYING = frozenset({functional.conv1d, functional.conv2d, functional.linear})


class _Copy(NamedTuple):
    """What stands in the graph for a copy of ``weight``, or for a view of it, such as its transpose."""

    weight: Tensor
    dtype: torch.dtype
    size: tuple[int, ...]
    stride: tuple[int, ...]


class _Cast(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.dtype = weight.dtype
        return weight.to(dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return gradient.to(ctx.dtype), None


class _Casting(TorchFunctionMode):
    """Casts the weights of products itself, and knows which copy is of what as long as the product is computed."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self._dtype = dtype
        self._weights: dict[int, Tensor] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        weight = args[1] if len(args) > 1 else None
        if func not in _MULTIPLYING or not isinstance(weight, nn.Parameter) or weight.dtype == self._dtype:
            return func(*args, **(kwargs or {}))
        copy = _Cast.apply(weight, self._dtype)
        self._weights[copy.data_ptr()] = weight
        try:
            return func(args[0], copy, *args[2:], **(kwargs or {}))
        finally:
            self._weights.clear()

    def pack(self, kept: Tensor) -> Tensor | _Copy:
        weight = self._weights.get(kept.data_ptr()) if kept.dtype == self._dtype else None
        if weight is None or kept.numel() != weight.numel():
            return kept
        return _Copy(weight, kept.dtype, tuple(kept.shape), kept.stride())


def _unpack(kept: Tensor | _Copy) -> Tensor:
    if isinstance(kept, Tensor):
        return kept
    return kept.weight.detach().to(kept.dtype).as_strided(kept.size, kept.stride)


@contextmanager
def recasting(device: torch.device) -> Iterator[None]:
    """Within an autocast region: what is computed here keeps weights in its graph instead of their copies.

    The result and its gradients are those of autocast itself. The weights must not change between the forward
    pass and their own part of the backward pass. Without autocast it does nothing.
    """
    if not torch.is_autocast_enabled(device.type):
        yield
        return
    casting = _Casting(torch.get_autocast_dtype(device.type))
    with casting, torch.autograd.graph.saved_tensors_hooks(casting.pack, _unpack):
        yield
