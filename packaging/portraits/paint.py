"""All that can be painted on a portrait: who paints it, how people say it, and where it is.

A painter takes a face, a generator and a strength, and returns the picture with the attribute, or None where this face
does not allow it. The same generator gives the same picture; nothing is changed outside the attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import age
import backdrop
import eyewear
import face_mask
import facial_hair
import hair
import hats
import headwear
import jewellery
import makeup
import media
import numpy as np
import scalp
import skin
import warp
import whole
import winter
from face import Face

Painter = Callable[..., "np.ndarray | None"]
NEUTRAL = "face"

OPAQUE = "opaque"  # something lies before the face: its pixels replace the photograph's
TONAL = "tonal"  # colour and texture of what is there: the change is added
WHOLE = "whole-picture"


@dataclass(frozen=True)
class Attribute:
    painter: Painter
    kind: str
    region: str  # eyes, mouth, jaw, cheeks, skin, hair, head, face, background, picture
    phrases: tuple[str, ...]  # the first is the shortest good prompt
    source: str = NEUTRAL


def _hair(colour: str, *phrases: str) -> Attribute:
    return Attribute(hair.painter(colour), TONAL, "hair", phrases, "face with hair")


TABLE: dict[str, Attribute] = {
    "sunglasses": Attribute(
        eyewear.sunglasses,
        OPAQUE,
        "eyes",
        (
            "face with sunglasses",
            "wearing sunglasses",
            "person in sunglasses",
            "dark glasses",
            "cool sunglasses",
            "shades",
        ),
    ),
    "glasses": Attribute(
        eyewear.glasses,
        OPAQUE,
        "eyes",
        (
            "face with glasses",
            "wearing glasses",
            "eyeglasses",
            "person with spectacles",
            "reading glasses",
            "nerdy glasses",
        ),
    ),
    "beard": Attribute(
        facial_hair.beard,
        OPAQUE,
        "jaw",
        ("face with a beard", "bearded face", "full beard", "man with a beard", "with a thick beard", "bushy beard"),
    ),
    "stubble": Attribute(
        facial_hair.stubble,
        TONAL,
        "jaw",
        ("face with stubble", "unshaven face", "five o'clock shadow", "short stubble beard", "three-day beard"),
    ),
    "moustache": Attribute(
        facial_hair.moustache,
        OPAQUE,
        "mouth",
        ("face with a moustache", "with a mustache", "moustache", "man with a mustache", "moustached face"),
    ),
    "goatee": Attribute(
        facial_hair.goatee,
        OPAQUE,
        "jaw",
        ("face with a goatee", "goatee", "goatee beard", "with a chin beard", "circle beard"),
    ),
    "beanie": Attribute(
        headwear.beanie,
        OPAQUE,
        "head",
        ("face with a knitted hat", "wearing a beanie", "woolly hat", "knit cap", "winter hat"),
    ),
    "cap": Attribute(
        headwear.cap, OPAQUE, "head", ("face with a baseball cap", "wearing a cap", "baseball cap", "peaked cap")
    ),
    "santa hat": Attribute(
        winter.santa_hat,
        OPAQUE,
        "head",
        ("face with a Santa hat", "Christmas hat", "wearing a Santa Claus hat", "Father Christmas"),
    ),
    "scarf": Attribute(
        winter.scarf, OPAQUE, "neck", ("face with a scarf", "wearing a scarf", "knitted scarf", "woollen scarf")
    ),
    "hat": Attribute(
        hats.brimmed_hat, OPAQUE, "head", ("face with a hat", "wearing a hat", "fedora", "straw hat", "hat with a brim")
    ),
    "crown": Attribute(
        hats.crown,
        OPAQUE,
        "head",
        ("face with a crown", "wearing a golden crown", "king's crown", "queen with a crown"),
    ),
    "headphones": Attribute(
        hats.headphones,
        OPAQUE,
        "head",
        ("face with headphones", "wearing headphones", "person listening with headphones"),
    ),
    "face mask": Attribute(
        face_mask.face_mask, OPAQUE, "jaw", ("face with a mask", "wearing a face mask", "surgical mask", "medical mask")
    ),
    "bald": Attribute(
        scalp.bald, OPAQUE, "hair", ("bald head", "bald", "without hair", "shaved head"), "face with hair"
    ),
    "headband": Attribute(
        headwear.headband, OPAQUE, "head", ("face with a headband", "wearing a headband", "sweatband", "hairband")
    ),
    "lipstick": Attribute(
        makeup.lipstick,
        TONAL,
        "mouth",
        ("face with lipstick", "wearing lipstick", "lipstick", "painted lips", "coloured lips"),
    ),
    "red lipstick": Attribute(
        makeup.red_lipstick,
        TONAL,
        "mouth",
        ("face with red lipstick", "red lips", "wearing red lipstick", "bright red lipstick"),
    ),
    "pink lipstick": Attribute(
        makeup.pink_lipstick,
        TONAL,
        "mouth",
        ("face with pink lipstick", "pink lips", "wearing pink lipstick"),
    ),
    "dark lipstick": Attribute(
        makeup.dark_lipstick,
        TONAL,
        "mouth",
        ("face with dark lipstick", "dark lips", "plum lipstick", "gothic lipstick"),
    ),
    "eye makeup": Attribute(
        makeup.eye_makeup,
        TONAL,
        "eyes",
        ("face with eye makeup", "eyeshadow", "eyeliner and mascara", "smoky eyes", "made-up eyes"),
    ),
    "blush": Attribute(
        makeup.blush,
        TONAL,
        "cheeks",
        ("face with blush", "rosy cheeks", "blushing face", "rouge on the cheeks", "red cheeks"),
    ),
    "makeup": Attribute(
        makeup.makeup,
        TONAL,
        "face",
        ("face with makeup", "wearing makeup", "heavy makeup", "glamorous makeup", "made-up face"),
    ),
    "freckles": Attribute(
        makeup.freckles,
        TONAL,
        "cheeks",
        ("face with freckles", "freckled face", "freckles", "freckles on the nose and cheeks"),
    ),
    "white teeth": Attribute(
        makeup.white_teeth,
        TONAL,
        "mouth",
        ("smile with white teeth", "whiter teeth", "bright white teeth", "whitened teeth"),
        "smile with teeth",
    ),
    "blue eyes": Attribute(
        makeup.blue_eyes, TONAL, "eyes", ("face with blue eyes", "blue eyes", "bright blue eyes"), "face with eyes"
    ),
    "green eyes": Attribute(
        makeup.green_eyes, TONAL, "eyes", ("face with green eyes", "green eyes", "bright green eyes"), "face with eyes"
    ),
    "brown eyes": Attribute(
        makeup.brown_eyes, TONAL, "eyes", ("face with brown eyes", "brown eyes", "dark brown eyes"), "face with eyes"
    ),
    "tan": Attribute(
        skin.tan,
        TONAL,
        "skin",
        ("tanned face", "suntanned face", "suntan", "tan skin", "sun-kissed skin", "bronzed face"),
    ),
    "pale": Attribute(
        skin.pale, TONAL, "skin", ("pale face", "pale skin", "fair skin", "very light skin", "porcelain skin")
    ),
    "smooth skin": Attribute(
        skin.smooth_skin,
        TONAL,
        "skin",
        ("face with smooth skin", "smooth skin", "flawless skin", "retouched portrait", "airbrushed skin"),
    ),
    "older": Attribute(
        age.older,
        TONAL,
        "face",
        ("old face", "older", "aged face", "wrinkled face", "elderly person", "senior"),
        "face",
    ),
    "younger": Attribute(age.younger, TONAL, "face", ("young face", "younger", "youthful face", "rejuvenated face")),
    "earrings": Attribute(
        jewellery.earrings,
        OPAQUE,
        "ears",
        ("face with earrings", "wearing earrings", "hoop earrings", "jewellery in the ears"),
    ),
    "clown nose": Attribute(
        jewellery.clown_nose, OPAQUE, "nose", ("face with a clown nose", "red clown nose", "clown", "round red nose")
    ),
    "smile": Attribute(
        warp.smile, TONAL, "face", ("smiling face", "smile", "happy face", "a friendly smile", "gentle smile")
    ),
    "big smile": Attribute(
        warp.big_smile,
        TONAL,
        "face",
        ("broad smile", "smile with teeth", "laughing face", "grinning face", "big smile"),
    ),
    "sad": Attribute(warp.sad, TONAL, "face", ("sad face", "sad", "unhappy face", "sorrowful expression")),
    "angry": Attribute(warp.angry, TONAL, "face", ("angry face", "angry", "furious expression", "frowning face")),
    "surprised": Attribute(
        warp.surprised,
        TONAL,
        "face",
        ("surprised face", "surprised", "astonished face", "open mouth", "amazed expression"),
    ),
    "bigger eyes": Attribute(
        warp.bigger_eyes,
        TONAL,
        "eyes",
        ("face with big eyes", "bigger eyes", "large eyes", "wide eyes"),
        "face with eyes",
    ),
    "slimmer face": Attribute(
        warp.slimmer_face, TONAL, "face", ("slim face", "slimmer face", "narrow face", "thin face", "slender jaw")
    ),
    "blond hair": _hair("blond", "face with blond hair", "blond hair", "blonde", "golden hair", "light hair"),
    "platinum hair": _hair("platinum", "face with platinum blond hair", "platinum hair", "bleached hair"),
    "brown hair": _hair("brown", "face with brown hair", "brown hair", "brunette", "chestnut hair"),
    "black hair": _hair("black", "face with black hair", "black hair", "dark hair", "jet black hair"),
    "red hair": _hair("red", "face with red hair", "red hair", "ginger hair", "redhead", "auburn hair"),
    "pink hair": _hair("pink", "face with pink hair", "pink hair", "hair dyed pink"),
    "blue hair": _hair("blue", "face with blue hair", "blue hair", "hair dyed blue"),
    "purple hair": _hair("purple", "face with purple hair", "purple hair", "violet hair", "hair dyed purple"),
    "green hair": _hair("green", "face with green hair", "green hair", "hair dyed green"),
    "grey hair": _hair("grey", "face with grey hair", "gray hair", "grey-haired", "silver hair"),
    "white hair": _hair("white", "face with white hair", "white hair", "snow-white hair"),
    "black and white": Attribute(
        whole.black_and_white,
        WHOLE,
        "picture",
        ("black and white photo", "monochrome portrait", "b&w photo", "black and white", "greyscale photograph"),
        "photo",
    ),
    "sepia": Attribute(
        whole.sepia, WHOLE, "picture", ("sepia photo", "sepia", "old sepia photograph", "antique portrait"), "photo"
    ),
    "golden light": Attribute(
        whole.golden_light,
        WHOLE,
        "picture",
        ("portrait in golden hour light", "golden light", "at sunset", "warm evening sun", "golden hour"),
        "portrait",
    ),
    "night": Attribute(
        whole.night,
        WHOLE,
        "picture",
        ("portrait at night", "night", "night-time photo", "in the dark of night"),
        "portrait",
    ),
    "film": Attribute(
        whole.film,
        WHOLE,
        "picture",
        ("vintage film photo", "vintage photo", "analogue film", "retro photo", "faded seventies photograph"),
        "photo",
    ),
    "vivid": Attribute(
        whole.vivid, WHOLE, "picture", ("vivid colours", "saturated photo", "bright, colourful photo"), "photo"
    ),
    "soft glow": Attribute(
        whole.soft_glow, WHOLE, "picture", ("soft glow", "dreamy portrait", "soft focus photo", "hazy light"), "photo"
    ),
    "pencil sketch": Attribute(
        media.pencil_sketch,
        WHOLE,
        "picture",
        ("pencil sketch", "pencil drawing", "graphite drawing of a face"),
        "photo",
    ),
    "oil painting": Attribute(
        media.oil_painting, WHOLE, "picture", ("oil painting", "painted portrait", "painting of a face"), "photo"
    ),
    "watercolour": Attribute(
        media.watercolour, WHOLE, "picture", ("watercolour", "watercolor painting", "watercolour portrait"), "photo"
    ),
    "cartoon": Attribute(
        media.cartoon, WHOLE, "picture", ("cartoon", "comic book portrait", "cartoon drawing of a face"), "photo"
    ),
    "blurred background": Attribute(
        backdrop.blurred_background,
        OPAQUE,
        "background",
        ("blurred background", "portrait with bokeh", "shallow depth of field", "soft background"),
        "background",
    ),
    "white background": Attribute(
        backdrop.white_background,
        OPAQUE,
        "background",
        ("white background", "in front of a white wall", "passport photo background"),
        "background",
    ),
    "blue background": Attribute(
        backdrop.blue_background,
        OPAQUE,
        "background",
        ("blue background", "blue studio backdrop", "in front of a blue wall"),
        "background",
    ),
    "dark background": Attribute(
        backdrop.dark_background,
        OPAQUE,
        "background",
        ("dark background", "black background", "dark studio backdrop"),
        "background",
    ),
    "red background": Attribute(
        backdrop.red_background,
        OPAQUE,
        "background",
        ("red background", "red studio backdrop", "red wall"),
        "background",
    ),
    "green background": Attribute(
        backdrop.green_background,
        OPAQUE,
        "background",
        ("green background", "green studio backdrop", "green wall"),
        "background",
    ),
    "warm": Attribute(whole.warm, WHOLE, "picture", ("warm photo", "warm colours", "warm tones"), "photo"),
    "cool": Attribute(whole.cool, WHOLE, "picture", ("cool photo", "cold colours", "cool blue tones"), "photo"),
    "bright": Attribute(
        whole.bright, WHOLE, "picture", ("bright photo", "lighter photo", "high key", "bright, airy portrait"), "photo"
    ),
    "dramatic": Attribute(
        whole.dramatic,
        WHOLE,
        "picture",
        ("dramatic photo", "low key", "moody portrait", "dark, moody portrait"),
        "photo",
    ),
    "faded": Attribute(whole.faded, WHOLE, "picture", ("faded photo", "matte photo", "pale, faded colours"), "photo"),
    "cinema": Attribute(whole.cinema, WHOLE, "picture", ("cinematic photo", "teal and orange", "film still"), "photo"),
    "moonlight": Attribute(
        whole.moonlight, WHOLE, "picture", ("portrait in moonlight", "moonlight", "blue moonlit night"), "portrait"
    ),
    "rose": Attribute(whole.rose, WHOLE, "picture", ("rose-tinted photo", "pink tones", "rose tint"), "photo"),
    "noir": Attribute(
        whole.noir,
        WHOLE,
        "picture",
        ("film noir portrait", "film noir", "hard black and white", "high-contrast black and white"),
        "photo",
    ),
}

ATTRIBUTES: dict[str, Painter] = {name: attribute.painter for name, attribute in TABLE.items()}
phrases: dict[str, list[str]] = {name: list(attribute.phrases) for name, attribute in TABLE.items()}


def paint(name: str, face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return ATTRIBUTES[name](face, rng, strength)
