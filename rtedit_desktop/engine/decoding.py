"""An edit rendered on a picture, as the events of a job."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.events import DecodeStep, Event
from rtedit_desktop.diffusion.edit import Edit, RenderStep, render
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.stopping import Stop


def decode(
    job: str, pack: LoadedPack, x0: Tensor, edit: Edit, settings: EditSettings, stop: Stop
) -> Generator[Event, None, np.ndarray]:
    """Render x0 (1, 3, S, S), yielding every step of the result; the generator's value is the picture.

    The base weights are not put back here: the caller borrowed them.
    """
    picture = to_pixels(x0)
    for step in render(pack, x0, edit, settings):
        if isinstance(step, RenderStep):
            picture = to_pixels(step.x0)
            yield DecodeStep(job_id=job, index=step.number, of=step.of, t=step.t, picture=picture)
        stop.check()
    return picture
