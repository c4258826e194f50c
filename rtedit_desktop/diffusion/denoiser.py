"""A U-Net seen as x0(x, t; theta) and eps(x, t; theta), whatever it was trained to predict.

The estimate of the clean picture is eq. 3 of docs/method.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.diffusion.schedule import CLEAN

_log = logging.getLogger(__name__)
Prediction = Literal["epsilon", "sample", "v_prediction"]


class Estimate(NamedTuple):
    """What one call says: the clean picture x0 and the noise eps, each (N, 3, H, W)."""

    x0: Tensor
    eps: Tensor


class Calls(Protocol):
    """Another way to call a network without a gradient, that says the same sooner."""

    def __call__(self, net: Callable[[Tensor, Tensor], Tensor], x: Tensor, times: Tensor) -> Tensor: ...

    def forget(self) -> None:
        """Give back the memory that it takes."""


class Denoiser:
    """Owns the view of one network; the network's weights belong to whoever made it.

    ``net(x, t)`` takes (N, C, h, w) and float timesteps (N,), and returns a tensor or an object with
    ``.sample``. With ``pixel_unshuffle`` r it works on C = 3 r^2 channels of an r times smaller grid.
    With ``learned_variance`` the second half of its output channels is dropped. Where no gradient is wanted the net
    computes in ``decoding``, and once more in float32 where that gives no finite numbers, None is float32; and is
    called by ``calls``, where they are given.
    """

    def __init__(
        self,
        net: nn.Module,
        alphas_cumprod: Tensor,
        *,
        prediction: Prediction = "epsilon",
        learned_variance: bool = False,
        pixel_unshuffle: int = 1,
        decoding: torch.dtype | None = None,
        calls: Calls | None = None,
    ) -> None:
        self.net = net
        self._abar = alphas_cumprod.to(torch.float64).tolist()
        self._prediction = prediction
        self._learned_variance = learned_variance
        self._unshuffle = pixel_unshuffle
        self._decoding = decoding
        self._has_warned = False
        self._sooner = calls
        self.calls = 0

    @property
    def device(self) -> torch.device:
        return next(self.net.parameters()).device

    @property
    def timesteps(self) -> int:
        """How many there are: t is in 0 .. timesteps - 1."""
        return len(self._abar)

    def abar(self, t: int) -> float:
        """alphas_cumprod at t in -1 .. T-1; exactly 1 for the clean picture."""
        return 1.0 if t == CLEAN else self._abar[t]

    def _scales(self, t: int | Tensor) -> tuple[float | Tensor, float | Tensor]:
        """sqrt(abar[t]) and sqrt(1 - abar[t]): numbers for one t, (N, 1, 1, 1) float32 for a row of them."""
        if isinstance(t, int):
            abar = self.abar(t)
            return abar**0.5, (1 - abar) ** 0.5
        rows = torch.tensor([self.abar(int(one)) for one in t], dtype=torch.float64)[:, None, None, None]
        return rows.sqrt().float().to(self.device), (1 - rows).sqrt().float().to(self.device)

    def noised(self, x0: Tensor, z: Tensor, t: Tensor) -> Tensor:
        """x_t = sqrt(abar[t]) x0 + sqrt(1 - abar[t]) z, a timestep a row (eq. 26).

        x0, z: (N, 3, H, W), t: (N,) integers.
        """
        a, b = self._scales(t)
        return a * x0 + b * z

    def __call__(self, x: Tensor, t: int | Tensor) -> Estimate:
        """One network call on x: (N, 3, H, W) at timestep t (eq. 3); x0 is not clamped.

        t is one for all rows, or (N,), one a row.
        """
        self.calls += 1
        a, b = self._scales(t)
        times = torch.full((len(x),), float(t)) if isinstance(t, int) else t.float()
        times = times.to(x.device)
        out = self._output(functional.pixel_unshuffle(x, self._unshuffle), times)
        if self._learned_variance:
            out = out.chunk(2, dim=1)[0]
        out = functional.pixel_shuffle(out, self._unshuffle).to(x.dtype)
        if self._prediction == "epsilon":
            return Estimate(x0=(x - b * out) / a, eps=out)
        if self._prediction == "sample":
            return Estimate(x0=out, eps=(x - a * out) / b)
        return Estimate(x0=a * x - b * out, eps=a * out + b * x)

    def _output(self, x: Tensor, times: Tensor) -> Tensor:
        """What the net gives, in low precision where that is wanted and does.

        Each call finds that out anew: a picture must not depend on those before it.
        """
        if self._decoding is not None and not torch.is_grad_enabled():
            # a copy of a weight that is kept would be that of another edit in a recorded call
            with torch.autocast(x.device.type, self._decoding, cache_enabled=False):
                out = self._called(x, times)
            if bool(out.isfinite().all()):
                return out
            if not self._has_warned:
                self._has_warned = True
                _log.warning("Some of the net's numbers are too large for %s and computed in float32.", self._decoding)
        return self._called(x, times)

    def _called(self, x: Tensor, times: Tensor) -> Tensor:
        watched = getattr(self.net, "watched", None)  # who watches keeps what a recorded call would write over
        if self._sooner is None or torch.is_grad_enabled() or watched is not None:
            return self._plainly(x, times)
        return self._sooner(self._plainly, x, times)

    def _plainly(self, x: Tensor, times: Tensor) -> Tensor:
        return _tensor(self.net(x, times))

    @contextmanager
    def called_plainly(self) -> Iterator[None]:
        """Inside, every layer is called at every call: for who looks into the network."""
        sooner, self._sooner = self._sooner, None
        try:
            yield
        finally:
            self._sooner = sooner

    def spare_memory(self) -> None:
        """Give back what only makes calls quicker."""
        if self._sooner is not None:
            self._sooner.forget()


def _tensor(out: Any) -> Tensor:
    output: Tensor = out if isinstance(out, Tensor) else out.sample
    return output
