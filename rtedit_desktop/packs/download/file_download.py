"""Fetches one file over HTTPS: resumed, verified by sha256, and moved into place only when whole.

One plain path (requests) serves the hub and every other host: huggingface_hub resumes and retries too, but
checks a file's size and not its sha256, cannot be cancelled while it waits, and has no log of its requests.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeVar

from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.packs.download.failures import Failures, Remote
from rtedit_desktop.packs.download.part_file import Note, PartFile
from rtedit_desktop.packs.download.transfer import POLL_S, HostAccess, Lost, Reply, Transfer

_REPORT_EVERY_S = 0.1
_SPEED_OVER_S = 8.0
_LOOK_EVERY = 16 * 2**20  # bytes, after which others may have filled the disk
_MAY_PASS = (408, 425, 429, 500, 502, 503, 504)

Value = TypeVar("Value")
Steps = Generator[PackProgress | PackNotice, None, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Timeouts and retries for a host, in seconds.

    ``retries`` counts tries in a row that brought nothing, ``tries`` all of them. A host that has not answered at all
    is given up after ``unreached``: there is no network, or none that leads there.
    """

    stall: float = 30.0
    retries: int = 5
    tries: int = 100
    first_wait: float = 1.0
    longest_wait: float = 60.0
    unreached: float = 8.0


def download(
    remote: Remote,
    target: Path,
    access: HostAccess,
    *,
    cancelled: threading.Event,
    patience: Patience | None = None,
) -> Steps[str | None]:
    """Fetch ``remote`` to ``target``; the generator's value is the sha256, or None when it was cancelled.

    What is here of the file is kept in ``target``'s ``.part`` for the next time, unless it is known to be
    wrong. Raises DownloadError, DownloadDamaged when what came is not what was meant, and SaveError when it
    cannot be written.
    """
    job = _Download(remote, PartFile(target), access, cancelled, patience or Patience())
    try:
        return (yield from job.run())
    except OSError as error:
        raise job.failures.not_written(error) from error


