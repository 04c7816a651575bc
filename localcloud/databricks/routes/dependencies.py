"""What every route works on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from localcloud.databricks.services import Services


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


OpenWorkspace = Annotated[Services, Depends(_services)]
"""The workspace that the application belongs to."""
