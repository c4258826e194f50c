"""A private word in each place that a photo has for one, saved without personal data: how many come out.

    python tests/benchmarks/attack_metadata.py [--count 67] [--seed 0] [--first 0]

The places are those of ``imaging.test_stripping`` in a JPEG, PNG, WebP and TIFF, and others that the seed makes up:
tags that nobody knows in every directory of the EXIF, properties of the XMP, segments, chunks and tags of the
containers. They are shuffled, so that each count takes some of each kind. Each is saved as all four formats and looked
for in the bytes, in what is packed in them, in UTF-16, and by exiftool where it is installed. Counted are, beside what
``attacking`` counts,

    leaked      the word stands in one of the four
    unseen      it was not found in the photo either, so nothing was tried

It ends with 1 when something leaked.
"""

from __future__ import annotations

import io
import random
import struct
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import tifffile  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from imaging.test_stripping import MAKERS, SIZE, TARGETS, Words  # noqa: E402
from PIL import Image  # noqa: E402
from support.edited_photos import png_chunk, resaved, soft, with_chunks  # noqa: E402

from rtedit_desktop.imaging.metadata.directories import Tags, Value  # noqa: E402
from rtedit_desktop.imaging.photo_service import FilePhotoService  # noqa: E402

EACH = 12  # places of a kind that the seed makes up
UNKNOWN = (*range(0x9300, 0x9C00), *range(0x9D00, 0xA000), *range(0xA440, 0xC600), *range(0xC800, 0xFFFF))
"""Tags of which none is a directory or says how the picture lies."""


def made_up(path: Path, words: Words, dice: random.Random) -> None:
    """A photo of the format of the path, with words in places that the seed makes up."""
    tags = Tags(order=dice.choice("<>"))
    for directory in ("main", "private", "place", "interop"):
        found = {tag: words.at(f"{path.suffix} {directory} {tag:04X}") for tag in dice.sample(UNKNOWN, EACH)}
        values = {tag: Value(dice.choice((1, 2, 7)), word.encode() + b"\0") for tag, word in found.items()}
        setattr(tags, directory, values)
    exif = tags.whole_block()
    properties = "".join(f' p:n{n}="{words.at(f"{path.suffix} XMP property {n}")}"' for n in range(EACH))
    about = words.at(f"{path.suffix} XMP about")
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="{about}" xmlns:p="urn:{dice.random()}"{properties}/></rdf:RDF></x:xmpmeta>'
    ).encode()
    picture, suffix = Image.fromarray(soft(*SIZE)), path.suffix
    if suffix == ".jpg":
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG")
        bodies = [(0xE1, b"Exif\0\0" + exif), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)]
        bodies += [
            (dice.randrange(0xE0, 0xF0), dice.randbytes(5) + b"\0" + words.at(f".jpg segment {n}").encode())
            for n in range(EACH)
        ]
        bodies += [(0xFE, words.at(f".jpg comment {n}").encode()) for n in range(3)]
        extra = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in bodies)
        path.write_bytes(buffer.getvalue()[:20] + extra + buffer.getvalue()[20:])
    elif suffix == ".png":
        picture.save(path)
        extra = png_chunk(b"eXIf", exif) + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
        for n in range(EACH):
            name = bytes(dice.choice(b"abcdefghijklmnopqrstuvwxyz") for _ in range(4))
            extra += png_chunk(name[:2] + name[2:3].upper() + name[3:], words.at(f".png chunk {n}").encode())
            extra += png_chunk(b"tEXt", dice.randbytes(4).hex().encode() + b"\0" + words.at(f".png text {n}").encode())
        path.write_bytes(with_chunks(path.read_bytes(), extra))
    elif suffix == ".webp":
        picture.save(path, lossless=True, exif=exif, xmp=xmp)
        data = path.read_bytes()
        for n in range(EACH):
            word = words.at(f".webp chunk {n}").encode()
            name = bytes(dice.choice(b"ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(4))
            data += name + struct.pack("<I", len(word)) + word + bytes(len(word) % 2)
        path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    else:
        named = [(tag, words.at(f".tif tag {tag:04X}").encode()) for tag in dice.sample(UNKNOWN, EACH)]
        more = [(tag, dice.choice((1, 7)), len(word), word, True) for tag, word in (*named, (700, xmp))]
        tifffile.imwrite(path, soft(*SIZE), photometric="rgb", extratags=more, metadata=None)


def prepare(folder: Path) -> tuple[Make, Attack]:
    service = FilePhotoService()
    known: dict[int, list[tuple[str, str, list[str], bool]]] = {}

    def places(seed: int) -> list[tuple[str, str, list[str], bool]]:
        """Each with the photo it is in, the formats that it comes out in, and whether it is there at all; shuffled."""
        dice, found = random.Random(seed), []
        for suffix in TARGETS:
            for kind in ("known", "made up"):
                words, path = Words(), folder / f"{kind}{suffix}"
                if kind == "known":
                    MAKERS[suffix](path, words)
                else:
                    made_up(path, words, dice)
                there, out = set(words.found_in(path)), {}
                for target in TARGETS:
                    resaved(service, path, folder / f"out{target}", impersonal=True)
                    out[target] = set(words.found_in(folder / f"out{target}"))
                for place in words.places.values():
                    where = [target for target in TARGETS if place in out[target]]
                    found.append((f"{kind}{suffix}", place, where, place in there))
        dice.shuffle(found)
        return found

    def make(number: int, seed: int) -> tuple[str, str, list[str], bool]:
        if seed not in known:
            known[seed] = places(seed)
        return known[seed][number % len(known[seed])]

    def attack(given: tuple[str, str, list[str], bool]) -> tuple[str, str]:
        photo, place, where, there = given
        if where:
            return "leaked", f"{photo}: {place} in {', '.join(where)}"
        return ("left out", "") if there else ("unseen", "")

    return make, attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 67, bad=("leaked",)))
