"""Names of role assignments."""

from __future__ import annotations

from itertools import combinations

from infra.grants import assignment_name


def test_the_name_is_a_guid_that_stays_the_same() -> None:
    assert assignment_name("/s/1", "role", "person") == "54cdbfaf-1805-598d-bd5f-919cdf6de89c"
    assert assignment_name("/S/1", "Role", "Person") == assignment_name("/s/1", "role", "person")


def test_another_scope_role_or_principal_is_another_assignment() -> None:
    names = [
        assignment_name("/s/1", "role", "person"),
        assignment_name("/s/2", "role", "person"),
        assignment_name("/s/1", "other", "person"),
        assignment_name("/s/1", "role", "other"),
    ]

    assert [pair for pair in combinations(names, 2) if pair[0] == pair[1]] == []
