"""The directional CLIP loss (eqs. 6 to 8 of docs/method.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)
PLAIN = 1e-7
"""The softening of the paper: none, but for a division by zero."""


class NoDirectionError(ValueError):
    """Two texts mean the same to a text model, so nothing leads from one to the other."""


@dataclass(frozen=True, slots=True)
class ImagePreparation:
    """Pictures in [-1, 1] to what the image encoder takes: resize, centre crop, normalise."""

    size: int = 224
    mean: tuple[float, ...] = OPENAI_MEAN
    std: tuple[float, ...] = OPENAI_STD
    antialias: bool = True

    def __call__(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] to (N, 3, size, size), differentiable, without a clamp."""
        x = (x + 1) / 2
        shorter = min(x.shape[-2:])
        if shorter != self.size:
            target = [self.size * side // shorter for side in x.shape[-2:]]
            x = functional.interpolate(x, size=target, mode="bicubic", antialias=self.antialias)
        top, left = (round((side - self.size) / 2) for side in x.shape[-2:])
        x = x[..., top : top + self.size, left : left + self.size]
        mean = torch.tensor(self.mean, device=x.device, dtype=x.dtype)[:, None, None]
        std = torch.tensor(self.std, device=x.device, dtype=x.dtype)[:, None, None]
        return (x - mean) / std


def text_direction(
    encode_text: Callable[[list[str]], Tensor], source: str, target: str, templates: Sequence[str]
) -> Tensor:
    """The unit vector from source to target text, (D,) float32 (eq. 6).

    Both texts are filled into every template, embedded, normalised one by one, subtracted, averaged
    and normalised. Raises NoDirectionError when the two texts embed to the same vectors.
    """
    with torch.no_grad():
        filled = [t.format(target) for t in templates] + [t.format(source) for t in templates]
        embedded = functional.normalize(encode_text(filled).float(), dim=-1)
    direction = (embedded[: len(templates)] - embedded[len(templates) :]).mean(0)
    length = direction.norm()
    if length < 1e-6:
        raise NoDirectionError(f"“{target}” and “{source}” mean the same to the text model")
    unit: Tensor = direction / length
    return unit


def direction_cosine(e_edit: Tensor, e_source: Tensor, direction: Tensor, softening: float = PLAIN) -> Tensor:
    """cos(dI, dT), (N,) in [-1, 1]: e_edit, e_source (N, D) unit rows; direction (D,) unit (eq. 7, softened eq. 11).

    ``softening`` is added to the length of dI. The paper's 1e-7 is right while dI is never zero (a clean
    source against a blurry estimate). Against the frozen net's own estimate dI starts at zero, where the
    plain cosine has a gradient of 1e7 that spoils Adam's second moments for the whole adaptation; a
    softening makes the start linear and asks for a change of some size besides its direction: the larger
    it is, the longer the edit goes on growing after its direction is right.
    """
    moved = e_edit - e_source
    cosine: Tensor = (moved * direction).sum(-1) / (moved.norm(dim=-1) + softening)
    return cosine


def directional_loss(cosine: Tensor) -> Tensor:
    """-log((1 + cos) / 2) of the mean over the batch, a scalar (eq. 8); finite at cos = -1."""
    return -torch.log(((1 + cosine.mean()) / 2).clamp(min=1e-6))


class Moved(NamedTuple):
    """cos(dI, dT) for people, without a gradient, and the softened one to learn from; (N,) each."""

    cosine: Tensor
    softened: Tensor


class Guidance(Protocol):
    """What an edit is judged by while it is learned."""

    def embed(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] to unit rows (N, D) float32."""

    def compare(self, x_edit: Tensor, x_source: Tensor, e_source: Tensor) -> Moved:
        """How pictures x_edit moved from their sources, given as pictures (N, 3, H, W) and embedded (N, D)."""


class CLIPGuidance:
    """Owns one text direction; a frozen image encoder says how far a picture moved along it (eqs. 7 and 11)."""

    def __init__(
        self,
        encode_image: Callable[[Tensor], Tensor],
        prepare: Callable[[Tensor], Tensor],
        direction: Tensor,
        softening: float = PLAIN,
    ) -> None:
        self._encode_image = encode_image
        self._prepare = prepare
        self.direction = direction
        self._softening = softening

    def embed(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] to unit rows (N, D) float32."""
        return functional.normalize(self._encode_image(self._prepare(x)).float(), dim=-1)

    def compare(self, x_edit: Tensor, x_source: Tensor, e_source: Tensor) -> Moved:
        """How each picture moved along the text direction from its source embedding, softened too (eq. 11)."""
        e_edit = self.embed(x_edit)
        cosine = direction_cosine(e_edit.detach(), e_source, self.direction)
        return Moved(cosine, direction_cosine(e_edit, e_source, self.direction, self._softening))
