"""Registration of resource providers: the judgement, and a real client."""

from __future__ import annotations

import pytest

from infra.doctor.findings import error, ok
from infra.doctor.providers import NAMESPACES, check_providers, judge_providers
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack


def test_every_provider_that_is_not_registered_is_named_with_its_command() -> None:
    states = dict.fromkeys(NAMESPACES, "Registered")

    assert judge_providers(states) == ok("resource providers", "all 9 are registered")
    states["Microsoft.Storage"] = "Registering"
    del states["Microsoft.Databricks"]
    assert judge_providers({name.lower(): state for name, state in states.items()}) == error(
        "resource providers",
        "not registered: Microsoft.Databricks, Microsoft.Storage",
        "az provider register --wait --namespace Microsoft.Databricks && "
        "az provider register --wait --namespace Microsoft.Storage",
    )


@pytest.mark.servers
def test_a_cloud_is_asked(cloud: RunningCloud) -> None:
    from infra.doctor.azure import sign_in

    assert check_providers(sign_in({}), stack()).level == "ok"
