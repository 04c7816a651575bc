"""Parts of a package can be imported without the whole of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from localcloud.plugins.lean import skip_init

PART_OF_THE_SDK = """
import sys
from localcloud.plugins.lean import skip_init
skip_init("databricks.sdk")
from databricks.sdk.core import ApiClient
print(ApiClient.__name__, "databricks.sdk.service.jobs" in sys.modules)
"""


def test_a_part_is_imported_without_the_others() -> None:
    process = subprocess.run(
        [sys.executable, "-c", PART_OF_THE_SDK], capture_output=True, text=True, check=True
    )
    assert process.stdout == "ApiClient False\n"


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_package'"):
        skip_init("no_such_package")
