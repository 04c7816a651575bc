"""The cloud's own certificate authority."""

import shutil
import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from localcloud import tls


def leaf(certificates: tls.Certificates) -> str:
    """The first certificate of the chain, PEM."""
    end = "-----END CERTIFICATE-----"
    return certificates.certificate.read_text().partition(end)[0] + end


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "sttraining.blob.localhost"])
def test_a_client_that_trusts_the_authority_can_talk_to_every_name(
    tmp_path: Path, name: str
) -> None:
    certificates = tls.ensure(tmp_path)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificates.certificate, certificates.key)
    client_context = ssl.create_default_context(cafile=str(certificates.bundle))
    ours, theirs = socket.socketpair()
    server = threading.Thread(
        target=lambda: server_context.wrap_socket(theirs, server_side=True).close()
    )
    server.start()
    with client_context.wrap_socket(ours, server_hostname=name) as connection:
        shown = connection.getpeercert(binary_form=True)
    server.join()
    assert shown == ssl.PEM_cert_to_DER_cert(leaf(certificates))


def test_certificates_are_made_once(tmp_path: Path) -> None:
    before = tls.ensure(tmp_path).certificate.read_bytes()
    assert tls.ensure(tmp_path).certificate.read_bytes() == before


def test_half_made_certificates_are_made_anew(tmp_path: Path) -> None:
    certificates = tls.ensure(tmp_path / "tls")
    before = certificates.certificate.read_bytes()
    certificates.truststore.unlink()
    assert tls.ensure(tmp_path / "tls").certificate.read_bytes() != before
    shutil.rmtree(tmp_path / "tls")
    assert tls.ensure(tmp_path / "tls").truststore.exists()


def test_certificates_that_end_soon_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "LIFETIME_DAYS", 13)
    before = tls.ensure(tmp_path).certificate.read_bytes()
    assert tls.ensure(tmp_path).certificate.read_bytes() != before


def test_the_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert stat.S_IMODE(tls.ensure(tmp_path).key.stat().st_mode) == 0o600
