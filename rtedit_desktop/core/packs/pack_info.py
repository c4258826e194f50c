"""Describes a model pack to the window and the command line, without loading it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rtedit_desktop.core.domain import DomainLimits, DomainStatistics
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.lazy_text import LazyText, tr
from rtedit_desktop.core.packs.languages import PackLanguage, in_own_words
from rtedit_desktop.core.packs.learned_edits import (
    FILLERS,
    AskedEdits,
    LearnedEdit,
    asked_edits,
    is_refusal,
    named,
    related_edits,
)
from rtedit_desktop.core.packs.spelling import Unknown, nearest

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MOST, _LONGEST, _MOST_EXAMPLES = 5, 30, 4


SQUARES = ("centre", "face", "whole")
"""What of a photo a pack's model wants to see: its middle, a face, upright and with the eyes where all have them, or
all of it."""

PAIR_SETTINGS = EditSettings(t0=250, steps=4, iterations=220, learning_rate=2e-4, noise_draws=16, crops=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A prompt the pack is good at. ``kind`` names its entry in ``PackInfo.settings``."""

    prompt: str
    kind: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """One installed pack. ``vocabulary`` holds lower-case words; empty means: any word.
    ``most_words`` is how many words of a text its text model can see; 0 means: not known.

    ``settings`` maps a kind of edit to its recommended settings; the key ``default`` always exists.
    ``learning`` is what changes in them when a prompt is learned on a set of pictures, ``pairs`` what differs from
    PAIR_SETTINGS when an edit is learned from pairs. ``quick`` is what changes in them where a net of this size would
    take minutes, on a processor; fewer steps of learning make up for it by larger ones.
    ``kind_of_word`` maps a vocabulary word to the kind of edit it hints at. ``square`` is one of SQUARES.
    ``edits`` are those that the pack brings, learned; ``has_text_model`` tells whether it can learn from words besides.
    ``unsure`` are phrases that the pack is told to do badly. ``languages`` are those beside its own in which it can be
    asked, by their codes.
    ``domain_statistics`` tell whether a picture is of the domain, and so do ``domain_limits`` with the pack's pictures
    and text model; None where nobody measured them.
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
    most_words: int = 0
    settings: Mapping[str, EditSettings] = field(default_factory=lambda: {"default": EditSettings()})
    learning: Mapping[str, object] = field(default_factory=dict)
    pairs: Mapping[str, object] = field(default_factory=dict)
    quick: Mapping[str, object] = field(default_factory=dict)
    kind_of_word: Mapping[str, str] = field(default_factory=dict)
    square: str = "centre"
    domain_limits: DomainLimits | None = None
    domain_statistics: DomainStatistics | None = None
    edits: tuple[LearnedEdit, ...] = ()
    has_text_model: bool = True
    unsure: tuple[str, ...] = ()
    languages: Mapping[str, PackLanguage] = field(default_factory=dict)

    def meaning(self, text: str) -> str:
        """What a text says, in the pack's own words; what is in them comes back as it is."""
        return in_own_words(text, self.languages.values(), self.vocabulary)[0]

    def in_language(self, code: str) -> PackInfo:
        """The pack as people of that language see it: it understands the same, and means the same."""
        language = self.languages.get(code)
        if language is None:
            return self
        suggested, titles = language.suggestions, language.titles
        suggestions = tuple(
            replace(one, prompt=suggested.get(one.prompt, one.prompt), source=suggested.get(one.source, one.source))
            for one in self.suggestions
        )
        edits = tuple(replace(edit, title=titles.get(edit.title, edit.title)) for edit in self.edits)
        return replace(self, source=language.source or self.source, suggestions=suggestions, edits=edits)

    def asked_edits(self, prompt: str) -> AskedEdits:
        """Which of the pack's own edits a prompt asks for; none where its text model must learn it.

        Raises PromptError when the pack has no text model and no edit fits.
        """
        asked = asked_edits(self.meaning(prompt), self.edits, self.meaning(self.source))
        if self.has_text_model and (asked.unknown or not asked.uses):
            return AskedEdits((), ())
        if not self.has_text_model and not asked.uses and not asked.unknown:
            raise PromptError(
                tr("The prompt does not say what should change."),
                tr("Write what should change, for example “{example}”.", example=self.example),
            )
        if not self.has_text_model and not asked.uses:
            raise PromptError(tr("{title} cannot do that yet.", title=self.title), self.way_out(asked.unknown))
        return asked

    def way_out(self, unknown: Sequence[str]) -> LazyText:
        """What to do about words that none of the pack's edits explains."""
        neutral = self.meaning(self.source)
        if meant := [word for text in unknown for word in self._misspelt(text, neutral)]:
            return tr("Did you mean {words}?", words=_quoted(meant))
        learn = tr(
            "Or teach it with pictures before and after the edit (Presets > Learn from before and after…), or choose a "
            "larger model."
        )
        usual = [one.prompt for one in self.suggestions] or [edit.phrases[0] for edit in self.edits]
        if unknown and all(is_refusal(text) for text in unknown):
            return tr(
                "Its edits add something and take nothing away, for example: {examples}. {learn}",
                examples=", ".join(usual[:_MOST_EXAMPLES]),
                learn=learn,
            )
        like = [edit.title for edit in related_edits(unknown, self.edits, neutral)] or usual
        return tr("It can do, for example: {examples}. {learn}", examples=", ".join(like[:_MOST_EXAMPLES]), learn=learn)

    def _misspelt(self, text: str, neutral: str) -> list[str]:
        """The words that make a text of ``AskedEdits.unknown`` name an edit, in place of some that nobody knows."""
        words = _words(text)
        worth = self._worth_meaning(words)
        near = {word: nearest(word, worth, 1) for word in words[:_MOST] if word not in self.vocabulary}
        meant = " ".join((near.get(word) or (word,))[0] for word in words)
        if meant == " ".join(words) or not asked_edits(self.meaning(meant), self.edits, neutral).uses:
            return []
        return [found[0] for found in near.values() if found]

    def unsure_about(self, prompt: str) -> tuple[str, ...]:
        """What of a prompt often comes out badly."""
        meaning, neutral = self.meaning(prompt), self.meaning(self.source)
        if self.has_text_model:
            return named(meaning, self.unsure, neutral)
        asked = asked_edits(meaning, self.edits, neutral)
        return tuple(
            text if text in prompt else edit.title  # what was written in another language is not told in the pack's own
            for (edit, _), text in zip(asked.uses, asked.texts, strict=True)
            if edit in self.unsure_edits
        )

    def unsure_of(self, presets: Iterable[Path]) -> tuple[str, ...]:
        """The titles of those of the pack's own edits that often come out badly."""
        files = set(presets)
        return tuple(edit.title for edit in self.unsure_edits if self.folder / edit.file in files)

    @property
    def unsure_edits(self) -> tuple[LearnedEdit, ...]:
        """Those of the pack's own edits that often come out badly."""
        return tuple(edit for edit in self.edits if any(phrase in self.unsure for phrase in edit.phrases))

    def unknown_words(self, text: str) -> list[str]:
        """Words of ``text`` that the pack does not know and no language explains, in order, without repeats."""
        if not self.vocabulary:
            return []
        explained = in_own_words(text, self.languages.values(), self.vocabulary)[1]
        return [word for word in dict.fromkeys(_words(text)) if word not in self.vocabulary and word not in explained]

    def unknown_places(self, text: str) -> list[Unknown]:
        """Every such word where it stands, but not one that is still being typed."""
        unknown = self.unknown_words(text)
        if not unknown or self.is_unfinished(text):
            return []
        worth = self._worth_meaning(_words(text))
        near = {word: nearest(word, worth) for word in unknown[:_MOST]}  # it is looked for at every key
        found = ((match[0], match.start()) for match in _WORD.finditer(text))
        return [Unknown(word, at, near.get(word.lower(), ())) for word, at in found if word.lower() in unknown]

    def _worth_meaning(self, words: Sequence[str]) -> set[str]:
        """Words that may have been meant in a text of these."""
        known = self.vocabulary
        worth = set(known if self.has_text_model else known - FILLERS)  # "that" for "hat" is no help
        explained = in_own_words(" ".join(words), self.languages.values(), known)[1]
        for language in self.languages.values():
            if explained & language.written:  # in this language the prompt is written
                worth |= language.written
        return worth

    def is_unfinished(self, text: str) -> bool:
        """Whether the last word is all that is unknown, and could become a known one."""
        last = _words(text)[-1:]
        if not last or not text[-1].isalnum() or self.unknown_words(text) != last:
            return False
        words = (word for language in self.languages.values() for word in language.written)
        return any(word.startswith(last[0]) for word in (*self.vocabulary, *words))

    def source_for(self, prompt: str) -> str:
        """What a picture shows now, where nobody says it: a suggestion may bring its own."""
        folded = self._folded(prompt)
        own = (one.source for one in self.suggestions if one.source and self._folded(one.prompt) == folded)
        return next(own, self.source)

    def kind_of(self, prompt: str) -> str:
        """The kind of edit a prompt asks for, by its suggestion or else by its words."""
        folded = self._folded(prompt)
        for suggestion in self.suggestions:
            if self._folded(suggestion.prompt) == folded:
                return suggestion.kind
        for word in _words(self.meaning(prompt)):
            if word in self.kind_of_word:
                return self.kind_of_word[word]
        return "default"

    def settings_for(self, prompt: str, *, quick: object = False, **overrides: object) -> EditSettings:
        """Recommended settings for a prompt, with ``overrides`` (None means: not given) on top.

        With ``quick`` true the quick ones, where the pack has some.
        """
        base = self.settings.get(self.kind_of(prompt), self.settings["default"])
        if quick and self.quick:
            changed = dict(self.quick)
            base = base.in_fewer_steps(int(str(changed.pop("iterations", base.iterations))))
            base = replace(base, **changed)  # type: ignore[arg-type]
        given = {name: value for name, value in overrides.items() if value is not None}
        return replace(base, **given)  # type: ignore[arg-type]

    def edit_by(self, prompt: str, source: str, **overrides: object) -> EditSpec:
        """An edit with recommended settings, and ``overrides``. Raises PromptError for what cannot be worked with."""
        self.check_prompt(prompt, source)
        settings = self.settings_for(prompt, **overrides)
        return EditSpec(pack=self.id, prompt=prompt, source=source, settings=settings)

    def learning_settings_for(self, prompt: str, **overrides: object) -> EditSettings:
        """Recommended settings for learning a prompt on a set of pictures, with ``overrides`` on top.

        ``noise_draws`` is how many pictures a step sees then.
        """
        given = {name: value for name, value in overrides.items() if value is not None}
        return self.settings_for(prompt, **{**self.learning, **given})

    def pair_settings(self, **overrides: object) -> EditSettings:
        """Recommended settings for learning from pairs, with ``overrides`` on top; ``noise_draws`` is rows a step."""
        given = {name: value for name, value in overrides.items() if value is not None}
        return replace(PAIR_SETTINGS, **{**self.pairs, **given})  # type: ignore[arg-type]

    def check_prompt(self, prompt: str, source: str) -> None:
        """Raise PromptError when the pair cannot be worked with; the sentence is for a person."""
        if not prompt.strip():
            raise PromptError(
                tr("There is no prompt yet."),
                tr("Write what should change, for example “{example}”.", example=self.example),
            )
        if not source.strip():
            raise PromptError(
                tr("The source text is empty."),
                tr("Say what the picture shows now, usually “{source}”.", source=self.source),
            )
        if not _words(prompt):
            raise PromptError(
                tr("The prompt has no words in it."), tr("Try a prompt like “{example}”.", example=self.example)
            )
        if not _words(source):
            raise PromptError(
                tr("The source text has no words in it."),
                tr("Say what the picture shows now, usually “{source}”.", source=self.source),
            )
        if _words(self.meaning(prompt)) == _words(self.meaning(source)):
            raise PromptError(
                tr("The prompt says the same as the source text, so there is nothing to change."),
                tr("Write what should be different, for example “{example}”.", example=self.example),
            )
        if not self.has_text_model:
            self.asked_edits(prompt)  # what it names is done, and the rest is told
        elif unknown := self.unknown_words(prompt):
            raise PromptError(
                tr("{title} does not know {words}.", title=self.title, words=_quoted(unknown)),
                self._meant(unknown, self.vocabulary)
                or tr("It knows words like “{example}”; try one of the suggestions.", example=self.example),
            )
        unknown = self.unknown_words(source)
        if unknown:
            raise PromptError(
                tr(
                    "{title} does not know {words}, which is in the source text.",
                    title=self.title,
                    words=_quoted(unknown),
                ),
                self._meant(unknown, self.vocabulary)
                or tr("Say what the picture shows now in words that it knows, usually “{source}”.", source=self.source),
            )
        for name, text in ((tr("prompt"), prompt), (tr("source text"), source)):
            words = len(_words(self.meaning(text)))
            if self.most_words and words > self.most_words:
                raise PromptError(
                    tr(
                        "The {name} has {n} words, and {title} reads {most_words} at most.",
                        name=name,
                        n=words,
                        title=self.title,
                        most_words=self.most_words,
                    ),
                    tr("Say it in fewer words."),
                )

    def _folded(self, prompt: str) -> str:
        """As prompts are compared: in the pack's words, in lower case, with single spaces."""
        return " ".join(self.meaning(prompt).lower().split())

    def _meant(self, unknown: Sequence[str], known: Collection[str]) -> LazyText | None:
        """What may have been meant instead."""
        near = [words[0] for word in unknown[:_MOST] if (words := nearest(word, known, 1))]
        return tr("Did you mean {words}?", words=_quoted(near)) if near else None

    @property
    def example(self) -> str:
        """A prompt to name in a hint."""
        return self.suggestions[0].prompt if self.suggestions else f"smiling {self.source}"


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _quoted(words: list[str]) -> str:
    """The first few words, each short enough to stand in a sentence."""
    short = [word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…" for word in words[:_MOST]]
    quoted = {f"word{n}": tr("“{word}”", word=word) for n, word in enumerate(short)}
    some = LazyText(", ".join(f"{{{name}}}" for name in quoted), **quoted)
    more = len(words) - len(short)
    if more > 1:
        return tr("{words} and {n} more words", words=some, n=more)
    return tr("{words} and one more word", words=some) if more else some
