"""Importing SDKs late, in parts, and by one thread at a time.

The engine starts a plugin several times in every deployment, so what a start costs counts:
the stubs of the ``pulumi`` package need none of its 100 other modules, and ``databricks.sdk``
takes 3 s of processor time to import clients for every service that Databricks has.
"""

from __future__ import annotations

import importlib.util
import sys
import threading

LOADING = threading.RLock()
"""Held while a vendor's SDK is imported: threads that import parts of one package at the same
time can meet each other's half-made modules."""


def skip_init(*packages: str) -> None:
    """Let modules inside these packages be imported without running the packages' own code.

    Parents come before children. For processes of their own only: whoever imports such a
    package itself in this process finds it empty.
    """
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        sys.modules.setdefault(name, importlib.util.module_from_spec(spec))
