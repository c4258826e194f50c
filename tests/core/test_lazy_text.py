from __future__ import annotations

import copy
import pickle

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import LazyText, tr


def test_a_sentence_is_its_english() -> None:
    sentence = tr("{n} of {what}", n=2, what="3")
    assert sentence == "2 of 3" and f"{sentence}." == "2 of 3."
    assert (sentence.template, sentence.values) == ("{n} of {what}", {"n": 2, "what": "3"})


def test_braces_are_braces_where_nothing_is_filled_in() -> None:
    assert tr("Write {stem} there.") == "Write {stem} there."


def test_an_error_keeps_what_it_was_made_of() -> None:
    error = PictureError(tr("Could not open {name}.", name="a{b}.jpg"), tr("Look where it is."))
    assert isinstance(error.what, LazyText) and error.what.values == {"name": "a{b}.jpg"}
    assert str(error) == "Could not open a{b}.jpg. Look where it is."


def test_a_copy_says_the_same() -> None:
    sentence = tr("Could not open {name}.", name="x")
    for other in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert other == sentence and other.template == sentence.template and other.values == sentence.values
