"""Finds the tensors in a file that torch wrote, without torch: a ZIP with the tensors' bytes, or the older form.

Nothing is read of it but a pickle, by ``bounded_pickle``; a tensor's bytes are read when it is asked for. The code of a
TorchScript program is never looked at.
"""

from __future__ import annotations

import io
import math
import os
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rtedit_desktop.packs.convert.bounded_pickle import (
    ITEM_BYTES,
    MOST_BYTES,
    Bag,
    BoundedUnpickler,
    Compressed,
    LazyTensor,
)
from rtedit_desktop.support.regular_file import open_regular

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_MAGIC = 0x1950A86A20F9469CFC6C
_OLD_PROTOCOL = 1001
_MOST_DIRECTORY = 16 * 2**20
_END_BYTES = 2**16 + 22
_DEEPEST = 32
_MOST_GAPS = 16
MOST_TENSORS = 20_000
_MOST_VISITS = 200_000


@dataclass(frozen=True)
class TorchFile:
    """What a file holds.

    ``content`` is its pickle with ``LazyTensor`` and ``Bag``; ``places`` is where each storage begins.
    """

    path: Path
    content: Any
    places: Mapping[str, int]

    def dtype(self, tensor: LazyTensor) -> torch.dtype:
        import torch

        found: torch.dtype = getattr(torch, tensor.storage.kind)
        return found

    def read(self, tensor: LazyTensor) -> Tensor:
        """On the CPU, as it is stored, in the memory that it was read into. Raises ValueError and OSError."""
        import torch

        item, dtype = ITEM_BYTES[tensor.storage.kind], self.dtype(tensor)
        numbers = math.prod(tensor.shape)
        if numbers == 0:
            return torch.empty(tensor.shape, dtype=dtype)
        run = 1 + sum((length - 1) * step for length, step in zip(tensor.shape, tensor.stride, strict=True))
        if tensor.offset + run > tensor.storage.length:
            raise ValueError("more numbers than bytes")
        if run > _MOST_GAPS * numbers:
            raise ValueError("numbers too far apart")
        with open_regular(self.path) as file:
            file.seek(self.places[tensor.storage.key] + tensor.offset * item)
            content = bytearray(run * item)
            there = file.readinto(content)  # type: ignore[attr-defined]
        if there != run * item:
            raise ValueError("fewer bytes than there were")
        return torch.frombuffer(content, dtype=dtype).as_strided(tensor.shape, tensor.stride)


class NotOfTorch(Exception):
    """Raised for an archive of something else."""


def member_names(path: Path) -> set[str]:
    """What is in a ZIP, without the folder that all of it is in. Raises OSError, ValueError and those of zipfile."""
    with open_regular(path) as file:
        _check_directory(file, os.fstat(file.fileno()).st_size)
        with zipfile.ZipFile(file) as archive:
            return {name.partition("/")[2] for name in archive.namelist()}


def read_archive(path: Path) -> TorchFile:
    """A ZIP that torch wrote, a TorchScript program among them. Raises one of many errors for what is none.

    Raises NotOfTorch where it has no pickle, Compressed where its numbers are compressed, Forbidden for what is more
    than weights.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        _check_directory(file, size)
        with zipfile.ZipFile(file) as archive:
            members = {}
            for info in archive.infolist():
                name = info.filename.partition("/")[2]
                packed = info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size
                if packed and (name in ("data.pkl", "byteorder") or name.startswith("data/")):
                    raise Compressed
                members[name] = info
        if "data.pkl" not in members:
            raise NotOfTorch
        if "byteorder" in members and _content(file, members["byteorder"], 16) != b"little":
            raise ValueError("bytes in another order")
        unpickler = BoundedUnpickler(io.BytesIO(_content(file, members["data.pkl"], MOST_BYTES)))
        content, places = unpickler.load(), {}
        for key, storage in unpickler.storages.items():
            member = members[f"data/{key}"]
            if member.file_size != storage.bytes:
                raise ValueError("not the bytes of a storage")
            places[key] = _begin(file, member)
        if any(places[key] + one.bytes > size for key, one in unpickler.storages.items()):
            raise ValueError("not whole")
    return TorchFile(path, content, places)


def read_old(path: Path) -> TorchFile:
    """A file of torch before 1.6: pickles, one after the other, then the storages. Raises as ``read_archive``."""
    with open_regular(path) as file:
        head = io.BytesIO(file.read(MOST_BYTES))
        magic, protocol = BoundedUnpickler(head).load(), BoundedUnpickler(head).load()
        if magic != _MAGIC or protocol != _OLD_PROTOCOL:
            raise ValueError("not of torch")
        BoundedUnpickler(head).load()  # of the computer that wrote it
        unpickler = BoundedUnpickler(head)
        content, keys = unpickler.load(), BoundedUnpickler(head).load()
        places, at = {}, head.tell()
        for key in keys:
            storage = unpickler.storages[str(key)]
            file.seek(at)
            if int.from_bytes(file.read(8), "little") != storage.length:
                raise ValueError("not the bytes of a storage")
            places[storage.key] = at + 8
            at += 8 + storage.bytes
        if at > os.fstat(file.fileno()).st_size or set(places) != set(unpickler.storages):
            raise ValueError("not whole")
    return TorchFile(path, content, places)


def modules(content: Any) -> dict[str, LazyTensor]:
    """Every tensor of a program's modules by its dotted name."""
    found: dict[str, LazyTensor] = {}
    visits = 0

    def collect(bag: Bag, name: str, depth: int) -> None:
        nonlocal visits
        for key, value in bag.attributes.items():
            visits += 1
            if depth > _DEEPEST or visits > _MOST_VISITS:
                raise ValueError("modules too deep, or too many")
            inner = f"{name}.{key}" if name else str(key)
            if isinstance(value, LazyTensor):
                found[inner] = value
            elif isinstance(value, Bag):
                collect(value, inner, depth + 1)

    if isinstance(content, Bag):
        collect(content, "", 0)
    return found


def _check_directory(file: BinaryIO, size: int) -> None:
    """Python lists all that a ZIP says is in it; a list of millions is none of tensors."""
    file.seek(max(0, size - _END_BYTES))
    tail = file.read(_END_BYTES)
    at = tail.rfind(b"PK\5\6")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if directory == 2**32 - 1 and (at := tail.rfind(b"PK\6\6")) >= 0:
        directory = int.from_bytes(tail[at + 40 : at + 48], "little")
    if directory > _MOST_DIRECTORY:
        raise ValueError("a list of too many")
    file.seek(0)


def _begin(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Where the content of a member begins, by the head before it, whose padding differs from what the list says."""
    file.seek(member.header_offset)
    head = file.read(30)
    if len(head) != 30 or head[:4] != b"PK\3\4":
        raise ValueError("not a member")
    name, extra = struct.unpack("<HH", head[26:30])
    return int(member.header_offset + 30 + name + extra)


def _content(file: BinaryIO, member: zipfile.ZipInfo, most: int) -> bytes:
    if member.file_size > most:
        raise ValueError("longer than it should be")
    file.seek(_begin(file, member))
    return file.read(member.file_size)
