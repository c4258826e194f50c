"""Reasons why a file could not be downloaded, for people, and what they can do."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass

from rtedit_desktop.core.errors import DownloadDamaged, DownloadError, SaveError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.download.part_file import PartFile
from rtedit_desktop.packs.download.transfer import Lost, Reply

SPARE_BYTES = 32 * 2**20


class NotThere(DownloadError):
    """The host does not have a file of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A file on a host. ``sha256`` and ``bytes`` are given where they are known for certain.

    ``by_hand`` is how to get it in without this download, to stand after "or".
    """

    url: str
    name: str
    sha256: str = ""
    bytes: int = 0
    by_hand: str = ""


class Failures:
    """Makes the errors of one download, which say what is here of the file already."""

    def __init__(self, remote: Remote, part: PartFile) -> None:
        self._remote, self._part = remote, part

    def gave_up(self, lost: Lost) -> DownloadError:
        return self.failed(lost.what, tr("Check the connection and try again"))

    def refused(self, reply: Reply) -> DownloadError:
        if reply.status == 407:
            return self.failed(
                tr("the proxy asks for a name and a password"),
                tr("Write the proxy like http://name:password@proxy.example:8080"),
            )
        if reply.status in (404, 410):
            missing = self.failed(tr("{host} does not have it (any more)", host=reply.host), tr("Update RTEdit"))
            return NotThere(missing.what, missing.todo, why=missing.why, advice=missing.advice)
        if reply.status in (401, 403, 451):
            return self.failed(
                tr("{host} refuses to give it out (answer {status})", host=reply.host, status=reply.status),
                tr("Try another network"),
            )
        return self.failed(
            tr("{host} answered {status}, which makes no sense here", host=reply.host, status=reply.status),
            tr("Try again later"),
        )

    def failed(self, why: str, todo: str) -> DownloadError:
        here = tr("; the {size} that are here already are kept", size=_size(self._part.size)) if self._part.size else ""
        by_hand = tr(", or {by_hand}", by_hand=self._remote.by_hand) if self._remote.by_hand else ""
        what = tr("{name} could not be downloaded: {why}.", name=self._remote.name, why=why)
        return DownloadError(
            what,
            tr("{todo}{by_hand}{here}.", todo=todo, by_hand=by_hand, here=here),
            why=why,
            advice=tr("{todo}{by_hand}{here}.", todo=todo, by_hand="", here=here),
        )

    def damaged(self, why: str) -> DownloadDamaged:
        by_hand = tr(", or {by_hand}", by_hand=self._remote.by_hand) if self._remote.by_hand else ""
        return DownloadDamaged(
            tr("{name} is not the file that it should be: {why}.", name=self._remote.name, why=why),
            tr("Nothing of it was kept; try again later or from another network{by_hand}.", by_hand=by_hand),
        )

    def not_written(self, error: OSError) -> SaveError:
        reason = error.strerror or type(error).__name__
        kept = tr(" {size} are kept.", size=_size(self._part.size)) if error.errno == errno.ENOSPC else ""
        return SaveError(
            tr("{name} could not be written: {reason}.", name=self._remote.name, reason=reason),
            tr(
                "Check the free space and the permissions of {folder}, then try again.{kept}",
                folder=self._part.target.parent,
                kept=kept,
            ),
        )

    def check_space(self, needed: int) -> None:
        """Raises SaveError where so many bytes more have no room."""
        free = shutil.disk_usage(self._part.target.parent).free
        if needed + SPARE_BYTES > free:
            raise SaveError(
                tr(
                    "There is no room for {name}: {missing} are still to come, and {free} are free in {folder}.",
                    name=self._remote.name,
                    missing=_size(needed),
                    free=_size(free),
                    folder=self._part.target.parent,
                ),
                tr("Free some space and try again; what is here already is kept."),
            )


def _size(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
