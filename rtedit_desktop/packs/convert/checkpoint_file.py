"""Opens a foreign file of weights with suspicion: nothing in it is ever run, and no tensor is kept in memory.

torch's own files are read by ``torch_file``, without torch.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rtedit_desktop.core.errors import (
    CheckpointDamaged,
    CheckpointError,
    CheckpointMismatch,
    CheckpointUnsafe,
    quoted_name,
)
from rtedit_desktop.core.json_reader import printable
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.convert.bounded_pickle import Compressed, Forbidden, LazyTensor
from rtedit_desktop.packs.convert.safetensors_stream import NAMES
from rtedit_desktop.packs.convert.torch_file import (
    MOST_TENSORS,
    NotOfTorch,
    TorchFile,
    member_names,
    modules,
    read_archive,
    read_old,
)
from rtedit_desktop.support.regular_file import open_regular

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_TODO_WEIGHTS = tr("Choose a .ckpt, .pt or .safetensors file of weights.")
_TODO_AGAIN = tr("Copy or download the file again.")
_LONGEST_HEADER = 8 * 2**20
_DEEPEST = 3
_INSIDE = ("state_dict", "model_state_dict")
_AT_ONCE = 2**20  # numbers that are looked at together


@dataclass(frozen=True)
class CheckpointFile:
    """The tensors of an open file: ``read(name)`` gives one on the CPU, as it is stored."""

    path: Path
    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, torch.dtype]
    read: Callable[[str], Tensor]

    def has_any(self, *beginnings: str) -> bool:
        """Whether a tensor's name begins in one of these ways."""
        return any(name.startswith(beginnings) for name in self.shapes)

    @property
    def quoted_name(self) -> str:
        """The file's name for a sentence."""
        return quoted_name(self.path)

    def real_dtype(self, name: str) -> torch.dtype:
        """The type of a tensor. Raises CheckpointMismatch unless it is half or single precision."""
        dtype = self.dtypes[name]
        if str(dtype).removeprefix("torch.") not in NAMES:
            raise CheckpointMismatch(
                tr(
                    "The file {shown} stores {name} as {dtype}.",
                    shown=self.quoted_name,
                    name=printable(name),
                    dtype=dtype,
                ),
                tr("Choose a file in half or single precision."),
            )
        return dtype

    def finite(self, name: str) -> Tensor:
        """A tensor. Raises CheckpointDamaged when values of it are not finite numbers."""
        tensor = self.read(name)
        if not all(bool(part.isfinite().all()) for part in tensor.reshape(-1).split(_AT_ONCE)):
            raise CheckpointDamaged(
                tr(
                    "The file {shown} holds values that are not finite numbers, in {name}.",
                    shown=self.quoted_name,
                    name=printable(name),
                ),
                _TODO_AGAIN,
            )
        return tensor

    def renamed(self, names: Mapping[str, str]) -> CheckpointFile:
        """The same tensors under other names: ``names`` maps a new name to the one in the file."""
        return replace(
            self,
            shapes={new: self.shapes[old] for new, old in names.items()},
            dtypes={new: self.dtypes[old] for new, old in names.items()},
            read=lambda name: self.read(names[name]),
        )


def open_checkpoint(path: Path) -> CheckpointFile:
    """Open a file that torch or safetensors wrote and see what it says it holds.

    A "state_dict" inside and the prefix "module." are taken off. Raises CheckpointUnsafe for a file with
    code in it, CheckpointDamaged for one that is not whole, CheckpointError for one that holds no weights.
    """
    try:
        size = path.stat().st_size
        with open_regular(path) as file:
            head = file.read(16)
    except OSError as error:
        raise CheckpointError(
            tr(
                "The file {name} cannot be read: {reason}.",
                name=quoted_name(path),
                reason=error.strerror or type(error).__name__,
            ),
            tr("Check that it is there and may be read."),
        ) from error
    if head[8:9] == b"{":
        if int.from_bytes(head[:8], "little") > min(size, _LONGEST_HEADER):
            raise damaged(path)
        opened = _open_safetensors(path)
    elif head[:2] in (b"PK", b"\x80\x02"):
        opened = _open_torch(path, zipped=head[:2] == b"PK")
    else:
        raise not_weights(path)
    claimed = sum(_bytes(opened, name) for name in opened.shapes)
    if claimed > size or len(opened.shapes) > MOST_TENSORS:
        raise CheckpointDamaged(
            tr("The file {name} says that it holds more than it does.", name=quoted_name(path)), _TODO_AGAIN
        )
    return opened


def not_weights(path: Path) -> CheckpointError:
    return CheckpointError(tr("The file {name} is not a checkpoint.", name=quoted_name(path)), _TODO_WEIGHTS)


