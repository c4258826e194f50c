"""Certificate of a computer that serves: self-signed, made at the first start, known by its fingerprint."""

from __future__ import annotations

import hashlib
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.paths import write_private

_DAYS = 3650
_NAME = "RTEdit"


class Certificate:
    """Owns ``certificate.pem`` of its folder, key included, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, and SettingsError for a file that is not one."""
        self._path = folder / "certificate.pem"
        if not self._path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_private(self._path, _made())
        self.context = server_context()
        try:
            self.context.load_cert_chain(self._path)
            der = ssl.PEM_cert_to_DER_cert(_certificate_in(self._path.read_text("ascii")))
        except (ssl.SSLError, ValueError) as error:
            raise SettingsError(
                tr("The certificate of this computer is damaged."),
                tr("Remove {path}, start again, and pair the other computers anew.", path=self._path),
            ) from error
        self.fingerprint = fingerprint_of(der)


def server_context() -> ssl.SSLContext:
    """TLS 1.3 alone, without tickets that would outlive a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0
    return context


def client_context() -> ssl.SSLContext:
    """Who uses it looks at the fingerprint of the certificate: no name and no authority vouches for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def fingerprint_of(der: bytes) -> str:
    """SHA-256 of a certificate, as 64 hexadecimal digits."""
    return hashlib.sha256(der).hexdigest()


def _made() -> bytes:
    """Key and certificate, PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _certificate_in(text: str) -> str:
    begin = text.index("-----BEGIN CERTIFICATE-----")
    return text[begin:]
