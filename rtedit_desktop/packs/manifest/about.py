"""Reads what people see of a pack: its names, its suggestions, its vocabulary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from rtedit_desktop.core.domain import DomainLimits, DomainStatistics
from rtedit_desktop.core.edits import BLENDINGS, PACK_ID, Blending
from rtedit_desktop.core.json_reader import FieldError, Fields, as_real, as_text, as_word, printable
from rtedit_desktop.core.packs.learned_edits import LearnedEdit, asked_edits, named, vocabulary
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS, SQUARES, PackInfo, Suggestion
from rtedit_desktop.packs.manifest.kinds import known_kind, read_edit_settings, read_kinds
from rtedit_desktop.packs.manifest.languages import read_languages

MOST_TEXT = 200
_MOST_LINES = 64 * 2**10
_MOST_SUGGESTIONS, _MOST_UNSURE, _MOST_PHRASES = 500, 200, 5000  # of which each is looked at by the others


def read_info(top: Fields, folder: Path, image_size: int, timesteps: int, most_words: int | None) -> PackInfo:
    """What people see of a pack, from the fields of its manifest. Raises FieldError.

    ``most_words`` is how many words of a text the text model sees; None where the pack has no text model.
    """
    name = top.text("id", most=MOST_TEXT)
    if not PACK_ID.fullmatch(name):
        raise FieldError("id", "must be made of lower-case letters, digits, “-” and “_”")
    settings = read_kinds(top.inners("settings", {"default": {}}, most=1000), timesteps)
    learning = top.inner("learning", {})
    chosen = dict(learning.left)
    read_edit_settings(settings["default"], learning, timesteps)
    pairs = top.inner("pairs", {})
    chosen_for_pairs = dict(pairs.left)
    read_edit_settings(PAIR_SETTINGS, pairs, timesteps)

    quick = top.inner("quick", {})
    chosen_for_quick = dict(quick.left)
    read_edit_settings(settings["default"], quick, timesteps)

    words = {as_word(value, f"vocabulary[{i}]") for i, value in enumerate(top.items("vocabulary", ()))}
    source, edits = top.text("source", most=MOST_TEXT), _edits(top)
    given_unsure = enumerate(top.items("unsure", (), most=_MOST_UNSURE))
    unsure = tuple(as_text(value, f"unsure[{i}]", most=MOST_TEXT) for i, value in given_unsure)
    if most_words is None:
        words |= vocabulary(edits, source)

    kinds = top.inner("kind_of_word", {})
    kind_of_word = {}
    for word, kind in kinds.left.items():
        field = kinds.path(word)
        kind_of_word[as_word(word, field)] = known_kind(kind, field, settings)

    given = "suggestions" in top.left
    suggestions = []
    for i, value in enumerate(top.items("suggestions", (), most=_MOST_SUGGESTIONS)):
        item = Fields(value, f"suggestions[{i}]")
        kind = known_kind(item.pop("kind", "default"), item.path("kind"), settings)
        suggestions.append(
            Suggestion(
                prompt=item.text("prompt", most=MOST_TEXT), kind=kind, source=item.text("source", "", most=MOST_TEXT)
            )
        )
        item.finish()
    if not given and most_words is None:
        firsts = (edit.phrases[0] for edit in edits if not named(edit.phrases[0], unsure, source))
        suggestions = [Suggestion(prompt=phrase, kind="default") for phrase in firsts]

    info = PackInfo(
        id=name,
        title=top.text("title", most=MOST_TEXT),
        version=top.text("version", most=MOST_TEXT),
        domain=top.text("domain", most=MOST_TEXT),
        source=source,
        image_size=image_size,
        licence=top.text("licence", lines=True, most=_MOST_LINES),
        attribution=top.text("attribution", lines=True, most=_MOST_LINES),
        folder=folder,
        suggestions=tuple(suggestions),
        vocabulary=frozenset(words),
        most_words=most_words or 0,
        settings=settings,
        learning=chosen,
        pairs=chosen_for_pairs,
        quick=chosen_for_quick,
        kind_of_word=kind_of_word,
        square=top.one_of("square", SQUARES, "centre"),
        domain_limits=_limits(top),
        domain_statistics=_statistics(top),
        edits=edits,
        has_text_model=most_words is not None,
        unsure=unsure,
    )
    info = replace(info, languages=read_languages(top, info))
    texts = {"source": info.source, **{f"unsure[{i}]": phrase for i, phrase in enumerate(unsure)}}
    for i, suggestion in enumerate(suggestions):
        texts[f"suggestions[{i}].prompt"] = suggestion.prompt
        texts[f"suggestions[{i}].source"] = suggestion.source
        if not info.has_text_model and not _done(info, suggestion.prompt):
            raise FieldError(f"suggestions[{i}].prompt", "asks for something that none of the edits does")
    for field, text in texts.items():
        if unknown := info.unknown_words(text):
            raise FieldError(field, f"uses “{printable(unknown[0])}”, which is not in the vocabulary")
    return info


def _done(info: PackInfo, prompt: str) -> bool:
    """Whether a pack's own edits do all that a prompt asks for."""
    asked = asked_edits(prompt, info.edits, info.source)
    return bool(asked.uses) and not asked.unknown


def _edits(top: Fields) -> tuple[LearnedEdit, ...]:
    """The manifest's "edits", each a preset that "files" must list."""
    edits = []
    for i, value in enumerate(top.items("edits", (), most=1000)):
        item = Fields(value, f"edits[{i}]")
        phrases = tuple(
            as_text(phrase, f"{item.path('phrases')}[{k}]", most=MOST_TEXT)
            for k, phrase in enumerate(item.items("phrases", most=100))
        )
        if not phrases:
            raise FieldError(item.path("phrases"), "must not be empty")
        edits.append(
            LearnedEdit(
                file=item.text("file", most=MOST_TEXT),
                title=item.text("title", most=MOST_TEXT),
                phrases=phrases,
                blending=cast(Blending, item.one_of("blending", BLENDINGS) if "blending" in item.left else "auto"),
            )
        )
        item.finish()
    if sum(len(edit.phrases) for edit in edits) > _MOST_PHRASES:
        raise FieldError("edits", f"must not have more than {_MOST_PHRASES} phrases")
    return tuple(edits)


def _limits(top: Fields) -> DomainLimits | None:
    if "domain_limits" not in top.left:
        return None
    given = top.inner("domain_limits")
    far = given.real("far", 0.0, 1e9)
    limits = DomainLimits(far=far, very_far=given.real("very_far", far, 1e9), rough=given.real("rough", 0.0, 1e9))
    given.finish()
    return limits


def _statistics(top: Fields) -> DomainStatistics | None:
    if "domain_statistics" not in top.left:
        return None
    given = top.inner("domain_statistics")
    mean = tuple(as_real(value, given.path("mean"), -1e9, 1e9) for value in given.items("mean"))
    deviation = tuple(as_real(value, given.path("deviation"), 1e-9, 1e9) for value in given.items("deviation"))
    if not mean or len(mean) != len(deviation):
        raise FieldError(given.path("deviation"), "must have one number for each of the mean")
    found = DomainStatistics(far=given.real("far", 0.0, 1e9), mean=mean, deviation=deviation)
    given.finish()
    return found
