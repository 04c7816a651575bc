"""What stands where Azure ML studio would be: the SDK prints links to it.

There is no studio here; the page says what shows the run instead.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

PORTAL_PATH = "/runs"

router = APIRouter()


@router.get(PORTAL_PATH + "/{run_id}")
def get_run_page(run_id: str) -> PlainTextResponse:
    """Where to look instead. Needs no token, tells nothing of the run.

    Fidelity: assumed (the link's form is azureml-core's; the page is the local cloud's own)
    """
    return PlainTextResponse(
        "The local cloud has no Azure ML studio. In the shell of\n\n"
        '    eval "$(.venv/bin/python -m localcloud env)"\n\n'
        f"this shows the run:\n\n    python -m pipelines status {run_id} --stack local\n"
    )
