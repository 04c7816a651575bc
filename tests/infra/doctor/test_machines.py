"""Region, machine size and quota."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from infra.doctor.azure import sign_in
from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.machines import (
    MachineSize,
    Quota,
    check_machines,
    check_region,
    judge_machines,
)
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack

SIZE = MachineSize(vcpus=4, family="standardDDSv5Family")
SHOW = "az vm list-usage --location westeurope --output table"
OFFERS = "az vm list-skus --location westeurope --resource-type virtualMachines"


@pytest.mark.parametrize(
    ("size", "quotas", "expected"),
    [
        (
            SIZE,
            {
                "StandardDDSv5Family": Quota(used=4, limit=20),
                "cores": Quota(used=50, limit=100),
                "standardEDSv5Family": Quota(used=10, limit=10),
            },
            ok("machines", "Standard_D4ds_v5, quota for 16 vCPUs"),
        ),
        (
            SIZE,
            {"standardDDSv5Family": Quota(used=4, limit=19), "cores": Quota(used=0, limit=100)},
            warning(
                "machines",
                "16 vCPUs for 4 machines, but standardDDSv5Family 4 of 19 vCPUs used",
                SHOW,
            ),
        ),
        (
            SIZE,
            {"standardDDSv5Family": Quota(used=0, limit=0), "cores": Quota(used=98, limit=100)},
            error(
                "machines",
                "16 vCPUs for 4 machines, but standardDDSv5Family 0 of 0 vCPUs used, "
                "cores 98 of 100 vCPUs used",
                SHOW,
            ),
        ),
        (
            MachineSize(vcpus=4, family="f", restriction="NotAvailableForSubscription"),
            {},
            error(
                "machines",
                "Standard_D4ds_v5 in westeurope: NotAvailableForSubscription",
                f"{OFFERS} --all --output table",
            ),
        ),
        (
            None,
            {},
            error(
                "machines",
                "westeurope does not offer Standard_D4ds_v5",
                f"{OFFERS} --output table",
            ),
        ),
    ],
)
def test_the_pool_must_fit_into_what_the_region_offers(
    size: MachineSize | None, quotas: Mapping[str, Quota], expected: Finding
) -> None:
    assert judge_machines(stack(), size, quotas) == expected


@pytest.mark.servers
def test_a_cloud_tells_sizes_quotas_and_regions(cloud: RunningCloud) -> None:
    azure = sign_in({})

    assert check_machines(azure, stack()) == ok("machines", "Standard_D4ds_v5, quota for 16 vCPUs")
    assert check_machines(azure, stack(nodeType="Standard_M416ms_v2")) == error(
        "machines",
        "westeurope does not offer Standard_M416ms_v2",
        f"{OFFERS} --output table",
    )
    assert check_machines(azure, stack(poolMaxCapacity="26")).level == "warning"
    assert check_region(azure, stack()) == ok("region", "westeurope")
    assert check_region(azure, stack(location="westeurop")) == error(
        "region",
        "the subscription has no region 'westeurop'",
        "pulumi config set --stack dev dataopsml:location westeurope",
    )
