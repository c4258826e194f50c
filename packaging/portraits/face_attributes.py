"""What a face looks like: make-up, eyes, skin, age, jewellery, expression, and the colour of the hair."""

from __future__ import annotations

import age
import hair
import jewellery
import makeup
import skin
import warp
from attribute import OPAQUE, TONAL, Attribute


def _hair(colour: str, *phrases: str) -> Attribute:
    return Attribute(hair.painter(colour), TONAL, "hair", phrases, "face with hair")


FACE: dict[str, Attribute] = {
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
}
