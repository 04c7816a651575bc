"""Notebooks and the modules that they import, in one folder under the hash of their content."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from infra.notebooks import Notebooks, NotebooksArgs, notebook_folder, read_sources
from tests.infra.examples import databricks_workspace, site
from tests.infra.harness import Deployment, Values, deploy

NOTEBOOK = b"# Databricks notebook source\nfrom helper import help\n"
MODULE = b"def help(): ...\n"
FOLDER = notebook_folder({"clean.py": NOTEBOOK, "helper.py": MODULE})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "clean.py").write_bytes(NOTEBOOK)
    (folder / "helper.py").write_bytes(MODULE)
    (folder / "README.md").write_text("not uploaded")
    return folder


@pytest.fixture(scope="module")
def deployed(folder: Path) -> Deployment:
    def program() -> None:
        databricks = databricks_workspace(site())
        Notebooks("notebooks", NotebooksArgs(databricks=databricks, folder=folder))

    return deploy(program)


def test_a_notebook_is_uploaded_as_it_is_without_its_suffix(deployed: Deployment) -> None:
    assert deployed.one("databricks:index/notebook:Notebook").inputs.plain == {
        "path": f"{FOLDER}/clean",
        "language": "PYTHON",
        "contentBase64": b64encode(NOTEBOOK).decode(),
    }


def test_a_module_is_a_workspace_file_beside_the_notebooks(deployed: Deployment) -> None:
    assert deployed.one("databricks:index/workspaceFile:WorkspaceFile").inputs.plain == {
        "path": f"{FOLDER}/helper.py",
        "contentBase64": b64encode(MODULE).decode(),
    }


def test_old_files_stay_for_the_pipelines_that_use_them(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    uploaded = [found for found in deployed.resources if f"{FOLDER}/" in str(found.inputs.plain)]
    assert [found.name for found in uploaded] == ["notebooks-clean", "notebooks-helper"]
    assert [found.options for found in uploaded] == 2 * [
        {
            "retainOnDelete": True,
            "deletedWith": workspace.urn,
            "replace_with": [workspace.urn],
        }
    ]


def test_the_component_tells_the_folder(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:Notebooks").outputs == Values(
        plain={"notebook_folder": FOLDER}, secrets=frozenset()
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"a.py": b"one", "b.py": b"2"},
        {"a.py": b"one"},
        {"a.py": b"one", "c.py": b"two"},
        {"a.py": b"oneb.py", "b.py": b"two"},
        {"a.py": b"two", "b.py": b"one"},
    ],
)
def test_any_change_of_any_file_is_another_folder(changed: dict[str, bytes]) -> None:
    assert notebook_folder(changed) != notebook_folder({"a.py": b"one", "b.py": b"two"})


def test_the_same_files_are_the_same_folder_in_whatever_order() -> None:
    sources = {"a.py": b"one", "b.py": b"two"}

    assert notebook_folder(dict(reversed(sources.items()))) == notebook_folder(sources)


def test_a_folder_without_notebooks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no \*\.py file"):
        read_sources(tmp_path)
