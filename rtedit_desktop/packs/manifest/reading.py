"""Reads and checks a pack's ``manifest.json``, whose layout is in ``manifest.py``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rtedit_desktop.core.errors import PackDamaged, PackError, shown_name
from rtedit_desktop.core.json_reader import FieldError, Fields, as_real, as_text, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.manifest import shared_parts as parts
from rtedit_desktop.packs.manifest.about import MOST_TEXT, read_info
from rtedit_desktop.packs.manifest.manifest import FORMAT, Manifest, Schedule
from rtedit_desktop.packs.manifest.networks import clip_config, unet_config
from rtedit_desktop.packs.manifest.records import CLIP_FILE, MANIFEST, PICTURES_FILE, UNET_FILE, read_files
from rtedit_desktop.support.regular_file import open_regular

MAX_MANIFEST_BYTES = 4 * 2**20

_AGAIN = tr("Install the pack again, or ask its maker for a repaired one.")


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
