"""Folders on disk, and writing a file so that it is never half there.

``RTEDIT_HOME`` moves everything personal into one folder, for portable use and for tests. The
functions only name folders; whoever writes makes them.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import platformdirs

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.lazy_text import tr

APP_NAME = "RTEdit"
PARTIAL_S = 60.0
_PARTIAL = ".rtedit-"
Content = Callable[[BinaryIO], object] | bytes  # of a file: the bytes, or a function that writes them
_swept: set[Path] = set()  # folders that this process has written to
HOME_VARIABLE = "RTEDIT_HOME"


def resources() -> Path:
    """The folder of packs, samples and icons that come with the app.

    Looked for in a frozen app, then inside the installed package, then beside it in a checkout.
    Raises RTEditError when the installation is incomplete.
    """
    for folder in _resource_candidates():
        if folder.is_dir():
            return folder
    raise RTEditError(tr("RTEdit's own files are missing."), tr("Install RTEdit again."))


def guide() -> Path:
    """The folder with the chapters of the guide: among what comes with the app, or in the documents of a checkout.

    Raises RTEditError when the installation is incomplete.
    """
    for folder in (resources() / "guide", Path(__file__).resolve().parents[2] / "docs" / "guide"):
        if folder.is_dir():
            return folder
    raise RTEditError(tr("The guide is missing."), tr("Install RTEdit again."))


def user_data() -> Path:
    """Presets, history and settings."""
    return _personal("data", platformdirs.user_data_path)


def user_cache() -> Path:
    """What can be made again at any time."""
    return _personal("cache", platformdirs.user_cache_path)


def user_packs() -> Path:
    """Model packs that a person added."""
    return user_data() / "packs"


def user_parts() -> Path:
    """What several model packs share."""
    return user_data() / "parts"


def user_log() -> Path:
    """The folder of log files."""
    return _personal("logs", platformdirs.user_log_path)


def write_atomically(
    path: Path, content: Content, ready: Callable[[Path], None] | None = None, *, overwrite: bool = True
) -> None:
    """Write a new file beside ``path``, then put it in ``path``'s place in one step.

    Whatever goes wrong, the file that was there is intact and no partial one is left. A link is
    followed, so its target is what changes. The folder must exist. ``ready`` is given the new file
    when it is whole. Without ``overwrite`` whatever has the name by then, a link too, keeps it, and that is a
    FileExistsError. Raises OSError, and whatever ``ready`` and a function that writes the content raise.
    """
    target = Path(os.path.realpath(path)) if overwrite else Path(os.path.realpath(path.parent), path.name)
    if overwrite:
        _check_replaceable(target)
    with _filled_beside(target, content) as partial:
        with contextlib.suppress(OSError):  # a wish: not every file system knows modes
            if overwrite and target.exists():
                partial.chmod(target.stat().st_mode & 0o777)
        if ready is not None:
            ready(partial)
        if overwrite:
            os.replace(partial, target)
        else:
            _rename_to_free(partial, target)
    sync_folder(target.parent)


def try_folder(folder: Path) -> None:
    """Make a file in it and remove it: shares and special folders do not tell beforehand what they refuse.

    Raises OSError.
    """
    probe = folder / f"{_PARTIAL}{secrets.token_hex(6)}.part"
    with open(probe, "xb"):
        pass
    probe.unlink()


def write_private(path: Path, content: Content) -> None:
    """The same for what only its owner may read, from its first byte on; modes hold where the file system has them."""
    with _filled_beside(path, content, _for_its_owner) as partial:
        os.replace(partial, path)
    sync_folder(path.parent)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_new(path: Path, content: Content) -> Path:
    """The same for a file that takes no other's place: the path that it got, ``path`` or one like it.

    Two processes that write to one path at once get two files.
    """
    with _filled_beside(path, content) as partial:
        made = move_to_free(partial, path)
    sync_folder(made.parent)
    return made


def move_to_free(source: Path, path: Path) -> Path:
    """Give the file ``source`` the name ``path``, or that with the first number that is free behind it.

    At no moment is there a file of that name that is not whole.
    """
    free, number = path, 1
    while True:
        try:
            _rename_to_free(source, free)
            return free
        except FileExistsError:
            number += 1
            free = path.with_name(f"{path.stem} {number}{path.suffix}")


def _rename_to_free(source: Path, free: Path) -> None:
    """Raises FileExistsError where there is one of that name, which then stays as it is."""
    if os.name == "nt":
        os.rename(source, free)  # which replaces nothing there
        return
    try:
        os.link(source, free)
    except FileExistsError:
        raise
    except OSError:
        _rename_without_links(source, free)
    else:
        source.unlink()


def _rename_without_links(source: Path, free: Path) -> None:
    """For a disk without hard links: of processes of ours, one alone looks whether the name is free, and takes it.

    Nothing that is not whole ever has the name, whenever a process is killed.
    """
    with _holding(free):
        if os.path.lexists(free):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(free))
        os.replace(source, free)


@contextlib.contextmanager
def _holding(name: Path) -> Iterator[None]:
    """The lock of a name; its hidden file is one that ``sweep`` takes where its process was killed."""
    digest = hashlib.sha256(os.fsencode(name.name.casefold())).hexdigest()[:12]  # some disks know no capitals
    path = name.with_name(f"{_PARTIAL}{digest}.part")
    while True:
        with open(path, "ab") as file:
            _lock(file, wait=True)
            if not _is_still(file, path):  # whoever held it before has removed it
                continue
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    path.unlink()
            return


def _is_still(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _filled_beside(target: Path, content: Content, opener: Callable[[str, int], int] | None = None) -> Iterator[Path]:
    """A new file in the folder of ``target``, whole and on the disk; gone when what is done with it fails."""
    if target.parent not in _swept:
        _swept.add(target.parent)
        sweep(target.parent)
    partial = target.with_name(f"{_PARTIAL}{secrets.token_hex(6)}.part")
    try:
        with open(partial, "xb", opener=opener) as file:
            _lock(file)
            if callable(content):
                content(file)
            else:
                file.write(content)
            sync(file)
        yield partial
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def sweep_own() -> None:
    """The same in the folders of the app, at its start."""
    sweep(user_data())
    with contextlib.suppress(OSError):
        for folder in user_data().iterdir():
            if folder.is_dir() and not folder.is_symlink():
                sweep(folder)


def sweep(folder: Path) -> None:
    """Remove what a process that was killed had begun to write in a folder; what is young or locked is written now."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PARTIAL) and entry.name.endswith(".part"):
                with contextlib.suppress(OSError):
                    old = time.time() - entry.stat(follow_symlinks=False).st_mtime > PARTIAL_S
                    if old and entry.is_file(follow_symlinks=False) and _lock_of(entry.path):
                        os.unlink(entry.path)


def _lock(file: BinaryIO, *, wait: bool = False) -> bool:
    """Say that it is being written, for as long as it is open. Windows says so of every open file."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # not every file system knows locks
        return True
    return True


def _lock_of(path: str) -> bool:
    with open(path, "rb") as file:
        return _lock(file)


_CANNOT_SYNC = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EACCES})


def sync(file: BinaryIO) -> None:
    """All of it onto the disk, where the file system can be asked for that; a full or failing disk raises OSError."""
    file.flush()
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """So that a new name outlives a loss of power; a wish, since not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_replaceable(target: Path) -> None:
    """A rename would silently replace even a write-protected file or a device."""
    if not target.exists():
        return
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not target.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def _resource_candidates() -> Iterator[Path]:
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        yield Path(frozen) / package.name / "resources"
        yield Path(frozen) / "resources"
    yield package / "resources"
    yield package.parent / "resources"


def _personal(name: str, default: Callable[..., Path]) -> Path:
    home = os.environ.get(HOME_VARIABLE, "").strip()
    if home:
        return Path(home).expanduser().absolute() / name
    return default(APP_NAME, appauthor=False)
