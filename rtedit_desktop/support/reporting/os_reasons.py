"""Why the system refuses a file, in words for people."""

from __future__ import annotations

import errno

from rtedit_desktop.core.lazy_text import tr


def why_unwritable(error: OSError) -> tuple[str, str]:
    """What keeps a file from being written, and what to do about it."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return tr("the disk is full."), tr("Free some space or choose another disk.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return tr("you have no permission to write there."), tr("Choose another folder or name.")
        case errno.ENOENT | errno.ENOTDIR:
            return tr("the folder does not exist."), tr("Choose another folder.")
        case errno.EISDIR:
            return tr("it is a folder."), tr("Choose another name.")
        case errno.ENAMETOOLONG:
            return tr("the name is too long."), tr("Choose a shorter name.")
        case errno.ELOOP:
            return tr("its links lead in a circle."), tr("Choose another name.")
        case _:
            return tr("it could not be written ({reason}).", reason=error.strerror or error), tr(
                "Choose another folder or disk."
            )


def why_unreadable(error: OSError) -> tuple[str, str]:
    """What keeps a file from being read, and what to do about it."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        return tr("there is no such file."), tr("Check whether it was moved or renamed.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return tr("you have no permission to read it."), tr("Change its permissions or copy it to a folder of yours.")
    if error.errno == errno.ELOOP:
        return tr("its links lead in a circle."), tr("Choose the file itself.")
    return tr("it could not be read ({reason}).", reason=error.strerror or error), tr(
        "Check the disk, or copy the file and try again."
    )
