"""Whether pipelines and notebooks fit together, found out without a cloud.

A step hands its notebook values by the names of widgets; nothing on the way compares the two.
This package does: what the pipelines declare with what the notebooks say they take. It runs
neither; a notebook checks the same again when it starts (:mod:`notebooks.step_runtime`).
"""

from pipelines.contract.checking import check, check_values, find_problems
from pipelines.contract.problems import Problem

__all__ = ["Problem", "check", "check_values", "find_problems"]
