"""Folders of results: one tool each, pictures of one name belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from rtedit_desktop.core.errors import PictureError, SettingsError
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.support.regular_file import open_regular

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


@dataclass(frozen=True)
class Contestant:
    """``pictures``: files by their name without its ending."""

    name: str
    pictures: Mapping[str, Path]


def read(folder: Path) -> Contestant:
    """The pictures of a folder. Raises PictureError where there is none."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(f"The folder {folder} could not be read: {reason}.", "Choose another folder.") from error
    pictures = {path.stem: path for path in paths if path.suffix.lower() in FORMATS}
    if not pictures:
        raise PictureError(f"There are no pictures in {folder}.", "Choose another folder.")
    return Contestant(folder.absolute().name, pictures)


def shared(found: Sequence[Contestant], sources: Contestant | None) -> list[str]:
    """The names that all have. Raises SettingsError where nothing can be compared."""
    names = [one.name for one in found]
    if len(found) < 2 or len(set(names)) < len(names):
        raise SettingsError("Two folders of results, of different names, are compared.", "Name at least two.")
    everybody: Iterable[Contestant] = [*found, sources] if sources else found
    common = set.intersection(*(set(one.pictures) for one in everybody))
    if not common:
        raise SettingsError("No picture is in all of the folders.", "Give results of one picture the same name.")
    return sorted(common)


def opened(path: Path) -> Image.Image:
    """As RGB, whole. Raises PictureError."""
    try:
        with open_regular(path) as file, open_picture(file, [FORMATS[path.suffix.lower()]]) as picture:
            whole: Image.Image = picture.convert("RGB")
            return whole
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureError(f"{path} is no picture that can be read.", "Leave it out.") from error
