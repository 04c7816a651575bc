"""Keeps the program from using the processor for nothing.

Both settings are of the Python process, and the program is all that runs in it.
"""

from __future__ import annotations

import asyncio
import gc

from pulumi.runtime import settings


def save() -> None:
    """Make the program start faster, and sleep while it waits for the engine.

    Call it first, in the program: a loop must run.
    """
    # The program ends before garbage matters: looking for it takes a third of its time.
    gc.disable()
    # At its end the program waits, in pulumi.runtime.stack, for its requests to the engine: it
    # awaits one after the other as long as any is open. At first none is, because none has begun;
    # it then asks in a loop without a pause, a whole core long, until Azure is ready
    # (github.com/pulumi/pulumi/pull/22411, in releases that azure-ml's packaging<26 keeps out).
    # This first request lets the others begin.
    settings._get_rpc_manager().rpcs.append(asyncio.ensure_future(asyncio.sleep(0)))
