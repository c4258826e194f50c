"""Packs thin matrices, whose pairs have their own number of bits, into bytes and reads them back."""

from __future__ import annotations

import numpy as np

from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.weights import FEWEST_BITS, MOST_BITS, QuantizedLowRank
from rtedit_desktop.presets.tensors import Layout


def packed(part: QuantizedLowRank) -> dict[str, np.ndarray]:
    """The arrays of a part by the end of their names."""
    return {
        "bits": np.ascontiguousarray(part.bits, np.uint8),
        "us": np.ascontiguousarray(part.us, np.float32),
        "vs": np.ascontiguousarray(part.vs, np.float32),
        "u": _pack(part.u.T, part.bits),
        "v": _pack(part.v, part.bits),
    }


def read_quantized(layout: Layout, name: str, us: np.ndarray, vs: np.ndarray, high: int, wide: int) -> QuantizedLowRank:
    """The part whose arrays begin with ``name``, of a matrix (high, wide). Raises PresetDamaged."""
    bits = layout.array(f"{name}.bits", ("U8",), us.shape)
    if not ((bits >= FEWEST_BITS) & (bits <= MOST_BITS)).all():
        raise layout.damaged(tr("has weights of an impossible shape"))
    total = int(bits.astype(np.int64).sum())
    lengths = {end: -(-total * line // 8) for end, line in (("u", high), ("v", wide))}
    u, v = (layout.array(f"{name}.{end}", ("U8",), (length,)) for end, length in lengths.items())
    return QuantizedLowRank(_unpack(u, bits, high).T, _unpack(v, bits, wide), us, vs, bits)


def _pack(lines: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """(r, n) uint8, of which line k has bits[k] bits, as a row of bytes."""
    places = np.arange(MOST_BITS, dtype=np.uint8)
    parts = [((line[:, None] >> places[None, :b]) & 1).ravel() for line, b in zip(lines, bits, strict=True)]
    return np.packbits(np.concatenate(parts), bitorder="little")


def _unpack(content: np.ndarray, bits: np.ndarray, line: int) -> np.ndarray:
    """(r, line) uint8 from what ``_pack`` made."""
    flat = np.unpackbits(content, bitorder="little")
    lines, at = np.empty((len(bits), line), dtype=np.uint8), 0
    for k, b in enumerate(bits.tolist()):
        own = flat[at : at + line * b].reshape(line, b)
        lines[k] = own @ (1 << np.arange(b, dtype=np.uint8))
        at += line * b
    return lines
