"""Illustrated portraits from the parts of the package ``python_avatars``, many at a time.

Every part is rendered once by resvg into a layer ``base + coef * colour`` with an alpha (a fill is
linear in its colour), and a portrait is the layers put over each other: about a millisecond each,
in any colour, and two portraits that differ in one attribute differ in nothing else.
"""

from __future__ import annotations

import copy
import functools
import io
from pathlib import Path
from xml.etree import ElementTree

import attributes
import numpy as np
import python_avatars
import resvg_py
import torch
from PIL import Image
from scipy import ndimage

SIZE = 128
VIEW_BOX = "20 6 228 228"
PARTS = Path(python_avatars.__file__).parent / "avatar_parts"
SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", SVG[1:-1])
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# folder of a slot, id of the group in the template that receives it, id that takes the colour
SLOTS = {
    "clothing": ("clothes", "Clothing", "Fabric-Color"),
    "mouth": ("mouth", "Mouth", None),
    "nose": ("nose", "Nose", None),
    "eyes": ("eyes", "Eyes", None),
    "eyebrows": ("eyebrows", "Eyebrow", None),
    "hair": ("top/hair", "Top", "Hair-Color"),
    "hat": ("top/hat", "Top", "Fabric-Color"),
    "facial_hair": ("facial_hair", "Facial-Hair", "Facial-Hair-Color"),
    "accessory": ("accessories", "Accessory", None),
}
FACIAL_HAIR_AT = "translate(49.000000, 72.000000)"
ACCESSORY_AT = "translate(62.000000, 85.000000)"


def _by_id(root: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((e for e in root.iter() if e.get("id") == name), None)


def _raster(root: ElementTree.Element) -> np.ndarray:
    """(SIZE, SIZE, 4) float64 premultiplied RGBA in [0, 1], at twice the size, box-averaged."""
    root.set("viewBox", VIEW_BOX)
    root.set("width", "228px")
    root.set("height", "228px")
    svg = ElementTree.tostring(root, encoding="unicode")
    png = resvg_py.svg_to_bytes(svg_string=svg, width=2 * SIZE, height=2 * SIZE)
    rgba = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), np.float64) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba.reshape(SIZE, 2, SIZE, 2, 4).mean((1, 3))


def _template() -> ElementTree.Element:
    return ElementTree.parse(PARTS / "styles" / "transparent.svg").getroot()


def _part(slot: str, name: str, colour: str) -> ElementTree.Element:
    """An SVG of the template with nothing but one part in it."""
    folder, group_id, colour_id = SLOTS[slot]
    root = _template()
    figure = _by_id(root, "Avataaar/Default")
    assert figure is not None
    figure.remove(_by_id(root, "Body"))  # type: ignore[arg-type]
    if slot in ("facial_hair", "accessory"):
        top = _by_id(root, "Top")
        at = FACIAL_HAIR_AT if slot == "facial_hair" else ACCESSORY_AT
        group = ElementTree.SubElement(top, f"{SVG}g", {"id": group_id, "transform": at})  # type: ignore[arg-type]
    else:
        group = _by_id(root, group_id)  # type: ignore[assignment]
    # ids of the template and of the part must not meet
    defs = root.find(f"{SVG}defs")
    if defs is not None:
        root.remove(defs)
    part = ElementTree.parse(PARTS / folder / f"{name}.svg").getroot()
    if colour_id and (target := _by_id(part, colour_id)) is not None:
        target.set("fill", colour)
    group.extend(copy.deepcopy(list(part)))
    return root


def _body(colour: str) -> ElementTree.Element:
    root = _template()
    figure = _by_id(root, "Avataaar/Default")
    for name in ("Clothing", "Face", "Top"):
        figure.remove(_by_id(root, name))  # type: ignore[union-attr,arg-type]
    _by_id(root, "Skin-Color").set("fill", colour)  # type: ignore[union-attr]
    return root


def _layer(make) -> np.ndarray:
    """(5, SIZE, SIZE) float32: base RGB, coef, alpha."""
    black, white = _raster(make("#000000")), _raster(make("#ffffff"))
    coef = (white[..., :3] - black[..., :3]).mean(-1)
    layer = np.concatenate([black[..., :3], coef[..., None], white[..., 3:]], -1)
    return layer.transpose(2, 0, 1).astype(np.float32)


ORDER = ("body", "clothing", "mouth", "nose", "eyes", "eyebrows", "top", "facial_hair", "accessory")


