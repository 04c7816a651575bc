"""Certificate authorities in the form that Java reads: a PKCS#12 trust store.

Java ignores the authorities that OpenSSL, Python and Node know. This module turns PEM files
into a trust store; it does not decide whom to trust.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

from localcloud.toolchain.cache import write_atomically

TRUSTSTORE_PASSWORD = "changeit"  # noqa: S105 - Java's public default; only public keys are inside


def write_truststore(ca_pem_files: Iterable[Path], target: Path) -> None:
    """Write every certificate of the PEM files, each once, to a Java trust store.

    Args:
        ca_pem_files: each holds one or more certificates.
        target: PKCS#12 file, protected with :data:`TRUSTSTORE_PASSWORD`.

    Raises:
        ValueError: a file holds no certificate.
    """
    # Imported here: only a set-up with something to do, or a server's start, needs them.
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        pkcs12,
    )
    from cryptography.x509 import load_pem_x509_certificates

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old authorities with odd serial numbers are still trusted
        certificates = {
            certificate: None
            for file in ca_pem_files
            for certificate in load_pem_x509_certificates(file.read_bytes())
        }
        store = pkcs12.serialize_java_truststore(
            [
                pkcs12.PKCS12Certificate(certificate, f"ca-{number}".encode())
                for number, certificate in enumerate(certificates)
            ],
            BestAvailableEncryption(TRUSTSTORE_PASSWORD.encode()),
        )
    write_atomically(target, store)


def java_trust_options(truststore: Path) -> list[str]:
    """Options that make a Java process trust exactly what is in ``truststore``."""
    return [
        f"-Djavax.net.ssl.trustStore={truststore}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={TRUSTSTORE_PASSWORD}",
    ]
