"""``rtedit faces``: lists the faces in a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from rtedit_desktop.commands.shared.opened import photo_service_for
from rtedit_desktop.commands.shared.squares import square_json
from rtedit_desktop.commands.shared.terminal import print_json, say, stdout
from rtedit_desktop.core.photos.photo import PhotoService


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture")


def run(args: argparse.Namespace, photo_service: PhotoService | None) -> None:
    """Raises PictureError."""
    photo_service = photo_service_for(photo_service)
    photo = photo_service.open(args.picture)
    faces = photo_service.faces(photo)
    if args.json:
        print_json(
            {
                "faces": [
                    {
                        "number": number,
                        "confidence": face.confidence,
                        "square": square_json(face.square),
                        "box": dict(zip(("x", "y", "width", "height"), face.box, strict=True)),
                        "eyes": [face.left_eye, face.right_eye],
                        "mouth": [face.left_mouth, face.right_mouth],
                    }
                    for number, face in enumerate(faces, start=1)
                ]
            }
        )
        return
    if not faces:
        say("No face was found; --square places the square by hand.", stdout())
    for number, face in enumerate(faces, start=1):
        (x, y), square = face.square.centre, face.square
        lean = f", turned by {square.angle:.0f}°" if abs(square.angle) >= 1 else ""
        say(f"{number}  around {x:.0f}, {y:.0f}; square of {square.side} px{lean}", stdout())
