"""How findings look, and when they stop a deployment."""

from infra.doctor.findings import as_json, error, is_fatal, not_checked, ok, warning


def test_a_finding_is_one_line_with_the_command_that_helps() -> None:
    assert str(error("key vault", "'kv' is taken", "pulumi config set ...")) == (
        "error       key vault               'kv' is taken; fix: pulumi config set ..."
    )
    assert str(ok("region", "westeurope")) == "ok          region                  westeurope"


def test_only_an_error_stops_a_deployment() -> None:
    assert not is_fatal([ok("a", ""), warning("b", "", "x"), not_checked("c", "")])
    assert is_fatal([ok("a", ""), error("b", "")])


def test_json_has_every_field_under_its_own_name() -> None:
    assert as_json([warning("region", "far", "move")]) == [
        {"level": "warning", "subject": "region", "found": "far", "command": "move"}
    ]
