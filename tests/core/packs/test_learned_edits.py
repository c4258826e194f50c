"""Which of a pack's own edits a prompt asks for."""

from __future__ import annotations

import pytest

from rtedit_desktop.core.packs.learned_edits import (
    STRONG,
    WEAK,
    LearnedEdit,
    asked_edits,
    is_refusal,
    named,
    related_edits,
    vocabulary,
)


def own(title: str, *phrases: str) -> LearnedEdit:
    return LearnedEdit(file=f"{title}.rtpreset", title=title, phrases=phrases)


EDITS = [
    own("Sunglasses", "face with sunglasses", "dark glasses", "shades"),
    own("Glasses", "face with glasses", "spectacles"),
    own("Lipstick", "lipstick", "face with lipstick"),
    own("Red lipstick", "red lipstick"),
    own("Smile", "smiling face", "smile"),
    own("Grey hair", "face with grey hair", "silver hair"),
    own("Warm", "warm photo", "warm evening tones"),
    own("Black and white", "black and white photo", "black and white"),
]


def asked(prompt: str) -> tuple[dict[str, float], tuple[str, ...]]:
    found = asked_edits(prompt, EDITS, "face")
    return {edit.title: strength for edit, strength in found.uses}, found.unknown


@pytest.mark.parametrize(
    ("prompt", "titles"),
    [
        ("smiling face", ["Smile"]),
        ("Face with SUNGLASSES", ["Sunglasses"]),
        ("a man wearing dark glasses", ["Sunglasses"]),
        ("glasses", ["Glasses"]),
        ("red lipstick", ["Red lipstick"]),
        ("a woman with lipstick", ["Lipstick"]),
        ("a smiling face with sunglasses and red lipstick", ["Smile", "Sunglasses", "Red lipstick"]),
        ("gray hair", ["Grey hair"]),
        ("black-and-white photograph", ["Black and white"]),
        ("smile, smile, smile", ["Smile"]),
        ("make her hair grey, please", ["Grey hair"]),
        ("her hair is grey", ["Grey hair"]),
        ("I want a smile in this photo", ["Smile"]),
        ("greyer hair", ["Grey hair"]),
        ("can you put red lipstick on me?", ["Red lipstick"]),
        ("a smiling smile look", ["Smile"]),
        ("warmer", ["Warm"]),
        ("warm it up", ["Warm"]),
        ("warm tones", ["Warm"]),
    ],
)
def test_a_prompt_names_edits_by_their_longest_phrases(prompt: str, titles: list[str]) -> None:
    assert asked(prompt) == (dict.fromkeys(titles, 1.0), ())


def test_words_of_degree_change_how_much_is_taken() -> None:
    assert asked("slightly smiling face with very red lipstick") == ({"Smile": WEAK, "Red lipstick": STRONG}, ())


@pytest.mark.parametrize(
    ("prompt", "strength"),
    [
        ("grey hair, but not too much", WEAK),
        ("grey hair, very subtle", WEAK),
        ("not too grey hair", WEAK),
        ("not so very grey hair", WEAK),
        ("hair slightly grey", WEAK),
        ("hair very grey", STRONG),
        ("very grey hair, slightly", STRONG),
    ],
)
def test_a_degree_may_be_said_before_inside_or_behind(prompt: str, strength: float) -> None:
    assert asked(prompt) == ({"Grey hair": strength}, ())
    texts = asked_edits(prompt, EDITS, "face").texts
    assert asked(texts[0]) == ({"Grey hair": strength}, ())  # as it is asked for by itself


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("a face with Long Hair", ("long hair",)),
        ("long grey hair", ()),
        ("very long hair, please", ("very long hair",)),
        ("hairs", ("hair",)),
        ("sunglasses", ()),
    ],
)
def test_phrases_are_found_in_a_prompt_the_longest_alone(prompt: str, found: tuple[str, ...]) -> None:
    phrases = ("long hair", "face with long hair", "very long hair", *(("hair",) if prompt == "hairs" else ()))
    assert named(prompt, phrases, "face") == found


@pytest.mark.parametrize(
    ("prompt", "titles", "unknown"),
    [
        ("smiling pirate", ["Smile"], ("pirate",)),
        ("a face without glasses", [], ("without glasses",)),
        ("no red lipstick but a smile", ["Smile"], ("no red lipstick",)),
        ("without", [], ("without",)),
        ("green lipstick", ["Lipstick"], ("green",)),
        ("big blue eyes", [], ("big blue eyes",)),
        ("blue eyes and a smile", ["Smile"], ("blue eyes",)),
        ("remove the red lipstick", [], ("remove red lipstick",)),
        ("red lipstick off, smile", ["Smile"], ("red lipstick off",)),
        ("red lipstick remove", [], ("red lipstick remove",)),
        ("big nose removed", [], ("big nose removed",)),
        ("less red lipstick", [], ("less red lipstick",)),
        ("off", [], ("off",)),
        ("warm eyes", [], ("warm eyes",)),
        ("a warm, wide grin", ["Warm"], ("wide grin",)),
        ("warm pirate", ["Warm"], ("pirate",)),
        ("not grey hair but a smile", ["Smile"], ("not grey hair",)),
        ("", [], ()),
        ("a face", [], ()),
        ("!!! …", [], ()),
    ],
)
def test_what_no_phrase_explains_is_handed_back(prompt: str, titles: list[str], unknown: tuple[str, ...]) -> None:
    assert asked(prompt) == (dict.fromkeys(titles, 1.0), unknown)


def test_without_edits_every_word_is_unknown() -> None:
    assert asked_edits("smiling face", [], "face").unknown == ("smiling",)


def test_edits_that_name_the_same_thing() -> None:
    related = [edit.title for edit in related_edits(["pink hair", "zebra"], EDITS, "face")]
    assert related == ["Grey hair"]
    assert related_edits(["zebra", ""], EDITS) == ()


def test_what_is_to_be_taken_away_is_told_apart() -> None:
    assert all(map(is_refusal, ("no beard", "less red", "glasses off", "lipstick remove")))
    assert not any(map(is_refusal, ("beard", "big nose", "")))


def test_the_vocabulary_has_the_words_of_the_phrases_and_those_that_are_skipped() -> None:
    known = vocabulary(EDITS, "face")
    assert {"smiling", "lipstick", "face", "wearing", "slightly"} <= known
    assert "pirate" not in known
