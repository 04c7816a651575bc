"""The tree of a workspace: notebooks in source format, files, folders."""

from __future__ import annotations

import base64

import pytest
from databricks.sdk.service.workspace import Language, ObjectType

from localcloud.databricks.services import Services
from localcloud.databricks.workspace_objects import WorkspaceObjects
from localcloud.errors import CloudError

SOURCE = b"# Databricks notebook source\nprint(1)\n"


@pytest.fixture
def objects(services: Services) -> WorkspaceObjects:
    return services.objects


def put(
    objects: WorkspaceObjects,
    path: str,
    content: bytes = SOURCE,
    *,
    format_: str = "SOURCE",
    language: str | None = "PYTHON",
    overwrite: bool = False,
) -> None:
    objects.import_object(path, content, format_=format_, language=language, overwrite=overwrite)


def refusal(error: pytest.ExceptionInfo[CloudError]) -> tuple[int, str]:
    return error.value.status, error.value.code


def test_a_notebook_comes_out_as_it_went_in(objects: WorkspaceObjects) -> None:
    put(objects, "/Shared/notebook")
    assert objects.notebook_source("/Shared/notebook") == ("PYTHON", SOURCE.decode())
    exported = objects.export("/Shared/notebook", "SOURCE")
    assert base64.b64decode(exported.content or "") == SOURCE
    info = objects.get("/Shared/notebook")
    assert (info.object_type, info.language) == (ObjectType.NOTEBOOK, Language.PYTHON)


def test_source_without_its_first_line_gets_it(objects: WorkspaceObjects) -> None:
    put(objects, "/Shared/query", b"select 1", language="SQL")
    expected = ("SQL", "-- Databricks notebook source\nselect 1")
    assert objects.notebook_source("/Shared/query") == expected


def test_a_replaced_notebook_keeps_its_identity(objects: WorkspaceObjects) -> None:
    put(objects, "/Shared/notebook")
    before = objects.get("/Shared/notebook")
    with pytest.raises(CloudError, match="already exists") as refused:
        put(objects, "/Shared/notebook")
    assert refusal(refused) == (400, "RESOURCE_ALREADY_EXISTS")
    put(objects, "/Shared/notebook", b"new", overwrite=True)
    after = objects.get("/Shared/notebook")
    assert (after.object_id, after.created_at) == (before.object_id, before.created_at)
    assert objects.notebook_source("/Shared/notebook")[1].endswith("\nnew")


def test_auto_tells_notebooks_from_files(objects: WorkspaceObjects) -> None:
    put(objects, "/Shared/a.py", format_="AUTO", language=None)
    put(objects, "/Shared/b.py", b"import os\n", format_="AUTO", language=None)
    found = {info.path: info.object_type for info in objects.list_folder("/Shared")}
    assert found == {"/Shared/a": ObjectType.NOTEBOOK, "/Shared/b.py": ObjectType.FILE}
    assert objects.get("/Shared/b.py").size == len(b"import os\n")


def test_raw_content_stays_a_file_and_comes_out_as_it_went_in(objects: WorkspaceObjects) -> None:
    put(objects, "/Shared/module.py", SOURCE, format_="RAW", language=None)
    assert objects.get("/Shared/module.py").object_type == ObjectType.FILE
    exported = objects.export("/Shared/module.py", "RAW")
    assert base64.b64decode(exported.content or "") == SOURCE


def test_folders_are_made_with_those_above_them(objects: WorkspaceObjects) -> None:
    objects.make_folders("/Shared/a/b")
    objects.make_folders("/Shared/a/b/")
    put(objects, "/Shared/a/b/notebook")
    put(objects, "/Shared/ab")
    assert [info.path for info in objects.list_folder("/Shared")] == ["/Shared/a", "/Shared/ab"]
    assert [info.path for info in objects.list_folder("/Shared/a/b/notebook")] == [
        "/Shared/a/b/notebook"
    ]
    with pytest.raises(CloudError, match="is no folder"):
        objects.make_folders("/Shared/a/b/notebook/c")


def test_the_prefix_that_clusters_use_is_the_same_place(objects: WorkspaceObjects) -> None:
    put(objects, "/Workspace/Shared/notebook")
    assert objects.get("/Shared/notebook").path == "/Shared/notebook"


def test_a_folder_with_something_in_it_is_deleted_only_on_request(
    objects: WorkspaceObjects,
) -> None:
    objects.make_folders("/Shared/a")
    put(objects, "/Shared/a/notebook")
    with pytest.raises(CloudError) as refused:
        objects.delete("/Shared/a", recursive=False)
    assert refusal(refused) == (400, "DIRECTORY_NOT_EMPTY")
    objects.delete("/Shared/a", recursive=True)
    assert objects.list_folder("/Shared") == []


def test_a_place_must_exist_before_something_is_put_there(objects: WorkspaceObjects) -> None:
    with pytest.raises(CloudError, match=r"The parent folder \(/nope\) does not exist") as refused:
        put(objects, "/nope/notebook")
    assert refusal(refused) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("path", "content", "options", "code"),
    [
        ("Shared/a", SOURCE, {}, "INVALID_PARAMETER_VALUE"),
        ("/Shared/a", SOURCE, {"language": None}, "INVALID_PARAMETER_VALUE"),
        ("/Shared/a", b"\xff", {}, "INVALID_PARAMETER_VALUE"),
        ("/Shared/a", b"a" * (10 * 2**20 + 1), {}, "MAX_NOTEBOOK_SIZE_EXCEEDED"),
        ("/Shared/a", SOURCE, {"format_": "JUPYTER"}, "FEATURE_DISABLED"),
        ("/Shared", SOURCE, {"overwrite": True}, "RESOURCE_ALREADY_EXISTS"),
    ],
)
def test_what_is_no_notebook_is_refused(
    objects: WorkspaceObjects, path: str, content: bytes, options: dict[str, object], code: str
) -> None:
    with pytest.raises(CloudError) as refused:
        put(objects, path, content, **options)  # type: ignore[arg-type] # one test, many options
    assert refusal(refused) == (400, code)


def test_what_is_missing_is_named(objects: WorkspaceObjects) -> None:
    with pytest.raises(CloudError, match=r"Path \(/Shared/nope\) doesn't exist."):
        objects.get("/Shared/nope")
    with pytest.raises(CloudError, match="is not a notebook"):
        objects.notebook_source("/Shared")
    with pytest.raises(CloudError, match="root folder can't be deleted"):
        objects.delete("/", recursive=True)