class _Download:
    """Downloads one file; owns the part file while it runs."""

    def __init__(
        self, remote: Remote, part: PartFile, access: HostAccess, cancelled: threading.Event, patience: Patience
    ) -> None:
        self.remote, self.part, self.patience = remote, part, patience
        self.access, self.cancelled = access, cancelled
        self.failures = Failures(remote, part)
        self.url = access.settings.mirrored(remote.url)
        self._answered, self._began = False, time.monotonic()

    def run(self) -> Steps[str | None]:
        """Ask until the file is whole. Raises OSError, DownloadError, SaveError."""
        failures, again = 0, False
        for left in reversed(range(self.patience.tries)):
            before = self.part.size
            try:
                if not (yield from self._fetch()):
                    return None
            except Lost as lost:
                failures = 1 if self.part.size > before else failures + 1
                if failures > self.patience.retries or not left or self._is_unreached(failures):
                    raise self.failures.gave_up(lost) from lost
                if not (yield from self._wait(lost, failures)):
                    return None
                continue
            digest = yield from self._hashed()
            if digest is None:
                return None
            note = self.part.note()
            if digest == (self.remote.sha256 or (note.sha256 if note else "") or digest):
                self.part.finish()
                return digest
            self.part.discard()
            if before == 0 or again:
                raise self.failures.damaged(tr("its content is not what was expected"))
            again = True
            yield PackNotice(
                text=tr("{name} was not whole once its parts were joined; it is fetched again.", name=self.remote.name)
            )
        raise self.failures.damaged(tr("it does not stay the same for long enough to be fetched"))

    def _fetch(self) -> Steps[bool]:
        """One request, which may bring the part file to its full length. False: cancelled. Raises Lost."""
        note = self._trusted_note()
        offset = self.part.size if note else 0
        if note and note.bytes and offset == note.bytes:
            return True  # all that is missing is the last look at it
        headers = {}
        if note:
            headers["Range"] = f"bytes={offset}-"
            if note.etag and not note.sha256:  # a hash says more than the tag of the place where the file lies
                headers["If-Range"] = note.etag
        with Transfer(
            self.url,
            headers,
            self.access,
            purpose=f"download {self.remote.name}",
            stall=self.patience.stall,
            connect=self.patience.unreached,
        ) as transfer:
            items = transfer.items()
            reply = None
            while reply is None:
                if self.cancelled.is_set():
                    return False
                reply = next(items)
                yield self._progress(offset, note.bytes if note else 0)
            if not isinstance(reply, Reply):
                raise Lost(tr("the answer has no beginning"))
            self._answered = True
            if reply.status == 416 and note and reply.length == offset and note.bytes in (0, offset):
                return True
            start, length = self._begin(reply, note, offset)
            with self.part.path.open("ab") as file:
                return (yield from self._receive(items, file, start, length))

    def _receive(self, items: Iterator[Reply | bytes | None], file: BinaryIO, done: int, length: int) -> Steps[bool]:
        """Add the body to the part file. False: cancelled. Raises Lost."""
        pace, reported = _Pace(done), 0.0
        for piece in items:
            if self.cancelled.is_set():
                return False
            if isinstance(piece, bytes):
                if length and done + len(piece) > length:
                    file.close()
                    self.part.discard()
                    raise Lost(tr("more was sent than the file is long"))
                if (done + len(piece)) // _LOOK_EVERY > done // _LOOK_EVERY:
                    self.failures.check_space(max(length - done, len(piece)))
                file.write(piece)
                done += len(piece)
            if time.monotonic() - reported >= _REPORT_EVERY_S:
                reported = time.monotonic()
                yield self._progress(done, length, pace.speed(done))
        if length and done < length:
            raise Lost(tr("the connection ended before the file did"))
        return True

    def _begin(self, reply: Reply, note: Note | None, offset: int) -> tuple[int, int]:
        """Look at the head of an answer: where its body belongs in the part file, and the file's length.

        The length is 0 where only the end of the answer tells it. Raises Lost, DownloadError, SaveError.
        """
        if reply.status in _MAY_PASS:
            raise Lost(
                tr("{host} is busy or not well (answer {status})", host=reply.host, status=reply.status),
                reply.retry_after,
            )
        if reply.status == 416:
            self._start_over(f"{reply.host} has another file there now")
        if reply.status not in (200, 206):
            raise self.failures.refused(reply)
        if reply.headers.get("content-type", "").startswith("text/html"):
            raise self.failures.failed(
                tr("{host} sent a web page in place of it", host=reply.host),
                tr("Sign in to the network or the host in a browser first"),
            )
        if reply.headers.get("content-encoding", "identity") != "identity":
            raise self.failures.failed(
                tr("{host} sent it packed in a way that was not asked for", host=reply.host),
                tr("Try another network"),
            )

        start = offset if reply.status == 206 else 0
        total = reply.length
        if reply.start != start:
            self._start_over(f"{reply.host} sent another part of the file than was asked for")
        if total and reply.linked_bytes and total != reply.linked_bytes:
            self._start_over(f"{reply.host} tells the length of the file in two ways")
        total = total or reply.linked_bytes or self.remote.bytes  # an endless answer tells none
        if total and self.remote.bytes and total != self.remote.bytes:
            self.part.discard()
            raise self.failures.damaged(
                tr("it has {total} bytes there, and {bytes} were expected", total=total, bytes=self.remote.bytes)
            )
        linked = reply.linked_hash if len(reply.linked_hash) == 64 else ""
        if linked and self.remote.sha256 and linked != self.remote.sha256:
            self.part.discard()
            raise self.failures.damaged(tr("the host says that it has other content now"))
        if not total and not self.remote.sha256 and not linked and "transfer-encoding" not in reply.headers:
            raise self.failures.failed(
                tr("{host} does not say how long the file is", host=reply.host), tr("Try again later")
            )

        tag = reply.headers.get("etag", "")
        etag = tag if tag.startswith('"') else ""  # a weak one does not promise the same bytes
        if start and note:
            known = note.sha256 and note.sha256 == (linked or self.remote.sha256)
            if (linked and note.sha256 and linked != note.sha256) or (not known and etag != note.etag):
                self._start_over(f"the file at {reply.host} was changed meanwhile")
            if note.bytes and total and total != note.bytes:
                self._start_over(f"the file at {reply.host} was changed meanwhile")
        else:
            start = 0
            self.part.begin(Note(url=self.url, etag=etag, sha256=self.remote.sha256 or linked, bytes=total))
        self.failures.check_space(total - start)
        return start, total

    def _trusted_note(self) -> Note | None:
        """The note of a part that this very file can be gone on with, if there is one."""
        note, size = self.part.note(), self.part.size
        if note is None or size == 0 or (note.bytes and size > note.bytes):
            return None
        if self.remote.sha256:
            return note if note.sha256 == self.remote.sha256 else None
        # Without a hash or a tag nothing would tell whether both halves are of one file.
        return note if note.url == self.url and (note.sha256 or note.etag) else None

    def _start_over(self, why: str) -> NoReturn:
        self.part.discard()
        raise Lost(why)

    def _hashed(self) -> Steps[str | None]:
        """The sha256 of what lies on the disk; None when cancelled."""
        size, reported, digest = self.part.size, 0.0, ""
        for done, hashed in self.part.hashed():
            if self.cancelled.is_set():
                return None
            if time.monotonic() - reported >= _REPORT_EVERY_S:
                reported = time.monotonic()
                yield PackProgress(phase="checking", what=self.remote.name, done=done, of=size)
            if done == size:
                digest = hashed.hexdigest()
        return digest

    def _pause(self, failures: int) -> float:
        wait: float = self.patience.first_wait * 2 ** (failures - 1)
        return min(wait, self.patience.longest_wait)

    def _is_unreached(self, failures: int) -> bool:
        """Whether the host, which has said nothing so far, is not worth another wait."""
        spent = time.monotonic() - self._began
        return not self._answered and spent + self._pause(failures) > self.patience.unreached

    def _wait(self, lost: Lost, failures: int) -> Steps[bool]:
        """Leave the host in peace for a while. False: cancelled."""
        seconds = self._pause(failures)
        if lost.wait is not None:
            seconds = max(seconds, lost.wait)
            if lost.wait > self.patience.longest_wait:
                raise self.failures.failed(
                    lost.what, tr("Try again in {wait:.0f} minutes, as the host asks", wait=lost.wait / 60)
                )
        yield PackNotice(text=tr("Trying again in {seconds:.0f} s: {why}.", seconds=seconds, why=lost.what))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:  # in small pieces, for Ctrl+C waits for one on some systems
            if self.cancelled.wait(min(left, POLL_S)):
                return False
        return not self.cancelled.is_set()

    def _progress(self, done: int, length: int, speed: float = 0.0) -> PackProgress:
        left = (length - done) / speed if speed and length else None
        return PackProgress(
            phase="downloading", what=self.remote.name, done=done, of=length, speed=speed, seconds_left=left
        )


class _Pace:
    """Measures bytes a second over the last few seconds."""

    def __init__(self, done: int) -> None:
        self._marks: deque[tuple[float, int]] = deque([(time.monotonic(), done)])

    def speed(self, done: int) -> float:
        now = time.monotonic()
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _SPEED_OVER_S:
            self._marks.popleft()
        began, first = self._marks[0]
        return (done - first) / (now - began) if now > began else 0.0
