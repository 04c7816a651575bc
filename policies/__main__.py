"""The pack as the engine starts it: ``pulumi preview --policy-pack policies``, or ``up``."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack

# The engine runs this folder as a program, which alone does not make it a package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.rules import POLICIES

PolicyPack(name="dataopsml", policies=list(POLICIES))
