"""Whether an attached compute is there and healthy."""

from __future__ import annotations

from typing import Any

from pipelines.azureml_backend import sdk
from pipelines.errors import NotReadyError
from pipelines.masking import mask

HEALTHY = "Succeeded"
ATTACH_HINT = "Attach it (again): pulumi up"


def check(workspace: Any, name: str) -> None:
    """Pass if ``name`` is attached to the workspace and was attached without an error.

    Raises:
        NotReadyError: it is missing, still being attached, or broken.
    """
    from azureml.core.compute import ComputeTarget
    from azureml.exceptions import ComputeTargetException

    with sdk.call(f"read compute {name!r}"):
        try:
            compute = ComputeTarget(workspace, name)
        except ComputeTargetException as error:
            if "ComputeTargetNotFound" not in str(error):
                raise
            raise NotReadyError(
                f"compute {name!r} is not attached to Azure ML workspace {workspace.name!r}. "
                f"{ATTACH_HINT}"
            ) from None
        state, problems = compute.provisioning_state, compute.provisioning_errors or []
    if state != HEALTHY or problems:
        told = f": {mask(str(problems))}" if problems else ""
        raise NotReadyError(
            f"compute {name!r} of Azure ML workspace {workspace.name!r} is in state {state!r}"
            f"{told}. {ATTACH_HINT}"
        )
