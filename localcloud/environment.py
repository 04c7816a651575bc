"""The environment in which real, unpatched tools work against the local cloud.

Names only variables that those tools document, and one of the project's own. Starts nothing.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from localcloud.home import PROJECT_DIR, Home
from localcloud.tls import Certificates
from localcloud.tokens import DATABRICKS_AUDIENCE, SUBSCRIPTION_ID, TENANT_ID, TokenAuthority
from localcloud.toolchain.java import java_home
from localcloud.toolchain.pulumi_cli import pulumi_bin

PLUGINS = PROJECT_DIR / "localcloud" / "plugins" / "bin"
POLICY_PACK = PROJECT_DIR / "localcloud" / "policy_pack"
"""The project's policies: what breaks one is not deployed, here as anywhere."""
_LOOPBACK = "localhost,127.0.0.1"


def variables(home: Home) -> dict[str, str]:
    """Variable name to value, for a started cloud. Holds tokens that last 12 hours.

    Raises:
        LocalCloudError: a part of the toolchain is missing; says what installs it.
    """
    tokens = TokenAuthority.open(home.path)
    return {
        "PATH": _path(PLUGINS, pulumi_bin(), Path(sys.executable).parent),
        "JAVA_HOME": str(java_home()),
        **_trust(Certificates(home.tls)),
        **_azure(home, tokens),
        **_databricks(home, tokens),
        **_pulumi(home),
        # The engine's language host here can't start a policy pack of the usual kind.
        "DATAOPSML_POLICY_PACK": str(POLICY_PACK),
    }


def shell_lines(values: dict[str, str]) -> str:
    """``export`` lines for a POSIX shell."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def _path(*first: Path) -> str:
    rest = os.environ.get("PATH", "").split(os.pathsep)
    front = [str(path) for path in first]
    return os.pathsep.join([*front, *(entry for entry in rest if entry not in front)])


def _trust(certificates: Certificates) -> dict[str, str]:
    without_proxy = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    missing = [name for name in _LOOPBACK.split(",") if name not in without_proxy.split(",")]
    return {
        "REQUESTS_CA_BUNDLE": str(certificates.bundle),
        "SSL_CERT_FILE": str(certificates.bundle),
        "NO_PROXY": ",".join([*filter(None, [without_proxy]), *missing]),
    }


def _azure(home: Home, tokens: TokenAuthority) -> dict[str, str]:
    return {
        "ARM_CLOUD_METADATA_URL": f"{home.arm_url}/metadata/endpoints",
        "ARM_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
        "ARM_TENANT_ID": TENANT_ID,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
        "IDENTITY_ENDPOINT": f"{home.arm_url}/msi/token",
        "IDENTITY_HEADER": tokens.managed_identity_header,
        "AZUREML_CURRENT_CLOUD": "LocalCloud",
        "AZURE_CONFIG_DIR": str(home.path / "azure"),
    }


def _databricks(home: Home, tokens: TokenAuthority) -> dict[str, str]:
    return {
        "DATABRICKS_HOST": f"https://localhost:{home.databricks_ports[0]}",
        "DATABRICKS_TOKEN": tokens.issue(DATABRICKS_AUDIENCE),
        "DATABRICKS_AUTH_TYPE": "pat",
    }


def _pulumi(home: Home) -> dict[str, str]:
    return {
        "PULUMI_HOME": str(home.path / "pulumi"),
        # Without the files that hold a blob's metadata: they are written in place, and an engine
        # killed just then leaves an empty one, after which no state can be read.
        "PULUMI_BACKEND_URL": f"file://{home.path / 'pulumi'}?metadata=skip",
        # The stack's secrets are keys of an emulator; an empty passphrase asks for nothing.
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    }
