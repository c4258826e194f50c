"""Catalog of the packs that are installed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rtedit_desktop.core.errors import PackError, PackMissing, RTEditError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.support import paths

DEFAULT = "portraits"


class Catalog:
    """Lists the packs below some folders; owns ``problems``, the errors of the last look at them.

    The first on the list is used where nobody chooses: DEFAULT, where it is installed.

    Of two packs with one id the first wins, in the order of the folders: a person's pack never
    takes the place of a built-in one.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders = tuple(folders)
        self.problems: list[RTEditError] = []

    @classmethod
    def default(cls) -> Catalog:
        """The built-in packs, then the person's own."""
        return cls([paths.resources() / "packs", paths.user_packs()])

    def packs(self) -> list[PackInfo]:
        """The usable packs, DEFAULT before the other built-in ones; what is wrong with others is in ``problems``."""
        found = [manifest.info for manifest in self._look()[0].values()]
        return sorted(found, key=lambda info: info.id != DEFAULT)

    def manifest(self, pack: str) -> Manifest:
        """The manifest of the pack with this id."""
        installed, broken = self._look()
        if pack in installed:
            return installed[pack]
        if pack in broken:
            raise broken[pack]
        todo = (
            tr("Installed are: {choices}.", choices=", ".join(installed)) if installed else tr("No pack is installed.")
        )
        raise PackMissing(tr("There is no pack called “{pack}”.", pack=pack), todo)

    def _look(self) -> tuple[dict[str, Manifest], dict[str, RTEditError]]:
        """Usable manifests by id, and errors by the pack's id or, where it has none, the folder's name."""
        installed: dict[str, Manifest] = {}
        broken: dict[str, RTEditError] = {}
        self.problems = []
        for folder in _pack_folders(self.folders, self.problems):
            name = folder.name
            try:
                found = manifests.read(folder).as_loaded()
                name = found.info.id
                if found.clip_part:
                    shared_parts.record(found.clip_part, found.info.title)
            except RTEditError as error:
                broken.setdefault(name, error)
                self.problems.append(error)
                continue
            if found.info.id in installed:
                used = installed[found.info.id].info.folder
                self.problems.append(
                    PackError(
                        tr(
                            "The pack “{id}” is there twice: {used} is used, {folder} is left out.",
                            id=found.info.id,
                            used=used,
                            folder=folder,
                        ),
                        tr("Remove one of them, or give it another id."),
                    )
                )
                continue
            installed[found.info.id] = found
        return installed, broken


def _pack_folders(folders: Iterable[Path], problems: list[RTEditError]) -> list[Path]:
    """Every folder that could be a pack; hidden ones are half-written."""
    found = []
    for folder in folders:
        try:
            inside = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = error.strerror or type(error).__name__
            problems.append(
                PackError(
                    tr("The folder {folder} cannot be read: {reason}.", folder=folder, reason=reason),
                    tr("Check its permissions."),
                )
            )
            continue
        found.extend(inside)
    return found
