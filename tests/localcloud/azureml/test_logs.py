"""Logs of runs and the signed addresses under which they can be read."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from localcloud.azureml import logs
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace

DRIVER_LOG = "azureml-logs/70_driver_log.txt"


@pytest.fixture
def run_id(local_workspace: Workspace) -> str:
    """A run that has written to every stream."""
    RunHistory(local_workspace).begin(run_id="r1", experiment="e", run_type="azureml.StepRun")
    logs.append(local_workspace, "r1", logs.Stream.JOB, "submitted\n")
    logs.append(local_workspace, "r1", logs.Stream.STDOUT, "hello\n")
    logs.append(local_workspace, "r1", logs.Stream.JOB, "ended\n")
    return "r1"


def test_the_streamed_log_holds_everything_in_the_order_in_which_it_came(
    local_workspace: Workspace, run_id: str
) -> None:
    files = {
        path: logs.read_file(local_workspace, run_id, path)
        for path in logs.files(local_workspace, run_id)
    }
    assert files == {
        DRIVER_LOG: "submitted\nhello\nended\n",
        "logs/azureml/executionlogs.txt": "submitted\nended\n",
        "logs/azureml/stdoutlogs.txt": "hello\n",
    }


def test_a_signed_address_can_be_read_without_a_token(
    azureml: TestClient, local_workspace: Workspace, run_id: str
) -> None:
    url = logs.signed_urls(local_workspace, run_id)[DRIVER_LOG]
    answer = azureml.get(url, headers={"Authorization": ""})
    assert (answer.status_code, answer.text) == (200, "submitted\nhello\nended\n")


@pytest.mark.parametrize(
    ("old", "new"), [("70_driver_log", "71_other"), ("sig=", "sig=0"), ("se=1", "se=2")]
)
def test_an_address_that_was_changed_is_refused(
    azureml: TestClient, local_workspace: Workspace, run_id: str, old: str, new: str
) -> None:
    url = logs.signed_url(local_workspace, run_id, DRIVER_LOG)
    assert old in url
    answer = azureml.get(url.replace(old, new), headers={"Authorization": ""})
    assert answer.status_code == 403


def test_an_address_expires(
    azureml: TestClient,
    local_workspace: Workspace,
    run_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "LINK_LIFETIME_SECONDS", -1)
    url = logs.signed_url(local_workspace, run_id, DRIVER_LOG)
    answer = azureml.get(url)
    assert answer.json() == {
        "error": {
            "code": "AuthenticationFailed",
            "message": "the address has expired; ask for a new one",
            "details": [],
        }
    }


def test_the_files_of_a_run_are_listed_with_addresses(
    azureml: TestClient, local_workspace: Workspace, run_id: str
) -> None:
    listing = azureml.get(
        f"/artifact/v2.0{local_workspace.id}/artifacts/prefix/contentinfo/ExperimentRun/"
        f"dcid.{run_id}/logs/azureml/std"
    ).json()
    (entry,) = listing["value"]
    assert entry["path"] == "logs/azureml/stdoutlogs.txt"
    assert azureml.get(entry["contentUri"], headers={"Authorization": ""}).text == "hello\n"


def test_a_file_that_does_not_exist_is_reported_in_the_words_of_blob_storage(
    azureml: TestClient, local_workspace: Workspace, run_id: str
) -> None:
    answer = azureml.get(
        f"/artifact/v2.0{local_workspace.id}/artifacts/content/ExperimentRun/dcid.{run_id}/no.txt"
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "BlobNotFound")
