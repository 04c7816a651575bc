"""Azure Resource Manager with the cloud's metadata and its token service, on one port."""

from localcloud.arm.app import create_app

__all__ = ["create_app"]
