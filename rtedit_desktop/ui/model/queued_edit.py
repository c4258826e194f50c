"""Edit that waits for its turn, to be made of whatever square there is then."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import PictureRequest, new_job_id, request_for
from rtedit_desktop.core.stack import StackSpec


@dataclass(frozen=True, slots=True, eq=False)
class QueuedEdit:
    """``id`` is that of the job which it becomes; ``group`` names edits that were asked for together.

    One that ``continues`` is made on the result that is shown then. With a ``stack`` all of that is made, of which
    ``spec`` is the uppermost.
    """

    pack: PackInfo
    spec: Spec
    group: str = ""
    id: str = field(default_factory=new_job_id)
    continues: bool = False
    stack: StackSpec | None = None

    def request(self, picture: np.ndarray) -> PictureRequest:
        return request_for(self.spec, picture, self.id)
