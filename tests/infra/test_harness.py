"""The harness itself: what must fail fails."""

from __future__ import annotations

import pulumi
import pytest
from pulumi_azure_native import resources

from infra.container_registry import ContainerRegistry, ContainerRegistryArgs
from tests.infra.examples import site
from tests.infra.harness import UNKNOWN, Values, check, deploy
from tests.infra.mock_cloud import MockCloud


def _registry() -> ContainerRegistry:
    return ContainerRegistry("registry", ContainerRegistryArgs(site=site()))


def _equals_nonsense(value: object) -> None:
    assert value == "nonsense"


def test_an_assertion_inside_an_output_that_fails_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="nonsense"):
        deploy(lambda: check(_registry().registry_id, _equals_nonsense))


def test_an_assertion_inside_an_output_that_never_ran_fails_the_test() -> None:
    with pytest.raises(AssertionError, match=r"never ran: \['_equals_nonsense'\]"):
        deploy(
            lambda: check(_registry().registry_id, _equals_nonsense),
            cloud=MockCloud(preview=True),
        )


def test_an_assertion_inside_an_output_that_holds_passes() -> None:
    seen: list[object] = []

    deploy(lambda: check(_registry().registry_id, seen.append))

    assert seen == ["id-of-registry-acr"]


def test_an_exception_inside_an_output_that_nobody_waits_for_is_raised() -> None:
    def divide(_: object) -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        deploy(lambda: _registry().registry_id.apply(divide))


def test_an_exception_of_the_program_is_raised() -> None:
    def program() -> None:
        raise pulumi.RunError("stop")

    with pytest.raises(pulumi.RunError, match="stop"):
        deploy(program)


def test_a_function_that_no_mock_answers_is_an_error() -> None:
    with pytest.raises(Exception, match="no mock answers: some:function:name"):
        deploy(lambda: pulumi.runtime.invoke("some:function:name", {}).value)


def test_a_preview_leaves_ids_unknown() -> None:
    deployment = deploy(_registry, cloud=MockCloud(preview=True))

    assert deployment.one("dataopsml:infra:ContainerRegistry").outputs == Values(
        plain={"registry_id": UNKNOWN}, secrets=frozenset()
    )


def test_secret_values_are_told_from_plain_ones() -> None:
    def program() -> None:
        pulumi.export("shown", {"inner": ["a", pulumi.Output.secret("b")]})

    assert deploy(program).exports == Values(
        plain={"shown": {"inner": ["a", "b"]}}, secrets=frozenset({"shown.inner[1]"})
    )


def test_one_deployment_knows_nothing_of_the_one_before() -> None:
    first = deploy(_registry)
    second = deploy(_registry)

    assert first == second


def test_a_failed_deployment_leaves_nothing_to_the_one_after() -> None:
    def program() -> None:
        resources.ResourceGroup("of-no-name")

    with pytest.raises(KeyError, match="resourceGroupName"):
        deploy(program)

    assert deploy(_registry) == deploy(_registry)
