"""One message of the connection: a JSON header, and the bytes of pictures and presets behind it.

::

    4 bytes, big-endian: length of the header | header, UTF-8 JSON, one object | blobs, one after the other

``blobs`` of the header lists their lengths, which must add up to what follows. See docs/reference/formats/remote.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rtedit_desktop.core.json_reader import FieldError, Fields, as_whole, parse_json

MOST_HEADER = 2**20
MOST_MESSAGE = 256 * 2**20
MOST_BLOBS = 1024
MOST_SIDE = 4096
_LENGTH = 4


class MessageError(ValueError):
    """Raised for bytes that are no message, and for what no message can hold."""


class Blobs:
    """Bytes that go with a header that is being written; each is referred to by its number."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def put(self, content: bytes) -> int:
        self.parts.append(content)
        return len(self.parts) - 1

    def picture(self, picture: np.ndarray) -> dict[str, object]:
        """The header's form of a picture, (H, W, 3) uint8."""
        if picture.dtype != np.uint8 or picture.ndim != 3 or not _are_sides(picture.shape):
            raise MessageError(f"a picture of shape {picture.shape} and kind {picture.dtype}")
        return {"blob": self.put(np.ascontiguousarray(picture).tobytes()), "shape": list(picture.shape)}


def packed(header: Mapping[str, object], blobs: Blobs | None = None) -> bytes:
    """A message as it is sent. Raises MessageError where it is too large, or has what JSON cannot say."""
    parts = blobs.parts if blobs is not None else []
    try:
        text = json.dumps({**header, "blobs": [len(part) for part in parts]}, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise MessageError(str(error)) from error
    if len(text) > MOST_HEADER or len(parts) > MOST_BLOBS:
        raise MessageError("the header is too large")
    if _LENGTH + len(text) + sum(map(len, parts)) > MOST_MESSAGE:
        raise MessageError("the message is too large")
    return b"".join([len(text).to_bytes(_LENGTH, "big"), text, *parts])


class Message:
    """A message that came: ``kind``, the fields of its header, and the blobs, each of which is taken once."""

    def __init__(self, content: bytes) -> None:
        """Raises MessageError."""
        length = int.from_bytes(content[:_LENGTH], "big")
        if len(content) > MOST_MESSAGE or not 2 <= length <= min(MOST_HEADER, len(content) - _LENGTH):
            raise MessageError("its header has no such length")
        try:
            self.fields = Fields(parse_json(content[_LENGTH : _LENGTH + length], MOST_HEADER))
            self.kind = self.fields.string("kind", most=32)
            lengths = self.fields.items("blobs", most=MOST_BLOBS)
            sizes = [as_whole(size, "blobs", 0, MOST_MESSAGE) for size in lengths]
        except ValueError as error:
            raise MessageError(str(error)) from error
        body = memoryview(content)[_LENGTH + length :]
        if sum(sizes) != len(body):
            raise MessageError("its blobs have other lengths")
        self._blobs: list[memoryview | None] = []
        at = 0
        for size in sizes:
            self._blobs.append(body[at : at + size])
            at += size

    def blob(self, number: object) -> memoryview:
        """Bytes by their number. Raises FieldError, also for those that were taken before."""
        index = as_whole(number, "blob", 0, max(len(self._blobs) - 1, 0))
        found = self._blobs[index] if self._blobs else None
        if found is None:
            raise FieldError("blob", "must be one that nothing else refers to")
        self._blobs[index] = None
        return found

    def picture(self, value: object, name: str = "picture") -> np.ndarray:
        """A picture, (H, W, 3) uint8, that nobody writes to. Raises FieldError."""
        form = Fields(value, name)
        shape = tuple(as_whole(side, form.path("shape"), 1, MOST_SIDE) for side in form.items("shape", most=3))
        content = self.blob(form.pop("blob"))
        form.finish()
        if len(shape) != 3 or shape[2] != 3 or len(content) != math.prod(shape):
            raise FieldError(form.path("shape"), "must be that of the picture")
        return np.frombuffer(content, dtype=np.uint8).reshape(shape)

    def pictures(self, values: Iterable[object], name: str) -> tuple[np.ndarray, ...]:
        return tuple(self.picture(value, f"{name}[{index}]") for index, value in enumerate(values))

    def finish(self) -> None:
        """Raise FieldError for what nobody read."""
        self.fields.finish()
        if any(blob is not None for blob in self._blobs):
            raise FieldError("blobs", "must all be referred to")


def plain(value: object) -> Any:
    """What JSON can say of a recipe's values: paths and the like as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def _are_sides(shape: tuple[int, ...]) -> bool:
    return shape[2] == 3 and all(1 <= side <= MOST_SIDE for side in shape[:2])
