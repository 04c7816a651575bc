"""The site: the resource group and what the components share."""

from __future__ import annotations

from tests.infra.examples import NAMES, site
from tests.infra.harness import Values, check, deploy
from tests.infra.mock_cloud import SUBSCRIPTION_ID, TENANT_ID


def test_the_resource_group_has_the_sites_name_and_place() -> None:
    group = deploy(site).one("azure-native:resources:ResourceGroup")

    assert group.inputs.plain == {
        "resourceGroupName": "rg-sample-dev-main",
        "location": "westeurope",
    }


def test_the_site_tells_subscription_tenant_and_group() -> None:
    outputs = deploy(site).one("dataopsml:infra:Site").outputs

    assert outputs == Values(
        plain={
            "subscription_id": SUBSCRIPTION_ID,
            "tenant_id": TENANT_ID,
            "resource_group_name": "rg-sample-dev-main",
        },
        secrets=frozenset(),
    )


def test_the_site_hands_on_what_it_was_given() -> None:
    seen: list[object] = []

    def program() -> None:
        made = site()
        seen.extend([made.location, made.names])
        check(made.resource_group_name, seen.append)

    deploy(program)

    assert seen == ["westeurope", NAMES, "rg-sample-dev-main"]