class Atlas:
    """All layers of all parts: ``layers`` (L, 5, SIZE, SIZE) float32, ``index[slot][name] -> L``."""

    def __init__(self, layers: torch.Tensor, index: dict[str, dict[str, int]]) -> None:
        self.layers = layers
        self.index = index

    @classmethod
    def load(cls, cache: Path) -> Atlas:
        if not cache.exists():
            built = cls._build()
            torch.save({"layers": built.layers, "index": built.index}, cache)
        stored = torch.load(cache, weights_only=True)
        return cls(stored["layers"], stored["index"])

    @classmethod
    def _build(cls) -> Atlas:
        layers = [np.zeros((5, SIZE, SIZE), np.float32)]  # 0 is "nothing there"
        index: dict[str, dict[str, int]] = {"body": {"body": 1}}
        layers.append(_layer(_body))
        for slot, (folder, _, _) in SLOTS.items():
            index[slot] = {"": 0}
            for path in sorted((PARTS / folder).glob("*.svg")):
                index[slot][path.stem] = len(layers)
                layers.append(_layer(functools.partial(_part, slot, path.stem)))
        return cls(torch.from_numpy(np.stack(layers)), index)

    def compose(self, choice: torch.Tensor, colour: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
        """Portraits.

        choice: (N, 9) int64 layer of each slot of ORDER; colour: (N, 9, 3) in [0, 1];
        background: (N, 3) in [0, 1] or (N, 3, SIZE, SIZE). Returns (N, 3, SIZE, SIZE) in [0, 1].
        """
        out = background if background.ndim == 4 else background[:, :, None, None]
        out = out.expand(len(choice), 3, SIZE, SIZE)
        for k in range(choice.shape[1]):
            layer = self.layers[choice[:, k]]
            out = out * (1 - layer[:, 4:5]) + layer[:, :3] + layer[:, 3:4] * colour[:, k, :, None, None]
        return out.clamp(0, 1)


class Artist:
    """Draws portraits from attributes; the same ``detail`` seed gives the same choice of parts.

    Two portraits drawn with one detail seed differ only where their attributes differ.
    """

    def __init__(self, atlas: Atlas) -> None:
        layers = atlas.layers.numpy()
        self._layers: list[tuple[slice, slice, np.ndarray, np.ndarray, np.ndarray] | None] = []
        for layer in layers:
            drawn = layer[4] > 1 / 512
            if not drawn.any():
                self._layers.append(None)
                continue
            rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
            box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
            hwc = layer.transpose(1, 2, 0)[box]
            self._layers.append((*box, 1 - hwc[..., 4:5], hwc[..., :3].copy(), hwc[..., 3:4].copy()))
        self._index = atlas.index

    def draw(self, raw: dict[str, str], detail: int) -> np.ndarray:
        """(SIZE, SIZE, 3) float32 sRGB in [0, 1]."""

        def rng(name: str) -> np.random.Generator:
            return np.random.default_rng([detail, sum(map(ord, name))])

        def value(name: str) -> attributes.Value:
            return attributes.ATTRIBUTES[name][raw[name]]

        def pick(name: str) -> str:
            parts = value(name).parts
            return parts[rng(name).integers(len(parts))]

        faces = attributes.FACES[raw["expression"]]
        mouth, eyes, brows = faces[rng("expression").integers(len(faces))]
        eyes = {"closed": "closed", "hearts": "heart"}.get(raw["eyes"], eyes)
        hair = attributes.colour(value("hair colour"), rng("hair colour"))
        skin = attributes.colour(value("skin"), rng("skin"))
        cloth = attributes.colour(value("clothes colour"), rng("clothes colour"))
        hat = raw["hat"] != "none"
        hat_hue = list(attributes.HUES)[rng("hat colour").integers(len(attributes.HUES))]
        hat_colour = attributes.colour(attributes.Value(1, hsv=attributes.HUES[hat_hue]), rng("hat hue"))
        nose = ("default", "small", "wide")[rng("nose").integers(3)]
        index = self._index
        out = np.empty((SIZE, SIZE, 3), np.float32)
        out[:] = attributes.colour(value("background"), rng("background"))
        for layer, tint in (
            (index["body"]["body"], skin),
            (index["clothing"][pick("clothes")], cloth),
            (index["mouth"][mouth], None),
            (index["nose"][nose], None),
            (index["eyes"][eyes], None),
            (index["eyebrows"][brows], None),
            (index["hat"][pick("hat")] if hat else index["hair"][pick("hair")], hat_colour if hat else hair),
            (index["facial_hair"][pick("facial hair")], hair),
            (index["accessory"][pick("glasses")], None),
        ):
            stored = self._layers[layer]
            if stored is None:
                continue
            rows, columns, rest, base, coef = stored
            drawn = base if tint is None else base + coef * np.asarray(tint, np.float32)
            out[rows, columns] = out[rows, columns] * rest + drawn
        return _styled(out.clip(0, 1), raw["style"])


def _styled(rgb: np.ndarray, style: str) -> np.ndarray:
    """A global style as a filter over the finished portrait."""
    grey = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    if style == "sketch":
        soft = ndimage.gaussian_filter(1 - grey, 2.2)
        lines = np.clip(grey / np.maximum(1 - soft, 0.04), 0, 1) ** 2
        return np.repeat((0.15 + 0.85 * (0.75 * lines + 0.25 * (0.7 + 0.3 * grey)))[..., None], 3, 2)
    if style == "sepia":
        return np.clip(grey[..., None] * np.array([1.07, 0.86, 0.62], np.float32) + 0.05, 0, 1)
    if style == "night":
        return np.clip(rgb * np.array([0.28, 0.36, 0.62], np.float32) + np.array([0.0, 0.01, 0.05], np.float32), 0, 1)
    if style == "pixel art":
        small = rgb.reshape(SIZE // 8, 8, SIZE // 8, 8, 3).mean((1, 3))
        return np.repeat(np.repeat(np.round(small * 11) / 11, 8, 0), 8, 1)
    return rgb
