"""Manifest of a pack, and how ``manifest.json`` has it; ``reading.py`` reads and checks it.

The layout, format 1 (fields with a value shown after ``=`` may be left out)::

    {
      "format": 1,
      "id": "avatars",                    lower-case letters, digits, "-" and "_"
      "title": "Avatars",
      "version": "1.0",
      "domain": "illustrated portraits",
      "source": "face",                   the neutral text of every picture of the domain
      "image_size": 128,
      "square": "face" = "centre",        what of a photo the model is shown first: a face that is found in it, all of
                                          it ("whole"), or the middle
      "licence": "MIT",
      "attribution": "…",                 may have several lines
      "unet": {
        "config": {…},                    keywords of diffusers.UNet2DModel
        "prediction_type": "sample",      or "epsilon" or "v_prediction"
        "learned_variance": false,        true: twice the output channels, the second half unused
        "pixel_unshuffle": 4 = 1,         1: the net sees the picture as it is
        "time_channels": 256 = 0          the sinusoid's width where it is not block_out_channels[0]
      },
      "schedule": {"beta_start": 0.0001, "beta_end": 0.02, "timesteps": 1000} = these
      "clip": {
        "config": {"embed_dim": …, "vision_cfg": {…}, "text_cfg": {…}},    keywords of open_clip.CLIP
        "quick_gelu": false,
        "image_size": 128,
        "mean": [r, g, b], "std": [r, g, b]
      },                                  or {"shared": "ViT-B-16-quickgelu"}: the part of this name, a file
                                          that several packs use (see shared_parts.py). A pack without a text
                                          model leaves "clip" out and brings "edits"
      "edits": [{"file": "beard.rtpreset", "title": "Beard", "phrases": ["beard", "full beard"]}] = []
                                          edits that were learned beforehand, each a preset in the pack's folder,
                                          and the texts that ask for it (core/packs/learned_edits.py). "blending", the
                                          preset's own, may be said: a model of whole photos is shown the face for
                                          edits that are "tonal" or "opaque"
      "templates": ["{}", "a photo of {}"] = ["{}"]
      "suggestions": [{"prompt": "smiling face", "kind": "expression", "source": "" }] = []
                                          what the window offers to click; where there is no text model the edits' first
                                          phrases, if it is left out
      "unsure": ["long hair"] = []        what comes out badly more often than not: said when a prompt asks for it
      "languages": {"de": {…}} = {}       other languages that it can be asked in (languages.py)
      "vocabulary": ["face", "smiling"] = []         empty: any word
      "kind_of_word": {"smiling": "expression"} = {}
      "settings": {"default": {"t0": 400}, "expression": {…}} = {"default": {}}
                                          partial EditSettings by kind of edit; a kind starts from
                                          "default" and overrides it
      "learning": {"iterations": 60} = {}
                                          what changes in them when a prompt is learned on many pictures
      "pairs": {"iterations": 300} = {}   what differs from PAIR_SETTINGS when an edit is learned from pairs
      "quick": {"iterations": 4, "steps": 2} = {}
                                          what changes in them on a processor, of a net that takes minutes there
      "domain_limits": {"far": 228, "very_far": 300, "rough": 0.78}        may be left out: what is no picture of
                                          the domain (core/domain.py); it needs ``pictures.png``
      "domain_statistics": {"far": 2.8, "mean": [1.2, …], "deviation": [0.3, …]}    may be left out: the same by what
                                          the U-Net sees, and preferred to it
      "files": {"unet.safetensors": {"sha256": "…", "bytes": 123}, "clip.safetensors": {…}}
    }

The two weight files always have these names; with a shared part the second is left out. Their tensors are in single or
half precision, or take a byte a weight (packs/int8.py). Further files (a licence text) may be listed too, among them
``pictures.png``: pictures of the domain to learn presets on, side by side in rows, image_size square each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.packs.manifest import shared_parts as parts
from rtedit_desktop.packs.manifest.kinds import partial_settings
from rtedit_desktop.packs.manifest.languages import languages_layout
from rtedit_desktop.packs.manifest.networks import clip_config
from rtedit_desktop.packs.manifest.records import CLIP_FILE, FileRecord

FORMAT = 1

PredictionType = Literal["epsilon", "sample", "v_prediction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Linear betas, both ends included."""

    beta_start: float = 1e-4
    beta_end: float = 0.02
    timesteps: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that is needed to load a pack.

    ``unet_config`` are keywords of diffusers' UNet2DModel; ``clip_config`` keywords of
    ``open_clip.CLIP``, ``quick_gelu`` included; with ``clip_part`` they are those of that shared part, and there are
    none where the pack has no text model.
    A net with ``pixel_unshuffle`` u sees pictures as (N, 3 u², S / u, S / u). ``time_channels`` is the
    width of the time sinusoid, 0 for that of the first block (docs/reference/formats/pack.md).
    """

    info: PackInfo
    unet_config: Mapping[str, Any]
    prediction_type: PredictionType
    learned_variance: bool
    pixel_unshuffle: int
    time_channels: int
    schedule: Schedule
    clip_config: Mapping[str, Any]
    clip_image_size: int
    clip_mean: tuple[float, float, float]
    clip_std: tuple[float, float, float]
    clip_part: str
    templates: tuple[str, ...]
    files: Mapping[str, FileRecord]

    def path(self, name: str) -> Path:
        """Where a listed file lies, or the shared one in the place of the CLIP's."""
        if self.clip_part and name == CLIP_FILE:
            return parts.folder(self.clip_part) / CLIP_FILE
        return self.info.folder / name

    def record(self, name: str) -> FileRecord | None:
        """What a file must be, a shared one included; None for one that is not listed.

        Raises PackMissing when the shared part is not installed, PackDamaged when its record is wrong.
        """
        if self.clip_part and name == CLIP_FILE:
            return parts.record(self.clip_part, self.info.title)
        return self.files.get(name)

    def as_loaded(self) -> Manifest:
        """With the shared part that is in use in the place of the named one, see shared_parts.py."""
        part = parts.in_use(self.clip_part) if self.clip_part else ""
        if part == self.clip_part:
            return self
        fields = Fields(parts.PARTS[part].fields(), "clip")
        config = clip_config(fields.inner("config"), fields.whole("image_size", 16, 2048))
        config["quick_gelu"] = fields.flag("quick_gelu", False)
        return replace(self, clip_part=part, clip_config=config)

    def all_files(self) -> list[str]:
        """The names of every file that is needed to load the pack, a shared one included."""
        return [*self.files, CLIP_FILE] if self.clip_part else list(self.files)

    def to_json(self) -> str:
        """The text of ``manifest.json``; reading it gives this manifest again."""
        info = self.info
        layout: dict[str, Any] = {
            "format": FORMAT,
            "id": info.id,
            "title": info.title,
            "version": info.version,
            "domain": info.domain,
            "source": info.source,
            "image_size": info.image_size,
            "square": info.square,
            "licence": info.licence,
            "attribution": info.attribution,
            "unet": {
                "config": dict(self.unet_config),
                "prediction_type": self.prediction_type,
                "learned_variance": self.learned_variance,
                "pixel_unshuffle": self.pixel_unshuffle,
                "time_channels": self.time_channels,
            },
            "schedule": asdict(self.schedule),
            "templates": self.templates,
            "suggestions": [asdict(suggestion) for suggestion in info.suggestions],
            "vocabulary": sorted(info.vocabulary),
            "kind_of_word": dict(info.kind_of_word),
            "settings": partial_settings(info.settings),
            "learning": dict(info.learning),
            "files": {name: asdict(record) for name, record in self.files.items()},
        }
        if info.has_text_model:
            layout["clip"] = {"shared": self.clip_part} if self.clip_part else self._clip_layout()
        if info.edits:
            layout["edits"] = [asdict(edit) for edit in info.edits]
        if info.unsure:
            layout["unsure"] = info.unsure
        if info.languages:
            layout["languages"] = {code: languages_layout(one) for code, one in info.languages.items()}
        if info.pairs:
            layout["pairs"] = dict(info.pairs)
        if info.quick:
            layout["quick"] = dict(info.quick)
        if info.domain_limits is not None:
            layout["domain_limits"] = asdict(info.domain_limits)
        if info.domain_statistics is not None:
            layout["domain_statistics"] = asdict(info.domain_statistics)
        return json.dumps(layout, indent=2, ensure_ascii=False) + "\n"

    def _clip_layout(self) -> dict[str, Any]:
        keywords = dict(self.clip_config)
        return {
            "quick_gelu": keywords.pop("quick_gelu"),
            "config": keywords,
            "image_size": self.clip_image_size,
            "mean": self.clip_mean,
            "std": self.clip_std,
        }
