"""A pack's ``manifest.json``: read, checked field by field, and written.

The layout, format 1 (fields with a value shown after ``=`` may be left out)::

    {
      "format": 1,
      "id": "avatars",                    lower-case letters, digits, "-" and "_"
      "title": "Avatars",
      "version": "1.0",
      "domain": "illustrated portraits",
      "source": "face",                   the neutral text of every picture of the domain
      "image_size": 128,
      "licence": "MIT",
      "attribution": "…",                 may have several lines
      "unet": {
        "config": {…},                    keywords of diffusers.UNet2DModel
        "prediction_type": "sample",      or "epsilon" or "v_prediction"
        "learned_variance": false,        true: twice the output channels, the second half unused
        "pixel_unshuffle": 4 = 1          1: the net sees the picture as it is
      },
      "schedule": {"beta_start": 0.0001, "beta_end": 0.02, "timesteps": 1000} = these
      "clip": {
        "config": {"embed_dim": …, "vision_cfg": {…}, "text_cfg": {…}},    keywords of open_clip.CLIP
        "quick_gelu": false,
        "image_size": 128,
        "mean": [r, g, b], "std": [r, g, b]
      },
      "templates": ["{}", "a photo of {}"] = ["{}"]
      "suggestions": [{"prompt": "smiling face", "kind": "expression", "source": "" }] = []
      "vocabulary": ["face", "smiling"] = []         empty: any word
      "kind_of_word": {"smiling": "expression"} = {}
      "settings": {"default": {"t0": 400}, "expression": {…}} = {"default": {}}
                                          partial EditSettings by kind of edit; a kind starts from
                                          "default" and overrides it
      "learning": {"iterations": 60} = {}
                                          what changes in them when a prompt is learned on many pictures
      "files": {"unet.safetensors": {"sha256": "…", "bytes": 123}, "clip.safetensors": {…}}
    }

The two weight files always have these names; further files (a licence text) may be listed too, among them
``pictures.png``: pictures of the domain to learn presets on, side by side in rows, image_size square each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from rtedit_desktop.core.errors import PackDamaged, PackError, SettingsError
from rtedit_desktop.core.pack_info import PackInfo, Suggestion
from rtedit_desktop.core.requests import EditSettings
from rtedit_desktop.packs.fields import Fields, Wrong, as_real, as_text, as_word, shown
from rtedit_desktop.packs.networks import clip_config, unet_config

FORMAT = 1
MANIFEST = "manifest.json"
UNET_FILE = "unet.safetensors"
CLIP_FILE = "clip.safetensors"
PICTURES_FILE = "pictures.png"
MAX_MANIFEST_BYTES = 4 * 2**20

PredictionType = Literal["epsilon", "sample", "v_prediction"]

_AGAIN = "Install the pack again, or ask its maker for a repaired one."
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FILE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?")
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_KIND = re.compile(r"[a-z0-9][a-z0-9 _-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SETTINGS = EditSettings()
_CHOICES = {"encoding": ("stochastic", "deterministic"), "source_image": ("clean", "estimate")}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What a file of the pack must be."""

    sha256: str
    bytes: int


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
    ``open_clip.CLIP``, ``quick_gelu`` included. A net with ``pixel_unshuffle`` u sees pictures as
    (N, 3 u², S / u, S / u).
    """

    info: PackInfo
    unet_config: Mapping[str, Any]
    prediction_type: PredictionType
    learned_variance: bool
    pixel_unshuffle: int
    schedule: Schedule
    clip_config: Mapping[str, Any]
    clip_image_size: int
    clip_mean: tuple[float, float, float]
    clip_std: tuple[float, float, float]
    templates: tuple[str, ...]
    files: Mapping[str, FileRecord]

    def path(self, name: str) -> Path:
        """Where a listed file lies."""
        return self.info.folder / name

    def to_json(self) -> str:
        """The text of ``manifest.json``; reading it gives this manifest again."""
        info = self.info
        clip_keywords = dict(self.clip_config)
        quick_gelu = clip_keywords.pop("quick_gelu")
        layout = {
            "format": FORMAT,
            "id": info.id,
            "title": info.title,
            "version": info.version,
            "domain": info.domain,
            "source": info.source,
            "image_size": info.image_size,
            "licence": info.licence,
            "attribution": info.attribution,
            "unet": {
                "config": dict(self.unet_config),
                "prediction_type": self.prediction_type,
                "learned_variance": self.learned_variance,
                "pixel_unshuffle": self.pixel_unshuffle,
            },
            "schedule": asdict(self.schedule),
            "clip": {
                "config": clip_keywords,
                "quick_gelu": quick_gelu,
                "image_size": self.clip_image_size,
                "mean": self.clip_mean,
                "std": self.clip_std,
            },
            "templates": self.templates,
            "suggestions": [asdict(suggestion) for suggestion in info.suggestions],
            "vocabulary": sorted(info.vocabulary),
            "kind_of_word": dict(info.kind_of_word),
            "settings": _partial_settings(info.settings),
            "learning": dict(info.learning),
            "files": {name: asdict(record) for name, record in self.files.items()},
        }
        return json.dumps(layout, indent=2, ensure_ascii=False) + "\n"


def read(folder: Path) -> Manifest:
    """The manifest of a pack folder. Raises PackDamaged, or PackError for a newer format."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            raw = file.read(MAX_MANIFEST_BYTES + 1)
    except FileNotFoundError as error:
        raise PackDamaged(f"The pack folder “{folder.name}” has no {MANIFEST}.", _AGAIN) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = f"The manifest of the pack folder “{folder.name}” cannot be read: {reason}."
        raise PackDamaged(what, _AGAIN) from error
    if len(raw) > MAX_MANIFEST_BYTES:
        raise PackDamaged(f"The manifest of the pack folder “{folder.name}” is too large to be one.", _AGAIN)
    try:
        layout = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise PackDamaged(f"The manifest of the pack folder “{folder.name}” is not JSON.", _AGAIN) from error
    return parse(layout, folder)


