"""What is known of presets, and what results are called by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rtedit_desktop.core.edits import EditSpec, MixSpec, Spec
from rtedit_desktop.ui.model.result import Result


class KnownPresets:
    """Owns the titles of presets, and the strengths that they were saved at. Both stay known after a preset is gone,
    for the results that were made with it."""

    def __init__(self) -> None:
        self._titles: dict[Path, str] = {}
        self._strengths: dict[Path, float] = {}

    def learn(self, titles: Mapping[Path, str], strengths: Mapping[Path, float]) -> bool:
        """Whether one of them has another title now."""
        self._strengths.update(strengths)
        news = any(self._titles.get(path) != title for path, title in titles.items())
        self._titles.update(titles)
        return news

    def title(self, path: Path) -> str:
        return self._titles.get(path, path.stem)

    def strength(self, path: Path) -> float:
        return self._strengths.get(path, 1.0)

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