def damaged(path: Path) -> CheckpointDamaged:
    return CheckpointDamaged(tr("The file {name} is damaged or not whole.", name=quoted_name(path)), _TODO_AGAIN)


def _bytes(opened: CheckpointFile, name: str) -> int:
    total = opened.dtypes[name].itemsize
    for length in opened.shapes[name]:
        total *= length
    return total


def _open_safetensors(path: Path) -> CheckpointFile:
    import torch
    from safetensors import SafetensorError, safe_open

    kinds = {
        "F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "F64": torch.float64,
        "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "I8": torch.int8, "BOOL": torch.bool,
    }  # fmt: skip
    try:
        file = safe_open(str(path), framework="pt")
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        shapes = {name: tuple(part.get_shape()) for name, part in slices.items()}
        dtypes = {name: kinds[part.get_dtype()] for name, part in slices.items()}
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise damaged(path) from error

    def read(name: str) -> Tensor:
        try:
            tensor: Tensor = file.get_tensor(name)
        except (SafetensorError, OSError, ValueError) as error:
            raise damaged(path) from error
        return tensor

    return _without_prefix(CheckpointFile(path, shapes, dtypes, read))


def _open_torch(path: Path, *, zipped: bool) -> CheckpointFile:
    if zipped and is_torchscript(path):
        raise CheckpointUnsafe(
            tr(
                "The file {name} is a TorchScript program, and RTEdit runs no programs from files.",
                name=quoted_name(path),
            ),
            tr("Choose a file that holds the weights alone."),
        )
    with _refusing(path):
        file = read_archive(path) if zipped else read_old(path)
    return _without_prefix(_of_tensors(file, _tensors(path, file.content)))


def open_program(path: Path) -> CheckpointFile:
    """The weights in a TorchScript file, which is not run. Raises as ``open_checkpoint``."""
    with _refusing(path):
        file = read_archive(path)
        tensors = modules(file.content)
    opened = _of_tensors(file, tensors)
    if sum(_bytes(opened, name) for name in tensors) > path.stat().st_size:
        raise damaged(path)
    return opened


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what a reader of foreign bytes raises into a sentence."""
    try:
        yield
    except Forbidden as error:
        raise CheckpointUnsafe(
            tr(
                "The file {name} holds program code ({code}), and none of it was run.",
                name=quoted_name(path),
                code=printable(str(error)),
            ),
            tr(
                "Do not open it elsewhere; get the weights from their publisher, as a .safetensors file where there "
                "is one."
            ),
        ) from error
    except Compressed as error:
        raise CheckpointError(
            tr("The file {name} holds weights in a compressed form that RTEdit does not read.", name=quoted_name(path)),
            tr("Choose a file in half or single precision."),
        ) from error
    except (CheckpointError, MemoryError):
        raise
    except NotOfTorch as error:
        raise not_weights(path) from error
    except Exception as error:  # a broken pickle makes its reader fail in any way
        raise damaged(path) from error


def _tensors(path: Path, content: object) -> Mapping[str, LazyTensor]:
    """The state dict in what was read."""
    for _ in range(_DEEPEST):
        if not isinstance(content, dict):
            break
        inner = next((content[key] for key in _INSIDE if isinstance(content.get(key), dict)), None)
        if inner is None:
            break
        content = inner
    if not isinstance(content, dict) or not content:
        raise not_weights(path)
    if not all(isinstance(key, str) and isinstance(value, LazyTensor) for key, value in content.items()):
        raise CheckpointError(
            tr("The file {name} holds something else than the weights of a model.", name=quoted_name(path)),
            _TODO_WEIGHTS,
        )
    return content


def _of_tensors(file: TorchFile, tensors: Mapping[str, LazyTensor]) -> CheckpointFile:
    def read(name: str) -> Tensor:
        try:
            return file.read(tensors[name])
        except (OSError, ValueError, RuntimeError) as error:
            raise damaged(file.path) from error

    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    return CheckpointFile(file.path, shapes, {name: file.dtype(one) for name, one in tensors.items()}, read)


def _without_prefix(opened: CheckpointFile, prefix: str = "module.") -> CheckpointFile:
    """Names as they are before the model was wrapped for several processors."""
    if not opened.shapes or not all(name.startswith(prefix) for name in opened.shapes):
        return opened
    return opened.renamed({name.removeprefix(prefix): name for name in opened.shapes})


def is_torchscript(path: Path) -> bool:
    """Whether the file is a program with its weights, as OpenAI publishes CLIP; nothing of it is run."""
    try:
        return "constants.pkl" in member_names(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
