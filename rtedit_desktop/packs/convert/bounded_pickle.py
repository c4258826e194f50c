"""Reads the pickles of weights and of nothing else: bounded in memory and time, and no name in them means anything.

It knows the few instructions that torch writes, counts them, and stands in for tensors and modules. What it is
asked for beside these is refused before it is looked up.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

MOST_BYTES = 16 * 2**20
MOST_STEPS = 2_000_000
_MOST_AXES = 8
_KNOWN = (
    "PROTO", "STOP", "MARK", "POP", "POP_MARK", "DUP", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2",
    "LONG1", "BINFLOAT", "SHORT_BINSTRING", "BINUNICODE", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3",
    "EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_DICT", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "GLOBAL",
    "BINPERSID",
)  # fmt: skip

STORAGES = {
    "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16", "DoubleStorage": "float64",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool",
}  # fmt: skip
ITEM_BYTES = {
    "float64": 8, "int64": 8, "float32": 4, "int32": 4, "float16": 2, "bfloat16": 2, "int16": 2, "int8": 1, "uint8": 1,
    "bool": 1,
}  # fmt: skip


class Forbidden(Exception):
    """Raised for a name that a pickle of weights has no use for; says which."""


class Compressed(Exception):
    """Raised for weights in a form that is not read: sparse, quantised, or of a kind of number that is new."""


class Storage(NamedTuple):
    """A run of numbers in the file, ``length`` of them."""

    kind: str
    key: str
    length: int

    @property
    def bytes(self) -> int:
        return self.length * ITEM_BYTES[self.kind]


class LazyTensor(NamedTuple):
    """A tensor that is not read yet."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class Bag:
    """Stands in for a module: what was set on it, by name."""

    attributes: Mapping[Any, object] = MappingProxyType({})


class _Counted(dict[int, Callable[..., None]]):
    """The instructions that are known, which may be called so often."""

    left = MOST_STEPS

    def __getitem__(self, code: int) -> Callable[..., None]:
        self.left -= 1
        if self.left < 0:
            raise ValueError("a pickle that is too long")
        return super().__getitem__(code)


class BoundedUnpickler(pickle._Unpickler):
    """The unpickler of the standard library that is written in Python, whose memo is as large as what is in it."""

    stack: list[Any]
    append: Callable[[object], None]
    pop_mark: Callable[[], list[Any]]

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, encoding="latin1")
        usual = pickle._Unpickler.dispatch
        known = {ord(getattr(pickle, name)): usual[ord(getattr(pickle, name))] for name in _KNOWN}
        own = {
            pickle.REDUCE: BoundedUnpickler._call,
            pickle.NEWOBJ: BoundedUnpickler._call,
            pickle.BUILD: BoundedUnpickler._set_state,
            pickle.SETITEM: BoundedUnpickler._set_item,
            pickle.SETITEMS: BoundedUnpickler._set_items,
        }
        self.dispatch = _Counted({**known, **{ord(code): act for code, act in own.items()}})  # type: ignore[misc]
        self._items_left = MOST_STEPS
        self.storages: dict[str, Storage] = {}

    def _call(self) -> None:
        given, what = self.stack.pop(), self.stack.pop()
        if not isinstance(what, _Call) or not isinstance(given, tuple):
            raise ValueError("not a call")
        self.append(what(*given))

    def _set_state(self) -> None:
        """Of a module what is in it; what else has attributes needs none. Nothing is copied: there may be many."""
        state, made = self.stack.pop(), self.stack[-1]
        if isinstance(made, Bag) and isinstance(state, dict):
            made.attributes = state
        elif not isinstance(made, (Bag, OrderedDict)):
            raise ValueError("not a module")

    def _set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._put([key, value])

    def _set_items(self) -> None:
        self._put(self.pop_mark())

    def _put(self, items: list[Any]) -> None:
        into = self.stack[-1]
        if not isinstance(into, dict) or len(items) % 2:
            raise ValueError("not a dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            into[_key(key)] = value

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in STORAGES:
            return _Name(name)
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Call(_rebuilt)
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _Call(lambda tensor, *_: tensor)
        if (module, name) == ("collections", "OrderedDict"):
            return _Call(self._ordered)
        if (module, name) == ("torch", "Size"):
            return _Call(lambda sizes=(): sizes)
        if module == "__torch__" or module.startswith("__torch__."):
            return _Call(Bag)
        if module == "torch.jit._pickle" and name.startswith("build_"):
            return _Call(lambda *given: given)  # a typed list of numbers, which no weight is
        if module == "torch._utils" and name.startswith("_rebuild_"):
            raise Compressed
        raise Forbidden(f"{module}.{name}"[:60])

    def persistent_load(self, saved: Any) -> Storage:
        """("storage", its class, its key, where it was, its length), and None behind it in old files."""
        what, kind, key, _, length, *view = saved
        if what != "storage" or not isinstance(kind, _Name) or any(one is not None for one in view):
            raise ValueError("not a storage")
        if not isinstance(key, (str, int)) or type(length) is not int or not 0 <= length < 2**40:
            raise ValueError("not a storage")
        storage = Storage(STORAGES[kind], str(key), length)
        if self.storages.setdefault(storage.key, storage) != storage:
            raise ValueError("two storages under one key")
        return storage

    def _ordered(self, items: Any = ()) -> OrderedDict[Any, Any]:
        """Copies count: a pickle may ask for a million of them."""
        self._items_left -= len(items)
        if self._items_left < 0:
            raise ValueError("a pickle that is too long")
        return OrderedDict((_key(key), value) for key, value in items)


class _Name(str):
    """The name of a class of storages, of which nothing is made."""


class _Call:
    """What a pickle may call, in place of all that it could mean; it takes no attributes."""

    __slots__ = ("_what",)

    def __init__(self, what: Callable[..., object]) -> None:
        self._what = what

    def __call__(self, *given: object) -> object:
        return self._what(*given)


def _key(key: Any) -> Any:
    """Only what is quick to hash: nested tuples can take longer than anybody lives, or all of the stack."""
    if not isinstance(key, (str, int, float, type(None))):
        raise ValueError("not a key")
    return key


def _rebuilt(storage: Any, offset: Any, shape: Any, stride: Any, *_: object) -> LazyTensor:
    lengths = (shape, stride)
    if not isinstance(storage, Storage) or not all(
        isinstance(one, tuple) and len(one) <= _MOST_AXES for one in lengths
    ):
        raise ValueError("not a tensor")
    if not all(type(number) is int and 0 <= number < 2**40 for number in (offset, *shape, *stride)):
        raise ValueError("not a tensor")
    return LazyTensor(storage, offset, shape, stride)
