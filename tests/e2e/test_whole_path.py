"""The whole path, as its user walks it: real engine, real SDK, real Spark, real storage.

The tests of this file are one story and run in order on one checkout. That plain ``pulumi up``
deploys from nothing is part of the invariants of every stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.servers, pytest.mark.spark]

RESOURCES = 21 + len([*Path(__file__).parents[2].glob("notebooks/*.py")])
FIRST_ROW = [59, 2, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0, 151.0]
FIRST_DERIVED = ["obese", "45-59", 157 / 38, 32.1 * 101]
COLUMNS = ["AGE", "SEX", "BMI", "BP", "S1", "S2", "S3", "S4", "S5", "S6", "Y"]
DERIVED = ["BMI_CLASS", "AGE_BAND", "S1_S3", "BMI_BP"]
PLAIN = ("--yes", "--skip-preview", "--non-interactive")
COMMENT = "\n# COMMAND ----------\n\n# MAGIC %md One more remark.\n"
HEADER = ",".join(COLUMNS)
GOOD_LINE = "59,2,32.1,101,157,93.2,38,4,4.8598,87,151"
BAD_LINE = "48,1,twenty,87,183,103.2,70,3,3.8918,69,75"

STORAGE_SCRIPT = """
import json, sys
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient
endpoint, name, verb, *rest = sys.argv[1:]
container = ContainerClient(endpoint, name, credential=DefaultAzureCredential())
if verb == "upload":
    container.upload_blob(rest[0], rest[1].encode())
print(json.dumps(sorted(container.list_blob_names())))
"""

DATABRICKS_SCRIPT = """
import json
from databricks.sdk import WorkspaceClient
print(json.dumps([pool.instance_pool_id for pool in WorkspaceClient().instance_pools.list()]))
"""

GROUPS_SCRIPT = """
import json, os
import httpx
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource import ResourceManagementClient
metadata = httpx.get(os.environ["ARM_CLOUD_METADATA_URL"] + "?api-version=2022-09-01").json()
client = ResourceManagementClient(
    DefaultAzureCredential(),
    os.environ["AZURE_SUBSCRIPTION_ID"],
    base_url=metadata[0]["resourceManager"],
    credential_scopes=[metadata[0]["authentication"]["audiences"][0] + "/.default"],
)
print(json.dumps([group.name for group in client.resource_groups.list()]))
"""


@dataclass
class Story:
    """What earlier tests found and later ones compare with."""

    outputs: dict[str, str] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


@pytest.fixture(scope="module")
def checkout(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout.make(project_dir, tmp_path_factory.mktemp("e2e") / "dataopsml")
    yield made
    made.python("-m", "localcloud", "stop")


def stack_outputs(checkout: Checkout) -> dict[str, str]:
    answer = checkout.run("pulumi", "stack", "output", "--json", **checkout.shell())
    outputs: dict[str, str] = json.loads(answer.stdout)
    return outputs


def storage(checkout: Checkout, story: Story, *command: str) -> list[str]:
    """Names of the training-data blobs, after listing or uploading as a user's script would."""
    arguments = [
        story.outputs[name] for name in ("training_blob_endpoint", "training_container_name")
    ]
    done = checkout.python("-c", STORAGE_SCRIPT, *arguments, *command, **checkout.shell())
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)
    return names


def written_features(blobs: list[str]) -> list[str]:
    return [name for name in blobs if "/features" in name]


