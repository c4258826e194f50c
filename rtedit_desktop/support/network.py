"""Network settings: proxy and mirror for downloads, the only times that the app goes online."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from rtedit_desktop.core.errors import SaveError, SettingsError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support import paths
from rtedit_desktop.support.regular_file import open_regular, read_regular

HUB = "https://huggingface.co"
DIRECT = "none"
_LONGEST = 2**16
_BROKEN = tr("The network settings cannot be read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """``proxy``: an address, ``"none"`` for a direct connection, or empty for what the system says.

    ``mirror``: the base address to use in place of the hub's, or empty.

    Raises SettingsError when one of them is not an address.
    """

    proxy: str = ""
    mirror: str = ""

    def __post_init__(self) -> None:
        if self.proxy not in ("", DIRECT) and not _is_proxy(self.proxy):
            raise SettingsError(
                tr("The proxy is not an address."),
                tr("Write it like http://proxy.example:8080, or {direct} for none.", direct=DIRECT),
            )
        if self.mirror and not is_safe(self.mirror):
            raise SettingsError(tr("The mirror is not a secure address."), tr("Write it like https://mirror.example."))

    def mirrored(self, url: str) -> str:
        """The address to ask instead of ``url``: the mirror stands for the hub alone."""
        mirror = self.mirror.rstrip("/")
        return mirror + url[len(HUB) :] if mirror and url.startswith(HUB + "/") else url


def _is_proxy(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def is_safe(url: str) -> bool:
    """Whether nobody on the way can change what comes from there."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in ("127.0.0.1", "::1")))


def settings_file() -> Path:
    return paths.user_data() / "network.json"


def log_file() -> Path:
    """Every request that was made, a line of JSON each."""
    return paths.user_data() / "network-log.jsonl"


def requests_made(most: int = 100_000) -> list[str]:
    """What the log tells, a line for each request and each answer, the latest last; at most so many of the latest."""
    lines: list[str] = []
    newer = log_file()
    for file in (newer.with_name(f"{newer.stem}-older{newer.suffix}"), newer):
        with contextlib.suppress(OSError), open_regular(file) as opened:
            lines += opened.read().decode("utf-8", "replace").splitlines()
    return [_readable(line) for line in lines[-most:]]


def _readable(line: str) -> str:
    """One line of the log in words; as it stands where it is not what we wrote."""
    try:
        record = json.loads(line)
        when, url = record.pop("time"), record.pop("url")
        return "  ".join([when, url, *(f"{name}: {value}" for name, value in record.items())])
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return line


def load() -> NetworkSettings:
    """What holds: the person's settings; without any, the hub's own variable HF_ENDPOINT names the mirror.

    Raises SettingsError for a file that cannot be understood: going online without the proxy that somebody
    set would be worse than not going.
    """
    own = kept()
    return NetworkSettings(proxy=own.proxy, mirror=own.mirror or endpoint())


def kept() -> NetworkSettings:
    """What the person set. Raises SettingsError, also while nothing took the place of a file that was put aside."""
    try:
        given = json.loads(read_regular(settings_file(), _LONGEST))
        if not isinstance(given, dict) or set(given) - {"proxy", "mirror"}:
            raise ValueError("no network settings")
        if not all(isinstance(text, str) for text in given.values()):
            raise ValueError("an address that is no text")
    except FileNotFoundError:
        if os.path.lexists(_damaged_file()):
            raise _put_aside() from None
        given = {}
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, OSError) and error.errno != errno.EFBIG:  # its content may be good
            raise SettingsError(_BROKEN, tr("Repair or remove the file {file}.", file=settings_file())) from error
        with contextlib.suppress(OSError):
            os.replace(settings_file(), _damaged_file())
        raise _put_aside() from error
    return NetworkSettings(proxy=given.get("proxy", ""), mirror=given.get("mirror", ""))


def _damaged_file() -> Path:
    return settings_file().with_suffix(".damaged")


def _put_aside() -> SettingsError:
    return SettingsError(
        _BROKEN,
        tr(
            "What there was lies in {file}. Choose proxy and mirror in the settings again, or remove that file.",
            file=_damaged_file(),
        ),
    )


def save(settings: NetworkSettings) -> None:
    """Keep the settings for the next time. Raises SaveError."""
    text = (json.dumps(asdict(settings), indent=2) + "\n").encode()

    def write(file: BinaryIO) -> None:
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)  # a proxy's password may be in it
        file.write(text)

    try:
        settings_file().parent.mkdir(parents=True, exist_ok=True)
        if os.name == "posix" and settings_file().exists():
            settings_file().chmod(0o600)  # what takes its place gets the same
        paths.write_atomically(settings_file(), write)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            tr("The network settings could not be saved: {reason}.", reason=reason), tr("Check the free space.")
        ) from error


def endpoint() -> str:
    """What the hub's own variable says, where it is not the hub."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/")
    return "" if endpoint == HUB else endpoint
