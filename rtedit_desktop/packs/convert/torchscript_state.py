"""Reads the weights in a TorchScript archive, without the program around them.

Such a file is a ZIP of a pickle with the tree of modules, the tensors' bytes, and code. The code is never looked
at. The pickle is read by an unpickler that knows tensors and stands in for every module with a plain bag of
attributes; any other name in it is refused before it means anything.
"""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rtedit_desktop.core.errors import CheckpointError, CheckpointUnsafe
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.convert.checkpoint_file import damaged, shown

if TYPE_CHECKING:
    from torch import Tensor

_TYPES = {
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
}
_MAX_PICKLE = 64 * 2**20
_DEEPEST = 32


class _Bag:
    """Stands in for a module: what was set on it, by name."""

    attributes: Mapping[str, object] = MappingProxyType({})

    def __setstate__(self, state: object) -> None:
        self.attributes = dict(state) if isinstance(state, dict) else {}


class _Storage(NamedTuple):
    kind: str
    key: str
    length: int


class _Lazy(NamedTuple):
    """A tensor that is not read yet."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def read_state(path: Path) -> dict[str, Tensor]:
    """Every tensor of the archive's modules by its dotted name, on the CPU.

    Raises CheckpointUnsafe when the pickle asks for more than tensors and modules, CheckpointDamaged when the
    archive is not whole.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            root = next(name.partition("/")[0] for name in archive.namelist() if name.endswith("/data.pkl"))
            with archive.open(f"{root}/data.pkl") as file:
                content = file.read(_MAX_PICKLE)
            tree = _Reader(io.BytesIO(content), path).load()
            found: dict[str, _Lazy] = {}
            _collect(tree, "", found, 0)
            if sum(math.prod(one.shape) for one in found.values()) > path.stat().st_size:
                raise ValueError("more numbers than bytes")
            return {name: _tensor(archive, root, lazy) for name, lazy in found.items()}
    except (CheckpointError, MemoryError):
        raise
    except Exception as error:  # a broken pickle makes its reader fail in any way
        raise damaged(path) from error


class _Reader(pickle.Unpickler):
    """Unpickler that knows three names, and bags in place of modules."""

    def __init__(self, file: io.BytesIO, path: Path) -> None:
        super().__init__(file)
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _TYPES:
            return name
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda *given: _rebuild(*given)  # a new one, because a pickle may set attributes on it
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "__torch__" or module.startswith("__torch__."):
            return _Bag
        if module == "torch.jit._pickle" and name.startswith("build_"):
            return lambda *given: given  # a typed list of numbers, which no weight is
        raise CheckpointUnsafe(
            tr("The file {name} holds program code, and none of it was run.", name=shown(self._path)),
            tr("Get the weights from their publisher, as a .safetensors file where there is one."),
        )

    def persistent_load(self, saved: Any) -> _Storage:
        _, kind, key, _, length = saved
        if kind not in _TYPES or not str(key).isdigit() or not 0 <= int(length) < 2**36:
            raise ValueError("not a storage")
        return _Storage(kind, str(key), int(length))


def _rebuild(storage: _Storage, offset: int, shape: Any, stride: Any, *_: object) -> _Lazy:
    return _Lazy(storage, int(offset), tuple(map(int, shape)), tuple(map(int, stride)))


def _collect(node: object, name: str, found: dict[str, _Lazy], depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("modules too deep")
    if isinstance(node, _Lazy):
        found[name] = node
    elif isinstance(node, _Bag):
        for key, value in node.attributes.items():
            _collect(value, f"{name}.{key}" if name else str(key), found, depth + 1)


def _tensor(archive: zipfile.ZipFile, root: str, lazy: _Lazy) -> Tensor:
    import torch

    dtype: torch.dtype = getattr(torch, _TYPES[lazy.storage.kind])
    wanted = lazy.storage.length * dtype.itemsize
    info = archive.getinfo(f"{root}/data/{lazy.storage.key}")
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != wanted:
        raise ValueError("not the bytes of a tensor")
    content = bytearray(archive.read(info))
    whole = torch.frombuffer(content, dtype=dtype) if content else torch.empty(0, dtype=dtype)
    return whole.as_strided(lazy.shape, lazy.stride, lazy.offset).clone()
