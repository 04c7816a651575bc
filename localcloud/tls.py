"""The local cloud's own certificate authority, so that clients talk TLS as in Azure.

Made at first start with trustme, kept in the cloud's folder, trusted by nobody else.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import trustme
from cryptography import x509

from localcloud.toolchain.truststore import write_truststore

NAMES = ("localhost", "127.0.0.1", "*.blob.localhost")
"""Whom the certificate speaks for. Spark reaches an account as ``<account>.blob.localhost``."""

LIFETIME_DAYS = 365
RENEW_BEFORE_DAYS = 14


@dataclass(frozen=True)
class Certificates:
    """Files of the authority and of the one certificate that every server shows."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate, PEM."""
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        """The servers' certificate, PEM."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """The servers' private key, PEM."""
        return self.folder / "server.key"

    @property
    def bundle(self) -> Path:
        """The authority and everyone whom this machine trusted before, PEM."""
        return self.folder / "bundle.pem"

    @property
    def truststore(self) -> Path:
        """The bundle for Java, PKCS12."""
        return self.folder / "truststore.p12"


def ensure(folder: Path) -> Certificates:
    """The certificates in a folder; made, or made anew when they end within two weeks."""
    certificates = Certificates(folder)
    if not _usable(certificates):
        _make(certificates)
    return certificates


def _usable(certificates: Certificates) -> bool:
    if not certificates.truststore.exists():  # written last
        return False
    try:
        loaded = x509.load_pem_x509_certificate(certificates.certificate.read_bytes())
    except (OSError, ValueError):
        return False
    remaining = loaded.not_valid_after_utc - datetime.now(UTC)
    return remaining > timedelta(days=RENEW_BEFORE_DAYS)


def _make(certificates: Certificates) -> None:
    certificates.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificates.truststore.unlink(missing_ok=True)
    authority = trustme.CA(organization_name="localcloud")
    until = datetime.now(UTC) + timedelta(days=LIFETIME_DAYS)
    issued = authority.issue_cert(*NAMES, not_after=until)
    authority.cert_pem.write_to_path(certificates.authority)
    certificates.key.touch(mode=0o600)
    issued.private_key_pem.write_to_path(certificates.key)
    certificates.certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    certificates.bundle.write_bytes(authority.cert_pem.bytes() + _system_bundle())
    write_truststore([certificates.authority], certificates.truststore)


def _system_bundle() -> bytes:
    """What clients trusted before: a bundle that the environment names, else certifi's."""
    named = (
        os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
    )
    default = ssl.get_default_verify_paths().cafile
    for path in (*named, default, certifi.where()):
        if path and Path(path).is_file():
            return Path(path).read_bytes()
    return b""
