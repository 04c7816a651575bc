"""Runs the project's own policy pack, for the engine of the local cloud.

The only Python language host that can be built here runs the program in a pack's place, so this
pack names a runtime that has none: the engine then starts ``pulumi-analyzer-policy-localcloud``.
"""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).resolve().parents[2] / "policies"), run_name="__main__")
