"""JSON of others: strict, bounded, and each error names its field."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rtedit_desktop.core.json_reader import MOST_DEEP, FieldError, Fields, parse_json


@pytest.mark.parametrize("content", ['{"a": [1, 2.5, "x", true, null]}', b'{"a": [1, 2.5, "x", true, null]}'])
def test_what_json_says(content: str | bytes) -> None:
    assert parse_json(content) == {"a": [1, 2.5, "x", True, None]}


@pytest.mark.parametrize("text", ["", "{", "{} x", '{"a": NaN}', "[Infinity]", "{'a': 1}", b"\xff\xfe"])
def test_what_is_not_json(text: str | bytes) -> None:
    with pytest.raises(ValueError) as caught:
        parse_json(text)
    assert not isinstance(caught.value, FieldError)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "b": 2, "b": 3}', "b comes twice"),
        ('{"a": {"\\u001b[2J": 1, "\\u001b[2J": 1}}', r"'\x1b[2J' comes twice"),
        ("[" * 100_000, f"its content must not be nested deeper than {MOST_DEEP}"),
        ("[" * (MOST_DEEP + 1) + "]" * (MOST_DEEP + 1), f"its content must not be nested deeper than {MOST_DEEP}"),
        ('{"a": ' + "9" * 21 + "}", "its content must not have numbers of more than 20 digits"),
        ('"' + "x" * 99 + '"', "its content must not be longer than 100"),
    ],
)
def test_what_is_beyond_a_bound(text: str, why: str) -> None:
    with pytest.raises(FieldError, match=f"^{re.escape(why)}$"):
        parse_json(text, 100 if "x" * 99 in text else 2**20)


def test_as_deep_as_it_may_be() -> None:
    assert parse_json("[" * (MOST_DEEP - 1) + "1" + "]" * (MOST_DEEP - 1))


SAMPLE = {
    "text": "a",
    "empty": "",
    "bell": "\a",
    "whole": 3,
    "real": 0.5,
    "flag": True,
    "null": None,
    "list": [1],
    "of": {"x": 1},
}


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda top: top.text("gone"), "top.gone is missing"),
        (lambda top: top.text("whole"), "top.whole must be text"),
        (lambda top: top.text("empty"), "top.empty must not be empty"),
        (lambda top: top.text("bell"), "top.bell has characters that cannot be shown"),
        (lambda top: top.text("text", most=0), "top.text must not have more than 0 characters"),
        (lambda top: top.string("whole"), "top.whole must be text"),
        (lambda top: top.string("text", most=0), "top.text must not have more than 0 characters"),
        (lambda top: top.matching("text", re.compile("b"), "a b"), "top.text must be a b"),
        (lambda top: top.one_of("text", ("b", "c")), "top.text must be one of b, c"),
        (lambda top: top.whole("flag", 0, 9), "top.flag must be a whole number from 0 to 9"),
        (lambda top: top.whole("real", 0, 9), "top.real must be a whole number from 0 to 9"),
        (lambda top: top.whole("whole", 4, 4), "top.whole must be 4"),
        (lambda top: top.whole_or_none("text", 0, 9), "top.text must be a whole number from 0 to 9"),
        (lambda top: top.real_or_none("whole", 0, 1), "top.whole must be a number from 0 to 1"),
        (lambda top: top.real("whole", 0, 1), "top.whole must be a number from 0 to 1"),
        (lambda top: top.real("flag", 0, 1), "top.flag must be a number from 0 to 1"),
        (lambda top: top.flag("whole"), "top.whole must be true or false"),
        (lambda top: top.items("text"), "top.text must be a list in brackets"),
        (lambda top: top.inner("list"), "top.list must be an object in braces"),
        (lambda top: top.inners("of"), "top.of.x must be an object in braces"),
        (lambda top: top.inner("of").finish(), "top.of.x is not a known field"),
        (lambda top: top.text("null"), "top.null must be text"),
    ],
)
def test_an_error_names_the_field(read: Callable[[Fields], object], message: str) -> None:
    with pytest.raises(FieldError, match=f"^{re.escape(message)}$") as caught:
        read(Fields(SAMPLE, "top"))
    assert message == f"{caught.value.field} {caught.value.why}"


def test_fields_are_read_once_and_none_is_left() -> None:
    top = Fields(SAMPLE)
    assert (top.text("text"), top.text("empty", ""), top.whole("whole", 0, 9)) == ("a", "", 3)
    assert (top.real("real", 0, 1), top.flag("flag"), top.items("list")) == (0.5, True, [1])
    assert (Fields(SAMPLE).string("bell"), top.string("gone", ""), top.matching("gone", re.compile("b"), "", "b")) == (
        "\a",
        "",
        "b",
    )
    assert (top.whole_or_none("null", 0, 9), top.whole_or_none("gone", 0, 9)) == (None, None)
    assert (top.real_or_none("gone", 0, 9), Fields(SAMPLE).real_or_none("real", 0, 9)) == (None, 0.5)
    assert top.inner("of").whole("x", 0, 9) == 1 and top.whole("usual", 0, 9, 7) == 7
    with pytest.raises(FieldError, match=r"^bell is not a known field"):
        top.finish()
    assert top.left.pop("bell")
    top.finish()


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_object(value: object) -> None:
    with pytest.raises(FieldError, match=r"^its content must be an object in braces"):
        Fields(value)


@pytest.mark.parametrize("name", ["x" * 90_000, "a\n\x1b[2J" * 9_000])
@pytest.mark.parametrize(
    "read",
    [
        lambda fields, name: fields.text(name),
        lambda fields, name: fields.inner(name),
        lambda fields, name: fields.whole(name, 0, 1),
        lambda fields, name: fields.inners("a")[name].text("b"),
        lambda fields, _: fields.inners("a") and fields.finish(),
    ],
)
def test_a_long_name_is_not_repeated(read: Callable[[Fields, str], object], name: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(Fields({name: [], "a": {name: {}}}), name)
    assert len(str(caught.value)) < 300 and str(caught.value).isprintable()
