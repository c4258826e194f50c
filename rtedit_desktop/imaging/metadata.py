"""EXIF and XMP of a file, and how they read once the pixels stand upright in sRGB.

EXIF is corrected in place, byte by byte, because a maker note holds offsets that writing the block
anew would break.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import ExifTags, Image

_PREFIX = b"Exif\x00\x00"
_SHORT, _LONG = 3, 4
_EXIF_IFD, _INTEROP_IFD = 0x8769, 0xA005
_ORIENTATION, _COLOR_SPACE, _INTEROP_INDEX = 0x0112, 0xA001, 0x0001
_WIDTHS, _HEIGHTS = (0x0100, 0xA002), (0x0101, 0xA003)
_THUMBNAILS = ((0x0201, 0x0202), (0x0111, 0x0117))
_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)[1-8]")

# The property in which a photo carries what was done to it.
RECIPE_SPACE = "urn:rtedit:recipe:1"
_RECIPE = re.compile(rb"<rdf:Description[^>]*urn:rtedit:recipe:1.*?</rdf:Description>\s*", re.DOTALL)
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_PACKET_END = b"</rdf:RDF>"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# The place (GPS), artist, host computer, XP author and keywords; camera owner, serial numbers of body and lens, unique
# id, maker note, user comment; and the description, into which programs write names.
_PERSONAL = frozenset(
    {0x8825, 0x013B, 0x013C, 0x9C9D, 0x9C9C, 0x9C9E, 0x010E, 0xA430, 0xA431, 0xA435, 0xA420, 0x927C, 0x9286, 0xC62F}
    | {0xC65D, 0x83BB, 0x8649}
)

# Tags of a TIFF that describe how its own pixels are stored, so they mean nothing in another file.
_STORAGE_TAGS = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291}
    | {292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 338, 339, 340, 341}
    | {342, 343, 344, 345, 346, 347, 351, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559}
    | {700, 33723, 34377, 34675, 50341}
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One field of a directory; ``position`` is where its four bytes of value or offset lie."""

    kind: int
    count: int
    position: int


def orientation(image: Image.Image) -> int:
    """1 to 8, by EXIF or else XMP; 1 when there is none or it makes no sense.

    The picture must be loaded, since some formats are turned upright while loading.
    """
    value = image.getexif().get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def exif_of(image: Image.Image) -> bytes:
    """The EXIF block of a loaded picture as it was in the file; built from its tags for a TIFF."""
    raw = image.info.get("exif")
    if isinstance(raw, bytes) and raw:
        return raw
    exif = image.getexif()
    for tag in _STORAGE_TAGS & set(exif):
        del exif[tag]
    return exif.tobytes() if len(exif) else b""


def xmp_of(image: Image.Image) -> bytes:
    """The XMP packet of a loaded picture, empty when there is none."""
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return xmp.encode("utf-8") if isinstance(xmp, str) else bytes(xmp)


def corrected_xmp(xmp: bytes, orientation: int = 1) -> bytes:
    """The same packet saying that the pixels lie so."""
    return _XMP_ORIENTATION.sub(rb"\g<1>%d" % orientation, xmp)


def with_recipe(xmp: bytes, recipe: str) -> bytes:
    """The packet, or a new one, with this recipe in place of any before; a packet of another make stays as it is."""
    packet = _RECIPE.sub(b"", xmp) or _PACKET
    before, end, after = packet.rpartition(_PACKET_END)
    if not end:
        return xmp
    told = escape(_NOT_XML.sub(" ", recipe))
    said = (
        f'<rdf:Description rdf:about="" xmlns:rtedit="{RECIPE_SPACE}">'
        f"<rtedit:Recipe>{told}</rtedit:Recipe></rdf:Description>\n"
    )
    return before + said.encode() + end + after


def orientation_in(exif: bytes) -> int:
    """What an EXIF block says, 1 to 8; 1 where it says nothing that makes sense."""
    tags = Image.Exif()
    try:
        tags.load(exif)
        said = tags.get(_ORIENTATION, 1)
    except (SyntaxError, KeyError, TypeError, ValueError, struct.error):
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def corrected_exif(raw: bytes, size: tuple[int, int], srgb: bool, orientation: int = 1) -> bytes:
    """The same EXIF saying: lying so, of this (width, height) as stored, without the old thumbnail.

    With ``srgb`` the pixels were converted, and a colour space that is named is named sRGB.
    Raises ValueError when ``raw`` is not readable EXIF.
    """
    block = bytearray(raw)
    while block.startswith(_PREFIX):
        del block[: len(_PREFIX)]
    if not block:
        return b""
    try:
        _correct(block, size, srgb, orientation)
    except struct.error as error:
        raise ValueError("EXIF that points outside itself") from error
    return _PREFIX + bytes(block)


