"""XMP packets: read and changed without being written anew.

An XML parser says where each element lies, and only the spans that must change are cut or replaced, so that all else
keeps its bytes. A packet that is not well-formed, or not UTF-8, is left as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

RECIPE_SPACE = "urn:rtedit:recipe:1"
"""The namespace of the property in which a photo carries what was done to it."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOTE = "http://ns.adobe.com/xmp/note/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_GAIN_MAP = ("http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.apple.com/HDRGainMap/1.0/")
_CAMERA = "http://ns.google.com/photos/1.0/camera/"
_LOST_SPACES = (
    *_GAIN_MAP,
    "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/container/item/",
    "http://ns.google.com/photos/1.0/image/",
    "http://ns.google.com/photos/1.0/audio/",
    "http://ns.google.com/photos/1.0/depthmap/",
    "http://ns.google.com/photos/dd/1.0/container/",
    "http://ns.google.com/photos/dd/1.0/device/",
)
_CAMERAS_MOTION = ("MotionPhoto", "MicroVideo")
_ORIENTATION = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)([1-8])")
_TAG_PART = re.compile(rb"\"[^\"]*\"|'[^']*'|>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=\"'<>/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DECLARED = re.compile(rb"\s(xmlns:[^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_NAME = re.compile(rb"<[^\s/>]+")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{_RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_MOST_ELEMENTS, _DEEPEST = 100_000, 50
_MOST_DECLARED = 2**20  # bytes that two packets may grow by when they become one


@dataclass(slots=True)
class _Element:
    """``start`` to ``end`` with its tags, of which the first ends at ``inner`` and the last begins at ``close``."""

    name: str
    depth: int
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[_Element] = field(default_factory=list)


class _NotReadable(Exception):
    pass


def orientation(packet: bytes) -> int:
    """1 to 8; 1 when it says none."""
    found = _ORIENTATION.search(packet)
    return int(found[2]) if found else 1


def corrected(packet: bytes, orientation: int = 1) -> bytes:
    """The same packet saying that the pixels lie so."""
    return _ORIENTATION.sub(rb"\g<1>%d" % orientation, packet)


def without_lost(packet: bytes, *, extended: bool = False) -> tuple[bytes, set[str]]:
    """The packet less what speaks of things that no result carries, and which those are.

    Gain maps, videos and depth maps behind the picture, and thumbnails of it as it was; with ``extended`` also the
    name of a second packet.
    """
    lost: set[str] = set()

    def goes(name: str) -> bool:
        space, _, local = name.rpartition(" ")
        if space in _GAIN_MAP:
            lost.add("gain map")
        elif space == _CAMERA and local.startswith(_CAMERAS_MOTION):
            lost.add("video")
        return (
            space in _LOST_SPACES
            or (space == _CAMERA and local.startswith(_CAMERAS_MOTION))
            or (space == _XMP and local == "Thumbnails")
            or (extended and space == _NOTE and local == "HasExtendedXMP")
        )

    try:
        return _without(packet, goes), lost
    except _NotReadable:
        return packet, set()


def extended_id(packet: bytes) -> bytes:
    """The name of the packet that belongs to this one; empty when there is none."""
    found = re.search(rb"HasExtendedXMP\s*(?:=\s*[\"']|>)\s*([0-9A-Fa-f]{32})", packet)
    return found[1] if found else b""


def merged(packet: bytes, extended: bytes) -> bytes:
    """One packet of both; without ``extended`` the packet no longer says that there is one."""
    packet, _ = without_lost(packet, extended=True)
    if not extended:
        return packet
    try:
        rdf = _rdf(_elements(packet))
        more = _elements(extended)
        inside = _rdf(more)
    except _NotReadable:
        return packet
    # Prefixes that the other packet declares further out must be known to its descriptions here.
    outer = b"".join(extended[one.start : one.inner] for one in more if one.start <= inside.start)
    declared = dict(_DECLARED.findall(outer))
    descriptions, room = [], _MOST_DECLARED
    for one in more:
        if one.depth == inside.depth + 1 and one.start > inside.start:
            tag = extended[one.start : one.inner]
            there = dict(_DECLARED.findall(tag))
            missing = b"".join(b" %s=%s" % pair for pair in declared.items() if pair[0] not in there)
            room -= len(missing)
            if room < 0:
                return packet
            after_name = one.start + len(_NAME.match(tag)[0])  # type: ignore[index]
            descriptions.append(extended[one.start : after_name] + missing + extended[after_name : one.end])
    return packet[: rdf.close] + b"".join(descriptions) + packet[rdf.close :]


def split(packet: bytes, limit: int) -> tuple[bytes, bytes]:
    """The packet in two, as JPEG has it, where it is longer than ``limit``; empty ones where it cannot be."""
    if len(packet) <= limit:
        return packet, b""
    try:
        elements = _elements(packet)
        rdf = _rdf(elements)
    except _NotReadable:
        return b"", b""
    head, tail = packet[: rdf.inner], packet[rdf.close :].rstrip()
    wanted = b'<rdf:Description rdf:about="" xmlns:xmpNote="%s" xmpNote:HasExtendedXMP="%s"/>' % (
        _NOTE.encode(),
        b"0" * 32,
    )
    room = limit - len(head) - len(tail) - len(wanted)
    here, there = [], []
    for one in elements:
        if one.depth == rdf.depth + 1:
            if one.end - one.start <= room:
                room -= one.end - one.start
                here.append(packet[one.start : one.end])
            else:
                there.append(packet[one.start : one.end])
    if room < 0:
        return b"", b""
    names = packet[rdf.start : rdf.inner]
    extended = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + names + b"".join(there) + packet[rdf.close : rdf.end]
    extended += b"</x:xmpmeta>"
    identity = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper().encode()
    return head + b"".join(here) + wanted.replace(b"0" * 32, identity) + tail, extended


def with_recipe(packet: bytes, recipe: str) -> bytes:
    """The packet, or a new one, with this recipe in place of any before; one that cannot be read stays as it is."""
    try:
        packet = _without(packet or _PACKET, lambda name: name == f"{RECIPE_SPACE} Recipe")
        rdf = _rdf(_elements(packet))
    except _NotReadable:
        return packet
    text = escape(_NOT_XML.sub(" ", recipe))
    added = (
        f'<rdf:Description rdf:about="" xmlns:rtedit="{RECIPE_SPACE}">'
        f"<rtedit:Recipe>{text}</rtedit:Recipe></rdf:Description>"
    )
    return packet[: rdf.close] + added.encode("utf-8", errors="replace") + packet[rdf.close :]


def _rdf(elements: list[_Element]) -> _Element:
    """Raises _NotReadable where there is none that could hold descriptions."""
    for one in elements:
        if one.name == f"{_RDF} RDF" and one.depth <= 1 and one.close > one.inner - 1 and one.end > one.close:
            return one
    raise _NotReadable


def _elements(packet: bytes) -> list[_Element]:
    """All elements in the order of their starts. Raises _NotReadable."""
    data = packet.rstrip(b"\0 \r\n\t")
    found: list[_Element] = []
    opened: list[_Element] = []
    parser = expat.ParserCreate("utf-8", " ")

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) >= _MOST_ELEMENTS or len(opened) >= _DEEPEST:
            raise _NotReadable
        begin = parser.CurrentByteIndex
        one = _Element(name, len(opened), begin, _tag_end(data, begin))
        found.append(one)
        if opened:
            opened[-1].children.append(one)
        opened.append(one)

    def end(name: str) -> None:
        one = opened.pop()
        if data[one.inner - 2 : one.inner] == b"/>":
            one.close = one.end = one.inner
        else:
            one.close = parser.CurrentByteIndex
            one.end = data.index(b">", one.close) + 1

    def refuse(*_: object) -> None:
        raise _NotReadable

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, UnicodeError) as error:
        raise _NotReadable from error
    return found


def _tag_end(data: bytes, start: int) -> int:
    for part in _TAG_PART.finditer(data, start):
        if part[0] == b">":
            return part.end()
    raise _NotReadable


def _without(packet: bytes, goes: Callable[[str], bool]) -> bytes:
    """Without the elements and attributes of these names, and the descriptions that are empty for it."""
    cuts: list[tuple[int, int]] = []
    spaces: list[dict[bytes, str]] = []  # what each depth declares; one dictionary of all would be copied too often
    elements = _elements(packet)
    cut_to = 0
    for one in elements:
        if one.start < cut_to:
            continue
        attributes = list(_ATTRIBUTE.finditer(packet, one.start, one.inner))
        added = {m[1][6:]: m[2][1:-1].decode("utf-8") for m in attributes if m[1].startswith(b"xmlns:")}
        spaces[one.depth :] = [added]
        gone = [m for m in attributes if goes(_full_name(m[1], spaces))]
        if goes(one.name) or _is_left_empty(one, attributes, len(gone), goes):
            cuts.append((one.start, one.end))
            cut_to = one.end
        else:
            cuts += [m.span() for m in gone]
    pieces, position = [], 0
    for begin, end in cuts:
        pieces.append(packet[position:begin])
        position = end
    return b"".join([*pieces, packet[position:]])


def _is_left_empty(one: _Element, attributes: list[re.Match[bytes]], gone: int, goes: Callable[[str], bool]) -> bool:
    """Whether it is a description of which nothing but its name is left once what goes is gone."""
    if one.name != f"{_RDF} Description":
        return False
    if sum(not m[1].startswith(b"xmlns") and not m[1].endswith(b":about") for m in attributes) > gone:
        return False
    return bool(gone or one.children) and all(goes(child.name) for child in one.children)


def _full_name(attribute: bytes, spaces: Sequence[Mapping[bytes, str]]) -> str:
    prefix, colon, local = attribute.decode("utf-8").partition(":")
    if not colon:
        return ""
    known = prefix.encode()
    return f"{next((declared[known] for declared in reversed(spaces) if known in declared), '')} {local}"
