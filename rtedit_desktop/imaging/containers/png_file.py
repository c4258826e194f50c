"""PNG: its chunks, those of the picture and the others."""

from __future__ import annotations

import struct
import zlib

from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, Parts

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_COLOUR = {b"gAMA": 4, b"cHRM": 32, b"cICP": 4, b"sRGB": 1}  # and how long they are
_TRANSPARENT_COLOUR = {0: 2, 2: 6}
_MOST_COLOURS = 256
_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "  # how ImageMagick and others keep what PNG has no chunk for
_MOST_CHUNKS, _MOST_TEXTS = 1_000_000, 1000
_INCH = 0.0254
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def read(data: bytes, budget: Budget) -> Parts:
    """Raises Damaged."""
    parts = Parts()
    picture = [SIGNATURE]
    texts: list[tuple[str, bytes, bool]] = []
    colours: dict[bytes, bytes] = {}
    position = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        end = _end_of_chunk(data, position)
        if end > len(data):  # whatever is missing, the pixels may all be there
            picture.append(chunk(b"IEND", b""))
            check_whole(b"".join(picture))
            budget.damaged = budget.damaged or position < len(data)
            break
        length, name = struct.unpack_from(">I4s", data, position)
        if name == b"tRNS":
            picture += _transparency(data[position + 8 : end - 4], data[25], data[position:end], budget)
        elif name in _PICTURE:
            picture.append(data[position:end])
        elif length <= budget.left:
            body = data[position + 8 : end - 4]
            if int.from_bytes(data[end - 4 : end], "big") != zlib.crc32(body, zlib.crc32(name)):
                budget.damaged = True
            elif name in _COLOUR:
                if length == _COLOUR[name]:
                    colours.setdefault(name, budget.keep(body))
            elif name in (b"tEXt", b"zTXt", b"iTXt") and len(texts) >= _MOST_TEXTS:
                budget.exceeded = True
            elif name in (b"tEXt", b"zTXt", b"iTXt"):
                texts += [text for text in [_text(name, body, budget)] if text is not None]
            else:
                _other(name, body, parts, budget)
        else:
            budget.exceeded = True
        position = end
        if name == b"IEND":
            break
    else:
        raise Damaged("too many chunks")
    parts.picture = b"".join(picture)
    parts.colour_chunks = tuple((name, body) for name, body in colours.items() if body)
    _sort_texts(texts, parts)
    return parts


def _end_of_chunk(data: bytes, position: int) -> int:
    """One byte beyond the data where not even a length is left."""
    if position + 12 > len(data):
        return len(data) + 1
    return position + 12 + int.from_bytes(data[position : position + 4], "big")


def _transparency(body: bytes, colour: int, whole: bytes, budget: Budget) -> list[bytes]:
    """The chunk as a decoder takes it: of a palette no more than there can be, of one colour all or nothing."""
    if colour == 3 and len(body) > _MOST_COLOURS:
        return [chunk(b"tRNS", body[:_MOST_COLOURS])]
    if len(body) < _TRANSPARENT_COLOUR.get(colour, 0):
        budget.damaged = True
        return []
    return [whole]


def _other(name: bytes, body: bytes, parts: Parts, budget: Budget) -> None:
    if name == b"iCCP":
        start = body.find(b"\0") + 2
        parts.icc = parts.icc or (budget.inflate(body[start:]) if start >= 2 else b"")
    elif name == b"eXIf":
        parts.exif = parts.exif or budget.keep(body.removeprefix(b"Exif\0\0"))
    elif name == b"pHYs" and len(body) == 9:
        x, y, unit = struct.unpack(">IIB", body)
        if unit == 1 and x and y:
            parts.density = x * _INCH, y * _INCH
    elif name == b"caBX":
        parts.lost.add("credentials")
    elif name == b"acTL" and len(body) >= 4:
        parts.frames = max(1, int.from_bytes(body[:4], "big"))


def _text(name: bytes, body: bytes, budget: Budget) -> tuple[str, bytes, bool] | None:
    """Keyword, text and whether that is UTF-8; None where it is damaged or too much."""
    keyword, _, rest = body.partition(b"\0")
    key, utf8 = keyword.decode("latin-1"), name == b"iTXt"
    if name == b"tEXt":
        value = budget.keep(rest)
    elif name == b"zTXt":
        value = budget.inflate(rest[1:])
    else:
        packed = rest[:1] == b"\1"
        value = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        value = budget.inflate(value) if packed else budget.keep(value)
    return (key, value, utf8) if value else None


