"""Subject of the measurements: a loaded pack, a picture, a text pair and the pack's recommended settings."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import samples_of
from rtedit_desktop.diffusion.guidance import CLIPGuidance
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.manifest.manifest import Manifest


@dataclass(frozen=True)
class Subject:
    """``x0``: (1, 3, H, W) in [-1, 1]. Both methods get the same of everything."""

    pack: LoadedPack
    guidance: CLIPGuidance
    x0: Tensor
    t0: int
    noise_draws: int
    device: Device
    seed: int

    def autocast(self) -> AbstractContextManager[object]:
        """What a training step of either method runs in."""
        return AutocastRecompute(self.pack.modules(), self.device.device, self.device.learning)()


def load(manifest: Manifest, device: Device, seed: int) -> Subject:
    """The pack on ``device``, with its first suggestion as the text pair."""
    pack = models.load_pack(manifest, device.device)
    info = manifest.info
    x0 = pack.x0(pictures(info, seed)[0])
    guidance = pack.guidance(info.source, info.example)
    settings = info.settings_for(info.example)
    return Subject(pack, guidance, x0, settings.t0, settings.noise_draws, device, seed)


def pictures(info: PackInfo, seed: int) -> list[np.ndarray]:
    """(S, S, 3) uint8 each: the sample pictures that come with the app, or smooth noise where there are none."""
    photo_service = FilePhotoService()
    found = []
    for path in samples_of(info.id, photo_service.samples()):
        photo = photo_service.open(path)
        found.append(photo_service.crop(photo, photo_service.centred_square(photo), info.image_size))
    return found or [_smooth_noise(info.image_size, seed)]


def _smooth_noise(size: int, seed: int) -> np.ndarray:
    coarse = torch.rand(1, 3, 6, 6, generator=torch.Generator().manual_seed(seed))
    fine = torch.nn.functional.interpolate(coarse, size=(size, size), mode="bilinear")
    return (fine[0] * 255).byte().permute(1, 2, 0).numpy()
