"""What the deploy workflow runs, on the local cloud: when all goes well and when it does not.

The commands are read from the workflow's own file. The tests are one story and run in order on
one checkout.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from localcloud.home import Home
from tests.conftest import RunningCloud
from tests.deploy.github_server import TOKEN, serve
from tests.e2e.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.servers, pytest.mark.spark]

ON_MAIN = {"GITHUB_REF": "refs/heads/main", "FORCE": "false", "PULUMI_STACK": "local"}
BAD_LINE = "48,1,twenty,87,183,103.2,70,3,3.8918,69,75"
GROUP = "rg-dataopsml-local-main"

OVERWRITE_TRAINING_DATA = """
import sys
from azure.identity import DefaultAzureCredential
from azure.storage.blob import BlobClient, ContentSettings
endpoint, content = sys.argv[1:]
credential = DefaultAzureCredential()
blob = BlobClient(endpoint, "trainingdata", "diabetes.csv", credential=credential)
settings = ContentSettings(content_type="text/csv")
blob.upload_blob(content.encode(), overwrite=True, content_settings=settings)
"""


class Job:
    """The deploy job's own commands, in a checkout with a local cloud of its own."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.cloud = RunningCloud(
            Home(path=checkout.path / ".local", base_port=checkout.base_port), checkout.shell()
        )
        self.summary = ""
        workflow = yaml.safe_load(
            (checkout.path / ".github/workflows/deploy-stack.yml").read_text()
        )
        commands = [step.get("run") for step in workflow["jobs"]["deploy"]["steps"]]
        self._up, self._release = filter(None, commands)

    def up(self, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run(self._up, **more)

    def release(self, build_id: str) -> subprocess.CompletedProcess[str]:
        return self.run(self._release, BUILD_ID=build_id)

    def run(self, command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a step of the job; what it writes to the summary is kept."""
        file = self.checkout.path / "summary.md"
        file.unlink(missing_ok=True)
        variables = {**self.cloud.environment, **ON_MAIN, "GITHUB_STEP_SUMMARY": str(file), **more}
        done = self.checkout.run(*shlex.split(command), **variables)
        self.summary = file.read_text()
        return done

    def steps(self) -> list[tuple[str, str]]:
        """The steps that the summary tells of, and how each ended."""
        rows = [line.strip("| ").split(" | ") for line in self.summary.splitlines()]
        return [(row[0], row[1]) for row in rows if len(row) > 1 and row[1] in ("done", "failed")]

    def put_training_data(self, text: str) -> None:
        """Overwrite the training data, as somebody with access to the account might."""
        endpoint = self.cloud.home.blob_endpoint("stdataopsmltrlocal")
        done = self.checkout.python(
            "-c", OVERWRITE_TRAINING_DATA, endpoint, text, **self.cloud.environment
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def job(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    checkout = Checkout.make(
        project_dir, tmp_path_factory.mktemp("workflow") / "dataopsml"
    ).without_waiting_spark()
    yield Job(checkout)
    checkout.python("-m", "localcloud", "stop")


def test_another_branch_is_refused_before_anything_is_done(job: Job) -> None:
    refused = job.up(GITHUB_REF="refs/heads/feature")
    assert (refused.returncode, job.steps()) == (1, [("guard", "failed")])
    assert "refs/heads/feature is not refs/heads/main" in job.summary
    assert "start the workflow by hand with `force` set" in job.summary


def test_a_failing_up_says_which_resource_why_and_what_to_do(job: Job) -> None:
    job.cloud.inject(
        {
            "method": "PUT",
            "path": r".*/Microsoft.Databricks/workspaces/[^/]+",
            "status": 403,
            "code": "AuthorizationFailed",
            "times": 10,
        }
    )
    failed = job.up()
    job.cloud.inject()
    assert (failed.returncode, job.steps()[-1]) == (1, ("up", "failed"))
    assert "**Step `up` failed.**" in job.summary
    assert "databricks-dbricks: " in job.summary
    assert "AuthorizationFailed" in job.summary
    assert "**What to do:** The environment's identity lacks a role" in job.summary
    assert "### Done before it failed: " in job.summary
    assert "| create | `main-group` |" in job.summary
    assert "Traceback" not in failed.stderr


def test_the_next_one_goes_on_from_there_and_links_what_it_made(job: Job) -> None:
    done = job.up()
    assert done.returncode == 0, done.stderr
    assert [name for name, _ in job.steps()] == ["guard", "preflight", "up", "outputs"]
    assert {how for _, how in job.steps()} == {"done"}
    assert "| create | `databricks-dbricks` |" in job.summary
    assert "| create | `main-group` |" not in job.summary
    assert f"[{GROUP}](https://portal.azure.com/#resource/subscriptions/" in job.summary


def test_a_failing_run_shows_the_notebooks_own_words(job: Job) -> None:
    header = (job.checkout.path / "data" / "diabetes.csv").read_text().splitlines()[0]
    job.put_training_data(f"{header}\n{BAD_LINE}\n")
    failed = job.release("build-1")
    ended = [("check", "done"), ("publish", "done"), ("run", "failed")]
    assert (failed.returncode, job.steps()) == (1, ended)
    assert "**Step `run` failed.**" in job.summary
    assert f"diabetes.csv, line 2: '{BAD_LINE}'" in job.summary
    assert "**What to do:** The deployment is complete and the pipeline published" in job.summary
    assert "| State | Failed" in job.summary


def test_a_second_deploy_without_changes_changes_nothing_and_releases(job: Job) -> None:
    job.put_training_data((job.checkout.path / "data" / "diabetes.csv").read_text())
    again = job.up()
    assert again.returncode == 0, again.stderr
    assert re.search(r"### Changes: \d+ unchanged\n", job.summary)
    released = job.release("build-2")
    assert released.returncode == 0, released.stderr
    assert {how for _, how in job.steps()} == {"done"}
    assert "version `build-2`" in job.summary
    assert "| rows in | 442 |\n| rows dropped | 0 |\n| rows out | 442 |" in job.summary
    assert "### Metrics\n\n| Metric | Value |\n| --- | --- |\n" in job.summary
    assert "| rows_out | 442 |" in job.summary
    assert "| 59 | 2 | 32.1 | 101.0 | 157.0 | 93.2 | 38.0 | 4.0 | 4.8598 |" in job.summary


def test_a_preview_tells_the_pull_request_what_would_change(job: Job) -> None:
    config = job.checkout.path / "Pulumi.local.yaml"
    text = config.read_text()
    config.write_text(text + "  dataopsml:poolIdleMinutes: 20\n")
    with serve() as github:
        done = job.run(
            ".venv/bin/python -m deploy preview",
            PULL_REQUEST="7",
            GITHUB_API_URL=github.url,
            GITHUB_REPOSITORY="owner/name",
            GITHUB_TOKEN=TOKEN,
        )
    config.write_text(text)
    assert (done.returncode, job.steps()) == (0, [("preview", "done")])
    assert "### Changes: 1 update, " in job.summary
    assert "`databricks:index/instancePool:InstancePool`" in job.summary
    assert [(comment["on"], comment["body"]) for comment in github.comments] == [
        (7, f"<!-- preview of stack local -->\n{job.summary.rstrip()}\n")
    ]


def test_a_preview_that_breaks_a_policy_fails_and_names_it(job: Job) -> None:
    module = job.checkout.path / "infra" / "storage_account.py"
    text = module.read_text()
    module.write_text(text.replace("MinimumTlsVersion.TLS1_2", "MinimumTlsVersion.TLS1_0"))
    refused = job.run(".venv/bin/python -m deploy preview")
    module.write_text(text)
    assert (refused.returncode, job.steps()) == (1, [("preview", "failed")])
    assert "policy secure-transport: " in job.summary
    assert (
        "'training-storage': minimumTlsVersion is 'TLS1_0'; rule: TLS 1.2 at least; "
        "fix: minimum_tls_version=TLS1_2"
    ) in job.summary


def test_drift_tells_what_was_changed_by_hand_and_ends_with_1(job: Job) -> None:
    group = f"/subscriptions/{job.cloud.environment['ARM_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}"
    with job.cloud.http() as arm:
        answer = arm.patch(
            group, params={"api-version": "2024-03-01"}, json={"tags": {"owner": "somebody"}}
        )
        assert answer.status_code == 200, answer.text
    done = job.run(".venv/bin/python -m deploy drift")
    assert (done.returncode, {how for _, how in job.steps()}) == (1, {"done"})
    assert "### Changed outside of Pulumi; up with --refresh undoes: 1 update" in job.summary
    assert (
        "| update | `main-group` | `azure-native:resources:ResourceGroup` | tags |" in job.summary
    )
    assert "| warnings | done |" in job.summary