def parse(layout: object, folder: Path) -> Manifest:
    """The manifest in ``layout``, for a pack that lies in ``folder``."""
    try:
        return _parse(Fields(layout, ""), folder)
    except Wrong as error:
        raise PackDamaged(f"The manifest of the pack folder “{folder.name}” is wrong: {error}.", _AGAIN) from error


def _parse(top: Fields, folder: Path) -> Manifest:
    version = top.whole("format", 1, 2**31)
    if version > FORMAT:
        raise PackError(f"The pack in “{folder.name}” was made for a newer RTEdit.", "Update RTEdit to use this pack.")
    image_size = top.whole("image_size", 16, 2048)

    unet = top.inner("unet")
    unshuffle = unet.whole("pixel_unshuffle", 1, 16, 1)
    learned_variance = unet.flag("learned_variance", False)
    prediction = unet.one_of("prediction_type", ("epsilon", "sample", "v_prediction"))
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
        raise Wrong("schedule.beta_end must not be smaller than schedule.beta_start")

    clip = top.inner("clip")
    clip_image_size = clip.whole("image_size", 16, 2048)
    clip_keywords = clip_config(clip.inner("config"), clip_image_size)
    clip_keywords["quick_gelu"] = clip.flag("quick_gelu", False)
    mean = _channels(clip, "mean", -1.0, 2.0)
    std = _channels(clip, "std", 1e-3, 10.0)
    clip.finish()

    templates = tuple(as_text(value, f"templates[{i}]") for i, value in enumerate(top.items("templates", ("{}",))))
    for i, template in enumerate(templates):
        if template.count("{}") != 1 or set("{}") & set(template.replace("{}", "")):
            raise Wrong(f"templates[{i}] must have one {{}} for the prompt and no other braces")
    if not templates:
        raise Wrong("templates must not be empty")

    manifest = Manifest(
        info=_info(top, folder, image_size, schedule.timesteps, _most_words(clip_keywords, templates)),
        unet_config=unet_keywords,
        prediction_type=prediction,  # type: ignore[arg-type]
        learned_variance=learned_variance,
        pixel_unshuffle=unshuffle,
        schedule=schedule,
        clip_config=clip_keywords,
        clip_image_size=clip_image_size,
        clip_mean=mean,
        clip_std=std,
        templates=templates,
        files=_files(top),
    )
    top.finish()
    return manifest


def _most_words(clip_keywords: dict[str, Any], templates: tuple[str, ...]) -> int:
    """How many words of a prompt the text model sees, at a token each, in the wordiest template."""
    around = max(len(template.replace("{}", " ").split()) for template in templates)
    return max(1, clip_keywords["text_cfg"]["context_length"] - 2 - around)


