"""Result of the check whether a picture is of the domain that a pack's model was made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLimits:
    """What is no picture of a pack's domain, measured by its own pictures: see docs/domain.md.

    Further than ``very_far`` a picture is not of the domain; between ``far`` and that it is not when the model rebuilds
    it worse than ``rough``.
    """

    far: float
    very_far: float
    rough: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainStatistics:
    """How pictures of the domain look inside the pack's U-Net: see docs/domain.md.

    Of each number that it sees in one, the mean over pictures and the deviation. What differs by more than ``far`` is
    no picture of the domain.
    """

    far: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCheck:
    """Whether a picture is of the domain.

    ``far``: how unlike the pack's own pictures it is to the pack's U-Net or CLIP; ``rough``: how badly the model
    rebuilds it from a little noise, as a part of its fine detail, where that is asked; 0 where it was judged by texts.
    ``advice`` is a sentence for a person when it does not fit; ``pack`` is then the id of one that does, where that can
    be told.
    """

    fits: bool
    far: float = 0.0
    rough: float = 0.0
    advice: str = ""
    pack: str = ""
