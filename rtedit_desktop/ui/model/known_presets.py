"""What is known of presets, and what results are called by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec
from rtedit_desktop.core.errors import shown_name
from rtedit_desktop.core.lazy_text import LazyText
from rtedit_desktop.ui.model.result import Result


class KnownPresets:
    """Owns the titles of presets, and the strengths that they were saved at. Both stay known after a preset is gone,
    for the results that were made with it."""

    def __init__(self) -> None:
        self._titles: dict[Path, str] = {}
        self._recalled: dict[Path, str] = {}
        self._strengths: dict[Path, float] = {}

    def learn(self, titles: Mapping[Path, str], strengths: Mapping[Path, float]) -> bool:
        """Whether one of them has another title now."""
        self._strengths.update(strengths)
        news = any(self._titles.get(path) != title for path, title in titles.items())
        self._titles.update(titles)
        return news

    def recall(self, spec: Spec, recipe: Mapping[str, object]) -> None:
        """What the presets of an edit were called when it was made, for those that are gone since."""
        told = recipe.get("presets")
        if not isinstance(spec, MixSpec) or not isinstance(told, (list, tuple)) or len(told) != len(spec.uses):
            return
        for use, one in zip(spec.uses, told, strict=True):
            title = one.get("title") if isinstance(one, dict) else None
            if isinstance(title, str) and title.strip():
                self._recalled[use.path] = shown_name(title)

    def title(self, path: Path) -> str:
        return self._titles.get(path) or self._recalled.get(path, path.stem)

    def strength(self, path: Path) -> float:
        return self._strengths.get(path, 1.0)

    def by_title(self, sentence: str) -> str:
        """A sentence with a ``{preset}``, which is told there by the name of its file; here by its title, if known."""
        name = sentence.values.get("preset") if isinstance(sentence, LazyText) else None
        known = self._recalled | self._titles
        titles = {title for path, title in known.items() if shown_name(path.name) == name}
        if not isinstance(sentence, LazyText) or len(titles) != 1:
            return sentence
        return LazyText(sentence.template, **{**sentence.values, "preset": titles.pop()})

    def title_of(self, spec: Spec) -> str:
        """What a result is called: its prompt, or its presets."""
        if isinstance(spec, EditSpec):
            return spec.prompt
        return " + ".join(self.title(use.path) for use in spec.uses)

    def name_of(self, result: Result) -> str:
        """What the person calls it, else what was asked for."""
        return result.name or self.what_of(result)

    def what_of(self, result: Result) -> str:
        """What was asked for, on whatever it was made."""
        spec = result.request.spec
        return self.title_of(replace(spec, uses=result.uses) if isinstance(spec, MixSpec) else spec)
