"""Calls of a network on a card that are recorded once and replayed: its hundreds of kernels are launched as one.

A recording keeps the places of the weights, not their values: what ``BaseWeights`` writes into them counts at the next
replay.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

_log = logging.getLogger(__name__)

Net = Callable[[Tensor, Tensor], Tensor]
Capture = Callable[[Callable[[], Tensor]], tuple[Tensor, Callable[[], object]]]
"""Records a computation: the tensor that it ends in, and what computes it anew in the same place."""

_MOST = 4
_TOLERANCE = 0.02  # of the largest number: kernels may be chosen anew


def capture_by_cuda(compute: Callable[[], Tensor]) -> tuple[Tensor, Callable[[], object]]:
    """As https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs has it. Raises RuntimeError.

    Without ``torch.cuda.graph``, which in some versions collects Python's garbage: only the window's thread may.
    """
    here, beside = torch.cuda.current_stream(), torch.cuda.Stream()
    beside.wait_stream(here)
    with torch.cuda.stream(beside):  # what libraries set up at their first call must not be recorded
        compute()
    here.wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    torch.cuda.synchronize()
    with torch.cuda.stream(beside):
        graph.capture_begin(capture_error_mode="thread_local")
        try:
            out = compute()
        finally:
            graph.capture_end()
    return out, graph.replay


@dataclass(frozen=True)
class _Recording:
    x: Tensor
    times: Tensor
    out: Tensor
    replay: Callable[[], object]

    def __call__(self, x: Tensor, times: Tensor) -> Tensor:
        self.x.copy_(x)
        self.times.copy_(times)
        self.replay()
        return self.out.clone()  # the next replay writes over it


class RecordedCalls:
    """Owns the recordings of one network's calls, by the shape and the precision of what goes in.

    What is asked for once is computed; the second call of a kind is recorded, and the recording has to say the same as
    the network. Where recording fails, or says something else, the network is called from then on.
    """

    def __init__(self, capture: Capture = capture_by_cuda) -> None:
        self._capture = capture
        self._recordings: OrderedDict[object, _Recording | None] = OrderedDict()
        self._works = True

    def __call__(self, net: Net, x: Tensor, times: Tensor) -> Tensor:
        """What the net says of x (N, C, h, w) at timesteps (N,), without a gradient."""
        if not self._works:
            return net(x, times)
        kind = (x.shape, x.dtype, times.shape, _precision(x.device.type))
        recording = self._recordings.get(kind)
        if recording is None and kind in self._recordings:
            recording = self._recorded(net, x, times)
        self._recordings[kind] = recording
        self._recordings.move_to_end(kind)
        if len(self._recordings) > _MOST:
            self._recordings.popitem(last=False)
        return net(x, times) if recording is None else recording(x, times)

    def forget(self) -> None:
        """Give the memory of the recordings back."""
        self._recordings.clear()

    def _recorded(self, net: Net, x: Tensor, times: Tensor) -> _Recording | None:
        given_x, given_times = x.clone(), times.clone()
        try:
            recording = _Recording(given_x, given_times, *self._capture(lambda: net(given_x, given_times)))
            expected = net(x, times)
            apart = (recording(x, times) - expected).abs().max() / expected.abs().max().clamp(min=1e-12)
            if float(apart) <= _TOLERANCE:
                return recording
            _log.warning("A recorded call of the net says something else: it is called without.")
        except RuntimeError as error:  # a driver that cannot, a net that reads numbers, no memory for it
            _log.warning("The calls of the net cannot be recorded: %s", error)
        self._works = False
        self.forget()
        return None


def _precision(kind: str) -> torch.dtype | None:
    """What is multiplied in just now, None for what the tensors are in."""
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else None
