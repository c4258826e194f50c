"""What the window and the command line know about a model pack, without loading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.requests import EditSettings

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A prompt the pack is good at. ``kind`` names its entry in ``PackInfo.settings``."""

    prompt: str
    kind: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """One installed pack. ``vocabulary`` holds lower-case words; empty means: any word.

    ``settings`` maps a kind of edit to its recommended settings; the key ``default`` always exists.
    ``kind_of_word`` maps a vocabulary word to the kind of edit it hints at.
    """

    id: str
    title: str
    version: str
    domain: str
    source: str
    image_size: int
    licence: str
    attribution: str
    folder: Path
    suggestions: tuple[Suggestion, ...] = ()
    vocabulary: frozenset[str] = frozenset()
    settings: Mapping[str, EditSettings] = field(default_factory=lambda: {"default": EditSettings()})
    kind_of_word: Mapping[str, str] = field(default_factory=dict)

    def unknown_words(self, text: str) -> list[str]:
        """Words of ``text`` that the pack's text model never saw, in order, without repeats."""
        if not self.vocabulary:
            return []
        words = dict.fromkeys(word.lower() for word in _WORD.findall(text))
        return [word for word in words if word not in self.vocabulary]

    def kind_of(self, prompt: str) -> str:
        """The kind of edit a prompt asks for, by its suggestion or else by its words."""
        folded = " ".join(prompt.lower().split())
        for suggestion in self.suggestions:
            if suggestion.prompt.lower() == folded:
                return suggestion.kind
        for word in _WORD.findall(folded):
            if word in self.kind_of_word:
                return self.kind_of_word[word]
        return "default"

    def settings_for(self, prompt: str, **overrides: object) -> EditSettings:
        """Recommended settings for a prompt, with ``overrides`` (None means: not given) on top."""
        base = self.settings.get(self.kind_of(prompt), self.settings["default"])
        given = {name: value for name, value in overrides.items() if value is not None}
        return replace(base, **given)  # type: ignore[arg-type]

    def check_prompt(self, prompt: str, source: str) -> None:
        """Raise PromptError when the pair cannot be worked with; the sentence is for a person."""
        if not prompt.strip():
            raise PromptError(
                "There is no prompt yet.", f"Write what should change, for example “{self.example}”."
            )
        if not source.strip():
            raise PromptError(
                "The source text is empty.", f"Say what the picture shows now, usually “{self.source}”."
            )
        if " ".join(prompt.lower().split()) == " ".join(source.lower().split()):
            raise PromptError(
                "The prompt says the same as the source text, so there is nothing to change.",
                f"Write what should be different, for example “{self.example}”.",
            )
        if not _WORD.search(prompt):
            raise PromptError(
                "The prompt has no words in it.", f"Try a prompt like “{self.example}”."
            )
        unknown = self.unknown_words(prompt)
        if unknown:
            words = ", ".join(f"“{word}”" for word in unknown)
            raise PromptError(
                f"{self.title} does not know {words}.",
                f"It knows words like “{self.example}”; try one of the suggestions.",
            )

    @property
    def example(self) -> str:
        """A prompt to name in a hint."""
        return self.suggestions[0].prompt if self.suggestions else f"smiling {self.source}"
