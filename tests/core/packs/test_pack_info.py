"""What a person is told about a prompt before any time is spent on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.packs.learned_edits import LearnedEdit, vocabulary
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.packs.spelling import nearest

PACK = drawn_pack(
    "faces",
    32,
    suggestions=(Suggestion(prompt="smiling face", kind="default"),),
    vocabulary=frozenset(["face", "smiling", "old", "a"]),
    most_words=6,
)


@pytest.mark.parametrize(
    ("prompt", "source", "part"),
    [
        ("", "face", "no prompt yet"),
        (" \n", "face", "no prompt yet"),
        ("smiling face", " ", "source text is empty"),
        ("?!", "face", "The prompt has no words"),
        ("😀", "face", "The prompt has no words"),
        ("smiling face", "😀", "The source text has no words"),
        ("Face", "face", "same as the source"),
        ("face!", " face", "same as the source"),
        ("smiling zebra", "face", "does not know “zebra”."),
        ("smiling face", "old zebra", "does not know “zebra”, which is in the source text"),
        ("a smiling old smiling old smiling face", "face", "The prompt has 7 words, and Faces reads 6 at most"),
        ("smiling face", "a a a a a a face", "The source text has 7 words"),
    ],
)
def test_what_is_wrong_with_a_prompt(prompt: str, source: str, part: str) -> None:
    with pytest.raises(PromptError) as caught:
        PACK.check_prompt(prompt, source)
    assert part in caught.value.what
    assert caught.value.todo


@pytest.mark.parametrize("prompt", ["smiling face", "Smiling, FACE!", "  old\tface "])
def test_a_prompt_that_can_be_run(prompt: str) -> None:
    PACK.check_prompt(prompt, "face")


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [("smi", True), ("face smil", True), ("SM", True), ("smi ", False), ("zeb", False), ("zebra smi", False)],
)
def test_a_word_that_is_being_typed(text: str, unfinished: bool) -> None:
    assert PACK.is_unfinished(text) is unfinished


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("smilling", ("smiling",)),
        ("FASE", ("face",)),
        ("similng", ("smiling",)),
        ("msiling", ("smiling",)),
        ("zebra", ()),
        ("lace", ()),  # nobody slips at the first letter
        ("ol", ()),
        ("smiling" * 20, ()),
        ("", ()),
    ],
)
def test_the_nearest_words(text: str, near: tuple[str, ...]) -> None:
    assert nearest(text, PACK.vocabulary) == near


def test_where_unknown_words_stand() -> None:
    assert PACK.unknown_places("Smilling zebra, FACE zebra ") == [
        ("Smilling", 0, ("smiling",)),
        ("zebra", 9, ()),
        ("zebra", 21, ()),
    ]
    assert PACK.unknown_places("face smil") == []
    assert drawn_pack("any", 32).unknown_places("zebra") == []


def test_what_may_have_been_meant_is_named() -> None:
    with pytest.raises(PromptError, match="zebra") as caught:
        PACK.check_prompt("smilling zebra olld", "face")
    assert caught.value.todo == "Did you mean “smiling”, “old”?"


WORDLESS_EDITS = (
    LearnedEdit(file="a.rtpreset", title="Red hair", phrases=("red hair", "face with red hair")),
    LearnedEdit(file="b.rtpreset", title="Sepia", phrases=("sepia", "old photo")),
)
WORDLESS = replace(
    PACK,
    edits=WORDLESS_EDITS,
    has_text_model=False,
    vocabulary=vocabulary(WORDLESS_EDITS, "face"),
    unsure=("red hair",),
)


@pytest.mark.parametrize(
    ("prompt", "what", "todo"),
    [
        ("pink hair", "cannot do that yet", "for example: Red hair. Or teach it"),
        ("pirate hat", "cannot do that yet", f"for example: {PACK.suggestions[0].prompt}"),
        ("red hiar", "cannot do that yet", "Did you mean “hair”?"),
        ("sepai please", "cannot do that yet", "Did you mean “sepia”?"),
        ("remove the hair", "cannot do that yet", "take nothing away"),
        ("glasses off", "cannot do that yet", "take nothing away"),
        ("zepra", "cannot do that yet", "Or teach it"),
        ("rod", "cannot do that yet", "Or teach it"),  # "red" alone would be no edit
        ("please make my picture", "does not say what should change", "for example “"),
    ],
)
def test_what_learned_edits_cannot_do_is_a_sentence_that_helps(prompt: str, what: str, todo: str) -> None:
    with pytest.raises(PromptError) as caught:
        WORDLESS.check_prompt(prompt, "face")
    assert what in caught.value.what and todo in caught.value.todo


def test_learned_edits_that_often_come_out_badly_are_known_in_every_order_of_words() -> None:
    assert WORDLESS.unsure_about("make her hair red") == ("hair red",)
    assert WORDLESS.unsure_about("sepia") == ()


def test_presets_that_often_come_out_badly_are_told_by_their_titles() -> None:
    own = [WORDLESS.folder / "b.rtpreset", WORDLESS.folder / "a.rtpreset"]
    assert WORDLESS.unsure_of(own) == ("Red hair",)
    assert WORDLESS.unsure_of([Path("elsewhere/a.rtpreset")]) == ()
    assert WORDLESS.unsure_edits == WORDLESS_EDITS[:1]


def test_many_or_long_unknown_words_stay_one_sentence() -> None:
    with pytest.raises(PromptError) as caught:
        PACK.check_prompt(" ".join(f"z{n}" for n in range(300)) + "y" * 3000, "face")
    assert "“z0”, “z1”" in caught.value.what
    assert "and 295 more words" in caught.value.what
    with pytest.raises(PromptError) as caught:
        PACK.check_prompt("y" * 3000, "face")
    assert len(caught.value.what) < 100
