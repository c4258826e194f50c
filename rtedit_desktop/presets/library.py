"""Preset library: the presets that come with the app and with its packs, and those in the person's own folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rtedit_desktop.core.errors import PresetDamaged, PresetError, PresetMismatch, SaveError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import SUFFIX, Addition, PresetInfo
from rtedit_desktop.presets.favourites import read_marks, write_marks
from rtedit_desktop.presets.format import read_content, read_info, retitle, without_pictures, write_content
from rtedit_desktop.presets.header import MAX_TITLE, tidy
from rtedit_desktop.presets.names import free_name
from rtedit_desktop.support.file_names import folded
from rtedit_desktop.support.locking import locked
from rtedit_desktop.support.paths import move_to_free, resources, sweep, user_data, user_packs, write_atomically

_REMOVED = ".removed"
_MANIFEST = "manifest.json"
_PERMISSIONS = tr("Check the free space and the permissions of the folder.")
_Seen = tuple[Path, int, int, int, int]


class FolderPresetLibrary:
    """Implements ``core.preset.PresetLibrary``. Owns the folder ``folder``; ``built_in`` is only read, and so are the
    packs in the folders ``packs``, which bring edits that they learned.

    A preset that was removed waits in a folder of its own, which the next start of the app empties. Whoever
    opens the library beside a running app, as a command does, says ``starting=False``. To be called by one
    thread at a time. All methods raise PresetError and no other.
    """

    def __init__(
        self,
        folder: Path | None = None,
        built_in: Path | None = None,
        packs: Sequence[Path] | None = None,
        *,
        starting: bool = True,
    ) -> None:
        self._folder = folder or user_data() / "presets"
        self._built_in = built_in or resources() / "presets"
        self._packs = (resources() / "packs", user_packs()) if packs is None else tuple(packs)
        self._problems: list[PresetError] = []
        # What files were found to be, for as long as they stay as they are: see ``_look``.
        self._known: dict[_Seen, PresetInfo | PresetError] = {}
        self._removed: list[tuple[PresetInfo, Path]] = []
        self._promised: set[str] = set()
        if starting:
            shutil.rmtree(self._folder / _REMOVED, ignore_errors=True)
            sweep(self._folder)

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def problems(self) -> Sequence[PresetError]:
        return tuple(self._problems)

    def presets(self) -> list[PresetInfo]:
        """Favourites first, then by title."""
        marks = read_marks(self._folder)
        known, self._known = self._known, {}  # what is not seen this time is forgotten
        self._problems = []
        found = []
        brought = (path for folder in self._pack_folders() for path in self._files(folder))
        for path in (*self._files(self._built_in), *brought, *self._files(self._folder)):
            try:
                info = self._look(path, known)
            except FileNotFoundError:  # deleted meanwhile, or a link to nowhere
                continue
            except OSError as error:
                reason = error.strerror or type(error).__name__
                what = tr("The file “{name}” could not be read: {reason}.", name=shown_name(path.name), reason=reason)
                info = PresetError(what, tr("Check the file and its permissions."))
            if isinstance(info, PresetError):
                self._problems.append(info)
            else:
                found.append(self._in_folder(info, marks))
        return sorted(found, key=lambda info: (not info.favourite, info.title.casefold(), info.path.name))

    def find(self, name: str, packs: Sequence[str] = ()) -> PresetInfo:
        """By path, by title or by file name; the case of letters matters only where it must, and the pack of a preset
        only where several have the name: the first of ``packs`` that has one of them decides."""
        presets = self.presets()
        if (path := _existing(name)) is not None:
            here = _place(path)
            return next((known for known in presets if _place(known.path) == here), None) or read_info(path)
        wanted = name.strip()
        alike = folded(wanted)
        for fits in (
            [preset for preset in presets if preset.title == wanted],
            [preset for preset in presets if folded(preset.title) == alike],
            [preset for preset in presets if alike in (folded(preset.path.name), folded(preset.path.stem))],
        ):
            if len(fits) > 1:
                fits = next((own for pack in packs if (own := [p for p in fits if p.spec.pack == pack])), fits)
            if len(fits) > 1:
                what = tr("{n} presets are called “{name}”.", n=len(fits), name=shown_name(name))
                raise PresetError(
                    what, tr("Give the path of one: {choices}.", choices=", ".join(str(p.path) for p in fits[:4]))
                )
            if fits:
                return fits[0]
        if (path := _existing(str(self._folder / Path(wanted).name))) is not None:
            return read_info(path)  # says what is wrong with it
        todo = tr("Give the title of one on the list, or the path of a file.")
        raise PresetError(tr("There is no preset “{name}”.", name=shown_name(name)), todo)

    def add(self, path: Path) -> Addition:
        """Copy a preset file into the folder; one with the same bytes is not copied again."""
        content = read_content(path)
        info = read_info(path)
        with (
            _trouble(tr("The preset “{title}” could not be taken", title=info.title)),
            locked(self._folder / "presets"),
        ):
            for known in self.presets():
                if known.bytes == len(content) and _has(known.path, content):
                    return Addition(known, known=True)
            return Addition(write_content(self.new_path(info.title), content, overwrite=False), known=False)

    def share(self, preset: PresetInfo, to: Path, *, overwrite: bool = True, pictures: bool = True) -> None:
        content = read_content(preset.path)
        if not pictures:
            content = without_pictures(content, preset.path)
        with _trouble(tr("The preset “{title}” could not be copied", title=preset.title)):
            if overwrite:
                write_content(to, content)
                return
            try:
                write_atomically(to, content, overwrite=False)
            except FileExistsError as error:
                raise SaveError(
                    tr(
                        "Could not save {name}: another program has written a file of that name meanwhile.",
                        name=shown_name(to.name),
                    ),
                    tr("Give another name, or let that file be replaced."),
                ) from error

    def new_path(self, title: str) -> Path:
        """A free path in the folder, which is made; this app gives it to nobody else until it ends.

        Another process may take it before the preset is there, so whoever writes does not overwrite.
        """
        with _trouble(tr("The folder of presets could not be made")):
            self._folder.mkdir(parents=True, exist_ok=True)
            taken = {folded(name) for name in os.listdir(self._folder)}
        # Nor one that a favourite had which is gone: the new preset would be a favourite from the start.
        taken |= self._promised | {folded(Path(mark).name) for mark in read_marks(self._folder)}
        name = free_name(title, taken)
        self._promised.add(folded(name))
        return self._folder / name

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo:
        """Another title in the same file."""
        self._check_own(preset, tr("renamed"))
        if not 1 <= len(title := tidy(title, len(title))) <= MAX_TITLE:
            raise PresetError(
                tr("A preset needs a name of 1 to {max_title} letters.", max_title=MAX_TITLE),
                tr("Write another name."),
            )
        with _trouble(tr("The preset “{title}” could not be renamed", title=preset.title)):
            return self._in_folder(retitle(preset.path, title), read_marks(self._folder))

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        mark = self._mark(preset.path)
        if mark is None:
            raise PresetError(
                tr("The preset “{title}” is not on the list.", title=preset.title), tr("Import its file first.")
            )
        with _trouble(tr("The favourites could not be saved")), locked(self._folder / "favourites"):
            marks = read_marks(self._folder)
            if (mark in marks) != favourite:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_marks(self._folder, marks ^ {mark})

    def remove(self, preset: PresetInfo) -> None:
        self._check_own(preset, tr("deleted"))
        waiting = self._folder / _REMOVED / f"{secrets.token_hex(8)}{SUFFIX}"
        with _trouble(tr("The preset “{title}” could not be deleted", title=preset.title)):
            waiting.parent.mkdir(exist_ok=True)
            os.replace(preset.path, waiting)
        self._removed.append((preset, waiting))
        self._promised.add(folded(preset.path.name))  # to itself, should it come back

    def put_back(self, preset: PresetInfo) -> PresetInfo:
        """Undo ``remove``; under another name when its own was taken meanwhile."""
        entry = self._removal_of(preset)
        target = preset.path if not os.path.lexists(preset.path) else self.new_path(preset.title)
        with _trouble(tr("The preset “{title}” could not be put back", title=preset.title)):
            target = move_to_free(entry[1], target)
        self._removed.remove(entry)
        info = self._in_folder(read_info(target), read_marks(self._folder))
        if preset.favourite and not info.favourite:
            self.set_favourite(info, True)
        return replace(info, favourite=preset.favourite)

    def _removal_of(self, preset: PresetInfo) -> tuple[PresetInfo, Path]:
        """The very one, or the last that looked like it: several may have had the same path."""
        looked = (preset.path, preset.title, preset.created, preset.bytes)
        alike = [e for e in self._removed if (e[0].path, e[0].title, e[0].created, e[0].bytes) == looked]
        if alike:
            return next((entry for entry in alike if entry[0] is preset), alike[-1])
        what = tr(
            "The preset “{title}” cannot be put back: it was not deleted since RTEdit was opened.", title=preset.title
        )
        raise PresetError(what, tr("Import its file again, if there is a copy."))

    def _look(self, path: Path, known: dict[_Seen, PresetInfo | PresetError]) -> PresetInfo | PresetError:
        """What the file is, or what is wrong with it, read once for as long as it stays as it is.

        Presets of one model are often of one size, and a time can be copied with a file, so its number on the
        disk counts too. Raises OSError when it cannot be looked at, FileNotFoundError when it is gone.
        """
        status = os.stat(path)
        key = (path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        info = known.get(key)
        if info is None:
            try:
                info = read_info(path)
            except (PresetDamaged, PresetMismatch) as error:
                info = type(error)(error.what, error.todo)  # its causes hold all that was read of the file
            except PresetError as error:  # of the disk: another time it may be read
                if isinstance(error.__cause__, FileNotFoundError):
                    raise error.__cause__ from error
                return error
        self._known[key] = info
        return info

    def _files(self, folder: Path) -> list[Path]:
        """By name; hidden ones are half-written."""
        try:
            names = sorted(os.listdir(folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._problems.append(
                PresetError(
                    tr("The folder of presets cannot be read: {reason}.", reason=reason),
                    tr("Look at {folder}.", folder=folder),
                )
            )
            return []
        return [folder / name for name in names if name.lower().endswith(SUFFIX) and not name.startswith(".")]

    def _in_folder(self, info: PresetInfo, marks: frozenset[str]) -> PresetInfo:
        return replace(info, built_in=self._is_built_in(info.path), favourite=self._mark(info.path) in marks)

    def _mark(self, path: Path) -> str | None:
        """What stands in the list of favourites for a file of the library."""
        library = {self._built_in: "built-in", self._folder: "own"}.get(path.parent)
        if library is None and self._is_built_in(path):
            library = f"pack/{path.parent.name}"
        return f"{library}/{path.name}" if library else None

    def _is_built_in(self, path: Path) -> bool:
        return path.parent == self._built_in or path.parent.parent in self._packs

    def _pack_folders(self) -> list[Path]:
        """Those that hold a pack, by name; hidden ones are half-written."""
        found: list[Path] = []
        for folder in self._packs:
            with suppress(OSError):
                names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
                found += [folder / name for name in names if (folder / name / _MANIFEST).is_file()]
        return found

    def _check_own(self, preset: PresetInfo, what: str) -> None:
        if self._is_built_in(preset.path):
            raise PresetError(
                tr("The preset “{title}” comes with RTEdit and cannot be {what}.", title=preset.title, what=what),
                tr("Those of your own can."),
            )
        if preset.path.parent != self._folder:
            raise PresetError(
                tr("The preset “{title}” is not on the list and cannot be {what}.", title=preset.title, what=what),
                tr("Import its file first."),
            )


def _existing(name: str) -> Path | None:
    """The file of that path, if it is one of a preset."""
    try:
        path = os.path.expanduser(name)
    except ValueError:  # nobody has a name with such letters
        return None
    return Path(path) if path.lower().endswith(SUFFIX) and os.path.exists(path) else None


def _place(path: Path) -> str:
    """Equal for paths to one entry of one folder. A link is an entry of its own: it can be deleted."""
    return os.path.normcase(os.path.join(os.path.realpath(path.parent), path.name))


def _has(path: Path, content: bytes) -> bool:
    try:
        return read_content(path) == content
    except PresetError:  # it changed meanwhile
        return False


@contextmanager
def _trouble(what: str) -> Iterator[None]:
    """A disk that refuses is a PresetError, as the library promises."""
    try:
        yield
    except SaveError as error:
        raise PresetError(error.what, error.todo) from error
    except FileNotFoundError as error:
        raise PresetError(tr("{what}: it is not there any more.", what=what), tr("Look at the list again.")) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or tr("its name cannot be used")
        raise PresetError(tr("{what}: {reason}.", what=what, reason=reason), _PERMISSIONS) from error
