"""Checks the files that a command will write before the work, and reports them after it."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.core.errors import SaveError, shown_name
from rtedit_desktop.core.preset import SUFFIX
from rtedit_desktop.support.formats import SAVE_FORMATS
from rtedit_desktop.support.paths import try_folder
from rtedit_desktop.support.reporting.os_reasons import why_unwritable


def check_picture(out: Path, source: Path | None, *, overwrite: bool) -> None:
    """Find out before the work what would fail after it; ``source`` is the photo that the result is made of."""
    _check_name(out)
    if source is not None and same_file(out, source):
        raise UsageError("The output is the input picture itself.", "Give another name: a photo is never replaced.")
    name = shown_name(out.name or str(out))
    if out.name.lower() in SAVE_FORMATS:
        raise SaveError(f"Could not save {name}: that is the ending of a name alone.", f"Put a name before {name}.")
    if out.suffix.lower() not in SAVE_FORMATS:
        raise SaveError(f"Could not save {name}: the format is not known.", f"Use {', '.join(SAVE_FORMATS)}.")
    _check_place(out)
    _check_free(out, overwrite=overwrite)


def check_preset(out: Path, *, overwrite: bool) -> None:
    """The same for a preset file; one that is there may be somebody's only copy of what was learned."""
    _check_name(out)
    if out.suffix.lower() != SUFFIX:
        name = shown_name(out.name or str(out))
        raise UsageError(f"“{name}” is not the name of a preset.", f"Give a name that ends in {SUFFIX}.")
    _check_place(out)
    _check_free(out, overwrite=overwrite)


def same_file(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return os.path.realpath(a) == os.path.realpath(b)
    except ValueError:  # a name that no file can have
        return False


@contextlib.contextmanager
def telling(args: argparse.Namespace, saved: Path) -> Iterator[None]:
    """Around the last words of a job: its result is on disk, so only who waits for the JSON misses something."""
    try:
        yield
    except OSError as error:
        if args.json:
            reason = error.strerror or type(error).__name__
            raise SaveError(
                f"{shown_name(saved.name)} is saved, but standard output could not be written: {reason}.",
                "Send the output somewhere else.",
            ) from error


def _check_name(out: Path) -> None:
    if "\0" in str(out):
        name = shown_name(out.name)
        raise SaveError(f"Could not save {name}: no file can have that name.", "Choose another name.")


def _check_place(out: Path) -> None:
    name = shown_name(out.name or str(out))
    if os.path.isdir(out):
        raise SaveError(f"Could not save {name}: it is a folder.", "Choose another name.")
    target = Path(os.path.realpath(out))  # a link is followed when it is written
    folder = target.parent
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise SaveError(f"Could not save {name}: {folder} is no folder.", "Choose another folder.")
    if not os.path.isdir(folder):
        raise SaveError(f"Could not save {name}: the folder {folder} does not exist.", "Make it first.")
    if not os.access(folder, os.W_OK):
        raise SaveError(f"Could not save {name}: the folder {folder} is read-only.", "Choose another folder.")
    try:
        os.stat(target)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _unwritable(name, error) from error
    try:
        try_folder(folder)
    except OSError as error:
        raise _unwritable(name, error) from error
    if not os.path.exists(target):
        return
    if not target.is_file():
        raise SaveError(f"Could not save {name}: what is there is no file.", "Choose another name.")
    if not os.access(target, os.W_OK):
        raise SaveError(f"Could not save {name}: the file that is there is read-only.", "Choose another name.")


def _unwritable(name: str, error: OSError) -> SaveError:
    what, todo = why_unwritable(error)
    return SaveError(f"Could not save {name}: {what}", todo)


def _check_free(out: Path, *, overwrite: bool) -> None:
    if os.path.lexists(out) and not overwrite:
        raise SaveError(
            f"Could not save {shown_name(out.name)}: there is a file of that name already.",
            "Give another name, or add --overwrite to replace it.",
        )
