"""Loopback ports: taken or free."""

from __future__ import annotations

import socket

from localcloud.errors import LocalCloudError


def port_is_free(port: int) -> bool:
    """Whether a listener could start on this loopback port."""
    try:
        bind(port).close()
    except LocalCloudError:
        return False
    return True


def bind(port: int) -> socket.socket:
    """A socket bound to a loopback port, for a listener.

    Raises:
        LocalCloudError: another program has the port; says how to choose others.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except OSError as error:
        bound.close()
        raise LocalCloudError(
            f"port {port} is taken by another program. End that program, or give this cloud other "
            "ports: make clean, then LOCALCLOUD_PORT=20440 make demo"
        ) from error
    return bound
