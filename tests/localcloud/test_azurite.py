"""Real Azurite with accounts that come and go."""

import base64
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.storage.blob import BlobServiceClient

from localcloud import tls
from localcloud.azurite import Azurite
from localcloud.errors import LocalCloudError
from localcloud.home import Home
from localcloud.store import Store
from tests.conftest import free_base_port

pytestmark = pytest.mark.servers


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(path=tmp_path, base_port=free_base_port())
    home.prepare()
    return home


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home.database)


@pytest.fixture
def azurite(home: Home, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azurite]:
    certificates = tls.ensure(home.tls)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    azurite = Azurite(home, certificates, store)
    azurite.start()
    yield azurite
    azurite.stop()


def containers(home: Home, account: str, key: str) -> list[str]:
    client = BlobServiceClient(home.blob_endpoint(account), credential=key, retry_total=0)
    return [container.name for container in client.list_containers()]


def test_a_new_account_can_be_used_at_once_and_keeps_its_data_over_a_restart(
    azurite: Azurite, home: Home
) -> None:
    first, second = new_key(), new_key()
    azurite.ensure_account("stone", first)
    client = BlobServiceClient(home.blob_endpoint("stone"), credential=first)
    client.create_container("features")
    azurite.ensure_account("sttwo", second)
    azurite.stop()
    azurite.start()
    assert containers(home, "stone", first) == ["features"]
    assert containers(home, "sttwo", second) == []


def test_a_wrong_key_and_a_removed_account_are_refused(azurite: Azurite, home: Home) -> None:
    key = new_key()
    azurite.ensure_account("stone", key)
    with pytest.raises(ClientAuthenticationError):
        containers(home, "stone", new_key())
    assert containers(home, "stone", key) == []
    azurite.remove_account("stone")
    with pytest.raises(HttpResponseError):
        containers(home, "stone", key)


def test_an_azurite_that_died_is_named_with_what_it_said(azurite: Azurite, home: Home) -> None:
    assert azurite._process is not None
    azurite._process.kill()
    azurite._process.wait()
    assert not azurite.alive
    with pytest.raises(LocalCloudError, match=rf"^Azurite \(port {home.blob_port}\) does not"):
        azurite.ensure_account("stone", new_key())


def test_an_account_is_served_within_a_transaction_while_another_thread_tells_of_accounts(
    azurite: Azurite, store: Store
) -> None:
    def serve_within_a_transaction() -> None:
        with store.transaction():
            other.start()
            other.join(0.5)  # by now it waits for the store
            azurite.ensure_account("stone", new_key())

    other = threading.Thread(target=azurite.start, daemon=True)
    one = threading.Thread(target=serve_within_a_transaction, daemon=True)
    one.start()
    for thread in (one, other):
        thread.join(30)

    assert (one.is_alive(), other.is_alive()) == (False, False), "they wait for each other"