def impersonal(raw: bytes) -> bytes:
    """The same EXIF without what tells who took the photo, where, and with which very camera.

    Gone are the place, names, serial numbers, the unique id and the maker's own block, which may repeat them; a
    copyright notice stays. Raises ValueError when ``raw`` is not readable EXIF.
    """
    exif = Image.Exif()
    try:
        exif.load(raw)
        for tag in _PERSONAL & set(exif):
            del exif[tag]
        private = exif.get_ifd(_EXIF_IFD)
        for tag in _PERSONAL & set(private):
            del private[tag]
        return exif.tobytes() if len(exif) else b""
    except (SyntaxError, KeyError, TypeError, struct.error, OverflowError) as error:
        raise ValueError("EXIF that cannot be read") from error


def without_storage(raw: bytes) -> Image.Exif:
    """EXIF as tags for a TIFF's own directory, less those that say how pixels are stored."""
    exif = Image.Exif()
    exif.load(raw)
    for tag in list(exif):
        if tag in _STORAGE_TAGS:
            del exif[tag]
        else:
            exif[tag] = exif[tag]  # Pillow reads a tag, and finds it damaged, only when asked for it
    private = exif.get_ifd(_EXIF_IFD)
    if _INTEROP_IFD in private:  # else only its old offset would be written
        private[_INTEROP_IFD] = exif.get_ifd(_INTEROP_IFD)
    return exif


def _correct(block: bytearray, size: tuple[int, int], srgb: bool, orientation: int) -> None:
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None or struct.unpack_from(order + "H", block, 2)[0] != 42:
        raise ValueError("not EXIF")
    start = struct.unpack_from(order + "I", block, 4)[0]
    main, next_at = _directory(block, order, start)
    private = _sub_directory(block, order, main.get(_EXIF_IFD))
    for directory in (main, private):
        _set_integer(block, order, directory.get(_ORIENTATION), orientation)
        for value, tags in zip(size, (_WIDTHS, _HEIGHTS), strict=True):
            for tag in tags:
                _set_integer(block, order, directory.get(tag), value)
    if srgb:
        _set_integer(block, order, private.get(_COLOR_SPACE), 1)
        index = _sub_directory(block, order, private.get(_INTEROP_IFD)).get(_INTEROP_INDEX)
        if index and block[index.position : index.position + 4] == b"R03\x00":
            block[index.position : index.position + 4] = b"R98\x00"
    _drop_thumbnail(block, order, next_at)


def _directory(block: bytearray, order: str, start: int) -> tuple[dict[int, _Entry], int]:
    """The fields of the directory at ``start`` by tag, and where its link to the next one lies."""
    count = struct.unpack_from(order + "H", block, start)[0]
    entries = {}
    for number in range(count):
        position = start + 2 + 12 * number
        tag, kind, values = struct.unpack_from(order + "HHI", block, position)
        struct.unpack_from("4s", block, position + 8)
        entries[tag] = _Entry(kind, values, position + 8)
    return entries, start + 2 + 12 * count


def _sub_directory(block: bytearray, order: str, pointer: _Entry | None) -> dict[int, _Entry]:
    if pointer is None:
        return {}
    return _directory(block, order, struct.unpack_from(order + "I", block, pointer.position)[0])[0]


def _integer(block: bytearray, order: str, entry: _Entry) -> int:
    return struct.unpack_from(order + ("H" if entry.kind == _SHORT else "I"), block, entry.position)[0]


def _set_integer(block: bytearray, order: str, entry: _Entry | None, value: int) -> None:
    if entry is None or entry.count != 1 or entry.kind not in (_SHORT, _LONG):
        return
    if entry.kind == _SHORT:
        struct.pack_into(order + "HH", block, entry.position, min(value, 0xFFFF), 0)
    else:
        struct.pack_into(order + "I", block, entry.position, value)


def _drop_thumbnail(block: bytearray, order: str, next_at: int) -> None:
    """Unlink the second directory and blank its picture, which shows the photo before the edit."""
    if len(block) < next_at + 4:
        return
    start = struct.unpack_from(order + "I", block, next_at)[0]
    struct.pack_into(order + "I", block, next_at, 0)
    if start == 0:
        return
    try:
        thumbnail, _ = _directory(block, order, start)
        spans = [
            (_integer(block, order, thumbnail[offset]), _integer(block, order, thumbnail[length]))
            for offset, length in _THUMBNAILS
            if offset in thumbnail and length in thumbnail
        ]
    except struct.error:
        return  # a damaged thumbnail is unlinked all the same
    for first, length in spans:
        last = min(first + length, len(block))
        if next_at + 4 <= first < last:
            block[first:last] = b"" if last == len(block) else bytes(last - first)
