"""Converts a foreign CLIP into a part that packs share.

open_clip's and OpenAI's state dicts have the same names. OpenAI's own file is a TorchScript program: its
weights are read by ``torch_file``, which reads tensors and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import CheckpointMismatch
from rtedit_desktop.core.json_reader import printable
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackProgress
from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile
from rtedit_desktop.packs.convert.safetensors_stream import TensorStream
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.records import CLIP_FILE
from rtedit_desktop.packs.manifest.shared_parts import PART_FILE, PARTS, Part
from rtedit_desktop.packs.store import new_folder
from rtedit_desktop.support.paths import sync

# Numbers that OpenAI keeps beside the weights, and a mask that every model makes for itself.
_BESIDE = ("input_resolution", "context_length", "vocab_size", "attn_mask")


def is_clip(file: CheckpointFile) -> bool:
    """Whether the keys are a CLIP's, fitting or not."""
    return file.has_any("visual.", "text_projection")


def import_clip(file: CheckpointFile, into: Path, wanted: str | None = None) -> Iterator[PackProgress]:
    """Make a CLIP file, open_clip's or OpenAI's, the shared part whose shapes it has, in the folder ``into``.

    ``wanted`` is the part that it must be, if one is meant. The folder is there as a whole or not at all; a
    generator that is closed early leaves nothing behind. Raises CheckpointError and its kinds for the file,
    SaveError for the disk.
    """
    file = file.renamed({name: name for name in file.shapes if name.rpartition(".")[2] not in _BESIDE})
    part = _part(file, wanted)
    outline = {name: (file.real_dtype(name), shape) for name, shape in clip_shapes(part.config).items()}
    with new_folder(into, tr("The text model {title} could not be written", title=part.title)) as fresh:
        with (fresh / CLIP_FILE).open("xb") as opened:
            stream = TensorStream(opened, outline)
            for name in stream.order:
                stream.add(name, file.finite(name))
                yield PackProgress(phase="converting", what=part.title, done=round(1000 * stream.fraction), of=1000)
            record = stream.finish()
            sync(opened)
        note = {
            "format": shared_parts.FORMAT,
            "part": part.name,
            "origin": printable(file.path.name),
            "file": {"sha256": record.sha256, "bytes": record.bytes},
        }
        with (fresh / PART_FILE).open("xb") as opened:
            opened.write(json.dumps(note, indent=2).encode())
            sync(opened)


def clip_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Every tensor of an ``open_clip.CLIP`` with a vision transformer, by name."""
    embed, vision, text = config["embed_dim"], config["vision_cfg"], config["text_cfg"]
    width, patch = vision["width"], vision["patch_size"]
    patches = (vision["image_size"] // patch) ** 2
    shapes: dict[str, tuple[int, ...]] = {
        "positional_embedding": (text["context_length"], text["width"]),
        "text_projection": (text["width"], embed),
        "logit_scale": (),
        "visual.class_embedding": (width,),
        "visual.positional_embedding": (patches + 1, width),
        "visual.proj": (width, embed),
        "visual.conv1.weight": (width, 3, patch, patch),
        "token_embedding.weight": (text["vocab_size"], text["width"]),
    }
    norms = {"visual.ln_pre": width, "visual.ln_post": width, "ln_final": text["width"]}
    for tower, size, layers in (("visual.transformer", width, vision["layers"]),
                                ("transformer", text["width"], text["layers"])):  # fmt: skip
        for i in range(layers):
            block = f"{tower}.resblocks.{i}"
            norms |= {f"{block}.ln_1": size, f"{block}.ln_2": size}
            shapes |= {f"{block}.attn.in_proj_weight": (3 * size, size), f"{block}.attn.in_proj_bias": (3 * size,)}
            for name, out, given in (("attn.out_proj", size, size), ("mlp.c_fc", 4 * size, size),
                                     ("mlp.c_proj", size, 4 * size)):  # fmt: skip
                shapes |= {f"{block}.{name}.weight": (out, given), f"{block}.{name}.bias": (out,)}
    for name, size in norms.items():
        shapes |= {f"{name}.weight": (size,), f"{name}.bias": (size,)}
    return shapes


def _part(file: CheckpointFile, wanted: str | None) -> Part:
    """The part whose shapes the file has. Raises CheckpointMismatch, naming what is in the way of the nearest."""
    reasons = []
    for part in [PARTS[wanted]] if wanted else PARTS.values():
        shapes = clip_shapes(part.config)
        wrong = [name for name, shape in shapes.items() if file.shapes.get(name) != shape]
        more = [name for name in file.shapes if name not in shapes]
        if not wrong and not more:
            return part
        reasons.append((len(wrong) + len(more), part, wrong[0] if wrong else more[0]))
    _, part, first = min(reasons, key=lambda reason: reason[0])
    if first not in file.shapes:
        how = tr("is missing")
    else:
        how = tr("has another shape") if first in clip_shapes(part.config) else tr("is not part of it")
    raise CheckpointMismatch(
        tr(
            "The file {shown} does not fit {title}: {first} {how}.",
            shown=file.quoted_name,
            title=part.title,
            first=printable(first),
            how=how,
        ),
        tr("Get {to_get}.", to_get=part.to_get),
    )
