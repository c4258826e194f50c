"""What is known of a portrait: painted attributes for certain, natural ones as its labels have them, the rest open.

A fact is TRUE, FALSE, UNKNOWN or PRESUMED: not seen by anybody, and mostly not there (glasses, a beard, a hat). What is
presumed counts as false until the network that learns from it is sure of the contrary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from paint import TABLE

TRUE, FALSE, UNKNOWN, PRESUMED = 1, 0, -1, 2

NATURAL = ("woman", "man", "child", "smile", "sad", "angry", "surprised", "older", "bald", "curly hair", "long hair")
NATURAL += ("hat",)
NAMES: tuple[str, ...] = (*TABLE, *(name for name in NATURAL if name not in TABLE))


@dataclass(frozen=True)
class Group:
    """Attributes that are taken for each other. ``rest``: what is seen where none of them is; empty: one always is.

    ``alone``: a picture has one of them at most, so that painting one ends another.
    """

    values: tuple[str, ...]
    rest: str = "none"
    alone: bool = True


_GROUPS: dict[str, Group] = {
    "eyewear": Group(("glasses", "sunglasses")),
    "facial hair": Group(("stubble", "moustache", "goatee", "beard"), alone=False),
    "lips": Group(("red lipstick", "pink lipstick", "dark lipstick", "lipstick")),
    "hair colour": Group(
        (
            "blond hair",
            "platinum hair",
            "brown hair",
            "black hair",
            "red hair",
            "pink hair",
            "blue hair",
            "purple hair",
            "green hair",
            "grey hair",
            "white hair",
        ),
        rest="",
    ),
    "eye colour": Group(("blue eyes", "green eyes", "brown eyes"), rest=""),
    "skin tone": Group(("tan", "pale")),
    "age": Group(("younger", "older")),
    "expression": Group(("smile", "big smile", "sad", "angry", "surprised")),
    "headwear": Group(("beanie", "cap", "santa hat", "headband", "hat")),
    "medium": Group(("black and white", "noir", "sepia", "pencil sketch", "oil painting", "watercolour", "cartoon")),
    "light": Group(("golden light", "night", "moonlight")),
    "tone": Group(("warm", "cool", "film", "vivid", "soft glow", "bright", "dramatic", "faded", "cinema", "rose")),
    "background": Group(
        (
            "white background",
            "blue background",
            "dark background",
            "red background",
            "green background",
            "blurred background",
        )
    ),
    "sex": Group(("woman", "man"), rest=""),
}


def _groups() -> dict[str, Group]:
    """Those of ``_GROUPS`` with the names that there are, and a group of its own for every other name."""
    found = {}
    for title, group in _GROUPS.items():
        if values := tuple(value for value in group.values if value in NAMES):
            found[title] = Group(values, group.rest, group.alone)
    grouped = {value for group in found.values() for value in group.values}
    return found | {name: Group((name,)) for name in NAMES if name not in grouped}


GROUPS = _groups()
GROUP_OF = {value: title for title, group in GROUPS.items() for value in group.values}

IMPLIES: dict[str, tuple[str, ...]] = {
    "red lipstick": ("lipstick",),
    "pink lipstick": ("lipstick",),
    "dark lipstick": ("lipstick",),
    "big smile": ("smile",),
    "makeup": ("lipstick", "eye makeup", "blush"),
    "beanie": ("hat",),
    "cap": ("hat",),
    "santa hat": ("hat",),
}
_EYES = (*_GROUPS["eye colour"].values, "eye makeup", "bigger eyes")
_COLOURS = (
    *_GROUPS["hair colour"].values,
    *_EYES,
    *_GROUPS["lips"].values,
    *_GROUPS["skin tone"].values,
    *_GROUPS["light"].values,
    *_GROUPS["tone"].values,
    *_GROUPS["background"].values,
    "blush",
    "makeup",
    "white teeth",
)
_DRAWN = (
    *_COLOURS,
    "freckles",
    "smooth skin",
    "older",
    "younger",
    "stubble",
    "earrings",
    "bigger eyes",
    "slimmer face",
)
HIDES: dict[str, tuple[str, ...]] = {
    "sunglasses": _EYES,
    "beanie": (*_GROUPS["hair colour"].values, "bald", "curly hair", "long hair"),
    "cap": (*_GROUPS["hair colour"].values, "bald"),
    "santa hat": (*_GROUPS["hair colour"].values, "bald", "curly hair", "long hair"),
    "makeup": ("freckles", "red lipstick", "pink lipstick", "dark lipstick", "smooth skin"),
    "lipstick": ("red lipstick", "pink lipstick", "dark lipstick", "makeup"),
    "red lipstick": ("makeup",),
    "pink lipstick": ("makeup",),
    "dark lipstick": ("makeup",),
    "eye makeup": ("makeup",),
    "blush": ("makeup", "tan", "pale"),
    "smooth skin": ("freckles", "older", "younger", "stubble"),
    "older": ("smooth skin", "grey hair", "white hair", "child"),
    "younger": ("smooth skin", "stubble", "child"),
    "beard": ("moustache", "goatee", "child"),
    "goatee": ("moustache", "child"),
    "stubble": ("child",),
    "moustache": ("child",),
    "big smile": ("white teeth",),
    "surprised": ("white teeth", "bigger eyes"),
    "golden light": ("warm", "tan", "pale"),
    "night": _COLOURS,
    "film": ("warm", "cool", "pale", "tan"),
    "warm": ("golden light", "film", "tan", "pale"),
    "cool": ("night", "film", "tan", "pale"),
    "vivid": ("warm", "tan", "blush"),
    "soft glow": ("smooth skin", "blurred background"),
    "black and white": _COLOURS,
    "sepia": _COLOURS,
    "pencil sketch": _DRAWN,
    "oil painting": _DRAWN,
    "watercolour": _DRAWN,
    "cartoon": _DRAWN,
}

# what a photograph may have by nature: for the first nobody can say, the others it mostly has not, or not as much as
# where they are painted; what is in neither no photograph has
_OPEN = {
    *("blond hair", "brown hair", "black hair", "red hair", "grey hair", "white hair"),
    *_GROUPS["eye colour"].values,
    *_GROUPS["sex"].values,
    *("child", "long hair"),
}
_NEVER = {
    *("platinum hair", "pink hair", "blue hair", "purple hair", "green hair"),
    *("sepia", "pencil sketch", "oil painting", "watercolour", "cartoon", "clown nose", "santa hat"),
}

_SEARCH_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (  # what a search word says, by a regular expression
    (r"sunglasses", ("sunglasses",)),
    (r"^(?!.*sunglasses).*glasses", ("glasses",)),
    (r"mustache", ("moustache",)),
    (r"goatee", ("goatee",)),
    (r"stubble", ("stubble",)),
    (r"beard", ("beard",)),
    (r"^smiling$|^happy$", ("smile",)),
    (r"^sad", ("sad",)),
    (r"^angry", ("angry",)),
    (r"^surprised", ("surprised",)),
    (r"^red lipstick", ("red lipstick",)),
    (r"^lipstick", ("lipstick",)),
    (r"heavy makeup", ("makeup",)),
    (r"eyeliner", ("eye makeup",)),
    (r"^bald", ("bald",)),
    (r"curly hair|afro", ("curly hair",)),
    (r"long \w+ hair", ("long hair",)),
    (r"blond", ("blond hair",)),
    (r"black hair", ("black hair",)),
    (r"brown hair", ("brown hair",)),
    (r"^gray hair", ("grey hair",)),
    (r"^pink hair", ("pink hair",)),
    (r"^blue hair", ("blue hair",)),
    (r"^green hair", ("green hair",)),
    (r"red hair", ("red hair",)),
    (r"^blue eyes", ("blue eyes",)),
    (r"^green eyes", ("green eyes",)),
    (r"^brown eyes", ("brown eyes",)),
    (r"beanie", ("beanie",)),
    (r"baseball cap", ("cap",)),
    (r"hat$|fedora", ("hat",)),
    (r"earrings", ("earrings",)),
    (r"golden hour", ("golden light",)),
    (r"^blue background", ("blue background",)),
    (r"^red background", ("red background",)),
    (r"^green background", ("green background",)),
    (r"senior|elderly", ("older",)),
    (r"toddler|baby|small child|child (boy|girl)", ("child",)),
)
_DENIED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"shaved face", _GROUPS["facial hair"].values),
    (r"without makeup", (*_GROUPS["lips"].values, "makeup", "eye makeup")),
    (r"tongue out|grim face|fearful|disgusted", ("smile",)),
)

Facts = dict[str, int]


def of_photograph(label: dict[str, Any]) -> Facts:
    """What the labels of a photograph say of every name."""
    facts = {name: UNKNOWN if name in _OPEN else FALSE if name in _NEVER else PRESUMED for name in NAMES}

    def put(names: tuple[str, ...] | set[str], value: int) -> None:
        facts.update({name: value for name in names if name in facts})

    moods = label["expression"]
    if moods.get("happy", 0) > 0.9:
        put({"smile"}, TRUE)
        put({"big smile"}, UNKNOWN)
        put({"sad", "angry"}, FALSE)
    elif moods.get("happy", 0) > 0.1:
        put({"smile", "big smile"}, UNKNOWN)
    elif moods.get("neutral", 0) > 0.8:
        put(_GROUPS["expression"].values, FALSE)
    for mood, name in (("sad", "sad"), ("angry", "angry"), ("surprise", "surprised")):
        if moods.get(mood, 0) > 0.15:
            put({name}, UNKNOWN)  # the classifier sees too much of these
    if label["sex"] in ("male", "female") and label["sex_score"] > 0.4:
        put({"man"}, int(label["sex"] == "male"))
        put({"woman"}, int(label["sex"] == "female"))
    put({"child"}, TRUE if label["age"] < 9 else FALSE if label["age"] > 20 else UNKNOWN)
    put({"older"}, TRUE if label["age"] > 63 else FALSE if label["age"] < 42 else UNKNOWN)
    if label["age"] < 9 or (label["sex"] == "female" and label["sex_score"] > 0.6):
        put(_GROUPS["facial hair"].values, FALSE)
    for word in label["search"]:
        for pattern, names in _SEARCH_WORDS:
            if re.search(pattern, word):
                for name in names:
                    if name in facts:
                        facts = painted(facts, name)
        for pattern, names in _DENIED:
            if re.search(pattern, word):
                put(names, FALSE)
    if facts.get("child") == TRUE:
        put({"man", "woman"}, UNKNOWN)
    return facts


def painted(facts: Facts, name: str) -> Facts:
    """The facts after an attribute is painted."""
    facts = dict(facts)
    group = GROUPS[GROUP_OF[name]]
    for hidden in HIDES.get(name, ()):
        if hidden in facts:
            facts[hidden] = UNKNOWN
    for other in group.values:
        if other != name and (group.alone or facts[other] == TRUE):
            facts[other] = FALSE if group.alone else UNKNOWN
    for implied in (name, *IMPLIES.get(name, ())):
        if implied in facts:
            facts[implied] = TRUE
    for hidden in HIDES.get(name, ()):
        if hidden in facts and hidden in group.values:
            facts[hidden] = UNKNOWN
    return facts


def overlap(a: str, b: str) -> bool:
    """Whether two attributes are the same, or one of them brings the other."""
    return a == b or b in IMPLIES.get(a, ()) or a in IMPLIES.get(b, ())


def value_of(facts: Facts, title: str) -> tuple[str, bool]:
    """What a picture shows of a group: the value and whether it is certain; empty where it isn't known."""
    group = GROUPS[title]
    true = [value for value in group.values if facts[value] == TRUE]
    if len(true) > 1:  # the more special of two of which one brings the other
        true = [value for value in true if not any(value in IMPLIES.get(other, ()) for other in true)]
    if true:
        return (true[0], True) if len(true) == 1 else ("", False)
    if not group.rest or any(facts[value] == UNKNOWN for value in group.values):
        return "", False
    return group.rest, all(facts[value] == FALSE for value in group.values)
