"""Describes how a result was made: in short, in full, and to be copied."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.photos.region import region_to_json
from rtedit_desktop.support.recipe_text import recipe_text
from rtedit_desktop.support.stacks.text import stack_text
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState


def _tr(text: str) -> str:
    return QCoreApplication.translate("recipe", text)


def short_words(result: Result) -> str:
    """Strength and seed."""
    spec = result.request.spec
    if result.picked:
        how = _tr("a step on the way")
    elif isinstance(spec, EditSpec):
        how = _percent(spec.settings.strength)
    else:
        how = " + ".join(_percent(use.strength) for use in result.uses)
    return _tr("{how} · variation\N{NO-BREAK SPACE}{seed}").format(how=how, seed=_seed(result))


def full_words(state: EditorState, result: Result) -> str:
    """A line for each thing that a person may want to know."""
    spec = result.request.spec
    lines = [*([result.name] if result.name else []), state.known_presets.what_of(result), short_words(result)]
    lines.append(_tr("Model: {title}").format(title=state.pack_title(spec.pack)))
    if isinstance(spec, EditSpec):
        settings = spec.settings
        lines.append(_tr("Shows now: {source}").format(source=spec.source))
        lines.append(
            _tr("Noise level {t0}, {steps} decode steps, at most {iterations} learning steps").format(
                t0=settings.t0, steps=settings.steps, iterations=settings.iterations
            )
        )
    if result.region is not None:
        lines.append(_tr("Limited to a region"))
    if result.base:
        below = [state.known_presets.title_of(layer.request.spec) for layer in result.base if layer.on]
        lines.append(_tr("On top of: {edits}").format(edits=", ".join(below) or _tr("the photo")))
    if result.score is not None:
        lines.append(_tr("how sure: {score}").format(score=QLocale().toString(result.score, "f", 2)))
    if "total" in result.seconds:
        lines.append(_tr("made in {seconds} s").format(seconds=QLocale().toString(result.seconds["total"], "f", 1)))
    when = QDateTime.fromSecsSinceEpoch(round(result.made))
    lines.append(QLocale().toString(when, QLocale.FormatType.ShortFormat))
    return "\n".join(lines)


def whole_recipe(result: Result) -> str:
    """As JSON, with the region as it was drawn."""
    if result.is_stack:
        return stack_text(result.layers, regions=True)
    more = {"score": result.score, "picked": result.picked, "region": region_to_json(result.region)}
    return recipe_text(result.request.spec, result.recipe, result.square, **more)


def short_recipe(result: Result) -> str:
    """The same for a photo to carry: whether there was a region, but not every point of it."""
    if result.is_stack:
        return stack_text(result.layers)
    more = {"score": result.score, "picked": result.picked, "region": result.region is not None}
    return recipe_text(result.request.spec, result.recipe, result.square, **more)


def _seed(result: Result) -> int:
    """Where none was asked for, the preset's own."""
    spec = result.request.spec
    seed = spec.settings.seed if isinstance(spec, EditSpec) else spec.seed
    if seed is None:
        settings = result.recipe.get("settings")
        seed = int(settings.get("seed", 0)) if isinstance(settings, dict) else 0
    return seed


def _percent(strength: float) -> str:
    return _tr("{n}\N{NO-BREAK SPACE}%").format(n=round(strength * 100))
