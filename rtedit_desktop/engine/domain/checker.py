"""Checks whether a picture is of a model's domain, before time is spent on it; docs/domain.md has the measurements."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.core.domain import DomainCheck, DomainLimits
from rtedit_desktop.core.errors import PictureError, RTEditError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine.domain import texts as domain_texts
from rtedit_desktop.engine.domain.statistics import T, difference, noised
from rtedit_desktop.engine.models import LoadedPack, own_pictures
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest.records import PICTURES_FILE

_SPREAD = 1e-3  # the variance that is taken for certain along every axis of the embedding
_BATCH = 16


class _Spread(NamedTuple):
    """The pack's own pictures in its CLIP's space: their mean (D,), axes (K, D) and variances along them (K,)."""

    mean: Tensor
    axes: Tensor
    variances: Tensor


class DomainChecker:
    """Owns what the packs' own pictures look like to their CLIPs, and the last answer."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._spreads: dict[str, _Spread] = {}
        self._last: tuple[str, DomainCheck | None] = ("", None)

    def warning(self, pack: LoadedPack, picture: np.ndarray) -> str:
        """What a person should read about a picture, once; empty for one that fits or was spoken of."""
        known = self._last[0]
        found = self.check(pack, picture)
        return found.advice if found is not None and self._last[0] != known else ""

    @torch.no_grad()
    def prepare(self, pack: LoadedPack) -> None:
        """Look at the pack's own pictures now, not when the first picture is asked about."""
        info = pack.manifest.info
        if info.domain_limits is not None and info.domain_statistics is None:
            self._spread(pack)

    def needs_text_model(self, pack: LoadedPack) -> bool:
        """Whether pictures are checked by what the pack's CLIP sees in them."""
        info = pack.manifest.info
        return info.domain_statistics is None and (info.domain_limits is not None or domain_texts.can_tell(pack))

    @torch.no_grad()
    def check(self, pack: LoadedPack, picture: np.ndarray) -> DomainCheck | None:
        """Look at (S, S, 3) uint8; None for a pack that cannot tell. The net's weights are the base's."""
        info = pack.manifest.info
        if info.domain_statistics is None and not self.needs_text_model(pack):
            return None
        key = hashlib.sha256(picture.tobytes()).hexdigest() + pack.base_sha256 + pack.clip_sha256
        if key != self._last[0]:
            x0 = pack.x0(picture)
            if info.domain_statistics is not None:
                far = difference(pack, info.domain_statistics, x0)
                found = self._found(pack, picture, fits=far <= info.domain_statistics.far, far=far)
            elif info.domain_limits is not None:
                found = self._by_pictures(pack, info.domain_limits, picture, x0)
            else:
                found = self._by_texts(pack, x0)
            self._last = key, found
        return self._last[1]

    def _by_pictures(self, pack: LoadedPack, limits: DomainLimits, picture: np.ndarray, x0: Tensor) -> DomainCheck:
        far, rough = self.distance(pack, x0), roughness(pack, x0)
        fits = far <= limits.far or (far <= limits.very_far and rough <= limits.rough)
        return self._found(pack, picture, fits=fits, far=far, rough=rough)

    def _found(
        self, pack: LoadedPack, picture: np.ndarray, *, fits: bool, far: float, rough: float = 0.0
    ) -> DomainCheck:
        if fits:
            return DomainCheck(fits=True, far=far, rough=rough)
        info = pack.manifest.info
        wanted = _for_faces(self._catalog) if info.square != "face" and _has_a_face(picture) else None
        return DomainCheck(
            fits=False, far=far, rough=rough, advice=_advice(info, wanted), pack=wanted.id if wanted else ""
        )

    def _by_texts(self, pack: LoadedPack, x0: Tensor) -> DomainCheck:
        nearer = domain_texts.nearer_domain(pack, pack.embed(x0)[0])
        if not nearer:
            return DomainCheck(fits=True)
        installed = (other for other in self._catalog.packs() if other.id == nearer)
        wanted = next(installed, None) or domain_texts.entry_of(nearer)
        return DomainCheck(fits=False, advice=_advice(pack.manifest.info, wanted), pack=nearer)

    @torch.no_grad()
    def distance(self, pack: LoadedPack, x0: Tensor) -> float:
        """The squared Mahalanobis distance of (1, 3, S, S) from the pack's own pictures, in its CLIP's space."""
        own = self._spread(pack)
        away = pack.embed(x0)[0] - own.mean
        along = own.axes @ away
        beside = float(away.square().sum() - along.square().sum())
        return float((along.square() / (own.variances + _SPREAD)).sum()) + max(beside, 0.0) / _SPREAD

    def _spread(self, pack: LoadedPack) -> _Spread:
        key = pack.clip_sha256 + pack.manifest.files[PICTURES_FILE].sha256
        if key not in self._spreads:
            size = pack.manifest.info.image_size
            x = torch.cat([to_tensor(picture, size) for picture in own_pictures(pack.manifest)])
            embedded = torch.cat([pack.embed(part.to(pack.device)) for part in x.split(_BATCH)])
            mean = embedded.mean(0)
            _, lengths, axes = torch.linalg.svd(embedded - mean, full_matrices=False)
            self._spreads = {key: _Spread(mean, axes, lengths.square() / (len(embedded) - 1))}
        return self._spreads[key]


@torch.no_grad()
def roughness(pack: LoadedPack, x0: Tensor) -> float:
    """The error of one step's reconstruction of (1, 3, S, S), as a part of the picture's own fine detail."""
    rebuilt = pack.denoiser(noised(pack, x0), T).x0
    smooth = functional.avg_pool2d(functional.pad(x0, (2, 2, 2, 2), mode="reflect"), 5, 1)
    return float((rebuilt - x0).square().mean().sqrt() / ((x0 - smooth).square().mean().sqrt() + 0.01))


def _advice(info: PackInfo, wanted: PackInfo | registry.Entry | None) -> str:
    """What it is not, and which pack is for it where that can be told."""
    unlike = tr(
        "This does not look like {domain}, which is all that {title} knows: expect a poor result.",
        domain=info.domain,
        title=info.title,
    )
    if wanted is None:
        return tr("{unlike} The packs and what each is for are under Models, or in “rtedit packs”.", unlike=unlike)
    named = {"unlike": unlike, "domain": wanted.domain, "title": wanted.title, "id": wanted.id}
    if isinstance(wanted, registry.Entry):
        return tr("{unlike} For {domain} there is the pack {title} ({id}), to download or import.", **named)
    return tr("{unlike} For {domain} there is the pack {title} ({id}).", **named)


def _for_faces(catalog: Catalog) -> PackInfo | registry.Entry | None:
    """An installed pack that is for photographs of faces, or one that can be had."""
    known: tuple[PackInfo | registry.Entry, ...] = (*catalog.packs(), *_known())
    return next((pack for pack in known if pack.square == "face"), None)


def _known() -> tuple[registry.Entry, ...]:
    try:
        return registry.entries()
    except RTEditError:
        return ()


def _has_a_face(picture: np.ndarray) -> bool:
    from rtedit_desktop.imaging.faces import find_faces  # OpenCV takes a while to load

    try:
        return bool(find_faces(Photo(pixels=np.ascontiguousarray(picture))))
    except PictureError:
        return False
