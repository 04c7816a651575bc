"""Sizes of machines and quotas, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient

from localcloud.arm.routes.compute import QUOTA_VCPUS

pytestmark = pytest.mark.servers


@pytest.fixture
def compute(client_of: Callable[..., Any]) -> Any:
    return client_of(ComputeManagementClient)


def test_a_region_offers_the_sizes_that_databricks_knows(compute: Any) -> None:
    offered = {
        sku.name: (sku.family, {each.name: each.value for each in sku.capabilities}["vCPUs"])
        for sku in compute.resource_skus.list(filter="location eq 'westeurope'")
    }
    assert offered["Standard_D8ds_v5"] == ("standardDDSv5Family", "8")
    assert offered["Standard_DS3_v2"] == ("standardDSv2Family", "4")
    assert list(compute.resource_skus.list(filter="location eq 'mars'")) == []
    everywhere = next(iter(compute.resource_skus.list()))
    assert {"westeurope", "eastus"} <= set(everywhere.locations)


def test_a_filter_that_is_not_understood_is_refused(compute: Any) -> None:
    with pytest.raises(HttpResponseError, match="is not supported"):
        list(compute.resource_skus.list(filter="name eq 'x'"))


def test_quotas_are_told_by_family_and_for_the_region(compute: Any) -> None:
    quotas = {each.name.value: each for each in compute.usage.list("westeurope")}
    assert {"cores", "standardDDSv5Family"} <= quotas.keys()
    assert (quotas["cores"].current_value, quotas["cores"].limit) == (0, QUOTA_VCPUS)
    with pytest.raises(HttpResponseError, match="is not available"):
        list(compute.usage.list("mars"))
