"""Presets in the engine: read and kept ready, mixed into one set of weights, made from what was learned."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.edits import MAX_STRENGTH, EditSettings, EditSpec, PresetUse
from rtedit_desktop.core.errors import PresetError, SettingsError
from rtedit_desktop.core.events import Event
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import THUMBNAIL, PresetInfo
from rtedit_desktop.core.requests import KeepRequest, LearnRequest
from rtedit_desktop.core.weights import Part
from rtedit_desktop.diffusion.codec import Sensitivity, compress, expand, measure_sensitivity
from rtedit_desktop.diffusion.delta import Delta, mix
from rtedit_desktop.diffusion.edit import Edit, Learned, encode
from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor
from rtedit_desktop.diffusion.preserve import blending_of
from rtedit_desktop.engine.decode_cache import DecodeCache
from rtedit_desktop.engine.decoding import decode
from rtedit_desktop.engine.lru_cache import LRUCache
from rtedit_desktop.engine.machine.devices import is_out_of_memory
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.recipes import METHOD_VERSION
from rtedit_desktop.engine.stopping import Stop
from rtedit_desktop.presets.format import content_of, read_info, read_weights, write_content

READ_BYTES = 128 * 2**20
EXPANDED_BYTES = 512 * 2**20
SHARE = 0.05
MOST_BYTES = 10 * 2**20
_BESIDE = 64 * 2**10  # the thumbnails and what a preset says of itself
_ENTRY = 400  # of the table of contents, for one parameter
_LEAST = 32 * 2**10


class PutPreset(Protocol):
    """Keeps the bytes of a preset file, as ``write_content`` does."""

    def __call__(self, path: Path, content: bytes, *, overwrite: bool = True) -> PresetInfo: ...


@dataclass(frozen=True)
class Loaded:
    """One preset ready for use; ``expanded`` gives its weights on the pack's device, in single precision."""

    info: PresetInfo
    expanded: Callable[[], Delta]


_Key = tuple[Path, int, int, str]


@dataclass(frozen=True)
class _Read:
    """One preset as its file has it."""

    info: PresetInfo
    parts: Mapping[str, Part]


class LoadedPresets:
    """Owns the presets that were used lately, as they are in their files, and expanded as far as there is room.

    Switching between those reads nothing. Expanded, a preset of 10 MiB can be two gigabytes, so both are bounded in
    bytes, and only the last one used may be larger. ``decoded`` is what the base makes of the pictures.
    """

    def __init__(self, read_bytes: int = READ_BYTES, expanded_bytes: int = EXPANDED_BYTES) -> None:
        self._read: LRUCache[_Read] = LRUCache(read_bytes)
        self._expanded: LRUCache[Delta] = LRUCache(expanded_bytes)
        self.decoded = DecodeCache()

    def load(self, uses: Sequence[PresetUse], pack: LoadedPack) -> list[Loaded]:
        """One for every use. Raises PresetError for what cannot be used with this pack, SettingsError for strengths."""
        if not uses:
            raise PresetError(tr("No preset was chosen."), tr("Choose at least one preset."))
        for use in uses:
            if not 0 <= use.strength <= MAX_STRENGTH:
                raise SettingsError(
                    tr("The strength of a preset is {strength:g}, which is out of range.", strength=use.strength),
                    tr("Give it a value from 0 to {max_strength:g}.", max_strength=MAX_STRENGTH),
                )
        return [self._one(use.path, pack) for use in uses]

    def forget(self) -> None:
        self._read.clear()
        self._expanded.clear()
        self.decoded.clear()

    def _one(self, path: Path, pack: LoadedPack) -> Loaded:
        info = None
        try:
            stat = path.stat()
        except OSError:
            info = read_info(path)  # says what is wrong with the file
            stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns, pack.base_sha256)
        read = self._read.get(key)
        if read is None:
            info = info or read_info(path)
            shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
            read = _Read(info, read_weights(path, shapes, pack.base_sha256))
            self._read.put(key, read, _bytes(read.parts))
        return Loaded(read.info, partial(self._delta, key, read.parts, pack))

    def _delta(self, key: _Key, parts: Mapping[str, Part], pack: LoadedPack) -> Delta:
        delta = self._expanded.get(key)
        if delta is None:
            shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
            delta = {name: expand(part, shapes[name]).to(pack.device) for name, part in parts.items()}
            self._expanded.put(key, delta, sum(value.nbytes for value in delta.values()))
        return delta


def _bytes(parts: Mapping[str, Part]) -> int:
    return sum(array.nbytes for part in parts.values() for array in ((part,) if isinstance(part, np.ndarray) else part))


def settings_of(loaded: Sequence[Loaded], seed: int | None, steps: int | None) -> EditSettings:
    """How to decode a mix: as the preset that starts from the highest t0 wants it, put back as all of them allow."""
    leading = max((one.info.spec.settings for one in loaded), key=lambda settings: (settings.t0, settings.refine_from))
    seed = leading.seed if seed is None else seed
    blending = blending_of([one.info.spec.settings.blending for one in loaded])
    return replace(leading, seed=seed, strength=1.0, steps=steps or leading.steps, blending=blending)


