"""Cache of the base's own decodes of pictures that edits were applied to lately: the next edit need not repeat them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion.edit import RebuiltBy, encode
from rtedit_desktop.engine.models import LoadedPack

BYTES = 64 * 2**20

_Key = tuple[str, str, str, int, int]


class DecodeCache:
    """Owns latents, each with the base's own decodes of it, up to ``most`` bytes and the last one whatever its size.

    Every other preset on a photo, and every other strength, then costs one decode instead of two.
    """

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[_Key, tuple[Tensor, RebuiltBy]] = OrderedDict()

    @property
    def bytes(self) -> int:
        return sum(x_t.nbytes + sum(one.bytes for one in rebuilt.values()) for x_t, rebuilt in self._kept.values())

    def of(self, pack: LoadedPack, x0: Tensor, settings: EditSettings) -> tuple[Tensor, RebuiltBy]:
        """x0, (1, 3, S, S) in [-1, 1], encoded as the settings say; its decodes, to which more may be added."""
        picture = hashlib.sha256(x0.cpu().contiguous().numpy().tobytes()).hexdigest()
        key = (picture, pack.base_sha256, str(pack.device), settings.t0, settings.seed)
        found = self._kept.pop(key, None) or (encode(pack, x0, settings), {})
        while self._kept and self.bytes > self._most:  # they have grown since they were asked for
            self._kept.popitem(last=False)
        self._kept[key] = found
        return found

    def clear(self) -> None:
        self._kept.clear()
