"""What is worn on a head or grows on a face: it lies before the photograph's own pixels."""

from __future__ import annotations

import eyewear
import face_mask
import facial_hair
import hats
import headwear
import scalp
import winter
from attribute import OPAQUE, TONAL, Attribute

WORN: dict[str, Attribute] = {
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
}
