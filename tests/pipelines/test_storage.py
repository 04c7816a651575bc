"""Reading an output from real blob storage: whole, in parts, and when it is not there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from azure.storage.blob import BlobClient, ContainerClient

from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NoOutputError, ServiceError
from pipelines.results import OutputPlace, Preview, Report
from pipelines.storage import Account, read_head, read_report
from stack_outputs import StackOutputs
from tests.pipelines.deployment import training_container

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def account(deployed: StackOutputs, backend: AzureMlBackend) -> Account:
    return Account(
        name=deployed.training_storage_account_name,
        endpoint=deployed.training_blob_endpoint,
        key=backend.account_key(deployed.training_datastore_name),
    )


@pytest.fixture
def container(account: Account) -> Iterator[ContainerClient]:
    assert account.key is not None
    with training_container(account.endpoint, account.name, account.key) as client:
        yield client


@pytest.fixture
def place(account: Account) -> OutputPlace:
    """An empty folder."""
    path = f"outputs/{uuid4().hex}"
    return OutputPlace(
        datastore="training_data",
        container="trainingdata",
        path=path,
        url=f"{account.endpoint}trainingdata/{path}",
    )


def parquet(*ages: int, row_group_size: int = 1000) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"AGE": list(ages)}), buffer, row_group_size=row_group_size)
    return buffer.getvalue()


def test_the_report_is_read(
    account: Account, container: ContainerClient, place: OutputPlace
) -> None:
    text = '{"rows_in": 5, "rows_dropped": 2, "rows_out": 3, "rows_quarantined": 1}'
    container.upload_blob(f"{place.path}/_report.json", text)

    assert read_report(account, place) == Report(
        rows_in=5, rows_dropped=2, rows_out=3, rows_quarantined=1
    )


def test_without_a_report_the_output_is_not_whole(account: Account, place: OutputPlace) -> None:
    with pytest.raises(NoOutputError) as refusal:
        read_report(account, place)

    assert str(refusal.value) == f"{place.url} has no _report.json: the output is not whole"


def test_rows_come_from_as_many_files_as_it_takes_and_from_parquet_alone(
    account: Account, container: ContainerClient, place: OutputPlace
) -> None:
    for name, content in {
        "_SUCCESS": b"",
        "part-00000.snappy.parquet": parquet(),
        "part-00001.snappy.parquet": parquet(1, 2, 3, row_group_size=2),
        "part-00002.snappy.parquet": parquet(4, 5),
    }.items():
        container.upload_blob(f"{place.path}/{name}", content)

    assert read_head(account, place, rows=4) == Preview(
        columns=("AGE",), rows=((1,), (2,), (3,), (4,))
    )
    assert len(read_head(account, place, rows=100).rows) == 5


def test_a_preview_fetches_a_small_part_of_a_large_file(
    account: Account,
    container: ContainerClient,
    place: OutputPlace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = parquet(*range(500_000), row_group_size=1000)
    container.upload_blob(f"{place.path}/part-00000.parquet", content)
    fetched_bytes: list[int] = []
    download = BlobClient.download_blob

    def count(blob: BlobClient, offset: int, length: int) -> object:
        fetched_bytes.append(length)
        return download(blob, offset=offset, length=length)

    monkeypatch.setattr(BlobClient, "download_blob", count)

    assert read_head(account, place, rows=2).rows == ((0,), (1,))
    assert 0 < sum(fetched_bytes) < len(content) / 4


def test_a_wrong_key_is_refused_without_being_shown(account: Account, place: OutputPlace) -> None:
    key = "c2VjcmV0LWtleQ=="
    wrong = Account(name=account.name, endpoint=account.endpoint, key=key)

    with pytest.raises(ServiceError, match="could not read") as refusal:
        read_report(wrong, place)

    assert key not in str(refusal.value)
