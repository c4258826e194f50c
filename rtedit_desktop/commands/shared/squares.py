"""Chooses the part of the photo that the model sees: a face, the middle, or what the arguments say."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

from rtedit_desktop.batch.seeing import looking_for, needs_face
from rtedit_desktop.commands.shared.layers import LayerOption
from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService

_MIDDLE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--face",
        metavar="N",
        type=_face_number,
        action=LayerOption,
        help="which face, 1 is the largest (see “rtedit faces”), or “none” for the middle of the picture",
    )
    parser.add_argument(
        "--square",
        metavar="X,Y,SIDE[,ANGLE]",
        type=_square,
        action=LayerOption,
        help="the square that the model sees: its corner and side in pixels, and how far it is then turned clockwise "
        "(--square=-8,0,512 for a corner outside)",
    )
    parser.add_argument(
        "--mask",
        metavar="FILE",
        type=Path,
        action=LayerOption,
        help="a greyscale picture of the photo's size: white may change, black not",
    )
    parser.add_argument(
        "--strip-metadata",
        action="store_true",
        help="leave out where the photo was taken, names, serial numbers, XMP; keep the date and the exposure",
    )
    parser.add_argument(
        "--embed-recipe", action="store_true", help="write what was done into the result's XMP: prompt, settings, seed"
    )


def chosen_square(
    photo_service: PhotoService,
    photo: Photo,
    pack: PackInfo,
    spec: Spec,
    args: argparse.Namespace,
    progress: Progress,
) -> Square:
    """The square that was asked for, or the one that the edit wants of the pack; a choice that was made is noted.

    Raises PictureError for a face that is not there and for a square outside of the photo.
    """
    info = looking_for(pack, spec)
    asked: Square | None = args.square
    if asked is not None:
        _check(photo, asked)
        return asked
    if args.face is None and info.square == "whole":
        return Square.around(photo.size)
    if args.face == _MIDDLE or (args.face is None and info.square != "face"):
        return _middle(photo_service, photo, progress)
    try:
        faces = photo_service.faces(photo)
    except PictureError as error:
        if args.face is not None:
            raise
        progress.note(f"{error.what} {error.todo}")
        return _middle(photo_service, photo, progress)
    if isinstance(args.face, int):
        return _requested(faces, args.face)
    if not faces and needs_face(pack, spec):
        raise PictureError(
            "No face was found in the picture, and this is an edit of a face.",
            "Place the square on the face with --square, or choose an edit of the whole photo.",
        )
    if not faces:
        progress.note("No face was found in the picture; --square places the square by hand.")
        return _middle(photo_service, photo, progress)
    if len(faces) > 1:
        progress.note(
            f"There are {len(faces)} faces; the largest is used. --face 2 chooses the next, “rtedit faces” lists them."
        )
    return faces[0].square


def mask_for(photo_service: PhotoService, photo: Photo, path: Path | None) -> np.ndarray | None:
    """(H, W) uint8 of the photo's size. Raises PictureError when it has another, or cannot be opened."""
    if path is None:
        return None
    mask = photo_service.open(path)
    if mask.size != photo.size:
        (width, height), (wanted, tall) = mask.size, photo.size
        raise PictureError(
            f"The mask {shown_name(path.name)} has {width} × {height} pixels and the picture {wanted} × {tall}.",
            "Make a mask of the picture's own size.",
        )
    brightest: np.ndarray = mask.pixels.max(axis=2)
    return brightest


def _middle(photo_service: PhotoService, photo: Photo, progress: Progress) -> Square:
    square = photo_service.centred_square(photo)
    if photo.size != (square.side, square.side):
        progress.note(f"The model sees the middle square of {square.side} px; the rest of the picture stays as it is.")
    return square


def _requested(faces: tuple[Face, ...], number: int) -> Square:
    if not faces:
        raise PictureError(
            "No face was found in the picture.", "Use --face none for its middle, or --square to place it by hand."
        )
    if number > len(faces):
        count = "one face" if len(faces) == 1 else f"{len(faces)} faces"
        raise PictureError(f"There is no face {number}: the picture has {count}.", "“rtedit faces” lists them.")
    return faces[number - 1].square


def _check(photo: Photo, square: Square) -> None:
    width, height = photo.size
    x, y = square.centre
    if not (0 <= x <= width and 0 <= y <= height):
        raise PictureError(
            f"The middle of the square is at {x:g}, {y:g}, outside of the picture of {width} × {height} pixels.",
            "Give --square another corner.",
        )


def _face_number(given: str) -> int | str:
    if given.strip().lower() == _MIDDLE:
        return _MIDDLE
    if given.strip().isascii() and given.strip().isdigit() and 1 <= int(given) <= 1000:
        return int(given)
    raise argparse.ArgumentTypeError(f"“{given}” is neither the number of a face nor “{_MIDDLE}”")


def _square(given: str) -> Square:
    try:
        x, y, side, *angle = (float(part) for part in given.split(","))
    except ValueError:
        x = y = side = math.nan
        angle = []
    numbers = (x, y, side, *angle)
    if len(angle) > 1 or not all(math.isfinite(number) and abs(number) < 1e6 for number in numbers) or side < 1:
        raise argparse.ArgumentTypeError(f"“{given}” is no square; it is written like 120,80,512 or 120,80,512,-15")
    turn = (angle[0] + 180) % 360 - 180 if angle else 0.0
    return Square(x=round(x), y=round(y), side=round(side), angle=turn)


def square_json(square: Square) -> dict[str, float]:
    """For --json."""
    return {"x": square.x, "y": square.y, "side": square.side, "angle": square.angle}
