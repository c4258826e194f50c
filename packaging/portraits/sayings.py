"""How people say what a portrait shows: the painters' phrases taken apart, put together again by a small grammar.

A phrase becomes forms: words before the noun ("smiling"), after it ("with sunglasses"), of the photograph ("sepia"), a
work in its place ("pencil sketch"), or a sentence that stands alone. One phrase of most attributes, and some frames,
are kept out of the training to measure how well others' words are understood; ``everything=True`` lets them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from attribute import WHOLE
from facts import IMPLIES, NAMES
from paint import TABLE

NEUTRAL = ("face", "person", "portrait", "photo", "face", "person", "headshot", "selfie", "somebody")
SEXED = {
    "woman": ("woman", "lady", "girl", "female face"),
    "man": ("man", "guy", "gentleman", "male face"),
    "child": ("child", "kid", "baby", "boy or girl", "toddler"),
}
FRAMES = ("{}", "{}", "{}", "{}", "a {}", "the {}", "a photo of {}", "a photo of a {}", "a portrait of a {}")
FRAMES += ("picture of a {}", "photograph of {}", "make it a {}", "a close-up of a {}")
HELD_FRAMES = ("image of a {}", "this is a {}", "{}, please")
ADDING = ("add {}", "put on {}", "give {}", "wearing {}", "with {}", "and {}")

_NEEDS_ARTICLE = ("beard", "moustache", "mustache", "goatee", "cap", "hat", "headband", "hairband", "sweatband")
_NEEDS_ARTICLE += ("smile", "nose", "scarf", "background", "backdrop", "wall")
_THINGS = "hair lips lipstick skin eyes glasses sunglasses cheeks freckles makeup teeth earrings eyeglasses mascara"
_THINGS += " blush shadow spectacles bokeh light shades jewellery eyeshadow stubble"
THINGS = {*_THINGS.split(), *_NEEDS_ARTICLE}

# words that the painters' phrases lack: for what no painter paints, and other words for what they do
OTHERS: dict[str, tuple[str, ...]] = {
    "smile": ("smiling face", "happy face", "cheerful face", "with a smile", "smile"),
    "sad": ("sad face", "unhappy face", "sad"),
    "angry": ("angry face", "furious face", "angry"),
    "surprised": ("surprised face", "astonished face", "surprised"),
    "older": ("old face", "elderly face", "aged face", "senior", "older"),
    "bald": ("bald face", "bald head", "with no hair"),
    "curly hair": ("face with curly hair", "curly hair", "with curls"),
    "long hair": ("face with long hair", "long hair"),
    "hat": ("face with a hat", "wearing a hat", "hat"),
    "sunglasses": ("with dark sunglasses", "with black sunglasses", "sunglasses"),
    "glasses": ("with glasses", "glasses", "with spectacles", "bespectacled face"),
    "beard": ("with a beard", "beard"),
    "stubble": ("stubble", "unshaven", "with stubble"),
    "moustache": ("mustache", "with a moustache"),
    "red lipstick": ("with red lips", "red lipstick"),
    "pink lipstick": ("pink lipstick", "with pink lips"),
    "dark lipstick": ("dark lipstick", "with dark lips"),
    "freckles": ("freckly face", "with freckles"),
    "tan": ("tan", "suntan", "with tanned skin", "tanned"),
    "pale": ("pale", "with pale skin"),
    "smooth skin": ("with smooth skin", "smooth-skinned face"),
    "blush": ("blush", "with blush", "with rosy cheeks"),
    "eye makeup": ("eye makeup", "with eye makeup", "with smoky eyes"),
    "makeup": ("makeup", "with makeup", "made up"),
    "blond hair": ("blond face", "with blonde hair", "fair-haired face"),
    "platinum hair": ("platinum blonde", "with platinum hair"),
    "brown hair": ("brown-haired face", "with brown hair"),
    "black hair": ("black-haired face", "with black hair"),
    "red hair": ("red-haired face", "ginger", "with ginger hair"),
    "pink hair": ("pink-haired face", "with pink hair"),
    "blue hair": ("blue-haired face", "with blue hair"),
    "purple hair": ("purple-haired face", "with violet hair"),
    "green hair": ("green-haired face", "with green hair"),
    "grey hair": ("grey hair", "with silver hair", "gray-haired face"),
    "white hair": ("white-haired face", "with white hair"),
    "blue eyes": ("blue-eyed face", "with blue eyes"),
    "green eyes": ("green-eyed face", "with green eyes"),
    "brown eyes": ("brown-eyed face", "with brown eyes"),
    "black and white": ("greyscale photo", "grayscale", "monochrome photo"),
    "sepia": ("old sepia photo", "sepia-toned photo"),
    "warm": ("warm light photo", "in warm colours"),
    "cool": ("cold photo", "in cold colours", "bluish photo"),
    "golden light": ("in golden light", "in the evening sun", "sunset photo"),
}
_AFTER = re.compile(r"(?:(?:face|man|woman|person|portrait|photo) )?((?:with|wearing|in|at|on) .+)")
_OF_A_FACE = re.compile(r"(.+) of a face|painted (portrait)")


@dataclass(frozen=True)
class Form:
    """A piece of a sentence and where it goes: "before", "after", "photo", "work" or "alone"."""

    place: str
    words: str


def form_of(phrase: str, name: str) -> Form:
    """Where the words of a phrase go in a longer sentence."""
    whole = name in TABLE and TABLE[name].kind == WHOLE
    if found := _AFTER.fullmatch(phrase):
        return Form("after", found[1])
    if phrase.startswith("smile with "):
        return Form("after", f"with a {phrase}")
    if found := _OF_A_FACE.fullmatch(phrase):
        return Form("work", phrase.removesuffix(" of a face"))
    if phrase.endswith(" face"):
        return Form("before", phrase.removesuffix(" face"))
    if whole and (found := re.fullmatch(r"(.+) (photo|photograph|portrait)", phrase)):
        return Form("photo", found[1])
    last = phrase.split()[-1]
    if last in THINGS:
        return Form("after", f"with {'a ' if last in _NEEDS_ARTICLE else ''}{phrase}")
    if whole and last in ("sketch", "drawing", "painting", "cartoon", "watercolour"):
        return Form("work", phrase)
    return Form("alone", phrase)


class Sayings:
    """Owns the forms of every name, those that are trained and those that are kept out to measure."""

    def __init__(self, *, everything: bool = False) -> None:
        self.phrases: dict[str, list[str]] = {}
        for name in NAMES:
            own = list(TABLE[name].phrases) if name in TABLE else []
            self.phrases[name] = list(dict.fromkeys([*own, *OTHERS.get(name, ())]))
        self.held: dict[str, str] = {}
        if not everything:
            for name in NAMES:
                self._keep_one_out(name)
        self.forms = {
            name: [form_of(phrase, name) for phrase in phrases if name not in SEXED]
            for name, phrases in self.phrases.items()
        }

    def _keep_one_out(self, name: str) -> None:
        """The last of the painter's phrases whose words are all known from others."""
        if name not in TABLE or len(self.phrases[name]) < 3:
            return
        for phrase in reversed(TABLE[name].phrases[1:]):
            others = [p for n, ps in self.phrases.items() for p in ps if (n, p) != (name, phrase)]
            same = [p for p in self.phrases[name] if p != phrase]
            known = {word for other in others for word in words_of(other)}
            if set(words_of(phrase)) <= known and set(words_of(phrase)) & {w for p in same for w in words_of(p)}:
                self.phrases[name].remove(phrase)
                self.held[name] = phrase
                return

    def noun(self, names: Iterable[str], rng: np.random.Generator) -> str:
        for name, nouns in SEXED.items():
            if name in names:
                return str(rng.choice(nouns))
        return str(rng.choice(NEUTRAL))

    def say(self, names: Iterable[str], rng: np.random.Generator, noun: str = "") -> str:
        """A text that says all of ``names`` and nothing else."""
        names = _without_implied(list(names))
        noun = noun or self.noun(names, rng)
        told = [name for name in names if name not in SEXED]
        rng.shuffle(told)
        if not told:
            return self.framed(noun, rng)
        if len(told) == len(names) and rng.random() < (0.5 if len(told) == 1 else 0.3):
            text = " and ".join(str(rng.choice(self.phrases[name])) for name in told)
            return self.framed(text, rng) if rng.random() < 0.3 else text
        return self.framed(self._composed(told, rng, noun), rng)

    def _composed(self, told: list[str], rng: np.random.Generator, noun: str) -> str:
        before, after, photo, alone = [], [], "", []
        for name in told:
            forms = self.forms[name]
            form = forms[rng.integers(len(forms))]
            if form.place == "before":
                before.append(form.words)
            elif form.place == "after":
                after.append(form.words)
            elif form.place == "photo":
                photo = f"{form.words} {rng.choice(['photo', 'photo', 'portrait', 'photograph', 'picture'])} of a"
            elif form.place == "work":
                photo = f"{form.words} of a"
            else:
                alone.append(form.words)
        if not (before or after or photo):
            text = alone.pop(0)
            if rng.random() < 0.5:
                text = f"{noun}, {text}" if rng.random() < 0.5 else f"{text} {noun}"
        elif len(after) == 1 and not before and not photo and rng.random() < 0.25:
            bare = re.sub(r"^(with|wearing) ", "", after[0])
            text = str(rng.choice(ADDING)).format(bare)
        else:
            text = " ".join([*([photo] if photo else []), *before, noun])
            for k, words in enumerate(after):
                if k and rng.random() < 0.6:
                    words = re.sub(r"^(with|wearing) ", "", words)
                text += (" and " if k == len(after) - 1 and k else ", " if k else " ") + words
        for words in alone:
            text += f", {words}"
        return text

    def say_without(self, name: str, rng: np.random.Generator, noun: str = "") -> str:
        """A text that says that ``name`` is not there."""
        noun = noun or self.noun((), rng)
        form = self.forms[name][rng.integers(len(self.forms[name]))]
        if form.place == "after":
            bare = re.sub(r"^(with|wearing) (a )?", "", form.words)
            if bare == form.words:
                return f"{noun} not {form.words}"
            negation = str(rng.choice(["without", "with no", "not wearing", "no"]))
            return f"{noun} {negation} {bare}" if negation != "no" or rng.random() < 0.5 else f"no {bare}"
        if form.place == "photo":
            return f"{noun} that is not {form.words}"
        return f"{noun} that is not {form.words}" if rng.random() < 0.5 else f"not {form.words}"

    def framed(self, text: str, rng: np.random.Generator) -> str:
        return str(rng.choice(FRAMES)).format(text)

    def source(self, names: Iterable[str], rng: np.random.Generator) -> str:
        """A neutral text, sometimes the one that the painter names."""
        names = list(names)
        if len(names) == 1 and names[0] in TABLE and rng.random() < 0.35:
            return TABLE[names[0]].source
        return self.framed(self.noun((), rng), rng) if rng.random() < 0.3 else self.noun((), rng)

    def vocabulary(self) -> list[str]:
        """Every word that a text may have."""
        texts = [*NEUTRAL, *FRAMES, *HELD_FRAMES, *ADDING, *self.held.values()]
        texts += [noun for nouns in SEXED.values() for noun in nouns]
        texts += [phrase for phrases in self.phrases.values() for phrase in phrases]
        texts += [attribute.source for attribute in TABLE.values()]
        texts += [
            "without with no not wearing that is and of a photo portrait photograph picture her him it them me my"
        ]
        return sorted({word for text in texts for word in words_of(text)})


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _without_implied(names: list[str]) -> list[str]:
    implied = {other for name in names for other in IMPLIES.get(name, ())}
    return [name for name in names if name not in implied]
