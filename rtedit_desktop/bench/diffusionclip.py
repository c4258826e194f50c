"""The DiffusionCLIP baseline (eq. 35 of docs/method.md): DDIM inversion, then a loss at the end of a whole decode.

It shares the network, the loss and the training loop with ``diffusion.adaptation``. What differs is
the method: how a picture becomes a latent (n_inv - 1 calls instead of none) and how a latent becomes
the picture that the loss sees (n_train calls in the graph instead of one). A picture and a set of
pictures are rows of one batch here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.adaptation import AdaptationConfig, AdaptStep, Latents, LoopOptions, fit
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.edit import adaptation_config
from rtedit_desktop.diffusion.guidance import Guidance
from rtedit_desktop.diffusion.schedule import decode_pairs

N_INVERSION = 40
N_TRAIN = 6
N_TEST = 40
_NOTHING = LoopOptions()


def steady_config(settings: EditSettings, *, batch: int = 1) -> AdaptationConfig:
    """What an edit asks for, at a rate that does not grow."""
    return replace(adaptation_config(settings), growth=1.0, batch=batch)


def invert(denoiser: Denoiser, x0: Tensor, t0: int, n_inv: int = N_INVERSION) -> Iterator[Latents]:
    """DDIM inversion with theta0 of x0: (N, 3, H, W), one picture after the other.

    Yields after every picture the latents so far; each picture costs n_inv - 1 calls. The loss compares
    with the clean pictures.
    """
    x_t = x0[:0]
    for picture in x0.split(1):
        x = picture
        for step in sampling.invert(denoiser, picture, t0, n_inv):
            x = step.x
        x_t = torch.cat([x_t, x])
        yield Latents(x_t, x0[: len(x_t)])


def decode_in_graph(denoiser: Denoiser, x: Tensor, t0: int, n: int = N_TRAIN) -> Tensor:
    """The picture at the end of an n-step decode of x at t0 (eq. 35); gradients flow through every call."""
    for t, s in decode_pairs(n, t0):
        x = sampling.ddim_step(denoiser(x, t), denoiser.abar(s))
    return x


def adapt(
    denoiser: Denoiser,
    guidance: Guidance,
    latents: Latents,
    config: AdaptationConfig,
    generator: torch.Generator,
    options: LoopOptions = _NOTHING,
    n_train: int = N_TRAIN,
) -> Iterator[AdaptStep]:
    """Adapt ``denoiser.net`` in place by whole decodes; the counterpart of ``diffusion.adaptation.adapt``."""

    def estimate(x_t: Tensor) -> Tensor:
        return decode_in_graph(denoiser, x_t, config.t0, n_train)

    return fit(denoiser.net, estimate, guidance, latents, config, generator, options)


def edit(
    denoiser: Denoiser,
    base: BaseWeights,
    delta: Delta,
    x0: Tensor,
    t0: int,
    *,
    n_inv: int = N_INVERSION,
    n_test: int = N_TEST,
) -> Iterator[sampling.Step]:
    """Apply what was learned to x0: (N, 3, H, W): inversion with theta0, decode with theta.

    Leaves theta in the network; giving the base back is the caller's business.
    """
    base.restore()
    x_t = x0
    for latents in invert(denoiser, x0, t0, n_inv):
        x_t = latents.x_t
    base.apply(delta)
    yield from sampling.decode(denoiser, x_t, t0, n_test)
