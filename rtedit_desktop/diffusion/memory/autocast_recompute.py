"""Mixed precision that computes half-precision copies of the weights again instead of keeping them for the gradient.

Autocast multiplies with a copy of each weight in the lower precision and keeps the copies in the graph: of a
small network they weigh more than everything else there. A copy takes little time to make again, so here the
graph holds on to the weight itself and the backward pass casts it once more. A frozen weight is copied once
for all steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn import functional

_Layer = nn.Linear | nn.Conv2d


class AutocastRecompute:
    """An autocast region on ``device`` in ``dtype``, or in plain float32 for None: entered by calling it.

    It is lean for the linear and two-dimensional convolution layers among ``modules``; others do what autocast does.
    """

    def __init__(self, modules: Iterable[nn.Module], device: torch.device, dtype: torch.dtype | None) -> None:
        self._layers = [module for module in modules if isinstance(module, _Layer) and _is_plain(module)]
        self._frozen: dict[nn.Module, Tensor] = {}
        self._device, self._dtype = device, dtype

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """What the layers compute meanwhile keeps no copies of trained weights in its graph.

        The result and its gradients are those of autocast itself. The weights must not change between the
        forward pass and their own part of the backward pass.
        """
        if self._dtype is None:
            yield
            return
        try:
            for layer in self._layers:
                vars(layer)["forward"] = self._way(layer, self._dtype)
            # a copy that autocast itself keeps would lie beside the weight until the region ends
            with torch.autocast(self._device.type, self._dtype, cache_enabled=False):
                yield
        finally:
            for layer in self._layers:
                vars(layer).pop("forward", None)

    def _way(self, layer: _Layer, dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
        if layer.weight.requires_grad:
            return partial(_recast, layer, dtype)
        copy = self._frozen.get(layer)
        if copy is None or copy.dtype != dtype:
            copy = self._frozen[layer] = layer.weight.detach().to(dtype)
        return lambda x: _product(layer, x, copy)


class _Copy(NamedTuple):
    """What stands in the graph for a copy of ``weight``, or for a view of it, such as its transpose."""

    weight: Tensor
    dtype: torch.dtype
    size: tuple[int, ...]
    stride: tuple[int, ...]


def _is_plain(layer: _Layer) -> bool:
    """Whether ``_product`` is all that its forward pass does."""
    usual = type(layer).forward in (nn.Linear.forward, nn.Conv2d.forward) and "forward" not in vars(layer)
    return usual and getattr(layer, "padding_mode", "zeros") == "zeros"


def _product(layer: _Layer, x: Tensor, weight: Tensor) -> Tensor:
    if isinstance(layer, nn.Linear):
        return functional.linear(x, weight, layer.bias)
    return functional.conv2d(x, weight, layer.bias, layer.stride, layer.padding, layer.dilation, layer.groups)


def _recast(layer: _Layer, dtype: torch.dtype, x: Tensor) -> Tensor:
    """The forward pass of the layer, with a copy of its weight that nothing holds afterwards."""
    weight = layer.weight
    copy = weight.to(dtype)
    address = copy.data_ptr()

    def pack(kept: Tensor) -> Tensor | _Copy:
        if kept.data_ptr() != address or kept.dtype != dtype:
            return kept
        return _Copy(weight, dtype, tuple(kept.shape), kept.stride())

    with saved_tensors_hooks(pack, _unpack):
        return _product(layer, x, copy)


def _unpack(kept: Tensor | _Copy) -> Tensor:
    if isinstance(kept, Tensor):
        return kept
    return kept.weight.detach().to(kept.dtype).as_strided(kept.size, kept.stride)
