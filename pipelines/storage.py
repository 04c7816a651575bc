"""Reads a run's output from blob storage: the notebook's report, the first rows, all files.

For the first rows only the footer and the first row groups of the Parquet files are fetched,
whatever their size.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipelines import auth
from pipelines.errors import NoOutputError, PipelinesError, ServiceError
from pipelines.masking import mask
from pipelines.results import Download, OutputPlace, Preview, Report

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError
    from azure.storage.blob import BlobClient, ContainerClient

REPORT_FILE = "_report.json"
"""Written last by the notebook: where it is, the output is whole."""
CONNECT_TIMEOUT_SECONDS = 10
RETRIES = 5
"""The client's own: with growing pauses, or after as long as the service asks for."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """A storage account, and its key where the datastore keeps one."""

    name: str
    endpoint: str
    """Blob endpoint with scheme; its path may hold the account's name."""
    key: str | None

    def container(self, name: str) -> ContainerClient:
        from azure.storage.blob import ContainerClient

        # Without a key the datastore is read with the caller's own identity.
        credential = (
            {"account_name": self.name, "account_key": self.key} if self.key else auth.credential()
        )
        return ContainerClient(
            self.endpoint,
            name,
            credential=credential,
            connection_timeout=CONNECT_TIMEOUT_SECONDS,
            retry_total=RETRIES,
            initial_backoff=1,
            increment_base=2,
        )


def read_report(account: Account, place: OutputPlace) -> Report:
    """The row counts that the notebook wrote down.

    Raises:
        NoOutputError: the output is not whole.
        ServiceError: the account refuses or does not answer.
    """
    from azure.core.exceptions import AzureError, ResourceNotFoundError

    with account.container(place.container) as container:
        try:
            text = container.download_blob(f"{place.path}/{REPORT_FILE}").readall()
        except ResourceNotFoundError:
            raise NoOutputError(
                f"{place.url} has no {REPORT_FILE}: the output is not whole"
            ) from None
        except AzureError as error:
            raise _refused(place, error) from error
    counts = json.loads(text)
    return Report(
        rows_in=counts["rows_in"],
        rows_dropped=counts["rows_dropped"],
        rows_out=counts["rows_out"],
        rows_quarantined=counts.get("rows_quarantined", 0),
    )


def read_head(account: Account, place: OutputPlace, *, rows: int) -> Preview:
    """The first ``rows`` rows, in the order of the files' names."""
    from azure.core.exceptions import AzureError

    with account.container(place.container) as container:
        try:
            return _head(container, f"{place.path}/", rows)
        except AzureError as error:
            raise _refused(place, error) from error


def download(account: Account, place: OutputPlace, directory: Path) -> Download:
    """Copy every file of the output; ``directory`` appears when all are there.

    Raises:
        PipelinesError: ``directory`` holds something already, or can't be written.
        ServiceError: the account refuses or does not answer.
    """
    from azure.core.exceptions import AzureError

    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise PipelinesError(f"--download {directory}: it exists already; give a new directory")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with (
            TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as unfinished,
            account.container(place.container) as container,
        ):
            target = Path(unfinished) / "output"
            target.mkdir()
            copied = [
                _copy(container.get_blob_client(blob.name), target / name)
                for blob in container.list_blobs(name_starts_with=f"{place.path}/")
                if (name := blob.name.removeprefix(f"{place.path}/"))
            ]
            target.replace(directory)
    except AzureError as error:
        raise _refused(place, error) from error
    except OSError as error:
        raise PipelinesError(f"--download {directory}: {error}") from None
    return Download(directory=str(directory), files=len(copied), size_bytes=sum(copied))


def _copy(blob: BlobClient, file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        return int(blob.download_blob().readinto(target))


def _refused(place: OutputPlace, error: AzureError) -> ServiceError:
    return ServiceError(f"could not read {place.url}: {mask(error.message)}")


def _head(container: ContainerClient, folder: str, rows: int) -> Preview:
    columns: tuple[str, ...] = ()
    found: list[tuple[object, ...]] = []
    for file in _parquet_files(container, folder):
        import pyarrow.parquet as pq

        parquet = pq.ParquetFile(file)
        columns = tuple(parquet.schema_arrow.names)
        for batch in parquet.iter_batches(batch_size=rows):
            found += [tuple(row.values()) for row in batch.to_pylist()]
            if len(found) >= rows:
                return Preview(columns=columns, rows=tuple(found[:rows]))
    return Preview(columns=columns, rows=tuple(found))


def _parquet_files(container: ContainerClient, folder: str) -> Iterator[_BlobFile]:
    for blob in container.list_blobs(name_starts_with=folder):
        if blob.name.endswith(".parquet"):
            yield _BlobFile(container.get_blob_client(blob.name), blob.size)


class _BlobFile(io.RawIOBase):
    """A blob as a file that can be read anywhere, fetching only what is read."""

    def __init__(self, blob: BlobClient, size_bytes: int) -> None:
        super().__init__()
        self._blob = blob
        self._size_bytes = size_bytes
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        self._position = start[whence] + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed: Buffer
        length = min(len(buffer), self._size_bytes - self._position)
        if length <= 0:
            return 0
        data = self._blob.download_blob(offset=self._position, length=length).readall()
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
