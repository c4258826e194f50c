from __future__ import annotations

import copy
import pickle

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import Said, said


def test_a_sentence_is_its_english() -> None:
    sentence = said("{n} of {what}", n=2, what="3")
    assert sentence == "2 of 3" and f"{sentence}." == "2 of 3."
    assert (sentence.template, sentence.values) == ("{n} of {what}", {"n": 2, "what": "3"})


def test_braces_are_braces_where_nothing_is_filled_in() -> None:
    assert said("Write {stem} there.") == "Write {stem} there."


def test_an_error_keeps_what_it_was_made_of() -> None:
    error = PictureError(said("Could not open {name}.", name="a{b}.jpg"), said("Look where it is."))
    assert isinstance(error.what, Said) and error.what.values == {"name": "a{b}.jpg"}
    assert str(error) == "Could not open a{b}.jpg. Look where it is."


def test_a_copy_says_the_same() -> None:
    sentence = said("Could not open {name}.", name="x")
    for other in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert other == sentence and other.template == sentence.template and other.values == sentence.values