def _info(top: Fields, folder: Path, image_size: int, timesteps: int, most_words: int) -> PackInfo:
    name = top.text("id")
    if not _ID.fullmatch(name):
        raise Wrong("id must be made of lower-case letters, digits, “-” and “_”")
    settings = _settings(top.inners("settings", {"default": {}}), timesteps)
    learning = top.inner("learning", {})
    chosen = dict(learning.left)
    _edit_settings(settings["default"], learning, timesteps)

    vocabulary = set()
    for i, value in enumerate(top.items("vocabulary", ())):
        vocabulary.add(as_word(value, f"vocabulary[{i}]"))

    kinds = top.inner("kind_of_word", {})
    kind_of_word = {}
    for word, kind in kinds.left.items():
        field = kinds.path(shown(word))
        kind_of_word[as_word(word, field)] = _known_kind(kind, field, settings)

    suggestions = []
    for i, value in enumerate(top.items("suggestions", ())):
        item = Fields(value, f"suggestions[{i}]")
        kind = _known_kind(item.take("kind", "default"), item.path("kind"), settings)
        suggestions.append(Suggestion(prompt=item.text("prompt"), kind=kind, source=item.text("source", "")))
        item.finish()

    info = PackInfo(
        id=name,
        title=top.text("title"),
        version=top.text("version"),
        domain=top.text("domain"),
        source=top.text("source"),
        image_size=image_size,
        licence=top.text("licence", lines=True),
        attribution=top.text("attribution", lines=True),
        folder=folder,
        suggestions=tuple(suggestions),
        vocabulary=frozenset(vocabulary),
        most_words=most_words,
        settings=settings,
        learning=chosen,
        kind_of_word=kind_of_word,
    )
    texts = {"source": info.source}
    for i, suggestion in enumerate(suggestions):
        texts[f"suggestions[{i}].prompt"] = suggestion.prompt
        texts[f"suggestions[{i}].source"] = suggestion.source
    for field, text in texts.items():
        if unknown := info.unknown_words(text):
            raise Wrong(f"{field} uses “{unknown[0]}”, which is not in the vocabulary")
    return info


def _settings(kinds: dict[str, Fields], timesteps: int) -> dict[str, EditSettings]:
    if "default" not in kinds:
        raise Wrong("settings.default is missing")
    default = _edit_settings(_SETTINGS, kinds["default"], timesteps)
    settings = {"default": default}
    for kind, given in kinds.items():
        if not _KIND.fullmatch(kind):
            raise Wrong(f"settings.{shown(kind)} is not a plain name of a kind of edit")
        if kind != "default":
            settings[kind] = _edit_settings(default, given, timesteps)
    return settings


def _edit_settings(base: EditSettings, given: Fields, timesteps: int) -> EditSettings:
    values: dict[str, Any] = {}
    for field in fields(EditSettings):
        if field.name not in given.left:
            continue
        usual = getattr(_SETTINGS, field.name)
        if isinstance(usual, bool):
            values[field.name] = given.flag(field.name)
        elif isinstance(usual, int):
            values[field.name] = given.whole(field.name, 0, 2**63 - 1)
        elif isinstance(usual, float):
            values[field.name] = given.real(field.name, 0.0, 1000.0)
        else:
            values[field.name] = given.one_of(field.name, _CHOICES[field.name])
    given.finish()
    if values.get("t0", 0) >= timesteps:
        raise Wrong(f"{given.path('t0')} must be below schedule.timesteps")
    try:
        return replace(base, **values)
    except SettingsError as error:
        raise Wrong(f"{given.name}: {error.what.rstrip('.')}") from error


def _partial_settings(settings: Mapping[str, EditSettings]) -> dict[str, dict[str, Any]]:
    """The inverse of ``_settings``: only what differs, "default" first."""

    def changes(base: EditSettings, other: EditSettings) -> dict[str, Any]:
        was, now = asdict(base), asdict(other)
        return {name: value for name, value in now.items() if value != was[name]}

    partial = {"default": changes(_SETTINGS, settings["default"])}
    for kind, values in settings.items():
        if kind != "default":
            partial[kind] = changes(settings["default"], values)
    return partial


def _files(top: Fields) -> dict[str, FileRecord]:
    files = {}
    for name, record in top.inners("files").items():
        if not _FILE_NAME.fullmatch(name) or _DEVICE_NAME.fullmatch(name) or name.lower() == MANIFEST:
            raise Wrong(f"files names “{shown(name)}”, which is not a plain file name")
        digest = record.take("sha256")
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise Wrong(f"{record.path('sha256')} must be 64 lower-case hexadecimal digits")
        files[name] = FileRecord(sha256=digest, bytes=record.whole("bytes", 0, 2**40))
        record.finish()
    for name in (UNET_FILE, CLIP_FILE):
        if name not in files:
            raise Wrong(f"files does not list {name}")
    return files


def _channels(clip: Fields, key: str, low: float, high: float) -> tuple[float, float, float]:
    values = [as_real(value, clip.path(key), low, high) for value in clip.items(key)]
    if len(values) != 3:
        raise Wrong(f"{clip.path(key)} must have three numbers")
    return values[0], values[1], values[2]


def _known_kind(value: object, field: str, settings: Mapping[str, EditSettings]) -> str:
    if not isinstance(value, str) or value not in settings:
        raise Wrong(f"{field} must be a kind of edit that settings has")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