def test_the_demo_deploys_runs_and_shows_the_features(checkout: Checkout, story: Story) -> None:
    demo = checkout.python("-m", "localcloud", "demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert f"{RESOURCES} created, 0 updated, 0 unchanged" in demo.stdout
    assert "442 in, 0 dropped, 442 out" in demo.stdout
    assert re.search(r"AGE +SEX +BMI +BP +S1 +S2 +S3 +S4 +S5 +S6 +Y", demo.stdout)
    run = checkout.pipelines("output", "--head", "1")
    assert (run["state"], run["report"]) == (
        "Finished",
        {"rows_in": 442, "rows_dropped": 0, "rows_out": 442, "rows_quarantined": 0},
    )
    assert run["preview"] == {
        "columns": COLUMNS + DERIVED,
        "rows": [FIRST_ROW + FIRST_DERIVED],
    }
    story.outputs = stack_outputs(checkout)
    story.published = checkout.pipelines("publish")
    assert not story.published["is_new"]


def test_a_second_up_changes_nothing(checkout: Checkout) -> None:
    up = checkout.python("-m", "localcloud", "up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert f"0 created, 0 updated, {RESOURCES} unchanged" in up.stdout


def test_plain_pulumi_refresh_finds_no_drift(checkout: Checkout, story: Story) -> None:
    refreshed = checkout.run("pulumi", "refresh", "--expect-no-changes", *PLAIN, **checkout.shell())
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    assert stack_outputs(checkout) == story.outputs


def test_databricks_sdk_needs_no_arguments_in_that_shell(checkout: Checkout, story: Story) -> None:
    answer = checkout.python("-c", DATABRICKS_SCRIPT, **checkout.shell())
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == [story.outputs["instance_pool_id"]]


def test_a_malformed_csv_fails_the_run_names_the_line_and_leaves_no_output(
    checkout: Checkout, story: Story
) -> None:
    before = written_features(storage(checkout, story, "list"))
    storage(checkout, story, "upload", "bad.csv", f"{HEADER}\n{GOOD_LINE}\n{BAD_LINE}\n")
    run = checkout.python(
        *("-m", "pipelines", "run", "--wait", "--param", "training_data=bad.csv"),
        *("--stack", "local"),
        **checkout.shell(),
    )
    assert run.returncode == 1, run.stdout + run.stderr
    said = run.stdout + run.stderr
    assert "MalformedInputError" in said
    assert f"bad.csv, line 3: '{BAD_LINE}'" in said
    assert "Traceback" in said
    assert written_features(storage(checkout, story, "list")) == before
    status = checkout.python("-m", "localcloud", "status")
    assert (status.returncode, "MalformedInputError" in status.stdout + status.stderr) == (1, True)


def test_a_changed_notebook_gets_a_new_path_and_a_new_version(
    checkout: Checkout, story: Story
) -> None:
    notebook = checkout.path / "notebooks" / "feature_engineering.py"
    notebook.write_text(notebook.read_text() + COMMENT)
    up = checkout.python("-m", "localcloud", "up")
    assert up.returncode == 0, up.stdout + up.stderr
    outputs = stack_outputs(checkout)
    changed = {name for name in outputs if outputs[name] != story.outputs[name]}
    assert changed == {"notebook_folder"}
    published = checkout.pipelines("publish")
    assert published["is_new"]
    assert published["id"] != story.published["id"]
    assert published["version"] != story.published["version"]
    assert published["endpoint_id"] == story.published["endpoint_id"]


def test_destroy_leaves_nothing(checkout: Checkout) -> None:
    shell = checkout.shell()
    with_cloud = checkout.python("-c", GROUPS_SCRIPT, **shell)
    assert json.loads(with_cloud.stdout) != []
    for _ in range(2):
        destroyed = checkout.run("pulumi", "destroy", *PLAIN, **shell)
        assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    exported = json.loads(checkout.run("pulumi", "stack", "export", **shell).stdout)
    assert exported["deployment"].get("resources", []) == []
    left = checkout.python("-c", GROUPS_SCRIPT, **shell)
    assert (left.returncode, left.stdout.strip()) == (0, "[]"), left.stderr


def test_a_run_with_nothing_deployed_says_what_deploys_it(checkout: Checkout) -> None:
    refused = checkout.python("-m", "localcloud", "run")
    assert (refused.returncode, refused.stderr) == (
        1,
        "error  stack 'local': nothing is deployed. Deploy it: make up\n",
    )
    status = checkout.python("-m", "localcloud", "status")
    assert status.stdout.endswith("stack local: nothing deployed (deploy it: make up)\n")


def test_stop_leaves_no_process_behind(checkout: Checkout) -> None:
    stopped = checkout.python("-m", "localcloud", "stop")
    assert stopped.returncode == 0, stopped.stderr
    mine = [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(checkout.path) in " ".join(process.info["cmdline"] or [])
    ]
    assert mine == []
