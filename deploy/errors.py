"""What stops a deployment, in words for the person who reads the summary."""

from __future__ import annotations


class DeployError(Exception):
    """A step can't go on; the message says why, the last lines of its output included."""
