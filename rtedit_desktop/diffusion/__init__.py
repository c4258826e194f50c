"""The method: single-step adaptation of a diffusion model by a directional CLIP loss. Torch only.

``docs/method.md`` has it on paper, and docstrings name its equations. Read in this order: schedule, denoiser,
sampling, guidance, adaptation, delta; then what we add: early_stopping, views, refine, preserve, pairs (its pairs,
fitting, best_application), codec. ``edit`` puts it together, ``examples/notebook.py`` uses it. The
baseline that it is compared with, DiffusionCLIP, is in ``rtedit_desktop.bench``.

Named here is what an experiment begins with: the network and its own weights, the guidance, the loop of the paper, and
the whole way from pixels to pixels. What goes with one of these lies beside it: ``edit.EditModel`` says what ``learn``
can teach, ``adaptation.LoopOptions`` what stands beside the loop.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtedit_desktop.diffusion.adaptation import AdaptationConfig, adapt
    from rtedit_desktop.diffusion.delta import BaseWeights, mix
    from rtedit_desktop.diffusion.denoiser import Denoiser
    from rtedit_desktop.diffusion.edit import Computing, learn, learn_pairs, render
    from rtedit_desktop.diffusion.guidance import CLIPGuidance
    from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor

_HOME = {
    "AdaptationConfig": "adaptation",
    "BaseWeights": "delta",
    "CLIPGuidance": "guidance",
    "Computing": "edit",
    "Denoiser": "denoiser",
    "adapt": "adaptation",
    "learn": "edit",
    "learn_pairs": "edit",
    "mix": "delta",
    "render": "edit",
    "to_pixels": "pictures",
    "to_tensor": "pictures",
}

__all__ = [
    "AdaptationConfig",
    "BaseWeights",
    "CLIPGuidance",
    "Computing",
    "Denoiser",
    "adapt",
    "learn",
    "learn_pairs",
    "mix",
    "render",
    "to_pixels",
    "to_tensor",
]


def __getattr__(name: str) -> object:
    """Import what is asked for: a module that needs the schedule alone does not pay for the rest."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
