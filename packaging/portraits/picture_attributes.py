"""How the whole picture looks, and what is behind the person."""

from __future__ import annotations

import backdrop
import media
import whole
from attribute import OPAQUE, WHOLE, Attribute

PICTURE: dict[str, Attribute] = {
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
