"""The cloud's metadata, as clients read it."""

from __future__ import annotations

from fastapi.testclient import TestClient

from localcloud.arm import create_app
from localcloud.cloud import Cloud


def test_the_metadata_are_a_list_with_this_cloud_and_need_no_token(in_process: Cloud) -> None:
    (found,) = TestClient(create_app(in_process)).get("/metadata/endpoints").json()
    assert found["name"] == "LocalCloud"
    assert found["resourceManager"] == in_process.home.arm_url
    assert not found["resourceManager"].endswith("/")
    assert found["suffixes"]["storage"] == in_process.home.storage_suffix
    assert found["authentication"]["audiences"][0] == "https://management.azure.com/"


def test_the_oldest_versions_get_one_cloud_in_their_shape(arm: TestClient) -> None:
    answer = arm.get("/metadata/endpoints", params={"api-version": "2015-01-01"}).json()
    assert sorted(answer) == [
        "authentication",
        "galleryEndpoint",
        "graphEndpoint",
        "portalEndpoint",
    ]
