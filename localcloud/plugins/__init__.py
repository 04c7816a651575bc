"""Pulumi resource plugins that deploy to the local cloud, in place of the vendors' own.

Each answers the engine's gRPC calls and turns them into the real REST calls; neither holds
any state. ``bin/`` has the executables that the engine finds on PATH.
"""
