"""What the workflows do, as commands: guard, preview, deploy, release, drift.

``.github/workflows`` only wires these together. Nothing here knows what is deployed or how: the
Pulumi program, ``infra.doctor`` and ``pipelines`` do the work and are run as a person runs them.
"""
