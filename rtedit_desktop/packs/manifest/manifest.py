"""Reads, checks and writes a pack's ``manifest.json``.

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
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from rtedit_desktop.core.errors import PackDamaged, PackError, shown_name
from rtedit_desktop.core.json_reader import FieldError, Fields, as_real, as_text, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.packs.manifest import shared_parts as parts
from rtedit_desktop.packs.manifest.about import MOST_TEXT, read_info
from rtedit_desktop.packs.manifest.kinds import partial_settings
from rtedit_desktop.packs.manifest.languages import languages_layout
from rtedit_desktop.packs.manifest.networks import clip_config, unet_config
from rtedit_desktop.packs.manifest.records import CLIP_FILE, MANIFEST, PICTURES_FILE, UNET_FILE, FileRecord, read_files
from rtedit_desktop.support.regular_file import open_regular

FORMAT = 1
MAX_MANIFEST_BYTES = 4 * 2**20

PredictionType = Literal["epsilon", "sample", "v_prediction"]

_AGAIN = tr("Install the pack again, or ask its maker for a repaired one.")


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
    width of the time sinusoid, 0 for that of the first block (docs/method.md).
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


def read(folder: Path) -> Manifest:
    """The manifest of a pack folder. Raises PackDamaged, or PackError for a newer format."""
    try:
        with open_regular(folder / MANIFEST) as file:
            raw = file.read(MAX_MANIFEST_BYTES + 1)
    except FileNotFoundError as error:
        raise PackDamaged(
            tr("The pack folder “{name}” has no {manifest}.", name=shown_name(folder.name), manifest=MANIFEST), _AGAIN
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = tr(
            "The manifest of the pack folder “{name}” cannot be read: {reason}.",
            name=shown_name(folder.name),
            reason=reason,
        )
        raise PackDamaged(what, _AGAIN) from error
    if len(raw) > MAX_MANIFEST_BYTES:
        raise PackDamaged(
            tr("The manifest of the pack folder “{name}” is too large to be one.", name=shown_name(folder.name)), _AGAIN
        )
    return _parsed(raw, folder)


@lru_cache(maxsize=16)
def _parsed(raw: bytes, folder: Path) -> Manifest:
    """A job asks for its manifest several times, and so does each look at what is installed."""
    try:
        layout = parse_json(raw.decode("utf-8-sig"), MAX_MANIFEST_BYTES)
    except FieldError as error:
        raise _wrong(folder, error) from error
    except ValueError as error:
        raise PackDamaged(
            tr("The manifest of the pack folder “{name}” is not JSON.", name=shown_name(folder.name)), _AGAIN
        ) from error
    return parse(layout, folder)


def parse(layout: object, folder: Path) -> Manifest:
    """The manifest in ``layout``, for a pack that lies in ``folder``."""
    try:
        return _parse(Fields(layout), folder)
    except FieldError as error:
        raise _wrong(folder, error) from error


def _parse(top: Fields, folder: Path) -> Manifest:
    version = top.whole("format", 1, 2**31)
    if version > FORMAT:
        raise PackError(
            tr("The pack in “{name}” was made for a newer RTEdit.", name=shown_name(folder.name)),
            tr("Update RTEdit to use this pack."),
        )
    image_size = top.whole("image_size", 16, 2048)

    unet = top.inner("unet")
    unshuffle = unet.whole("pixel_unshuffle", 1, 16, 1)
    learned_variance = unet.flag("learned_variance", False)
    prediction = unet.one_of("prediction_type", ("epsilon", "sample", "v_prediction"))
    time_channels = unet.whole("time_channels", 0, 8192, 0)
    unet_keywords = unet_config(unet.inner("config"), image_size, unshuffle, learned_variance)
    unet.finish()

    linear, usual = top.inner("schedule", {}), Schedule()
    schedule = Schedule(
        beta_start=linear.real("beta_start", 1e-8, 0.5, usual.beta_start),
        beta_end=linear.real("beta_end", 1e-8, 0.5, usual.beta_end),
        timesteps=linear.whole("timesteps", 2, 100_000, usual.timesteps),
    )
    linear.finish()
    if schedule.beta_end < schedule.beta_start:
        raise FieldError("schedule.beta_end", "must not be smaller than schedule.beta_start")

    clip = _read_clip(top.inner("clip")) if "clip" in top.left else _NO_CLIP

    templates = tuple(
        as_text(value, f"templates[{i}]", most=MOST_TEXT)
        for i, value in enumerate(top.items("templates", ("{}",), most=1000))
    )
    for i, template in enumerate(templates):
        if template.count("{}") != 1 or set("{}") & set(template.replace("{}", "")):
            raise FieldError(f"templates[{i}]", "must have one {} for the prompt and no other braces")
    if not templates:
        raise FieldError("templates", "must not be empty")

    manifest = Manifest(
        info=read_info(top, folder, image_size, schedule.timesteps, _most_words(clip.config, templates)),
        unet_config=unet_keywords,
        prediction_type=prediction,  # type: ignore[arg-type]
        learned_variance=learned_variance,
        pixel_unshuffle=unshuffle,
        time_channels=time_channels,
        schedule=schedule,
        clip_config=clip.config,
        clip_image_size=clip.image_size,
        clip_mean=clip.mean,
        clip_std=clip.std,
        clip_part=clip.part,
        templates=templates,
        files=read_files(top, (UNET_FILE, CLIP_FILE) if clip.config and not clip.part else (UNET_FILE,)),
    )
    top.finish()
    if manifest.info.domain_limits is not None and PICTURES_FILE not in manifest.files:
        raise FieldError("domain_limits", f"needs {PICTURES_FILE}")
    _check_edits(manifest)
    return manifest


class _Clip(NamedTuple):
    config: dict[str, Any]
    image_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    part: str


_NO_CLIP = _Clip({}, 0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "")


def _read_clip(given: Fields) -> _Clip:
    part, clip = "", given
    if "shared" in given.left:
        part = given.one_of("shared", tuple(parts.PARTS))
        given.finish()
        clip = Fields(parts.PARTS[part].fields(), "clip")
    size = clip.whole("image_size", 16, 2048)
    config = clip_config(clip.inner("config"), size)
    config["quick_gelu"] = clip.flag("quick_gelu", False)
    found = _Clip(config, size, _channels(clip, "mean", -1.0, 2.0), _channels(clip, "std", 1e-3, 10.0), part)
    clip.finish()
    return found


def _check_edits(manifest: Manifest) -> None:
    info = manifest.info
    for i, edit in enumerate(info.edits):
        if edit.file not in manifest.files:
            raise FieldError(f"edits[{i}].file", "is not one of files")
    if not info.has_text_model and not info.edits:
        raise FieldError("clip", "is missing, and there are no edits in its place")
    if not info.has_text_model and info.domain_limits is not None:
        raise FieldError("domain_limits", "needs a text model")


def _most_words(clip_keywords: dict[str, Any], templates: tuple[str, ...]) -> int | None:
    """How many words of a prompt the text model sees, at a token each, in the wordiest template; None without one."""
    if not clip_keywords:
        return None
    around = max(len(template.replace("{}", " ").split()) for template in templates)
    seen: int = clip_keywords["text_cfg"]["context_length"]
    return max(1, seen - 2 - around)


def _channels(clip: Fields, key: str, low: float, high: float) -> tuple[float, float, float]:
    values = [as_real(value, clip.path(key), low, high) for value in clip.items(key)]
    if len(values) != 3:
        raise FieldError(clip.path(key), "must have three numbers")
    return values[0], values[1], values[2]


def _wrong(folder: Path, error: FieldError) -> PackDamaged:
    return PackDamaged(
        tr("The manifest of the pack folder “{name}” is wrong: {error}.", name=shown_name(folder.name), error=error),
        _AGAIN,
    )
