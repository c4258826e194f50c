"""Faces of the open photo, and the square that an edit is made in by them."""

from __future__ import annotations

from rtedit_desktop.core.photos.geometry import Square


class FoundFaces:
    """Owns the squares of the faces that were found, the largest first, and which of them is to be edited."""

    def __init__(self) -> None:
        self.squares: tuple[Square, ...] = ()
        self.chosen: Square | None = None

    def find(self, squares: tuple[Square, ...]) -> None:
        """Those of the photo as it is; the first is to be edited until another one is chosen."""
        self.squares, self.chosen = squares, squares[0] if squares else None

    def choose(self, square: Square) -> None:
        self.chosen = square

    def square_for(self, wanted: str, around: Square, square: Square) -> Square:
        """Where an edit is made that wants "whole" or "face".

        ``square`` is the one in use, and stays where it was placed by hand; ``around`` is that of the whole photo.
        """
        if wanted == "face" and square == around and self.chosen is not None:
            return self.chosen
        return around if wanted == "whole" and square in self.squares else square
