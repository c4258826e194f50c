"""Calls of a U-Net on one latent, by the base and by edits of its last layers, of which all before is computed once.

An edit that was learned in the last layers alone changes nothing before them. What the base computed on its way there,
to see what the edit is to be compared with, is what the edited net would compute, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.unet import Halfway, UNet


@dataclass(frozen=True)
class _Call:
    """What the base computed of x, (N, C, h, w), at timesteps (N,), on its way."""

    x: Tensor
    times: Tensor
    halfway: Halfway
    features: Tensor

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return self.x, self.times, self.halfway.x, self.halfway.time, *self.halfway.skips, self.features


@dataclass
class SharedCalls:
    """Owns what the base's calls computed on their way, to be gone on from by edits of the last layers."""

    _calls: list[_Call] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Of memory, tensors that are several times there counted once."""
        tensors = {one.data_ptr(): one for call in self._calls for one in call.tensors}
        return sum(one.nbytes for one in tensors.values())

    @contextmanager
    def kept(self, net: nn.Module, changed: Collection[str]) -> Iterator[None]:
        """Calls inside are the base's, and kept where an edit of the parameters ``changed`` can go on from them."""
        with _watched(net, self._keep if _parts_of(net, changed) else None):
            yield

    @contextmanager
    def gone_on_from(self, net: nn.Module, changed: Collection[str]) -> Iterator[None]:
        """Calls inside differ from the base's by the parameters ``changed``; the net has them."""
        parts = _parts_of(net, changed)

        def call(unet: UNet, x: Tensor, times: Tensor) -> Tensor:
            known = next((one for one in self._calls if _same(one, x, times)), None)
            if known is None:
                return unet.output(unet.last_level(unet.halfway(x, times)))
            return unet.output(known.features if parts == _OUTPUT else unet.last_level(known.halfway))

        with _watched(net, call if parts else None):
            yield

    def _keep(self, net: UNet, x: Tensor, times: Tensor) -> Tensor:
        halfway = net.halfway(x, times)
        features = net.last_level(halfway)
        self._calls.append(_Call(x, times, halfway, features))
        return net.output(features)


_OUTPUT, _LAST_LEVEL = "output", "last level"


def _parts_of(net: nn.Module, changed: Collection[str]) -> str:
    """What of the net the parameters lie in; empty where some lie before its last layers."""
    if not isinstance(net, UNet):
        return ""
    output = ("conv_norm_out.", "conv_out.")
    if all(name.startswith(output) for name in changed):
        return _OUTPUT
    last = f"up_blocks.{len(net.up_blocks) - 1}."
    return _LAST_LEVEL if all(name.startswith((last, *output)) for name in changed) else ""


def _same(call: _Call, x: Tensor, times: Tensor) -> bool:
    return call.x.shape == x.shape and torch.equal(call.x, x) and torch.equal(call.times, times)


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
