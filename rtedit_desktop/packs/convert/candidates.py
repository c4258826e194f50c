"""Lists the packs that a file of weights could be, where neither its name nor its content decides."""

from __future__ import annotations

import os
from pathlib import Path

from rtedit_desktop.packs.convert.checkpoint_file import is_torchscript, open_checkpoint
from rtedit_desktop.packs.convert.clip_file import is_clip
from rtedit_desktop.packs.convert.from_adm import is_adm
from rtedit_desktop.packs.convert.from_ddpm import is_ddpm
from rtedit_desktop.packs.convert.from_diffusers import is_diffusers, weights_in
from rtedit_desktop.packs.convert.origin_names import (
    ANYTHING,
    BEDROOMS,
    CATS,
    CHURCHES,
    DOGS,
    FACES,
    OTHER_FACES,
    SMALLER_ANYTHING,
    by_name,
)
from rtedit_desktop.packs.convert.pack_import import pack_folder

_DDPM = (FACES, CHURCHES, BEDROOMS, CATS)
_ADM = (DOGS, OTHER_FACES, ANYTHING, SMALLER_ANYTHING)


def candidates(path: Path) -> tuple[str, ...]:
    """The registry's ids that fit the architecture; none where there is nothing to ask.

    Raises CheckpointError for a file that holds no weights.
    """
    if not os.path.exists(path) or pack_folder(path) is not None or by_name(path) is not None:
        return ()
    place = weights_in(path) if os.path.isdir(path) else path
    if is_torchscript(place):
        return ()  # only a CLIP comes as a program
    file = open_checkpoint(place)
    if is_clip(file):
        return ()
    if is_adm(file):
        return _ADM
    if is_ddpm(file):
        return _DDPM
    return (*_DDPM, *_ADM) if is_diffusers(file) else ()
