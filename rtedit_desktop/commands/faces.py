"""``rtedit faces``: which faces a picture has, and where."""

from __future__ import annotations

import argparse
from pathlib import Path

from rtedit_desktop.commands.opened import desk_for
from rtedit_desktop.commands.squares import told
from rtedit_desktop.commands.terminal import print_json, say, stdout
from rtedit_desktop.core.photo import PhotoDesk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture")


def run(args: argparse.Namespace, desk: PhotoDesk | None) -> None:
    """Raises PictureError."""
    desk = desk_for(desk)
    photo = desk.open(args.picture)
    faces = desk.faces(photo)
    if args.json:
        print_json(
            {
                "faces": [
                    {
                        "number": number,
                        "confidence": face.confidence,
                        "square": told(face.square),
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
