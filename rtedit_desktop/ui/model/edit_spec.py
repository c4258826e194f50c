"""Specification of an edit: all of a request but the picture, which is cut when its turn comes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rtedit_desktop.core.edits import EditSettings, PresetUse
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, new_job_id
from rtedit_desktop.ui.model.result import PictureRequest

_NO_PICTURE = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class EditSpec:
    """``like`` is a request whose picture does not matter; ``group`` names edits that were asked for together."""

    pack: PackInfo
    like: PictureRequest
    group: str = ""

    @property
    def id(self) -> str:
        return self.like.job_id

    def request(self, picture: np.ndarray) -> PictureRequest:
        return replace(self.like, picture=picture)

    def again(self) -> EditSpec:
        """The same once more, of whatever picture there is then."""
        return replace(self, like=replace(self.like, picture=_NO_PICTURE, job_id=new_job_id()))


def prompt_spec(pack: PackInfo, prompt: str, source: str, settings: EditSettings, group: str = "") -> EditSpec:
    like = EditRequest(picture=_NO_PICTURE, prompt=prompt, source=source, pack=pack.id, settings=settings)
    return EditSpec(pack, like, group)


def presets_spec(pack: PackInfo, uses: tuple[PresetUse, ...], seed: object, steps: object) -> EditSpec:
    like = ApplyRequest(
        picture=_NO_PICTURE,
        pack=pack.id,
        uses=uses,
        seed=seed if isinstance(seed, int) else None,
        steps=steps if isinstance(steps, int) else None,
    )
    return EditSpec(pack, like)
