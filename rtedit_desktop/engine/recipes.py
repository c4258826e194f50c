"""Recipes, which repeat a result, and the keys under which what was learned is found again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import torch

from rtedit_desktop import __version__
from rtedit_desktop.core.edits import LATER, USUAL, EditSettings, EditSpec
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, LearnRequest
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack

METHOD_VERSION = 1
DECODING = frozenset({"strength", "steps", "skip_last", "preserve", "blending", "refine_from", "preview_every"})


def learning_key(spec: EditSpec, pictures: Sequence[np.ndarray], pack: LoadedPack, device: Device) -> str:
    """All that what is learned depends on, and nothing of how it is decoded or shown."""
    settings = {k: v for k, v in asdict(spec.settings).items() if k not in LATER or v != getattr(USUAL, k)}
    learning = sorted((k, v) for k, v in settings.items() if k not in DECODING)
    digests = [_picture_digest(picture) for picture in pictures]
    texts, precision = (spec.prompt, spec.source), [device.precision, device.exact]
    if device.decoding is not None:  # the estimates that are learned from are made in it
        precision.append(str(device.decoding))
    parts = (METHOD_VERSION, pack.base_sha256, pack.clip_sha256, digests, texts, learning, tuple(precision))
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()


def of_edit(request: EditRequest, pack: LoadedPack) -> Mapping[str, object]:
    """What is needed to make the same edit again."""
    return {
        **request.spec.to_json(),
        **_of_pack(pack),
        "picture_sha256": _picture_digest(request.picture),
    }


def of_learning(request: LearnRequest, pictures: Sequence[np.ndarray], pack: LoadedPack) -> Mapping[str, object]:
    """What is needed to learn the same again."""
    return {
        **request.spec.to_json(),
        **_of_pack(pack),
        "pictures_sha256": [_picture_digest(picture) for picture in pictures],
    }


def of_pairs(request: LearnRequest, learned: EditSpec, pack: LoadedPack) -> Mapping[str, object]:
    """What is needed to learn the same from pairs again; ``learned`` has the settings that were measured best."""
    return {
        **learned.to_json(),
        **_of_pack(pack),
        "pairs_sha256": [[_picture_digest(one) for one in pair] for pair in request.pairs],
    }


def of_apply(
    request: ApplyRequest, infos: Sequence[PresetInfo], settings: EditSettings, pack: LoadedPack
) -> Mapping[str, object]:
    """What is needed to apply the same presets again."""
    form = request.spec.to_json()
    told = [{"title": info.title, "prompt": info.spec.prompt, "source": info.spec.source} for info in infos]
    return {
        **form,
        "presets": [{**use, **more} for use, more in zip(form["presets"], told, strict=True)],
        **_of_pack(pack),
        "picture_sha256": _picture_digest(request.picture),
        "settings": asdict(settings),
    }


def of_device(device: Device) -> Mapping[str, object]:
    """What it was computed by: without "exact", the same request gives the same to a level or two."""
    return {
        "device": device.label,
        "precision": device.precision,
        "decoded_in": str(device.decoding or torch.float32).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "exact": device.exact,
    }


def _of_pack(pack: LoadedPack) -> dict[str, object]:
    info = pack.manifest.info
    return {
        "pack": info.id,
        "pack_title": info.title,
        "pack_version": info.version,
        "base_sha256": pack.base_sha256,
        "text_model": pack.manifest.clip_part or "the pack's own",
        "text_model_sha256": pack.clip_sha256,
        "method_version": METHOD_VERSION,
        "app_version": __version__,
    }


def _picture_digest(picture: np.ndarray) -> str:
    return hashlib.sha256(repr(picture.shape).encode() + np.ascontiguousarray(picture).tobytes()).hexdigest()
