"""Subject of the evidence: a loaded pack, pictures that it was not taught on, and the judges of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.batch.seeing import looking_at_faces
from rtedit_desktop.bench import quality
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.bench.own_edits.identity import Descriptor, own_descriptor
from rtedit_desktop.bench.own_edits.quality import face_box, photographs
from rtedit_desktop.bench.subject import pictures as samples
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import PICTURES_FILE
from rtedit_desktop.support.paths import resources

AVATARS = "avatars"
SAME_PERSON = 0.6
"""Two faces are one person's where their descriptors, as dlib's authors have it, lie nearer than this."""


@dataclass(frozen=True)
class Subject:
    """``pictures``: (S, S, 3) uint8 each, never learned on; ``taught``: those to learn on, (N, 3, S, S) in [-1, 1].

    ``truths`` and ``judge`` are there for Avatars alone. ``held_out`` is a pack whose CLIP judges.
    """

    pack: LoadedPack
    device: Device
    pictures: list[np.ndarray]
    taught: Tensor
    truths: list[dict[str, str]] | None
    judge: Judge | None
    held_out: LoadedPack | None

    def x0(self, indices: Sequence[int]) -> Tensor:
        """(N, 3, S, S) in [-1, 1], on the device."""
        return torch.cat([self.pack.x0(self.pictures[i]) for i in indices])

    def without(self, prompt: str, count: int) -> list[int]:
        """The first pictures that do not show already what a prompt asks for, so far as that is known."""
        indices = range(len(self.pictures))
        if self.truths is not None and prompt in quality.PROMPTS:
            name, value = quality.PROMPTS[prompt]
            return [i for i in indices if self.truths[i][name] not in ("", value)][:count]
        return list(indices)[:count]

    def others(self, prompt: str, index: int) -> list[str]:
        """The attributes of a picture, besides what a prompt asks for and hides, that an edit should keep."""
        if self.truths is None or prompt not in quality.PROMPTS:
            return []
        asked, value = quality.PROMPTS[prompt]
        leave_out = {asked, *quality.HIDES.get((asked, value), ())}
        return [name for name, true in self.truths[index].items() if true and name not in leave_out]

    def autocast(self) -> AutocastRecompute:
        """What a training step runs in."""
        return AutocastRecompute(self.pack.modules(), self.device.device, self.device.learning)

    @cached_property
    def descriptor(self) -> Descriptor | None:
        """Of photographs of faces: dlib's descriptors know no drawings."""
        return own_descriptor() if self.truths is None else None

    @cached_property
    def boxes(self) -> list[tuple[float, float, float, float] | None]:
        """Where the face of each picture is, for who tells people apart."""
        service = FilePhotoService()
        return [face_box(service, picture) if self.descriptor else None for picture in self.pictures]


def load(
    manifest: Manifest,
    device: Device,
    seed: int,
    counts: tuple[int, int],
    photos: Path | None,
    learn_on: Path | None,
    held_out: Manifest | None,
) -> Subject:
    """The pack with pictures, so many to measure and to learn on at most. Raises what a command knows."""
    count, most = counts
    pack = models.load_pack(manifest, device.device)
    info = looking_at_faces(manifest.info)
    truths, judge = None, None
    if info.id == AVATARS:
        pictures, truths = quality.held_out()
        judge = Judge.load(resources() / "bench")
    elif photos is not None:
        pictures = _in_folder(photos, info, count)
    else:
        raise SettingsError(f"{info.title} has no pictures to measure on.", "Name a folder of them by --photos.")
    if PICTURES_FILE in manifest.files:
        taught = list(models.own_pictures(manifest))
    else:
        taught = _in_folder(learn_on, info, most) if learn_on else samples(info, seed)
    x0 = torch.cat([pack.x0(picture) for picture in taught[:most]])
    other = models.load_pack(held_out, device.device) if held_out is not None else None
    return Subject(pack, device, pictures, x0, truths, judge, other)


def _in_folder(folder: Path, info: PackInfo, count: int) -> list[np.ndarray]:
    return [one.before for one in photographs(FilePhotoService(), folder, info, count, None)]
