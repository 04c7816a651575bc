from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import trustme

from localcloud.toolchain.java import java_home
from localcloud.toolchain.truststore import (
    TRUSTSTORE_PASSWORD,
    java_trust_options,
    write_truststore,
)


def test_java_reads_every_certificate_once(tmp_path: Path) -> None:
    one, two = trustme.CA(), trustme.CA()
    one.cert_pem.write_to_path(tmp_path / "one.pem")
    (tmp_path / "both.pem").write_bytes(one.cert_pem.bytes() + two.cert_pem.bytes())
    store = tmp_path / "folder" / "store.p12"
    write_truststore([tmp_path / "one.pem", tmp_path / "both.pem"], store)
    listing = subprocess.run(
        [
            java_home() / "bin" / "keytool",
            "-list",
            *("-keystore", store, "-storepass", TRUSTSTORE_PASSWORD),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.findall(r"^(\S+), .*trustedCertEntry", listing, re.M) == ["ca-0", "ca-1"]


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    with pytest.raises(ValueError, match="PEM"):
        write_truststore([tmp_path / "empty.pem"], tmp_path / "store.p12")
    assert not (tmp_path / "store.p12").exists()


def test_java_is_told_the_store_its_type_and_its_password() -> None:
    assert java_trust_options(Path("/a/store.p12")) == [
        "-Djavax.net.ssl.trustStore=/a/store.p12",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=changeit",
    ]
