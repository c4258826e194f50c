"""Converts official checkpoints into packs: known by their keys, checked, written by tensor."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtedit_desktop.core.errors import CheckpointMismatch
from rtedit_desktop.core.json_reader import printable
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.convert import tensor_mapping
from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile, is_torchscript, open_checkpoint, open_program
from rtedit_desktop.packs.convert.clip_file import import_clip, is_clip
from rtedit_desktop.packs.convert.from_adm import adm_mapping, is_adm
from rtedit_desktop.packs.convert.from_ddpm import ddpm_mapping, is_ddpm
from rtedit_desktop.packs.convert.from_diffusers import diffusers_mapping, is_diffusers, weights_in
from rtedit_desktop.packs.convert.origin_names import ANYTHING, DOGS, FACES, SMALLER_ANYTHING, by_name
from rtedit_desktop.packs.convert.safetensors_stream import TensorStream
from rtedit_desktop.packs.convert.templates import TEMPLATES
from rtedit_desktop.packs.convert.tensor_mapping import KINDS, TensorMapping
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import FORMAT
from rtedit_desktop.packs.manifest.records import MANIFEST, UNET_FILE, FileRecord
from rtedit_desktop.packs.registry import Entry
from rtedit_desktop.packs.store import new_folder
from rtedit_desktop.support.paths import sync

if TYPE_CHECKING:
    from torch import Tensor


def convert(path: Path, into: Path, domain: str | None = None) -> Iterator[PackProgress | PackNotice]:
    """Make the checkpoint at ``path`` a pack in the folder ``into``, which is there as a whole or not at all.

    ``path`` is a .ckpt of the class DDPM, a .pt of guided-diffusion, or a UNet2DModel's folder or file.
    What it was trained on cannot be told from weights: ``domain`` says it, the id of an entry of
    the registry; without it the file's name does, or else the most usual one of the architecture is taken, with
    a notice. A CLIP file, or the id of a shared part, makes the folder that of a part (see shared_parts.py).
    Tensors keep their precision. A generator that is closed early leaves nothing behind.

    Raises CheckpointError and its kinds for the file, SaveError for the disk, PackMissing for an unknown domain.
    """
    entry = registry.find(domain) if domain else None
    yield PackProgress(phase="converting", what=printable(path.name), of=1000)
    place = weights_in(path) if os.path.isdir(path) else path
    may_be_clip = entry is None or entry.shared_part
    file = open_program(place) if may_be_clip and is_torchscript(place) else open_checkpoint(place)
    if entry.shared_part if entry else is_clip(file):
        yield from import_clip(file, into, entry.id if entry else None)
        return
    mapping = _mapping(file)
    tensor_mapping.check(file, mapping)
    entry = entry or by_name(path)
    if entry is None:
        entry = _usual(mapping)
        yield PackNotice(
            text=tr(
                "Weights do not say what they were trained on; {title} ({id}) is taken to be right.",
                title=entry.title,
                id=entry.id,
            )
        )
    layout = _layout(mapping, entry, path)
    outline = {name: (file.real_dtype(source.key), mapping.shapes[name]) for name, source in mapping.sources.items()}
    with new_folder(into) as part:
        with (part / UNET_FILE).open("xb") as opened:
            stream = TensorStream(opened, outline)
            for name in stream.order:
                stream.add(name, _tensor(file, mapping, name))
                yield PackProgress(phase="converting", what=entry.title, done=round(1000 * stream.fraction), of=1000)
            record = stream.finish()
            sync(opened)
        with (part / MANIFEST).open("xb") as opened:
            opened.write(manifests.parse(_with_record(layout, record), into).to_json().encode())
            sync(opened)


def _mapping(file: CheckpointFile) -> TensorMapping:
    if is_ddpm(file):
        return ddpm_mapping(file)
    if is_adm(file):
        return adm_mapping(file)
    if is_diffusers(file):
        return diffusers_mapping(file)
    if is_clip(file):
        raise CheckpointMismatch(
            tr("The file {shown} is a CLIP, not an image model.", shown=file.quoted_name),
            tr("Import it without saying what it edits."),
        )
    first = printable(next(iter(file.shapes), "nothing"))
    raise CheckpointMismatch(
        tr(
            "The file {shown} holds the weights of a model that RTEdit does not know; its first tensor is {first}.",
            shown=file.quoted_name,
            first=first,
        ),
        tr("Choose {kinds}.", kinds=KINDS),
    )


def _usual(mapping: TensorMapping) -> Entry:
    """What most files of this architecture are of."""
    if mapping.config.get("resnet_time_scale_shift") != "scale_shift":
        return registry.find(FACES)
    if mapping.image_size >= 512:
        return registry.find(ANYTHING)
    return registry.find(SMALLER_ANYTHING if mapping.config["block_out_channels"][0] >= 256 else DOGS)


def _layout(mapping: TensorMapping, entry: Entry, path: Path) -> dict[str, Any]:
    layout = {
        **entry.manifest_fields(),
        "image_size": mapping.image_size,
        "unet": {
            "config": mapping.config,
            "prediction_type": mapping.prediction_type,
            "learned_variance": mapping.learned_variance,
            "pixel_unshuffle": 1,
            "time_channels": mapping.time_channels,
        },
        "clip": {"shared": entry.part},
        "templates": list(TEMPLATES),
    }
    layout["attribution"] = f"{layout['attribution']} Imported from {printable(path.name)}."
    if mapping.schedule is not None:
        layout["schedule"] = dict(mapping.schedule)
    return layout


def _with_record(layout: Mapping[str, Any], record: FileRecord) -> dict[str, Any]:
    files = {UNET_FILE: {"sha256": record.sha256, "bytes": record.bytes}}
    return {"format": FORMAT, **layout, "files": files}


def _tensor(file: CheckpointFile, mapping: TensorMapping, name: str) -> Tensor:
    source = mapping.sources[name]
    tensor = file.finite(source.key)
    return source.select(tensor) if source.select else tensor
