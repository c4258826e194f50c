"""Hosts: the computers that this one may ask to compute, with the token it shows each. Pairing adds one."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.errors import RemoteError
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.remote.certificate import client_context, fingerprint_of
from rtedit_desktop.remote.guests import MOST_NAME, tidy_name
from rtedit_desktop.remote.paired_list import Kind, PairedList
from rtedit_desktop.remote.pairing_code import PairingCode
from rtedit_desktop.remote.protocol import PORT
from rtedit_desktop.support import settings
from rtedit_desktop.support.network import log_file
from rtedit_desktop.support.network_log import NetworkLog
from rtedit_desktop.support.paths import user_data

CONNECT_S = 10.0
_PAIRING_S = 30.0  # wrong tries of others come first
_MOST_HOSTS = 100
_MOST_ANSWER = 4096
_HASH = re.compile(r"[0-9a-f]{64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")
_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,253}")
_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Host:
    """A computer and the token that it knows this one by."""

    computer: Computer
    token: str


class Hosts:
    """Owns ``computers.json`` of its folder, which only its owner may read. Implements ``core.engine_api.Computers``.

    ``log`` gets the address of every connection before it is made, and what for.
    """

    def __init__(
        self,
        folder: Path | None = None,
        settings_file: Path | None = None,
        log: Callable[[str, str], None] = lambda url, purpose: None,
    ) -> None:
        kind = Kind("computers", _MOST_HOSTS, _host, _form_of, RemoteError)
        self.path = (folder or user_data()) / "computers.json"
        self._list = PairedList(self.path, kind)
        self._settings_file, self.log = settings_file, log

    def all(self) -> list[Computer]:
        return sorted((host.computer for host in self._list.rows()), key=lambda one: (one.name.casefold(), one.id))

    def host(self, computer_id: str) -> Host | None:
        """The one with this id. Raises RemoteError."""
        return next((host for host in self._list.rows() if host.computer.id == computer_id), None)

    def chosen(self) -> Computer | None:
        """Also None for one that was forgotten."""
        wanted = settings.load(self._settings_file).compute_on
        host = self.host(wanted) if wanted else None
        return None if host is None else host.computer

    def choose(self, computer: Computer | None) -> None:
        settings.change(self._settings_file, compute_on="" if computer is None else computer.id)

    def pair(self, address: str, code: str) -> Computer:
        host, port = split_address(address)
        try:
            wanted = PairingCode.read(code)
        except ValueError as error:
            raise RemoteError(
                tr("This is not a pairing code."),
                tr("It has six groups of four letters and digits, as it is shown there."),
            ) from error
        self.log(f"https://{host}:{port}/pair", "pair with a computer that computes")
        found = _paired(host, port, wanted)
        self._change(lambda hosts: [*(one for one in hosts if one.computer.id != found.computer.id), found])
        return found.computer

    def forget(self, computer: Computer) -> None:
        self._change(lambda hosts: [one for one in hosts if one.computer.id != computer.id])

    def _change(self, changed: Callable[[list[Host]], list[Host]]) -> None:
        try:
            self._list.change(changed)
        except OSError as error:
            raise RemoteError(
                tr("The list of paired computers cannot be written: {reason}.", reason=error.strerror or str(error)),
                tr("Check the free space and the permissions of {path}.", path=self.path),
            ) from error


def own_hosts() -> Hosts:
    """The person's own list; every connection is written into the log of network requests first."""
    return Hosts(log=NetworkLog(log_file()).request)


def split_address(address: str) -> tuple[str, int]:
    """Host and port of “host”, “host:port” or “[IPv6]:port”. Raises RemoteError."""
    text = address.strip()
    host, port = text, str(PORT)
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest[1:] if rest.startswith(":") else port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not _HOST.fullmatch(host) or not _PORT.fullmatch(port) or not 0 < int(port) < 65536:
        raise RemoteError(
            tr("“{address}” is no address of a computer.", address=text[:60]),
            tr("Write it as it is shown there, like 192.168.1.20:{port}.", port=PORT),
        )
    return host, int(port)


def open_encrypted(host: str, port: int, is_known: Callable[[str], bool], timeout: float = CONNECT_S) -> ssl.SSLSocket:
    """An encrypted connection to the computer whose fingerprint ``is_known``; nothing was sent to another one.

    Raises OSError where there is none, RemoteError for another computer.
    """
    plain = socket.create_connection((host, port), timeout=timeout)
    try:
        encrypted = client_context().wrap_socket(plain, server_hostname=host.partition("%")[0])
    except BaseException:
        plain.close()
        raise
    der = encrypted.getpeercert(binary_form=True)
    if der is None or not is_known(fingerprint_of(der)):
        encrypted.close()
        raise RemoteError(
            tr("The computer at {host} is not the one that was meant: its certificate is another.", host=host),
            tr("Check the address and the code; if RTEdit was set up anew there, pair it again."),
        )
    return encrypted


def unreachable(name: str, error: BaseException) -> RemoteError:
    """Why a computer cannot be reached, for people."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return RemoteError(
        tr("{name} cannot be reached: {reason}.", name=name, reason=str(reason).rstrip(".")),
        tr("Check that it is on, that “rtedit serve” runs there, and that both are in one network."),
    )


def _paired(host: str, port: int, code: PairingCode) -> Host:
    try:
        encrypted = open_encrypted(host, port, code.fits)
    except (OSError, ValueError) as error:
        raise unreachable(host, error) from error
    der = encrypted.getpeercert(binary_form=True)
    assert der is not None  # open_encrypted looked at it
    encrypted.settimeout(_PAIRING_S)
    asking = http.client.HTTPConnection(host, port)
    asking.sock = encrypted
    try:
        headers = {
            "Authorization": f"Pairing {code.secret.hex()}",
            "X-Computer": tidy_name(socket.gethostname()).encode("ascii", "replace").decode(),
        }
        asking.request("GET", "/pair", headers=headers)
        answer = asking.getresponse()
        content = answer.read(_MOST_ANSWER + 1)
        if answer.status == 403:
            raise RemoteError(tr("The code is not right."), tr("Type it as it is shown there; few tries are left."))
        if answer.status != 200:
            raise RemoteError(
                tr("The other computer shows no code, or it ran out."), tr("Start “rtedit serve --pair” there.")
            )
        fields = Fields(parse_json(content, _MOST_ANSWER))
        token = fields.matching("token", _TOKEN, "a token")
        name = tidy_name(fields.string("name", most=300))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise unreachable(host, error) from error
    finally:
        asking.close()
    return Host(Computer(id=fingerprint_of(der), name=name, host=host, port=port), token)


def _host(form: Fields) -> Host:
    computer = Computer(
        id=form.matching("id", _HASH, "a fingerprint"),
        name=form.text("name", most=MOST_NAME),
        host=form.matching("host", _HOST, "a host"),
        port=form.whole("port", 1, 65535),
    )
    token = form.matching("token", _TOKEN, "a token")
    form.finish()
    return Host(computer, token)


def _form_of(host: Host) -> dict[str, object]:
    return {**asdict(host.computer), "token": host.token}