def edit_of(
    loaded: Sequence[Loaded],
    uses: Sequence[PresetUse],
    settings: EditSettings,
    pack: LoadedPack,
    x0: Tensor,
    decoded: DecodeCache,
) -> Edit:
    """The sum of the presets' weights, each at its strength, and the picture x0 (1, 3, S, S) in [-1, 1] encoded."""
    delta = mix((one.expanded(), use.strength) for one, use in zip(loaded, uses, strict=True))
    x_t, rebuilt = decoded.of(pack, x0, settings)
    return Edit(delta, x_t, rebuilt=rebuilt)


@dataclass(frozen=True)
class Turn:
    """One of several edits that are applied one after the other, and how."""

    loaded: Loaded
    use: PresetUse
    settings: EditSettings


def turns_of(
    loaded: Sequence[Loaded], uses: Sequence[PresetUse], settings: EditSettings, steps: int | None
) -> list[Turn]:
    """The edits as turns, where pairs taught all of several; an empty list where their weights are added.

    What pairs taught says how it goes back into a picture. Each such edit was learned for itself, and far enough from
    the base that the sum of two makes neither. ``settings`` bring the seed, the strength and what is preserved.
    """
    own = [one.info.spec.settings for one in loaded]
    if len(loaded) < 2 or any(one.blending == "auto" for one in own):
        return []
    ways = [
        replace(
            way,
            seed=settings.seed,
            strength=settings.strength,
            preserve=settings.preserve,
            steps=steps or way.steps,
            preview_every=settings.preview_every,
        )
        for way in own
    ]
    return [Turn(*turn) for turn in zip(loaded, uses, ways, strict=True)]


def apply_in_turn(
    job: str, pack: LoadedPack, x0: Tensor, turns: Sequence[Turn], decoded: DecodeCache, stop: Stop
) -> Generator[Event, None, np.ndarray]:
    """Each edit on what the one before made of the picture x0 (1, 3, S, S); the generator's value is the last."""
    picture = to_pixels(x0)
    for turn in turns:
        edit = edit_of([turn.loaded], [turn.use], turn.settings, pack, x0, decoded)
        picture = yield from decode(job, pack, x0, edit, turn.settings, stop)
        x0 = to_tensor(picture, x0.shape[-1]).to(x0.device)
    return picture


@dataclass(frozen=True)
class CompressedEdit:
    """The small form of what was learned, and what it does to a picture."""

    parts: dict[str, Part]
    before: np.ndarray
    after: np.ndarray


def make(
    job: str, learned: Learned, x0: Tensor, pictures: int, settings: EditSettings, pack: LoadedPack, stop: Stop
) -> Generator[Event, None, CompressedEdit]:
    """Compress what was learned on x0 (N, 3, S, S) and show it on the first; the generator's value is both."""
    stop.check()
    parts = compress(learned.delta, budget(pack), sensitivity_of(learned.delta, x0, settings, pack, stop))
    x0 = x0[:1]
    shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
    delta = {name: expand(part, shapes[name]).to(pack.device) for name, part in parts.items()}
    stop.check()
    x_t = learned.x_t if pictures == 1 else encode(pack, x0, settings)
    after = yield from decode(job, pack, x0, Edit(delta, x_t), replace(settings, strength=1.0), stop)
    return CompressedEdit(parts, _thumbnail(x0), _thumbnail(to_tensor(after, x0.shape[-1])))


def budget(pack: LoadedPack, share: float = SHARE) -> int:
    """How many bytes the weights of a preset may take, so that its file is that share of the base's, or 10 MiB."""
    table = _ENTRY * sum(1 for _ in pack.denoiser.net.parameters())
    return max(_LEAST, int(min(pack.base_bytes * share, MOST_BYTES)) - _BESIDE - table)


def sensitivity_of(
    delta: Delta, x0: Tensor, settings: EditSettings, pack: LoadedPack, stop: Stop
) -> dict[str, Sensitivity] | None:
    """How much the estimates of the pictures x0 (N, 3, S, S) move with each weight.

    None where there is no memory for it: a preset is then a little less true. The weights are not put back.
    """
    found: dict[str, Sensitivity] | None = None
    try:
        for sums in measure_sensitivity(pack.denoiser, pack.base, delta, x0, settings.t0):
            stop.check()
            found = sums
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
    return found


def write(
    request: LearnRequest | KeepRequest,
    spec: EditSpec,
    learned: Learned,
    compressed: CompressedEdit,
    pictures: int,
    pack: LoadedPack,
    put: PutPreset = write_content,
) -> PresetInfo:
    """Write what was learned by a spec as the preset file that was asked for: where, it says.

    ``put`` is what writes the bytes. Raises SaveError; what was there is intact then.
    """
    info = PresetInfo(
        path=request.output,
        title=request.title.strip() or spec.prompt,
        spec=spec,
        base_sha256=pack.base_sha256,
        method_version=METHOD_VERSION,
        pictures=pictures,
        score=learned.score or 0.0,
        created=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        author=request.author,
        licence=request.licence,
        before=compressed.before,
        after=compressed.after,
    )
    return put(request.output, content_of(info, compressed.parts), overwrite=request.overwrite)


def _thumbnail(x0: Tensor) -> np.ndarray:
    """(THUMBNAIL, THUMBNAIL, 3) uint8 of x0 (1, 3, S, S)."""
    small = torch.nn.functional.interpolate(x0.cpu(), size=(THUMBNAIL, THUMBNAIL), mode="bicubic", antialias=True)
    return ((small[0].clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
