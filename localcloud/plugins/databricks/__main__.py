"""``pulumi-resource-databricks``: what the engine starts."""

from localcloud.plugins.lean import skip_init

skip_init("pulumi", "pulumi.runtime", "pulumi.runtime.proto", "databricks.sdk")

from localcloud.plugins.databricks.provider import DatabricksProvider  # noqa: E402
from localcloud.plugins.service import serve  # noqa: E402

serve(DatabricksProvider())