def _sort_texts(texts: list[tuple[str, bytes, bool]], parts: Parts) -> None:
    kept = []
    for key, value, utf8 in texts:
        if key == _XMP:
            parts.xmp = parts.xmp or value
        elif key.startswith(_RAW):
            profile = _raw_profile(value)
            match key.removeprefix(_RAW).lower():
                case "iptc" | "8bim":
                    parts.resources = parts.resources or profile
                case "exif" | "app1" if profile.startswith((b"Exif\0\0", b"II*\0", b"MM\0*")):
                    parts.exif = parts.exif or profile.removeprefix(b"Exif\0\0")
                case "xmp":
                    parts.xmp = parts.xmp or profile
        else:
            kept.append((key, value.decode("utf-8" if utf8 else "latin-1", errors="replace")))
    parts.texts = tuple(kept)


def _raw_profile(text: bytes) -> bytes:
    """A name, a length and hexadecimal digits, on lines of their own."""
    try:
        _, length, digits = text.lstrip(b"\n").split(b"\n", 2)
        return bytes.fromhex(digits.translate(None, b" \n\r\t").decode("ascii"))[: int(length)]
    except ValueError:
        return b""


def check_whole(picture: bytes) -> None:
    """Raises Damaged where the packed pixels of a ``Parts.picture`` are damaged, or not as many as its header says."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", picture, 16)
    bits = depth * _CHANNELS.get(colour, 4)
    left = 0
    for x0, y0, dx, dy in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        across, down = -(-(width - x0) // dx), -(-(height - y0) // dy)
        left += down * (1 + (across * bits + 7) // 8) if across > 0 and down > 0 else 0
    unpacker, position = zlib.decompressobj(), len(SIGNATURE)
    try:
        while position < len(picture):
            length, name = struct.unpack_from(">I4s", picture, position)
            if name == b"IDAT":
                packed = picture[position + 8 : position + 8 + length]
                while packed and left > 0 and not unpacker.eof:
                    left -= len(unpacker.decompress(packed, min(left, 1 << 20)))
                    packed = unpacker.unconsumed_tail
            position += 12 + length
    except zlib.error as error:
        raise Damaged(str(error)) from error
    if left > 0:
        raise Damaged("pixels are missing")


_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def write(picture: bytes, parts: Parts) -> bytes:
    """The encoder's ``picture`` with the metadata of ``parts`` put in behind its header."""
    start = len(SIGNATURE) + 25
    head = [picture[:start]]
    if parts.icc:
        head.append(chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(parts.icc)))
    head += [chunk(name, body) for name, body in parts.colour_chunks]
    if parts.density:
        x, y = (min(max(round(value / _INCH), 1), 2**31 - 1) for value in parts.density)
        head.append(chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    if parts.exif:
        head.append(chunk(b"eXIf", parts.exif))
    if parts.xmp:
        head.append(chunk(b"iTXt", _XMP.encode() + b"\0\0\0\0\0" + parts.xmp))
    if parts.resources:
        digits = parts.resources.hex().encode()
        lines = b"\n".join(digits[start : start + 72] for start in range(0, len(digits), 72))
        raw = b"\niptc\n%8d\n%s\n" % (len(parts.resources), lines)
        head.append(chunk(b"zTXt", f"{_RAW}iptc".encode() + b"\0\0" + zlib.compress(raw)))
    head += [_text_chunk(key, value) for key, value in parts.texts]
    return b"".join([*head, picture[start:]])


def _text_chunk(key: str, value: str) -> bytes:
    keyword = (key.encode("latin-1", errors="replace").replace(b"\0", b"") or b"Comment")[:79]
    try:
        return chunk(b"tEXt", keyword + b"\0" + value.replace("\0", "").encode("latin-1"))
    except UnicodeEncodeError:
        return chunk(b"iTXt", keyword + b"\0\0\0\0\0" + value.encode("utf-8", errors="replace"))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def without_transparency(picture: bytes) -> tuple[bytes, tuple[int, ...] | None]:
    """The same without its tRNS, and the colour that this named as transparent, in 16 bits."""
    position, kept, key = len(SIGNATURE), [SIGNATURE], None
    while position < len(picture):
        length, name = struct.unpack_from(">I4s", picture, position)
        if name == b"tRNS":
            key = struct.unpack_from(f">{length // 2}H", picture, position + 8)
        else:
            kept.append(picture[position : position + 12 + length])
        position += 12 + length
    return (picture, None) if key is None else (b"".join(kept), key)
