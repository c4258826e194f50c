"""What a portrait can be: attributes, their values, how they are drawn and how they are said.

A portrait is a dict ``attribute -> value``; a value of "" means that the attribute does not apply
(hair colour under a hat). Colours are drawn from a small range, so that "red" is not one red.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Value:
    """``weight`` of a draw, ``parts`` to draw it with, and phrases: before the noun, after it."""

    weight: float
    parts: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    hsv: tuple[tuple[float, float], tuple[float, float], tuple[float, float]] | None = None


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _hsv(h0: float, h1: float, s0: float, s1: float, v0: float, v1: float):
    return ((h0, h1), (s0, s1), (v0, v1))


HUES = {
    "red": _hsv(-0.02, 0.015, 0.7, 0.95, 0.75, 0.98),
    "orange": _hsv(0.06, 0.09, 0.75, 0.95, 0.92, 1.0),
    "yellow": _hsv(0.13, 0.16, 0.55, 0.9, 0.92, 1.0),
    "green": _hsv(0.30, 0.41, 0.5, 0.85, 0.5, 0.8),
    "blue": _hsv(0.56, 0.63, 0.5, 0.85, 0.7, 0.98),
    "purple": _hsv(0.74, 0.79, 0.45, 0.75, 0.55, 0.85),
    "pink": _hsv(0.88, 0.94, 0.3, 0.6, 0.93, 1.0),
    "black": _hsv(0.0, 1.0, 0.0, 0.2, 0.05, 0.17),
    "white": _hsv(0.0, 1.0, 0.0, 0.03, 0.95, 1.0),
    "grey": _hsv(0.0, 1.0, 0.0, 0.06, 0.5, 0.68),
}


def _clothes_colour(name: str) -> Value:
    words = ("gray", "grey") if name == "grey" else (name,)
    return Value(
        1.0,
        after=tuple(f"{verb} {word} {noun}" for word in words for verb, noun in (
            ("in", "clothes"), ("wearing", "clothes"), ("with", "clothes"))) + tuple(
            f"{verb} {_a(word)} {noun}" for word in words for verb, noun in (
                ("wearing", "top"), ("in", "shirt"), ("wearing", "shirt"), ("with", "shirt"))),
        hsv=HUES[name],
    )


def _background(name: str) -> Value:
    words = ("gray", "grey") if name == "grey" else (name,)
    return Value(
        1.0,
        after=tuple(f"{verb} {_a(word)} background" for word in words for verb in (
            "on", "with", "in front of", "against")),
        hsv=HUES[name],
    )


def _hair_colour(weight: float, words: tuple[str, ...], hsv) -> Value:
    return Value(weight, before=tuple(f"{w} haired" for w in words),
                 after=tuple(f"with {w} hair" for w in words) * 2, hsv=hsv)


ATTRIBUTES: dict[str, dict[str, Value]] = {
    "glasses": {
        "none": Value(4.0, ("",), after=("without glasses", "with no glasses", "without sunglasses")),
        "glasses": Value(2.6, ("prescription_01", "prescription_02", "round"),
                         after=("with glasses", "wearing glasses", "with eyeglasses", "with spectacles",
                                "with reading glasses")),
        "sunglasses": Value(2.6, ("sunglasses", "sunglasses_2", "wayfarers", "wayfarers_2", "kurt"),
                            after=("with sunglasses", "wearing sunglasses", "with dark glasses", "with shades",
                                   "wearing shades")),
        "eyepatch": Value(1.3, ("eyepatch",),
                          after=("with an eyepatch", "wearing an eyepatch", "with a pirate eyepatch",
                                 "with an eye patch")),
    },
    "facial hair": {
        "none": Value(4.5, ("",), before=("clean shaven", "beardless"),
                      after=("without a beard", "with no beard", "without facial hair")),
        "beard": Value(3.0, ("beard_magestic", "beard_medium", "beard_light"), before=("bearded",),
                       after=("with a beard", "with a full beard", "with a big beard")),
        "moustache": Value(2.5, ("moustache_fancy", "moustache_magnum", "einstien_mustache"),
                           after=("with a moustache", "with a mustache", "with a big moustache")),
    },
    "expression": {
        "neutral": Value(2.0, before=("serious", "neutral"), after=("with a neutral expression",
                         "with a serious expression", "not smiling")),
        "smiling": Value(2.5, before=("smiling", "happy", "laughing", "cheerful"),
                         after=("with a smile", "with a big smile", "that smiles")),
        "sad": Value(1.6, before=("sad", "unhappy", "sorrowful"), after=("with a sad expression", "looking sad")),
        "angry": Value(1.6, before=("angry", "furious", "mad"), after=("with an angry expression", "looking angry")),
        "surprised": Value(1.6, before=("surprised", "shocked", "astonished"),
                           after=("with a surprised expression", "looking surprised", "with an open mouth")),
        "silly": Value(1.2, before=("silly",), after=("sticking out the tongue", "with tongue out",
                                                      "showing the tongue")),
    },
    "eyes": {
        "open": Value(6.0, after=("with open eyes",)),
        "closed": Value(1.6, before=("sleeping", "sleepy"), after=("with closed eyes", "with eyes closed")),
        "hearts": Value(1.4, before=("loving",), after=("with heart eyes", "with hearts for eyes", "in love")),
    },
    "hat": {
        "none": Value(5.5, before=("bareheaded",), after=("without a hat", "with no hat", "without a cap")),
        "winter hat": Value(1.5, ("winter_hat_1", "winter_hat_2", "winter_hat_3", "winter_hat_4"),
                            after=("with a winter hat", "wearing a winter hat", "with a beanie",
                                   "with a woolly hat", "wearing a warm hat")),
        "brimmed hat": Value(1.1, ("hat",), after=("with a hat", "wearing a hat", "with a brimmed hat",
                                                   "with a fedora", "with a cowboy hat")),
        "turban": Value(0.9, ("turban",), after=("with a turban", "wearing a turban")),
        "hijab": Value(0.8, ("hijab",), after=("with a hijab", "wearing a hijab", "with a headscarf")),
        "chef hat": Value(0.8, ("chef_cap",), after=("with a chef hat", "wearing a chef hat", "with a cook hat",
                                                     "as a chef")),
    },
    "hair": {
        "bald": Value(1.3, ("no_hair",), before=("bald", "hairless"), after=("without hair", "with no hair")),
        "short": Value(3.4, ("buzzcut", "caesar", "caesar_side_part", "short_flat", "short_round", "short_waved",
                             "elvis", "pompadour", "quiff", "short_dreads_1"),
                       before=("short haired",), after=("with short hair",) * 3),
        "long": Value(3.2, ("big_hair", "straight_1", "straight_strand", "mia_wallace", "bob", "curvy",
                            "long_not_too_long", "loose_hair", "twist_long_hair"),
                      before=("long haired",), after=("with long hair",) * 3),
        "curly": Value(1.8, ("fro", "curly", "short_dreads_2", "wild"), before=("curly haired",),
                       after=("with curly hair", "with an afro", "with frizzy hair", "with big curly hair")),
    },
    "hair colour": {
        "black": _hair_colour(1.4, ("black", "dark"), _hsv(0.0, 1.0, 0.0, 0.35, 0.06, 0.19)),
        "brown": _hair_colour(1.4, ("brown", "brunette"), _hsv(0.03, 0.07, 0.45, 0.62, 0.32, 0.5)),
        "blond": _hair_colour(1.4, ("blond", "blonde", "golden"), _hsv(0.1, 0.13, 0.38, 0.6, 0.84, 0.98)),
        "red": _hair_colour(1.2, ("red", "ginger"), _hsv(0.015, 0.04, 0.78, 0.97, 0.68, 0.86)),
        "grey": _hair_colour(1.2, ("grey", "gray", "white", "silver"), _hsv(0.0, 1.0, 0.0, 0.05, 0.72, 0.93)),
        "pink": _hair_colour(1.0, ("pink",), _hsv(0.9, 0.95, 0.35, 0.6, 0.93, 1.0)),
        "blue": _hair_colour(1.0, ("blue",), _hsv(0.56, 0.63, 0.55, 0.85, 0.6, 0.92)),
    },
    "skin": {
        "pale": Value(2.2, before=("pale", "light skinned"), after=("with pale skin", "with light skin"),
                      hsv=_hsv(0.06, 0.085, 0.2, 0.33, 0.96, 1.0)),
        "tanned": Value(2.0, before=("tanned",), after=("with tanned skin", "with a tan"),
                        hsv=_hsv(0.065, 0.085, 0.45, 0.6, 0.85, 0.95)),
        "dark": Value(2.2, before=("dark skinned",), after=("with dark skin", "with brown skin"),
                      hsv=_hsv(0.05, 0.075, 0.5, 0.68, 0.38, 0.6)),
        "green": Value(1.0, before=("green", "alien", "zombie"), after=("with green skin",),
                       hsv=_hsv(0.25, 0.36, 0.35, 0.6, 0.65, 0.85)),
    },
    "clothes": {
        "shirt": Value(4.0, ("shirt_crew_neck", "shirt_scoop_neck", "shirt_v_neck"),
                       after=("in a t-shirt", "wearing a t-shirt", "with a t-shirt")),
        "hoodie": Value(2.0, ("hoodie",), after=("in a hoodie", "wearing a hoodie", "with a hoodie")),
        "suit": Value(2.4, ("blazer_shirt", "blazer_sweater", "bond_suit", "shirt_wick"),
                      before=("elegant",), after=("in a suit", "wearing a suit", "with a suit", "wearing a jacket",
                                                  "in a blazer")),
    },
    "clothes colour": {name: _clothes_colour(name) for name in (
        "red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white")},
    "background": {name: _background(name) for name in HUES},
    "style": {
        "plain": Value(8.0),
        "sketch": Value(0.7, before=("sketched",), after=("as a sketch", "as a pencil drawing", "drawn in pencil")),
        "sepia": Value(0.7, before=("sepia",), after=("in sepia", "as an old photo", "in sepia tones")),
        "night": Value(0.7, after=("at night", "in the dark", "in moonlight")),
        "pixel art": Value(0.7, before=("pixelated",), after=("as pixel art", "in pixel art", "made of pixels")),
    },
}

SUBJECTS = ("face", "person", "portrait", "avatar", "character", "man", "woman", "human")
NEUTRAL = "face"
FACES: dict[str, list[tuple[str, str, str]]] = {  # expression -> (mouth, eyes, eyebrows)
    "neutral": [("serious", "default", "default_natural"), ("serious", "default", "flat_natural"),
                ("serious", "default", "default")],
    "smiling": [("smile", "default", "default_natural"), ("smile", "happy", "raised_excited_natural"),
                ("big_smile", "default", "default_natural"), ("big_smile", "happy", "default_natural"),
                ("smile", "default", "default")],
    "sad": [("sad", "default", "sad_concerned_natural"), ("sad", "cry", "sad_concerned_natural"),
            ("sad", "default", "sad_concerned"), ("concerned", "default", "sad_concerned_natural")],
    "angry": [("serious", "default", "angry_natural"), ("grimace", "default", "angry_natural"),
              ("grimace", "default", "angry"), ("sad", "squint", "angry_natural")],
    "surprised": [("disbelief", "surprised", "raised_excited_natural"),
                  ("scream_open", "surprised", "raised_excited_natural"),
                  ("scream_open", "surprised", "raised_excited")],
    "silly": [("tongue", "default", "raised_excited_natural"), ("tongue", "wink", "default_natural"),
              ("tongue", "default", "default_natural")],
}
COLOURED = ("hair colour", "skin", "clothes colour", "background")  # not to be told in some styles
NAMES = tuple(ATTRIBUTES)


def draw_value(attribute: str, rng: np.random.Generator, but: str | None = None) -> str:
    """A value by weight; ``but`` is left out."""
    values = [v for v in ATTRIBUTES[attribute] if v != but]
    weights = np.array([ATTRIBUTES[attribute][v].weight for v in values])
    return values[rng.choice(len(values), p=weights / weights.sum())]


def draw(rng: np.random.Generator) -> dict[str, str]:
    """All attributes of a portrait, before what does not apply is blanked."""
    return {name: draw_value(name, rng) for name in NAMES}


def settle(raw: dict[str, str]) -> dict[str, str]:
    """Blank what cannot be seen: hair under a hat, its colour on a bald head, eyes behind shades."""
    seen = dict(raw)
    if seen["hat"] != "none":
        seen["hair"] = seen["hair colour"] = ""
    elif seen["hair"] == "bald":
        seen["hair colour"] = ""
    if seen["glasses"] == "sunglasses":
        seen["eyes"] = ""
    if seen["clothes"] == "suit":
        seen["clothes colour"] = ""
    if seen["style"] in ("sketch", "sepia", "night"):
        for name in COLOURED:
            seen[name] = ""
    return seen


def colour(value: Value, rng: np.random.Generator) -> tuple[float, float, float]:
    assert value.hsv is not None
    h, s, v = (float(rng.uniform(*r)) for r in value.hsv)
    return colorsys.hsv_to_rgb(h % 1.0, s, v)


def say(facts: dict[str, str], rng: np.random.Generator) -> str:
    """A caption that tells the given facts and nothing else."""
    before: list[str] = []
    after: list[str] = []
    for name in rng.permutation(list(facts)):
        value = ATTRIBUTES[str(name)][facts[str(name)]]
        choices = [(p, True) for p in value.before] + [(p, False) for p in value.after]
        if not choices:
            continue
        if value.before and value.after and rng.random() < 0.5:  # both sorts of phrase equally often
            choices = [c for c in choices if c[1]]
        phrase, first = choices[rng.integers(len(choices))]
        (before if first else after).append(phrase)
    noun = " ".join([*before, "face" if rng.random() < 0.5 else str(rng.choice(SUBJECTS))])
    article = rng.choice(["", "a ", "the "], p=[0.5, 0.4, 0.1])
    if article == "a " and noun[0] in "aeiou":
        article = "an "
    if len(after) > 1 and rng.random() < 0.5:
        tail = " " + ", ".join(after[:-1]) + " and " + after[-1]
    else:
        tail = " " + " ".join(after) if after else ""
    prefix = rng.choice(["", "a photo of ", "a picture of ", "an illustration of "], p=[0.7, 0.1, 0.1, 0.1])
    return f"{prefix}{article}{noun}{tail}"


def vocabulary() -> list[str]:
    """Every word that a caption can hold, lower case, sorted."""
    words = {"a", "an", "the", "of", "and", "photo", "picture", "illustration", *SUBJECTS}
    for values in ATTRIBUTES.values():
        for value in values.values():
            for phrase in (*value.before, *value.after):
                words.update(phrase.replace("-", " ").split())
    return sorted(words)
