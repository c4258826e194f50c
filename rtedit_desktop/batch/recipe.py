"""Recipe of a batch: the edit that is made of every photo."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rtedit_desktop.core.edits import MAX_STRENGTH, USUAL, EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.errors import PresetError, SettingsError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.requests import PictureRequest, request_for

_LATER = frozenset({"blending"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Presets, each with its strength, or a prompt that is learned on each photo anew.

    ``titles`` are the presets' own, for names of files. ``seed`` and ``steps`` are for presets; None is as they
    were learned.
    """

    pack: str
    uses: tuple[PresetUse, ...] = ()
    titles: tuple[str, ...] = ()
    seed: int | None = None
    steps: int | None = None
    prompt: str = ""
    source: str = ""
    settings: EditSettings = field(default_factory=EditSettings)

    @staticmethod
    def of_prompt(info: PackInfo, prompt: str, source: str, seed: int | None = None) -> Recipe:
        """Learned with what the pack recommends. Raises PromptError for what cannot be worked with."""
        info.check_prompt(prompt, source)
        settings = info.settings_for(prompt, seed=seed, preview_every=0)
        return Recipe(pack=info.id, prompt=prompt, source=source, settings=settings)

    @property
    def label(self) -> str:
        """What stands for ``{preset}`` in a name: titles or the prompt, before anything is made of it."""
        return " + ".join(self.titles) if self.uses else self.prompt

    def request(self, picture: np.ndarray) -> PictureRequest:
        """``picture``: (S, S, 3) uint8, the square of a photo."""
        if self.uses:
            return request_for(MixSpec(pack=self.pack, uses=self.uses, seed=self.seed, steps=self.steps), picture)
        spec = EditSpec(prompt=self.prompt, source=self.source, pack=self.pack, settings=self.settings)
        return request_for(spec, picture)

    def digest(self, info: PackInfo) -> str:
        """Equal when the same photo would become the same result: presets count by their content.

        Settings that came after the first digests count where they are not the usual ones: those stay equal.
        Raises PresetError for a preset that is gone.
        """
        data = self.as_json()
        data.pop("titles")
        data["settings"] = {
            name: value
            for name, value in data["settings"].items()
            if name not in _LATER or value != getattr(USUAL, name)
        }
        data["version"] = info.version
        for use in data["uses"]:
            use["path"] = _sha256(Path(use["path"]))
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

    # --- on disk -----------------------------------------------------------------------------

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["titles"] = list(self.titles)
        data["uses"] = [{"path": str(use.path.absolute()), "strength": use.strength} for use in self.uses]
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Recipe:
        """Raises ValueError, KeyError, TypeError or SettingsError for what is not one."""
        uses = tuple(PresetUse(Path(use["path"]), float(use["strength"])) for use in data["uses"])
        if not all(0 <= use.strength <= MAX_STRENGTH for use in uses):
            raise SettingsError(tr("A strength is out of its range."))
        texts = [data[name] for name in ("pack", "prompt", "source")] + list(data["titles"])
        numbers = [data["seed"], data["steps"]]
        if not all(isinstance(text, str) for text in texts) or len(data["titles"]) != len(uses):
            raise ValueError("not a recipe")
        if not all(number is None or type(number) is int for number in numbers):
            raise ValueError("not a recipe")
        return Recipe(
            pack=data["pack"],
            uses=uses,
            titles=tuple(data["titles"]),
            seed=data["seed"],
            steps=data["steps"],
            prompt=data["prompt"],
            source=data["source"],
            settings=EditSettings(**data["settings"]),
        )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PresetError(
            tr("The preset {name} cannot be read: {reason}.", name=shown_name(path.name), reason=reason),
            tr("Put it back, or choose another one."),
        ) from error
