"""Writes a safetensors file tensor by tensor, so that no more than one is in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from rtedit_desktop.packs.manifest.records import FileRecord

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class TensorStream:
    """Writes tensors in ``order`` to an open file; owns how far it is.

    Wide types come first, so that each tensor lies where its type may lie.
    """

    def __init__(self, file: BinaryIO, outline: Mapping[str, tuple[torch.dtype, tuple[int, ...]]]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.order = sorted(outline, key=lambda name: -outline[name][0].itemsize)
        self._left = list(self.order)
        self._outline = outline
        self._written = 0
        self._total = sum(_bytes(*entry) for entry in outline.values())
        header, begin = {}, 0
        for name in self.order:
            dtype, shape = outline[name]
            end = begin + _bytes(dtype, shape)
            header[name] = {"dtype": _name(dtype), "shape": list(shape), "data_offsets": [begin, end]}
            begin = end
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        self._write(len(text).to_bytes(8, "little") + text)

    def add(self, name: str, tensor: Tensor) -> None:
        """Write the next tensor; raises ValueError for another one."""
        if not self._left or (name, tensor.dtype, tuple(tensor.shape)) != (self._left[0], *self._outline[name]):
            raise ValueError(f"{name} is not the next tensor of the outline")
        import torch

        self._left.pop(0)
        flat = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
        self._write(flat.numpy().data)

    @property
    def fraction(self) -> float:
        """How much of the tensors is written."""
        return min(1.0, self._written / max(1, self._total))

    def finish(self) -> FileRecord:
        """What the file must be from now on; raises ValueError when tensors are missing."""
        if self._left:
            raise ValueError(f"{self._left[0]} was not written")
        return FileRecord(sha256=self._digest.hexdigest(), bytes=self._written)

    def _write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._digest.update(content)
        self._written += len(content)


def _bytes(dtype: torch.dtype, shape: tuple[int, ...]) -> int:
    total = dtype.itemsize
    for length in shape:
        total *= length
    return total


def _name(dtype: torch.dtype) -> str:
    return NAMES[str(dtype).removeprefix("torch.")]


NAMES = {"float16": "F16", "bfloat16": "BF16", "float32": "F32"}
