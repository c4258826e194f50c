"""Reads and writes ``.rtpreset`` files: one safetensors file, of which no byte is trusted.

Its metadata has one entry, ``rtedit``: a JSON object with the format's version and what ``PresetInfo`` tells, the
fields of its spec (``core.edits``) among them.
Its tensors, all of them optional but at least one of the weights:

- ``thumbnail.before``, ``thumbnail.after``: U8 pictures as they are, so that no decoder of pictures ever runs;
- ``weights.NAME``: F16 or F32, a whole tensor;
- ``weights.NAME.bits``: U8 (r,), ``weights.NAME.us``, ``weights.NAME.vs``: F32 (r,), and ``weights.NAME.u``,
  ``weights.NAME.v``: U8, packed bits: r pairs of vectors whose products add up to the tensor, as
  ``core.weights.QuantizedLowRank`` tells. Each pair has its own number of bits, and a pair's numbers follow each
  other, the lowest bit first.
- in files of format 1 ``weights.NAME.u`` and ``weights.NAME.v`` are I8 matrices, without bits.

Lengths, offsets, kinds and shapes are held against the size of the file and against the base net before
anything is read for its values.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import PresetError, PresetMismatch, SaveError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import THUMBNAIL, PresetInfo
from rtedit_desktop.core.weights import LowRank, Part, QuantizedLowRank
from rtedit_desktop.presets.bits import packed, read_quantized
from rtedit_desktop.presets.header import FORMAT, KEY, MAX_TITLE, info_of, metadata_of, spec_form, tidy
from rtedit_desktop.presets.tensors import Layout, open_layout
from rtedit_desktop.support.paths import write_atomically, write_new

_BEFORE, _AFTER, _WEIGHTS = "thumbnail.before", "thumbnail.after", "weights."
_MAX_NUMBER = 65504.0  # the largest float16


def write(path: Path, info: PresetInfo, weights: Mapping[str, Part], *, overwrite: bool = True) -> PresetInfo:
    """Write a preset in one step and return it as it is on disk. Its texts become single lines.

    Without ``overwrite`` a file that is there stays, and the next free name is taken. Raises PresetError for
    what no reader would take, and SaveError when the file cannot be written; one that was there is intact then.
    """
    return write_content(path, content_of(info, weights), overwrite=overwrite)


def content_of(info: PresetInfo, weights: Mapping[str, Part]) -> bytes:
    """The bytes of a preset file. Raises PresetError for what no reader would take."""
    from safetensors.numpy import save

    if not weights or not all(_sound(part) for part in weights.values()):
        raise PresetError(
            tr("What was learned is not a set of numbers that could be used, so it was not kept."),
            tr("Learn it again with a lower learning rate or another seed."),
        )
    arrays: dict[str, np.ndarray] = {}
    for name, part in weights.items():
        if isinstance(part, LowRank):
            part = QuantizedLowRank.of(part)
        if isinstance(part, QuantizedLowRank):
            arrays.update({f"{_WEIGHTS}{name}.{end}": array for end, array in packed(part).items()})
        else:
            arrays[_WEIGHTS + name] = np.asarray(part, dtype=np.float16, order="C")
    if info.before is not None and info.after is not None:
        arrays[_BEFORE], arrays[_AFTER] = (np.ascontiguousarray(p, np.uint8) for p in (info.before, info.after))
    content: bytes = save(arrays, metadata={KEY: json.dumps(_header_fields(info))})
    return content


def without_pictures(content: bytes, path: Path) -> bytes:
    """The same preset without its thumbnails; ``path`` is for messages. Raises PresetDamaged and PresetMismatch."""
    from safetensors.numpy import save

    layout = Layout(io.BytesIO(content), len(content), path)
    if _info(layout, path).before is None:
        return content
    arrays = {
        name: layout.array(name, (kind,), shape)
        for name, (kind, shape) in layout.entries.items()
        if name not in (_BEFORE, _AFTER)
    }
    smaller: bytes = save(arrays, metadata={KEY: json.dumps(metadata_of(layout))})
    return smaller


def info_of_content(content: bytes, path: Path) -> PresetInfo:
    """What the bytes of a preset say of themselves; ``path`` is where they are meant for. Raises as ``read_info``."""
    return _info(Layout(io.BytesIO(content), len(content), path), path)


def retitle(path: Path, title: str) -> PresetInfo:
    """Give the file another title, as one line; its tensors keep their bytes. Raises PresetError and SaveError."""
    with open_layout(path) as layout:
        fields = metadata_of(layout)
        body = layout.body()
        header = dict(layout.header)
    header["__metadata__"] = {KEY: json.dumps({**fields, "title": tidy(title, MAX_TITLE)})}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return write_content(path, len(text).to_bytes(8, "little") + text + body)


def read_info(path: Path) -> PresetInfo:
    """What a preset says of itself, without its weights. Raises PresetDamaged and PresetMismatch."""
    with open_layout(path) as layout:
        return _info(layout, path)


def read_content(path: Path) -> bytes:
    """The bytes of a file that ``read_info`` takes. Raises as it does."""
    with open_layout(path) as layout:
        _info(layout, path)
        return layout.content()


def write_content(path: Path, content: bytes, *, overwrite: bool = True) -> PresetInfo:
    """Write what the reader takes, and only that: a good file never gives way to one that cannot be opened.

    ``overwrite`` is as for ``write``, which also says what is raised.
    """
    info = info_of_content(content, path)
    try:
        if not overwrite:
            return replace(info, path=write_new(path, content))
        write_atomically(path, content)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise SaveError(
            tr("The preset could not be saved as {name}: {reason}.", name=shown_name(path.name), reason=reason),
            tr("Check the free space and the permissions of the folder, or choose another place."),
        ) from error
    return info


def read_weights(
    path: Path, shapes: Mapping[str, tuple[int, ...]], base_sha256: str
) -> dict[str, np.ndarray | LowRank]:
    """The parts by name, float32, for a base net of these shapes and this hash.

    Raises PresetMismatch when it was learned on another base, PresetDamaged when anything does not fit.
    """
    with open_layout(path) as layout:
        info = info_of(metadata_of(layout), path, layout.size)
        if info.base_sha256 != base_sha256:
            raise PresetMismatch(
                tr(
                    "The preset “{title}” was learned on another version of the model “{pack}”.",
                    title=info.title,
                    pack=info.spec.pack,
                ),
                tr("Learn it again with the model that is installed, or install the model it was made for."),
            )
        entries = {name for name in layout.entries if name not in (_BEFORE, _AFTER)}
        wanted = _wanted(layout, entries, shapes)
        parts = {name: _part(layout, name, shapes[name], whole) for name, whole in wanted.items()}
    for part in parts.values():
        for array in part if isinstance(part, LowRank) else (part,):
            if not _in_range(array):
                raise layout.damaged(tr("has numbers that no weights can have"))
    return parts


def _info(layout: Layout, path: Path) -> PresetInfo:
    info = info_of(metadata_of(layout), path, layout.size)
    names = set(layout.entries)
    pictures = names & {_BEFORE, _AFTER}
    weights = {name for name in names - pictures if _is_weight(name, layout.entries[name][0])}
    if not weights:
        raise layout.damaged(tr("holds no weights"))
    if names != weights | pictures or len(pictures) == 1:
        raise layout.damaged(tr("holds something else than weights and two small pictures"))
    if pictures:
        before, after = (layout.array(name, ("U8",), (THUMBNAIL, THUMBNAIL, 3)) for name in (_BEFORE, _AFTER))
        info = replace(info, before=before, after=after)
    return info


def _wanted(layout: Layout, entries: set[str], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, bool]:
    """Which tensors the file has something for, and whether it is the whole one; nothing else may be in it."""
    wanted: dict[str, bool] = {}
    for name in shapes:
        thin = {f"{_WEIGHTS}{name}.{end}" for end in ("u", "v", "us", "vs")}
        bits = f"{_WEIGHTS}{name}.bits"
        if _WEIGHTS + name in entries:
            wanted[name] = True
            entries.discard(_WEIGHTS + name)
        elif thin <= entries:
            wanted[name] = False
            entries -= thin | {bits}
    if entries:
        raise layout.damaged(tr("has weights that its model does not have"))
    if not wanted:
        raise layout.damaged(tr("holds no weights"))
    return wanted


def _part(layout: Layout, name: str, shape: tuple[int, ...], whole: bool) -> np.ndarray | LowRank:
    if whole:
        return layout.array(_WEIGHTS + name, ("F16", "F32"), shape).astype(np.float32)
    high, wide = (shape[0] if shape else 0), math.prod(shape[1:])
    _, given = layout.entries[f"{_WEIGHTS}{name}.us"]
    rank = given[0] if len(given) == 1 else 0
    if not 1 <= rank <= min(high, wide):
        raise layout.damaged(tr("has weights of an impossible shape"))
    us, vs = (layout.array(f"{_WEIGHTS}{name}.{end}", ("F32",), (rank,)) for end in ("us", "vs"))
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused by the caller
        if f"{_WEIGHTS}{name}.bits" in layout.entries:
            return read_quantized(layout, _WEIGHTS + name, us, vs, high, wide).dequantized()
        u = layout.array(f"{_WEIGHTS}{name}.u", ("I8",), (high, rank)).astype(np.float32)
        v = layout.array(f"{_WEIGHTS}{name}.v", ("I8",), (rank, wide)).astype(np.float32)
        return LowRank(u * us[None], v * vs[:, None])


def _is_weight(name: str, kind: str) -> bool:
    """Of bytes, only what is packed."""
    return name.startswith(_WEIGHTS) and (kind != "U8" or name.rpartition(".")[2] in ("u", "v", "bits"))


def _sound(part: Part) -> bool:
    if isinstance(part, QuantizedLowRank):
        part = part.dequantized()
    if not isinstance(part, LowRank):
        return _in_range(part)
    u, v = part
    if u.ndim != 2 or v.ndim != 2 or not 1 <= u.shape[1] == v.shape[0] <= min(u.shape[0], v.shape[1]):
        return False
    return _in_range(u) and _in_range(v)


def _in_range(array: np.ndarray) -> bool:
    """Finite, and so small that the products and the sum of two thin matrices are finite too."""
    return bool((np.abs(array) <= _MAX_NUMBER).all())


def _header_fields(info: PresetInfo) -> dict[str, object]:
    return {
        "format": FORMAT,
        "title": tidy(info.title, MAX_TITLE),
        **spec_form(info.spec),
        "base_sha256": info.base_sha256,
        "method_version": info.method_version,
        "app_version": __version__,
        "pictures": info.pictures,
        "score": info.score,
        "created": info.created,
        "author": tidy(info.author, MAX_TITLE),
        "licence": tidy(info.licence),
    }
