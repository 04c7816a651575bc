"""A stack as the doctor reads it, without Pulumi."""

from __future__ import annotations

from collections.abc import Mapping

from infra.doctor.stack import Stack
from infra.settings import Settings
from tests.infra.examples import configured


def stack(
    *,
    owned: frozenset[str] = frozenset(),
    outputs: Mapping[str, str] | None = None,
    **settings: str,
) -> Stack:
    """Stack ``dev`` of base name ``sample`` unless the settings say otherwise."""
    config = configured(**{"baseName": "sample", **settings})
    return Stack(
        name="dev",
        settings=Settings.from_config(config, "dev"),
        config=config,
        owned=owned,
        outputs=outputs or {},
    )
