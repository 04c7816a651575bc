"""``pulumi-resource-azure-native``: what the engine starts."""

from localcloud.plugins.lean import skip_init

skip_init("pulumi", "pulumi.runtime", "pulumi.runtime.proto")

from localcloud.plugins.azure_native.provider import AzureNativeProvider  # noqa: E402
from localcloud.plugins.service import serve  # noqa: E402

serve(AzureNativeProvider())
